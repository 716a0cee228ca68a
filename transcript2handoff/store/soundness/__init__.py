"""What must hold of the rows and the blobs of an installation, whatever has happened to it.

Each look is a function that reads and gives ``Fault`` records; nothing is mended here. A look holds
no transaction while it reads bytes, so that the service goes on meanwhile.
"""

from transcript2handoff.store.soundness.fault import Fault

__all__ = ["Fault"]
