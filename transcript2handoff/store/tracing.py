"""In which calls a person takes part or is named, and what their deals know of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select

from transcript2handoff.corrections import apply, parsed
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.erasure import ERASED, Eraser, Who, without
from transcript2handoff.errors import ArtifactError, BlobMissingError, InputError
from transcript2handoff.store import corrections
from transcript2handoff.store.tables import CallRow, DealRow, ResultRow
from transcript2handoff.store.transaction import Transaction
from transcript2handoff.transcript import Transcript, read_transcript

TRANSCRIPT: Final = "2_transcript.json"
"""The name under which a step keeps the transcript that it made."""
_CORRECTED: Final = ("correct", "ground")
"""Steps that keep it as it was corrected."""
Reader = Callable[[str, bytes], Transcript]
"""Reads a transcript file that was sent in, of the call with this id inside of its deal.

It raises an InputError where it cannot.
"""


def native(_ref: str, data: bytes) -> Transcript:
    """Reads our own transcripts alone."""
    return read_transcript(data)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A person and one of their deals.

    Attributes:
        who: the person, by all names that the deal knows for them.
        keeping: names of others in the deal that may hold a part of theirs.
    """

    who: Who
    keeping: tuple[str, ...]

    @classmethod
    def of(cls, who: Who, deal: Deal) -> "Trace":
        """What a deal knows of a person."""
        theirs = known_by(deal, who)
        theirs = theirs.also(
            emails=(p.email for p in deal.participants if p.email and is_them(p, theirs))
        )
        people = [person.name for person in deal.participants if not is_them(person, theirs)]
        firms = [name for name in (deal.seller, deal.customer, deal.product) if name]
        told = [*firms, *(n for n in (*people, *deal.owners.values()) if len(n.split()) > 1)]
        return cls(who=theirs, keeping=tuple(dict.fromkeys(told)))

    def is_in_id(self, text: str) -> bool:
        """Whether they stand in what a call is called, as names of files often have it."""
        return Eraser.near(self.who, self.keeping, any_case=True).names_them(text)

    @property
    def eraser(self) -> Eraser:
        """Finds them in texts of the deal."""
        return Eraser.near(self.who, self.keeping)


def known_by(deal: Deal, who: Who) -> Who:
    """The person by the names that stand beside their addresses in a deal as well."""
    return who.also(names=(p.name for p in deal.participants if who.is_email(p.email)))


def is_them(participant: Participant, who: Who) -> bool:
    """Whether a participant of a deal is the person."""
    return who.is_email(participant.email) or who.is_name(participant.name)


def deal_without(deal: Deal, trace: Trace) -> Deal:
    """A deal without the person: no title and no address of theirs is left either."""
    nobody = {"name": ERASED, "title": None, "email": None}
    people = tuple(
        person.model_copy(update=nobody) if is_them(person, trace.who) else person
        for person in deal.participants
    )
    told = deal.model_copy(update={"participants": people}).model_dump_json(exclude_defaults=True)
    return Deal.model_validate_json(trace.eraser.put_out_json(told))


def call_without(call: Call, trace: Trace) -> Call:
    """A call without the person among those who were invited."""
    names = tuple(ERASED if trace.who.is_name(name) else name for name in call.attendees)
    told = call.model_copy(update={"attendees": names}).model_dump_json()
    return Call.model_validate_json(trace.eraser.put_out_json(told)).model_copy(
        update={"id": call.id}
    )


def transcript_of(tx: Transaction, call: CallRow) -> str | None:
    """The digest of a call's transcript: what was made last, or else what was sent in."""
    made = tx.session.scalar(
        select(ResultRow.blob)
        .where(ResultRow.call_id == call.id, ResultRow.name == TRANSCRIPT)
        .order_by(ResultRow.used.desc(), ResultRow.created.desc())
        .limit(1)
    )
    return made or call.transcript


