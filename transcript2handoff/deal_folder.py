"""A deal as it lies in a folder: its file, the calls that were read, and what stands beside them.

``deal.toml`` names the calls. ``company.yaml``, ``terms.yaml`` (what was signed), ``catalog.yaml``
(what the product can do) and ``journal.jsonl`` (what people did) are read where they are there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from transcript2handoff.assemble import read_deal
from transcript2handoff.company import Company, with_company
from transcript2handoff.company_files import CompanyFiles, read_company
from transcript2handoff.contract import parse_catalog, parse_contract
from transcript2handoff.deal import Call, Deal
from transcript2handoff.dossier import Dossier, Papers, dossier, told_of
from transcript2handoff.errors import InputError
from transcript2handoff.ground import KnownClaim
from transcript2handoff.handoff import Handoff, read_handoff
from transcript2handoff.journalling import Office, read_journal
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.shelf import read_file, remembered
from transcript2handoff.transcript import Transcript, read_transcript

DEAL: Final = "deal.toml"
COMPANY: Final = "company.yaml"
CONTRACT: Final = "terms.yaml"
CATALOG: Final = "catalog.yaml"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Files that stand elsewhere than under their usual names in the folder of the deal."""

    company: Path | None = None
    contract: Path | None = None
    catalog: Path | None = None


USUAL: Final = Beside()


@dataclass(frozen=True)
class ReadCall:
    """A call of the deal: its handoff, its transcript, and where its recording is."""

    handoff: Handoff
    transcript: Transcript
    recording: Path | None


@dataclass(frozen=True, kw_only=True)
class DealFolder:
    """A deal with everything that is known about it, and where it lies."""

    folder: Path
    dossier: Dossier
    recordings: Mapping[str, Path]
    """By the ids of the calls that have one."""

    @property
    def office(self) -> Office:
        """Where people review, answer, and tell outcomes."""
        return Office(folder=self.folder, calls=self.dossier.told)


def open_deal(
    folder: Path, beside: Beside = USUAL, *, previous: Sequence[KnownClaim] = ()
) -> DealFolder:
    """Read a deal.

    Args:
        folder: with the deal file.
        beside: files that stand elsewhere.
        previous: claims of an earlier package, whose ids are kept.

    Raises:
        DealFileError: ``folder`` has no deal file, or a wrong one.
        InputError: a call of the deal has not been read yet, or a file cannot be read.
        ArtifactError: a numbered file is broken, or of another version.
        CompanyFileError, TemplateFileError, ContractFileError, JournalError: such a file is wrong.
    """
    deal = read_deal(folder / DEAL)
    company = _company(beside.company or _if_there(folder / COMPANY))
    calls = tuple(_read(folder, call) for call in _listed(deal, folder))
    told = told_of(
        [call.handoff for call in calls],
        [call.transcript for call in calls],
        with_company(deal, company.company),
        previous=previous,
    )
    journal = read_journal(folder)
    whole = dossier(told, journal.events, _papers(folder, beside, company))
    torn = (journal.torn,) if journal.torn else ()
    return DealFolder(
        folder=folder,
        dossier=replace(whole, notes=(*torn, *whole.notes)),
        recordings={call.transcript.call_id: call.recording for call in calls if call.recording},
    )


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None


def _company(path: Path | None) -> CompanyFiles:
    return read_company(path) if path else CompanyFiles(company=Company())


def _listed(deal: Deal, folder: Path) -> tuple[Call, ...]:
    if not deal.calls:
        raise InputError(
            f"{folder / DEAL} lists no calls. Add a [[calls]] table with id and file for each."
        )
    return deal.calls


def _read(folder: Path, call: Call) -> ReadCall:
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
    return ReadCall(handoff, transcript, home / recording if recording else None)


def _papers(folder: Path, beside: Beside, company: CompanyFiles) -> Papers:
    """What stands beside the calls; without a contract the catalog is put beside nothing."""
    signed = beside.contract or _if_there(folder / CONTRACT)
    if signed is None:
        return Papers(company_files=company)
    contract = parse_contract(text_of(signed), where=str(signed))
    listed = beside.catalog or _if_there(folder / CATALOG)
    catalog = parse_catalog(text_of(listed), where=str(listed)) if listed else None
    return Papers(company_files=company, contract=contract, catalog=catalog)


def text_of(path: Path) -> str:
    """The text of a file beside the deal.

    Raises:
        InputError: it cannot be read, or is no UTF-8.
    """
    try:
        return read_file(path).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text. Save it as UTF-8.") from error
