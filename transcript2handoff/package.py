"""The package of a deal: one handoff of all its calls, its documents, and a manifest."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from transcript2handoff.assemble import link, read_deal
from transcript2handoff.assess import assess
from transcript2handoff.consolidate import consolidate
from transcript2handoff.contract import ContractReview, parse_catalog, parse_contract, review
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError
from transcript2handoff.files import make_folder, write_whole
from transcript2handoff.ground import known_claims
from transcript2handoff.handoff import Handoff, read_handoff
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.render import (
    BriefOptions,
    brief_html,
    brief_markdown,
    contract_markdown,
)
from transcript2handoff.shelf import read_file, remembered
from transcript2handoff.transcript import Transcript, read_transcript

DEAL: Final = "deal.toml"
DEAL_HANDOFF: Final = "handoff.json"
BRIEF: Final = "kickoff_brief"
CONTRACT: Final = "contract_review.md"
MANIFEST: Final = "manifest.json"
ARCHIVE: Final = "package.zip"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive bears: equal packages are equal byte for byte."""


@dataclass(frozen=True)
class _ReadCall:
    """A call of the deal: its handoff, its transcript, and where its recording is."""

    handoff: Handoff
    transcript: Transcript
    recording: Path | None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Files that tell what was signed, and what the product can do."""

    contract: Path
    catalog: Path | None = None

    def review(self, handoff: Handoff) -> ContractReview:
        """What was said against them.

        Raises:
            ContractFileError: one of them does not say what it should.
            InputError: one of them cannot be read.
        """
        contract = parse_contract(_text(self.contract), where=str(self.contract))
        listed = self.catalog
        catalog = parse_catalog(_text(listed), where=str(listed)) if listed else None
        days = [record.call.date for record in handoff.calls if record.call.date]
        return review(handoff, contract, catalog, today=max(days, default=None))


def pack(folder: Path, out: Path, *, signed: Signed | None = None) -> list[Path]:
    """Write the package of the deal whose calls stand in the folders below ``folder``.

    Args:
        folder: the folder with the deal file.
        out: the folder for the package.
        signed: what was signed; what was said is then put beside it.

    Returns:
        The files that were written; the last is an archive of the others.

    Raises:
        DealFileError: ``folder`` has no deal file, or a wrong one.
        InputError: a call of the deal has not been read yet.
        ArtifactError: a numbered file is broken, or of another version.
        ContractFileError: a file of ``signed`` does not say what it should.
        OutputError: ``out`` cannot be written.
    """
    deal = read_deal(folder / DEAL)
    calls = [_read(folder, call) for call in _listed(deal, folder)]
    target = make_folder(out)
    earlier = target / DEAL_HANDOFF
    handoff = consolidate(
        [call.handoff for call in calls],
        [call.transcript for call in calls],
        previous=known_claims(read_file(earlier)) if earlier.exists() else (),
    )
    files = _documents(handoff, calls, target)
    if signed:
        files[CONTRACT] = contract_markdown(signed.review(handoff)).encode()
    files[MANIFEST] = _manifest(handoff, files).encode()
    files[ARCHIVE] = _archive(files)
    write_whole(target, files)
    return [target / name for name in files]


def _text(path: Path) -> str:
    try:
        return read_file(path).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text. Save it as UTF-8.") from error


def _listed(deal: Deal, folder: Path) -> tuple[Call, ...]:
    if not deal.calls:
        raise InputError(
            f"{folder / DEAL} lists no calls. Add a [[calls]] table with id and file for each."
        )
    return deal.calls


def _read(folder: Path, call: Call) -> _ReadCall:
    home = (folder / call.file).parent if call.file else folder / call.id
    if not (home / HANDOFF).exists():
        what = folder / call.file if call.file else "its recording"
        raise InputError(
            f"{call.id} has not been read yet: {home / HANDOFF} is not there. Run "
            f"`t2h run {what} --deal {folder / DEAL} -o {home}` first."
        )
    transcript = read_transcript(read_file(home / TRANSCRIPT), where=str(home / TRANSCRIPT))
    handoff = read_handoff(read_file(home / HANDOFF), [transcript], where=str(home / HANDOFF))
    recording = remembered(home).recording
    return _ReadCall(handoff, transcript, home / recording if recording else None)


def _documents(handoff: Handoff, calls: list[_ReadCall], target: Path) -> dict[str, bytes]:
    audio = {
        call.transcript.call_id: link(call.recording, target) for call in calls if call.recording
    }
    facts = (
        handoff,
        assess(handoff),
        [call.transcript for call in calls],
        BriefOptions(audio=audio),
    )
    return {
        DEAL_HANDOFF: handoff.to_json().encode(),
        f"{BRIEF}.md": brief_markdown(*facts).encode(),
        f"{BRIEF}.html": brief_html(*facts).encode(),
    }


def _manifest(handoff: Handoff, files: dict[str, bytes]) -> str:
    """What the package holds and what it was made with."""
    told: dict[str, Any] = {
        "transcript2handoff": version("transcript2handoff"),
        "deal": handoff.deal.deal,
        "calls": [record.call.id for record in handoff.calls],
        "made_by": [
            made.model_dump(mode="json", exclude={"sendings"}) for made in handoff.provenance
        ],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