def _heard_of(tx: Transaction, call: CallRow) -> str | None:
    """The digest of a call's transcript as it was heard, or sent in: what is corrected."""
    made = tx.session.scalar(
        select(ResultRow.blob)
        .where(
            ResultRow.call_id == call.id,
            ResultRow.name == TRANSCRIPT,
            ResultRow.step.not_in(_CORRECTED),
        )
        .order_by(ResultRow.used.desc(), ResultRow.created.desc())
        .limit(1)
    )
    return made or call.transcript


def heard(tx: Transaction, who: Who) -> frozenset[str]:
    """The ids of the calls in whose transcripts a person is named in whole.

    It reads all transcripts: best in a transaction that reads, for others can write meanwhile.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    eraser = Eraser.anywhere(who)
    return frozenset(
        call.id
        for call in tx.session.scalars(select(CallRow))
        if (digest := transcript_of(tx, call)) and eraser.names_them(_text(tx, digest))
    )


def touched(tx: Transaction, deal: DealRow, trace: Trace) -> list[CallRow]:
    """The calls of a deal in which a person takes part or is named.

    A call that nobody has written down yet is one of them if they may be on it: they were invited,
    or they take part in the deal and nobody knows who was invited.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    people = Deal.model_validate_json(deal.deal).participants
    takes_part = any(is_them(person, trace.who) for person in people)
    calls = tx.session.scalars(select(CallRow).where(CallRow.deal_id == deal.id))
    return [call for call in calls.all() if _is_touched(tx, call, trace, takes_part=takes_part)]


def _is_touched(tx: Transaction, call: CallRow, trace: Trace, *, takes_part: bool) -> bool:
    told = Call.model_validate_json(call.call)
    eraser = trace.eraser
    if any(map(trace.who.is_name, told.attendees)) or eraser.json_names_them(call.call):
        return True
    if trace.is_in_id(call.ref):
        return True
    if any(map(eraser.json_names_them, corrections.of(tx, call.id))):
        return True
    if takes_part and not told.attendees and transcript_of(tx, call) is None:
        return True
    written = or_(ResultRow.media_type.startswith("text/"), ResultRow.media_type.contains("json"))
    made = select(ResultRow.blob).where(ResultRow.call_id == call.id, written)
    digests = {digest for digest in (*tx.session.scalars(made), call.transcript) if digest}
    return any(_names(_text(tx, digest), trace) for digest in digests)


def _names(text: str, trace: Trace) -> bool:
    """Whether a file names the person; of a transcript, whether it would not be the same."""
    if trace.eraser.json_names_them(text):
        return True
    try:
        transcript = read_transcript(text)
    except ArtifactError:
        return False
    return without(transcript, trace.who, trace.keeping) is not transcript


def corrected(tx: Transaction, call: CallRow, reader: Reader) -> Transcript | None:
    """A call's transcript with what people put right, or none if the reader does not know its form.

    Perhaps nobody but whoever corrected it knew who speaks.

    Raises:
        StoreUnreachableError: the blobs cannot be read.
    """
    digest = _heard_of(tx, call)
    heard = digest and _read(tx, call, digest, reader)
    return apply(heard, parsed(corrections.of(tx, call.id))).transcript if heard else None


def _read(tx: Transaction, call: CallRow, digest: str, reader: Reader) -> Transcript | None:
    try:
        data = b"".join(tx.blobs.read(digest))
    except BlobMissingError:
        return None
    for reading in (native, reader):
        try:
            return reading(call.ref, data)
        except (ArtifactError, InputError):
            continue
    return None


def _text(tx: Transaction, digest: str) -> str:
    try:
        return b"".join(tx.blobs.read(digest)).decode(errors="replace")
    except BlobMissingError:
        return ""


def names_of(deals: Iterable[DealRow], who: Who) -> Who:
    """The person by all names that stand beside their addresses in deals as well."""
    for row in deals:
        who = known_by(Deal.model_validate_json(row.deal), who)
    return who
