"""The typed handoff: claims, the evidence that proves them, Draft and Handoff.

A *draft* is what an engine claims, with citations that nobody has checked yet. A *handoff* holds
claims whose evidence stands letter for letter in a transcript. There is one way from the one to
the other, ``transcript2handoff.ground``; a claim without evidence, or evidence whose words are not
in its turn, cannot be constructed.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from transcript2handoff.deal import Call, Deal, Record, Text, first_fault
from transcript2handoff.errors import ArtifactError
from transcript2handoff.facts import Fact, Kind, Promise
from transcript2handoff.transcript import Confidence, Seconds, Span, Transcript, Turn
from transcript2handoff.words import Message

SCHEMA_VERSION: Final = 1

Match = Literal["exact", "normalised", "fuzzy"]
"""How a quote was found: letter for letter, but for case and punctuation, or nearly."""


class Citation(Record):
    """Where an engine says that a fact is stated: a turn's number and words of it, unchecked."""

    turn: int
    quote: str


class DraftClaim(Record):
    """A fact as an engine claims it, before anybody looked whether the words are there."""

    summary: Text
    fact: Fact
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    """The first is the best one."""
    confidence: Confidence = 1.0

    @property
    def kind(self) -> Kind:
        """The kind of the fact."""
        return self.fact.kind


class Window(Record):
    """Turns that an engine has read together, first and last included."""

    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]

    @property
    def numbers(self) -> range:
        """The numbers of its turns."""
        return range(self.first, self.last + 1)

    @property
    def turns(self) -> str:
        """The turns in words."""
        if self.first == self.last:
            return f"turn {self.first}"
        return f"turns {self.first} to {self.last}"


class Unread(Window):
    """Turns that an engine has not read, and why."""

    reason: Text


class PromptUsed(Record):
    """A prompt that a model was asked with: its versioned name, and the SHA-256 of its files."""

    name: Text
    sha256: Text


class Usage(Record):
    """What a model server was paid for this draft; tokens as the server counts them.

    Answers that were kept from an earlier run count in ``from_cache`` alone.
    """

    requests: Annotated[int, Field(ge=0)] = 0
    from_cache: Annotated[int, Field(ge=0)] = 0
    tokens_in: Annotated[int, Field(ge=0)] = 0
    tokens_cached: Annotated[int, Field(ge=0)] = 0
    """Those of ``tokens_in`` that the server had kept from a like request."""
    tokens_out: Annotated[int, Field(ge=0)] = 0
    cost: Annotated[float, Field(ge=0)] | None = None
    """In the currency of the price table; none where the model's prices are not known."""


class Sending(Record):
    """Words of the call that left this machine: to whom, what, when."""

    to: Text
    """Scheme, host and port."""
    model: Text
    at: datetime.datetime
    purpose: Text
    turns: tuple[Window, ...]
    redacted: bool


class Provenance(Record):
    """What made the claims of one call."""

    call_id: Text
    engine: Text
    engine_version: Text
    model: str | None = None
    prompts: tuple[PromptUsed, ...] = ()
    usage: Usage | None = None
    sendings: tuple[Sending, ...] = ()
    hidden: Mapping[str, int] = Field(default_factory=dict)
    """What was hidden from the model, by kind, and how often."""


