"""Backups of a service that keeps everything on one machine: one archive, whole or not there.

``archive`` says what is in it, ``making`` writes it while the service runs, and ``restoring`` puts
it back into an empty folder.
"""

from transcript2handoff.backup.archive import Manifest
from transcript2handoff.backup.making import back_up
from transcript2handoff.backup.restoring import restore

__all__ = ["Manifest", "back_up", "restore"]
