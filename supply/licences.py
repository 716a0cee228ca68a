"""Write ``docs/licences.md``: the licence of everything that is locked, run, or kept in here.

``python -m supply.licences``. Licences are read from the metadata of installed packages; what is
not clear there, or not installed on this platform, stands in ``licences.toml``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

from supply.locks import LANGUAGE_MODEL, LEVELS, ROOT, TORCH, Pin, read_lock

HERE: Final = Path(__file__).parent
DOCUMENT: Final = ROOT / "docs" / "licences.md"
_HEAD: Final = "| package | version | licence | wanted by |\n|---|---|---|---|"


@dataclass(frozen=True)
class Rules:
    """What ``licences.toml`` says."""

    allowed: frozenset[str]
    because: Mapping[str, str]
    bundled: Mapping[str, str]
    spelled: Mapping[str, str]
    packages: Mapping[str, str]


def table(name: str) -> dict[str, Any]:
    """A table beside this module, by its name without the suffix."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rules() -> Rules:
    """The rules that this project goes by."""
    read = table("licences")
    return Rules(**{**read, "allowed": frozenset(read["allowed"])})


def licence_of(key: str) -> str:
    """The licence of a package, as an SPDX expression.

    Raises:
        LookupError: Neither its metadata nor ``licences.toml`` tells.
    """
    if own := _of(rules().packages, key):
        return own
    try:
        told = metadata(key)
    except PackageNotFoundError as error:
        raise LookupError(f"{key} is not installed: add its licence to licences.toml") from error
    for expression in told.get_all("License-Expression", []):
        return _spaced(expression)
    classifiers = [words.split(" :: ")[-1] for words in told.get_all("Classifier", [])]
    for words in (*told.get_all("License", []), *classifiers):
        known = rules().spelled.get(words, str(words))
        if known and names_in(known) <= rules().allowed | {"MPL-2.0"}:
            return known
    raise LookupError(f"The metadata of {key} names no licence: add it to licences.toml")


def _of(values: Mapping[str, str], key: str) -> str:
    """The value of the first name or pattern that fits the package; empty if none does."""
    return next((value for name, value in values.items() if fnmatchcase(key, name)), "")


def _spaced(expression: str) -> str:
    return re.sub(r"\s+", " ", expression).strip()


def names_in(expression: str) -> set[str]:
    """The names of licences and exceptions in an SPDX expression."""
    return set(re.findall(r"[\w.+-]+", expression)) - {"AND", "OR", "WITH"}


def is_allowed(key: str, expression: str) -> bool:
    """Whether the package may be used: by its licence, or by a reason that was written down."""
    return names_in(expression) <= rules().allowed or bool(_of(rules().because, key))


def document() -> str:
    """The text of ``docs/licences.md``."""
    parts = [_INTRODUCTION]
    for level in LEVELS:
        parts += [f"## {level.name}: {level.purpose}", _packages(read_lock(level.name))]
    parts += [_CUDA, _packages(read_lock(TORCH))]
    parts += ["## A language model for `make test-llm`", _packages(read_lock(LANGUAGE_MODEL))]
    parts += ["## Licences with a condition, and why they may be used", _reasons()]
    parts += [_BUNDLED, _bundled(), "## Models", _models(), _VENDORED, _vendored()]
    return "\n\n".join(parts) + "\n"


def _packages(pins: Iterable[Pin]) -> str:
    rows = [
        f"| {pin.name} | {pin.version} | {licence_of(pin.key)} | {', '.join(pin.wanted_by)} |"
        for pin in pins
    ]
    return "\n".join([_HEAD, *rows])


def _reasons() -> str:
    rows = [f"| {key} | {licence_of(key)} | {why} |" for key, why in rules().because.items()]
    return "\n".join(["| package | licence | reason |\n|---|---|---|", *rows])


def _bundled() -> str:
    rows = [f"| {key} | {what} |" for key, what in rules().bundled.items()]
    return "\n".join(["| package | what is inside |\n|---|---|", *rows])


def _models() -> str:
    rows = []
    for model in table("models")["model"]:
        made = (
            f"{model['author']}, <{model['source']}>"
            if "://" in model["source"]
            else model["author"]
        )
        digests = "<br>".join(f"`{digest}`" for digest in model_digests(model).values())
        rows.append(
            f"| {model['name']} | {model['version']} | {model['licence']} | {made} "
            f"| {model['package']} | {model['purpose']} | {digests} |"
        )
    head = "| model | version | licence | from | package | for | SHA-256 of its files |"
    return "\n".join([f"{head}\n|---|---|---|---|---|---|---|", *rows])


def model_digests(model: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the model's files by name, out of ``models.toml`` or the code that it names."""
    if "digests" in model:
        return dict(model["digests"])
    module, _, name = model["pin"].partition(":")
    constant, _, key = name.partition("/")
    found = getattr(import_module(module), constant)
    return dict((found[key] if key else found).files)


def _vendored() -> str:
    rows = [
        f"| {file['name']} | {file['version']} | {file['licence']} | `{file['path']}` "
        f"| `{file['released_as']}` | `{file['sha256']}` |"
        for file in table("vendored")["file"]
    ]
    head = (
        "| package | version | licence | file | released as | SHA-256 |\n|---|---|---|---|---|---|"
    )
    return "\n".join([head, *rows])


_INTRODUCTION: Final = """# Licences

The licence of everything that is installed by this project's own files, that runs inside of it, or
that is kept in this repository. Versions are those of `locks/`. `make licences` writes this
document; a test compares it with the lock and with the metadata of what is installed, and fails
where a licence is neither on the list of allowed ones (`supply/licences.toml`) nor has a reason
below.

The package itself is under the MIT licence. It ships none of these packages: pip installs them. An
image that is built from `deploy/Containerfile` holds those of the first table, and whoever passes
it on passes them on."""
_CUDA: Final = """## torch: PyTorch

The CPU build, under PyTorch's own licences, where pip finds one; else what follows, of which Linux
needs all and macOS `torch` alone."""
_BUNDLED: Final = """## What wheels carry beside their own code

Read from the wheels for Linux on x86-64. Permissive parts of wheels (zlib, libpng, Opus and the
like) are named in the licence files of each wheel."""
_VENDORED: Final = """## Browser files in this repository

Unmodified, from the npm registry, with their licences beside them; `supply/vendored.toml` has the
digests that a test compares."""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