class Draft(Record):
    """Everything that an engine claims about one call. ``coverage`` says what it has read.

    A turn that is neither in ``coverage`` nor in ``unread`` is a fault, which ``ground`` reports.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    call_id: Text
    transcript_version: Annotated[int, Field(ge=1)]
    provenance: Provenance
    coverage: tuple[Window, ...]
    unread: tuple[Unread, ...] = ()
    """Turns that could not be read although everything was tried; the draft is incomplete."""
    notes: tuple[Text, ...] = ()
    """What a reader should know about how it came about."""
    claims: tuple[DraftClaim, ...] = ()

    def to_json(self) -> str:
        """The file ``3_draft.json``."""
        return self.model_dump_json(indent=1) + "\n"


class SpokenEvidence(Record):
    """Words of a call, letter for letter, with who said them and when.

    It can only be built in the presence of its transcript (``context={"transcripts": {...}}``),
    and ``transcript2handoff.ground`` does it; reading a handoff checks every quote again.
    """

    source: Literal["spoken"] = "spoken"
    call_id: Text
    transcript_version: Annotated[int, Field(ge=1)]
    turn: Annotated[int, Field(ge=1)]
    quote: Annotated[str, Field(min_length=1, pattern=r"\S")]
    start: Seconds | None
    end: Seconds | None
    speaker: str | None
    """A speaker id of the transcript; names are looked up there, so that they can be mended."""
    match: Match

    @model_validator(mode="after")
    def _stands_in_its_turn(self, info: ValidationInfo) -> Self:
        transcripts: Mapping[str, Transcript] = (info.context or {}).get("transcripts", {})
        transcript = transcripts.get(self.call_id)
        if transcript is None:
            raise ValueError(f"no transcript of {self.call_id} to prove the quote with")
        if transcript.version != self.transcript_version:
            raise ValueError(
                f"evidence of version {self.transcript_version} of {self.call_id}, "
                f"which is at version {transcript.version}"
            )
        if self.turn > len(transcript.turns):
            raise ValueError(f"{self.call_id} has no turn {self.turn}")
        turn = transcript.turn(self.turn)
        if self.quote not in turn.text:
            raise ValueError(f"turn {self.turn} of {self.call_id} does not hold {self.quote!r}")
        if self.speaker != turn.speaker:
            raise ValueError(f"turn {self.turn} of {self.call_id} is not said by {self.speaker}")
        if (self.start, self.end) not in set(_times(self.quote, turn)):
            raise ValueError(
                f"turn {self.turn} of {self.call_id} does not say {self.quote!r} "
                f"from {self.start} to {self.end}"
            )
        return self


def _times(quote: str, turn: Turn) -> Iterator[tuple[float | None, float | None]]:
    """The seconds of every place where a quote stands in a turn; none for turns without times."""
    begin = turn.text.find(quote)
    while begin >= 0:
        playback = turn.playback(Span(begin, begin + len(quote)))
        yield (playback.start, playback.end) if playback else (None, None)
        begin = turn.text.find(quote, begin + 1)


class StatementEvidence(Record):
    """What somebody answered to a question after the call; never mixed with what was said on it."""

    source: Literal["statement"] = "statement"
    person: Text
    at: datetime.datetime
    words: Text
    question_id: str | None = None


Evidence = Annotated[SpokenEvidence | StatementEvidence, Field(discriminator="source")]


PromiseState = Literal["open", "changed", "withdrawn", "done", "superseded"]
"""What has become of a promise, or of another claim's value, over the calls of a deal."""


class Turning(Record):
    """A step in the history of a claim: what a call made of it, with the words that show it.

    Of a promise every call that speaks of it is a step. Of terms, goals, people and tasks of the
    customer's the first is ``open``, and each further one is ``changed``: a value that moved.
    """

    call_id: Text
    date: datetime.date | None
    state: PromiseState
    summary: Text
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]


Outcome = Literal["kept", "late", "impossible"]
"""What came of a promise after the handoff."""


class Review(Record):
    """What a person did to a claim, the last time that one looked at it."""

    action: Literal["confirmed", "edited", "added"]
    by: Text
    at: datetime.datetime
    why: Text | None = None


class Answer(Record):
    """What somebody answered to a question that the calls had left open."""

    question_id: Text
    question: Text
    evidence: StatementEvidence


class Claim(Record):
    """A fact with the words that prove it. ``id`` is given once and kept over every re-run."""

    id: Text
    summary: Text
    fact: Fact
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    """The first is the best one."""
    confidence: Confidence = 1.0
    history: tuple[Turning, ...] = ()
    """In a consolidated deal, the steps of a claim in the order of the calls; see ``Turning``."""
    review: Review | None = None
    outcome: Outcome | None = None
    """Of a promise: what came of it after the handoff, if anybody has said."""

    @property
    def kind(self) -> Kind:
        """The kind of the fact."""
        return self.fact.kind

    @property
    def state(self) -> PromiseState | None:
        """What has become of a promise after all its calls; none for a claim of another kind."""
        if not isinstance(self.fact, Promise):
            return None
        return self.history[-1].state if self.history else self.fact.status

    @property
    def is_owed(self) -> bool:
        """Whether this is a promise that still stands, as it was made or changed."""
        return self.state in ("open", "changed")

    @property
    def spoken(self) -> tuple[SpokenEvidence, ...]:
        """The evidence from calls, best first."""
        return tuple(e for e in self.evidence if isinstance(e, SpokenEvidence))


def _as_message(told: object) -> object:
    """Words that an earlier version wrote as plain text."""
    return Message(text=told) if isinstance(told, str) else told


