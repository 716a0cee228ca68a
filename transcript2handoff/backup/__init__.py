"""Backups of a service that keeps everything on one machine: one archive, whole or not there.

``archive`` says what is in it, ``making`` writes it while the service runs, and ``restoring`` puts
it back into an empty folder; ``repeating`` erases again there what was erased since.
"""

from transcript2handoff.backup.archive import Manifest
from transcript2handoff.backup.making import back_up
from transcript2handoff.backup.repeating import ErasureFile, Repeated, read_erasures
from transcript2handoff.backup.restoring import Restored, restore

__all__ = [
    "ErasureFile",
    "Manifest",
    "Repeated",
    "Restored",
    "back_up",
    "read_erasures",
    "restore",
]
