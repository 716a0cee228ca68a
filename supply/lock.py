"""Write the lock files anew: ``python -m supply.lock [--upgrade] [--package NAME ...]``.

Versions that are locked stay, unless ``pyproject.toml`` no longer allows them or they are asked to
be raised. The resolution is for every supported platform and Python at once.
"""

import argparse
import os
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from supply.locks import (
    LANGUAGE_MODEL,
    LEVELS,
    LOCKS,
    ROOT,
    TORCH,
    TORCH_CPU,
    Pin,
    held,
    parse_pins,
    simplest,
    written,
)

_TORCH_PACKAGES: Final = ("torch", "triton", "nvidia-", "cuda-")
_NOT_LOCKED: Final = ("pip",)
"""What installs cannot lock itself: it comes with Python."""
_CPU_BUILDS: Final = Path(__file__).parent / "cpu_builds.toml"
_LANGUAGE_MODEL: Final = ROOT / "tests" / "llm" / "requirements.in"


def main(arguments: Sequence[str] | None = None) -> None:
    """Resolve, and write every file in ``locks/``."""
    parser = argparse.ArgumentParser(prog="python -m supply.lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    parser.add_argument("--package", action="append", default=[], help="raise this package")
    wishes = parser.parse_args(arguments)
    raising = ["--upgrade"] if wishes.upgrade else []
    raising += [f"--upgrade-package={name}" for name in wishes.package]
    with TemporaryDirectory() as folder:
        _write(Path(folder), raising)


def _write(work: Path, raising: list[str]) -> None:
    extras = [extra for level in LEVELS for extra in level.extras]
    everything = _resolve(extras, work / "all.txt", raising)
    _keep_torch([pin for pin in everything if pin.key.startswith(_TORCH_PACKAGES)])
    below: set[tuple[str, str]] = set()
    above = ""
    for number, level in enumerate(LEVELS, 1):
        extras = [extra for lower in LEVELS[:number] for extra in lower.extras]
        fixed = [f"--constraint={work / 'all.txt'}"]
        resolved = _resolve(extras, work / f"{level.name}.txt", fixed)
        added = [pin for pin in resolved if (pin.key, pin.marker) not in below]
        below |= {(pin.key, pin.marker) for pin in added}
        wanted = [pin for pin in added if not pin.key.startswith(_TORCH_PACKAGES)]
        _keep(level.name, wanted, level.purpose, above)
        above = level.name
    model = _compile(_LANGUAGE_MODEL, work / "llm.txt", ["--no-deps"])
    _keep(LANGUAGE_MODEL, model, "a language model for `make test-llm`")


def _keep_torch(pins: list[Pin]) -> None:
    _keep(TORCH, pins, "PyTorch as the package index has it, on Linux with CUDA")
    builds: Mapping[str, Mapping[str, str]] = tomllib.loads(_CPU_BUILDS.read_text("utf-8"))
    (torch,) = (pin for pin in pins if pin.key == "torch")
    version = f"{torch.version}+cpu"
    digests = [digest for name, digest in builds["torch"].items() if f"-{version}-" in name]
    own = replace(torch, version=version, marker="", hashes=tuple(sorted(digests)))
    _keep(TORCH_CPU, [own], "PyTorch's CPU build")


def _keep(name: str, pins: Iterable[Pin], heading: str, above: str = "") -> None:
    own = [pin for pin in pins if pin.key not in _NOT_LOCKED]
    text = written(own, heading=heading, above=above)
    (LOCKS / f"{name}.txt").write_text(text, encoding="utf-8")
    print(f"locks/{name}.txt: {len(own)} packages")  # noqa: T201


def _resolve(extras: list[str], output: Path, options: list[str]) -> list[Pin]:
    chosen = [f"--extra={extra}" for extra in extras]
    return _compile(ROOT / "pyproject.toml", output, [*chosen, "-", *options])


def _compile(source: Path, output: Path, options: list[str]) -> list[Pin]:
    """Ask the resolver, which takes the versions in ``output`` where it may."""
    output.write_text(_locked_now(), encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    command = ["uv", "pip", "compile", str(source), f"--output-file={output}", "--quiet"]
    command += ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header"]
    certificates = os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT")
    trust = {"SSL_CERT_FILE": certificates} if certificates else {}
    subprocess.run(  # noqa: S603
        [*command, *options],
        input="\n".join(project["build-system"]["requires"]),
        text=True,
        check=True,
        env={**os.environ, **trust},
    )
    pins = parse_pins(output.read_text("utf-8"))
    return [replace(pin, marker=simplest(pin.marker)) for pin in pins if any(held(pin.marker))]


def _locked_now() -> str:
    files = sorted(set(LOCKS.glob("*.txt")) - {LOCKS / f"{TORCH_CPU}.txt"})
    texts = [file.read_text("utf-8") for file in files]
    return "\n".join(line for text in texts for line in text.splitlines() if line[:3] != "-r ")


if __name__ == "__main__":
    main()