class Contradiction(Record):
    """Claims that cannot both hold, and that nobody has resolved; shown side by side."""

    claims: Annotated[tuple[Text, ...], Field(min_length=2)]
    """Their ids, in the order of the calls."""
    about: Annotated[Message, BeforeValidator(_as_message)]
    """What they disagree in, in words."""


class Rejection(Record):
    """What an engine claimed and the transcript does not bear out; shown in the appendix only."""

    claim: DraftClaim
    call_id: Text
    reason: Text


class CallRecord(Record):
    """A call that the handoff was made from."""

    call: Call
    transcript_version: Annotated[int, Field(ge=1)]
    turns: int
    duration: Seconds | None = None
    language: str | None = None
    unread: tuple[Unread, ...] = ()
    """Turns that no engine has read, so that nothing is known of what they hold."""
    notes: tuple[Text, ...] = ()
    """What a reader should know about how the claims came about."""


class Handoff(Record):
    """What sales knows and customer success needs, each line with its proof."""

    schema_version: Literal[1] = SCHEMA_VERSION
    deal: Deal
    calls: tuple[CallRecord, ...]
    provenance: tuple[Provenance, ...]
    claims: tuple[Claim, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    answers: tuple[Answer, ...] = ()
    rejected: tuple[Rejection, ...] = ()

    @model_validator(mode="after")
    def _ids_fit_together(self) -> Self:
        ids = [claim.id for claim in self.claims]
        if len(set(ids)) != len(ids):
            raise ValueError("two claims have the same id")
        strangers = {name for clash in self.contradictions for name in clash.claims} - set(ids)
        if strangers:
            raise ValueError(f"contradictions of claims that are not there: {sorted(strangers)}")
        return self

    def of_kind(self, *kinds: Kind) -> tuple[Claim, ...]:
        """The claims of these kinds, in the order of the handoff."""
        return tuple(claim for claim in self.claims if claim.kind in kinds)

    def to_json(self) -> str:
        """The file ``4_handoff.json``."""
        return self.model_dump_json(indent=1) + "\n"

    def items(self) -> list[dict[str, Any]]:
        """Flat records for other programs: kind, summary, evidence, the fields of the kind."""
        return [
            {
                "id": claim.id,
                **claim.fact.model_dump(mode="json"),
                "summary": claim.summary,
                "confidence": claim.confidence,
                "evidence": [evidence.model_dump(mode="json") for evidence in claim.evidence],
            }
            for claim in self.claims
        ]


def spoken_evidence(
    transcript: Transcript, turn: int, span: Span, *, match: Match
) -> SpokenEvidence:
    """The words of ``span`` in a turn as evidence, with speaker and seconds off the transcript.

    Raises:
        IndexError: there is no such turn.
        ValidationError: the span is empty.
    """
    said = transcript.turn(turn)
    playback = said.playback(span)
    return SpokenEvidence.model_validate(
        {
            "call_id": transcript.call_id,
            "transcript_version": transcript.version,
            "turn": turn,
            "quote": said.text[span.begin : span.end],
            "start": playback.start if playback else None,
            "end": playback.end if playback else None,
            "speaker": said.speaker,
            "match": match,
        },
        context={"transcripts": {transcript.call_id: transcript}},
    )


def read_draft(text: str | bytes, *, where: str = "the draft") -> Draft:
    """Read what ``Draft.to_json`` wrote.

    Raises:
        ArtifactError: it is not a draft of this schema version.
    """
    try:
        return Draft.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(_fault(error, where, "draft", "extract")) from error


def read_handoff(
    text: str | bytes, transcripts: Iterable[Transcript], *, where: str = "the handoff"
) -> Handoff:
    """Read what ``Handoff.to_json`` wrote, and check every quote in its transcript.

    Raises:
        ArtifactError: it is not a handoff of this schema version, or a quote is not proved.
    """
    known = {transcript.call_id: transcript for transcript in transcripts}
    try:
        return Handoff.model_validate_json(text, context={"transcripts": known})
    except ValidationError as error:
        raise ArtifactError(_fault(error, where, "handoff", "ground")) from error


def _fault(error: ValidationError, where: str, what: str, command: str) -> str:
    return (
        f"{where} is not a {what} of schema version {SCHEMA_VERSION}: {first_fault(error)}. "
        f"Make it again with `t2h {command}`."
    )
