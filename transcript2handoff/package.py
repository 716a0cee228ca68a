"""The package of a deal: one handoff of all its calls, its documents, a manifest, an archive."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from transcript2handoff.assemble import link
from transcript2handoff.deal_documents import INTERNAL, DealDocuments
from transcript2handoff.deal_folder import USUAL, Beside, open_deal, text_of
from transcript2handoff.documents.customer_plan import CustomerPlan, parse_plan
from transcript2handoff.documents.tags import tags
from transcript2handoff.dossier import Dossier
from transcript2handoff.files import is_below, make_folder, write_whole, writing_to
from transcript2handoff.ground import known_claims
from transcript2handoff.shelf import read_file
from transcript2handoff.words import Language

DEAL_HANDOFF: Final = "handoff.json"
MANIFEST: Final = "manifest.json"
ARCHIVE: Final = "package.zip"
PLAN: Final = "plan.yaml"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive bears: equal packages are equal byte for byte."""


@dataclass(frozen=True)
class Packed:
    """What was written; the last file is an archive of the others. ``notes`` are for the user."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def pack(
    folder: Path, out: Path, beside: Beside = USUAL, *, language: Language | None = None
) -> Packed:
    """Write the package of the deal whose calls stand in the folders below ``folder``.

    Args:
        folder: the folder with the deal file.
        out: the folder for the package.
        beside: files of the deal that stand elsewhere.
        language: of the documents; that of the company file where none is given.

    Raises:
        InputError: the deal cannot be read, as ``open_deal`` says.
        DocumentError: a document cannot be put into one of its formats.
        OutputError: ``out`` cannot be written.
    """
    earlier = out / DEAL_HANDOFF
    previous = known_claims(read_file(earlier)) if earlier.exists() else ()
    there = open_deal(folder, beside, previous=previous)
    deal, home = there.dossier, out / INTERNAL
    documents = DealDocuments(
        deal=deal,
        language=language or deal.company.language,
        plan=_plan(folder / PLAN),
        recordings={call: link(path, home) for call, path in there.recordings.items()},
    )
    files = {DEAL_HANDOFF: deal.handoff.to_json().encode(), **documents.files()}
    files[MANIFEST] = _manifest(deal, files).encode()
    files[ARCHIVE] = _archive(files)
    target, outdated = make_folder(out), _outdated(out, files)
    write_whole(target, files)
    with writing_to(target):
        for path in outdated:
            path.unlink()
    return Packed(tuple(target / name for name in files), deal.notes)


def _plan(path: Path) -> CustomerPlan:
    """What customer success has agreed with the customer since; nothing where there is no file."""
    return parse_plan(text_of(path), where=str(path)) if path.exists() else CustomerPlan()


def _outdated(target: Path, files: dict[str, bytes]) -> list[Path]:
    """What an earlier package wrote, this one does not, and nobody has touched in between."""
    if not (target / MANIFEST).exists():
        return []
    try:
        listed = json.loads(read_file(target / MANIFEST))["files"].items()
    except (ValueError, LookupError, TypeError, AttributeError):
        return []
    gone = [(target / name, digest) for name, digest in listed if name not in files]
    return [path for path, digest in gone if is_below(path, target) and _is(path, digest)]


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and _digest(read_file(path)) == digest


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _manifest(deal: Dossier, files: dict[str, bytes]) -> str:
    """What the package holds and what it was made with."""
    handoff = deal.handoff
    told: dict[str, Any] = {
        "transcript2handoff": version("transcript2handoff"),
        "deal": handoff.deal.deal,
        "calls": [record.call.id for record in handoff.calls],
        "verdict": deal.assessment.verdict,
        "score": deal.assessment.score,
        "tags": tags(handoff, deal.assessment, deal.review),
        "notes": deal.notes,
        "made_by": [
            made.model_dump(mode="json", exclude={"sendings"}) for made in handoff.provenance
        ],
        "files": {name: _digest(data) for name, data in files.items()},
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
