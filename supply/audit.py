"""Ask the advisory service about every locked version: ``python -m supply.audit [--service osv]``.

Ends with 0 if nothing is known against any of them, with 1 if something is, and with 2 if the
service did not answer about all of them. Silence is not taken for an acquittal.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from packaging.version import Version

from supply.locks import LANGUAGE_MODEL, LEVELS, TORCH, Pin, read_level, read_lock

CLEAN: Final = 0
VULNERABLE: Final = 1
NOT_AUDITED: Final = 2


@dataclass(frozen=True)
class Findings:
    """What the service answered.

    Attributes:
        asked: number of packages that were asked about.
        known: a line for each advisory.
        unanswered: packages without an answer.
    """

    asked: int
    known: tuple[str, ...]
    unanswered: tuple[str, ...]

    @property
    def status(self) -> int:
        """The exit status that says it."""
        if self.known:
            return VULNERABLE
        return NOT_AUDITED if self.unanswered or not self.asked else CLEAN

    @property
    def report(self) -> str:
        """What a person is told."""
        lines = list(self.known)
        if self.unanswered:
            lines.append(
                f"NOT AUDITED: no answer about {len(self.unanswered)} of {self.asked} packages "
                f"({', '.join(self.unanswered[:5])} ...). Run this again where the advisory "
                "service can be reached, or name another with --service."
            )
        told = self.asked - len(self.unanswered)
        lines.append(f"{told} of {self.asked} packages audited, {len(self.known)} advisories.")
        return "\n".join(lines)


def locked() -> list[Pin]:
    """Every pin of every lock file, for every platform."""
    return [*read_level(LEVELS[-1].name), *read_lock(TORCH), *read_lock(LANGUAGE_MODEL)]


def questions(pins: Sequence[Pin]) -> str:
    """The pins as requirements; without tags of builds, which no advisory knows."""
    lines = {f"{pin.key}=={Version(pin.version).public}" for pin in pins}
    return "\n".join(sorted(lines)) + "\n"


def understood(answer: dict[str, Any]) -> Findings:
    """Read what ``pip-audit`` writes as JSON."""
    told = answer["dependencies"]
    return Findings(
        asked=len(told),
        known=tuple(
            f"{package['name']} {package['version']}: {found['id']}"
            f" (mended in {', '.join(found['fix_versions']) or 'no version yet'})"
            for package in told
            for found in package.get("vulns", [])
        ),
        unanswered=tuple(package["name"] for package in told if "skip_reason" in package),
    )


def audit(service: str, pins: Sequence[Pin], *, osv_url: str = "") -> Findings:
    """Ask ``service`` about ``pins``; with ``osv_url``, that mirror of it.

    Raises:
        SystemExit: The service cannot be reached at all; the status is ``NOT_AUDITED``.
    """
    with TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "requirements.txt", Path(folder) / "answer.json"
        asked.write_text(questions(pins), encoding="utf-8")
        options = ["--disable-pip", "--no-deps", "--progress-spinner=off", "--format=json"]
        command = ["pip_audit", *options, f"--vulnerability-service={service}"]
        command += [f"--osv-url={osv_url}"] if osv_url else []
        ran = subprocess.run(  # noqa: S603
            [sys.executable, "-m", *command, f"--requirement={asked}", f"--output={answered}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if not answered.exists():
            last = ran.stderr.strip().splitlines()[-1:]
            print(f"NOT AUDITED: the advisory service {service} cannot be reached.", *last)  # noqa: T201
            raise SystemExit(NOT_AUDITED)
        return understood(json.loads(answered.read_text("utf-8")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit, print what was found, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m supply.audit", description=__doc__)
    parser.add_argument("--service", choices=["pypi", "osv"], default="pypi")
    parser.add_argument("--osv-url", default="", help="a mirror of OSV; with --service osv")
    wishes = parser.parse_args(arguments)
    findings = audit(wishes.service, locked(), osv_url=wishes.osv_url)
    print(findings.report)  # noqa: T201
    return findings.status


if __name__ == "__main__":
    raise SystemExit(main())
