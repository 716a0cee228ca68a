"""How long the audit takes: to be written to, to be checked, and to be checked as a file.

``python -m benchmarks.audit --deeds 100000`` makes an SQLite database in a temporary folder.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from transcript2handoff.store import Deed, Store, audit, audit_file, migrate

DEED = Deed(
    actor="user-0123456789abcdef0123",
    action="read",
    matter="handoff",
    subject="deal-0123456789abcdef0123",
    details={"version": 3},
)


def main() -> None:
    """Print processor seconds, and deeds a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deeds", type=int, default=100_000)
    deeds = parser.parse_args().deeds
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name, 't2h.db')}"
        migrate(url)
        with closing(Store.open(url, str(Path(name, "blobs")))) as store:
            _measure(store, deeds)


def _measure(store: Store, deeds: int) -> None:
    lines: list[bytes] = []

    def write() -> None:
        with store.write() as tx:
            for _ in range(deeds):
                tx.note(DEED)

    def check() -> None:
        with store.read() as tx:
            assert audit.verify(tx) == deeds

    def export() -> None:
        with store.read() as tx:
            lines.extend(audit_file.written(tx))

    _time("write", write, deeds)
    _time("verify", check, deeds)
    _time("export", export, deeds)
    _time("verify FILE", lambda: audit_file.verified(lines), deeds)


def _time(name: str, do: Callable[[], object], deeds: int) -> None:
    began = time.process_time()
    do()
    seconds = time.process_time() - began
    print(f"{name:<12} {deeds} deeds {seconds:6.2f} s {deeds / seconds:8.0f} a second")


if __name__ == "__main__":
    main()
