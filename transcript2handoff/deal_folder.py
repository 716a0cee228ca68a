"""A deal as it lies in a folder: its file, the calls that were read, and what stands beside them.

``deal.toml`` names the calls. ``company.yaml``, ``terms.yaml`` (what was signed), ``catalog.yaml``
(what the product can do) and ``journal.jsonl`` (what people did) are read where they are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from transcript2handoff.assemble import read_deal
from transcript2handoff.assess import Assessment, assess
from transcript2handoff.assess.questions import last_call_day
from transcript2handoff.company import Company, with_company
from transcript2handoff.company_files import CompanyFiles, read_company
from transcript2handoff.consolidate import consolidated
from transcript2handoff.contract import ContractReview, parse_catalog, parse_contract, review
from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError
from transcript2handoff.ground import KnownClaim
from transcript2handoff.handoff import Handoff, read_handoff
from transcript2handoff.journal import Asked, Calls, apply
from transcript2handoff.journalling import Office, read_journal
from transcript2handoff.pipeline import HANDOFF, TRANSCRIPT
from transcript2handoff.shelf import read_file, remembered
from transcript2handoff.spelling import Spelling
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
    """A deal with everything that is known about it."""

    folder: Path
    calls: tuple[ReadCall, ...]
    company_files: CompanyFiles
    told: Calls
    """What the calls say, before anybody touched it."""
    handoff: Handoff
    review: ContractReview | None
    assessment: Assessment
    notes: tuple[str, ...] = ()
    """What somebody should know about the journal."""

    @property
    def company(self) -> Company:
        """The company that sold; one without any settings where there is no file."""
        return self.company_files.company

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        """The transcripts of the calls."""
        return tuple(call.transcript for call in self.calls)

    @property
    def office(self) -> Office:
        """Where people review, answer, and tell outcomes."""
        return Office(folder=self.folder, calls=self.told)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The questions that are open, with their ids."""
        return tuple(
            Asked(id=one.id, text=str(one.text), claim_ids=one.claim_ids)
            for one in self.assessment.questions
        )


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
    told = _told(calls, with_company(deal, company.company), previous)
    journal = read_journal(folder)
    done = apply(told.handoff, journal.events, told.transcripts, origin=told.origin)
    signed = _review(folder, beside, done.handoff)
    executive = company.company.who("account_executive", done.handoff.deal)
    return DealFolder(
        folder=folder,
        calls=calls,
        company_files=company,
        told=told,
        handoff=done.handoff,
        review=signed,
        assessment=assess(
            done.handoff,
            told.transcripts,
            review=signed,
            executive=executive.name if executive else None,
        ),
        notes=(
            *((journal.torn,) if journal.torn else ()),
            *(notice.text for notice in done.notices),
        ),
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


def _told(calls: Sequence[ReadCall], deal: Deal, previous: Sequence[KnownClaim]) -> Calls:
    """All calls as one, with what the deal file says by now, and names as they are spelt."""
    transcripts = [call.transcript for call in calls]
    whole = consolidated([call.handoff for call in calls], transcripts, previous=previous)
    newest = whole.handoff.model_copy(update={"deal": whole.handoff.deal.as_of(deal)})
    spelt = Spelling(deal.glossary).of(newest)
    return Calls(handoff=spelt, transcripts=transcripts, origin=whole.origin)


def _review(folder: Path, beside: Beside, handoff: Handoff) -> ContractReview | None:
    """What was said against what was signed; none where nothing was."""
    signed = beside.contract or _if_there(folder / CONTRACT)
    if signed is None:
        return None
    contract = parse_contract(text_of(signed), where=str(signed))
    listed = beside.catalog or _if_there(folder / CATALOG)
    catalog = parse_catalog(text_of(listed), where=str(listed)) if listed else None
    return review(handoff, contract, catalog, today=last_call_day(handoff))


def text_of(path: Path) -> str:
    """The text of a file beside the deal.

    Raises:
        InputError: it cannot be read, or is no UTF-8.
    """
    try:
        return read_file(path).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text. Save it as UTF-8.") from error
