"""How a brief shows its proofs: who said it, when, where to read on and where to listen.

Links into a recording are media fragments (``call.opus#t=151.2,155``, W3C Media Fragments URI
1.0, section 4.2.1), so that they work in any browser without a script.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from transcript2handoff.deal import Deal, Side
from transcript2handoff.errors import ArtifactError
from transcript2handoff.extract.dates import due_day
from transcript2handoff.handoff import CallRecord, Claim, Evidence, Handoff, SpokenEvidence
from transcript2handoff.render.context import leans, words_before
from transcript2handoff.render.labels import SIDES, STAGES
from transcript2handoff.render.options import OURS, BriefOptions
from transcript2handoff.transcript import Speaker, Transcript
from transcript2handoff.words import ENGLISH, Words, message

__all__ = [
    "OURS",
    "BriefOptions",
    "HeardCall",
    "Place",
    "Play",
    "Proof",
    "Proofs",
    "claim_anchor",
    "clock",
    "company",
    "due_text",
    "heard_calls",
    "is_remote",
    "label",
    "recording_url",
]

_REMOTE: Final = ("http", "https")
_URL_CHARACTERS: Final = ":/?[]@!$&'()*+,;=%"
_WORD: Final = re.compile(r"\w+")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Play:
    """A stretch of a recording that a reader can play."""

    href: str
    player: str
    start: float


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the calls words were said: the id of the call inside of its deal, and the turn."""

    call_id: str
    turn: int


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Words that prove a line. ``when`` is none where there are no times."""

    speaker: str
    company: str | None
    when: str | None
    words: str
    call: str | None = None
    turn: str | None = None
    anchor: str | None = None
    play: Play | None = None
    before: str | None = None
    """What was said right before, where the words lean on it ("it", "that")."""
    place: Place | None = None
    """None for what was said after the calls."""


@dataclass(frozen=True, kw_only=True)
class HeardCall:
    """A call of the handoff together with everything that its documents show of it."""

    number: int
    record: CallRecord
    transcript: Transcript
    audio: str | None
    words: Words = ENGLISH
    on_paper: bool = False

    @property
    def anchor(self) -> str:
        """The id of this call's transcript in the document."""
        return f"call-{self.number}"

    @property
    def player(self) -> str:
        """The id of this call's audio element."""
        return f"player-{self.number}"

    @property
    def name(self) -> str:
        """What the document calls it: number, stage and day."""
        call, say = self.record.call, self.words.say
        day = self.words.day(call.date) if call.date else None
        stage = say(STAGES[call.stage]) if call.stage else None
        number = say(message("Call {number}", number=self.number))
        return ", ".join(part for part in (number, stage, day) if part)

    def turn_anchor(self, n: int) -> str:
        """The id of a turn in the document."""
        return f"{self.anchor}-turn-{n}"

    def link(self, n: int) -> str | None:
        """The anchor of a turn, if the document holds the transcript."""
        return None if self.on_paper else self.turn_anchor(n)

    def play(self, start: float | None, end: float | None) -> Play | None:
        """A link to these seconds, if there is a recording and a time."""
        if self.audio is None or start is None:
            return None
        until = f",{end:.2f}" if end is not None and end > start else ""
        return Play(href=f"{self.audio}#t={start:.2f}{until}", player=self.player, start=start)


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """Turns evidence into what a document shows of it."""

    deal: Deal
    calls: tuple[HeardCall, ...]
    words: Words = ENGLISH

    def of(self, claim: Claim) -> tuple[Proof, ...]:
        """The proofs of a claim, the best one first.

        Raises:
            ArtifactError: the claim quotes a call that the handoff does not list.
        """
        wants = leans(claim.summary)
        return tuple(self._shown(evidence, wants_context=wants) for evidence in claim.evidence)

    def telling(self, claim: Claim) -> Proof:
        """The proof whose words are most like the claim's summary; raises as ``of`` does.

        A claim of several calls is summed up in the words of one of them, not always the first.
        """
        summary = set(_WORD.findall(claim.summary.casefold()))
        return max(
            self.of(claim), key=lambda p: len(summary & set(_WORD.findall(p.words.casefold())))
        )

    def shown(self, evidence: Evidence) -> Proof:
        """What a document shows of a piece of evidence; raises as ``of`` does."""
        return self._shown(evidence, wants_context=False)

    def _shown(self, evidence: Evidence, *, wants_context: bool) -> Proof:
        if isinstance(evidence, SpokenEvidence):
            return self._spoken(evidence, wants_context=wants_context)
        asked = message("asked after the call, {day}", day=self.words.day(evidence.at.date()))
        return Proof(
            speaker=evidence.person,
            company=self.deal.seller,
            when=self.words.say(asked),
            words=evidence.words,
        )

    def _spoken(self, evidence: SpokenEvidence, *, wants_context: bool) -> Proof:
        call, say = self.heard(evidence.call_id), self.words.say
        speaker = call.transcript.speaker(evidence.speaker)
        several = len(self.calls) > 1
        return Proof(
            speaker=label(speaker, self.words),
            company=company(self.deal, speaker.side, self.words) if speaker else None,
            when=None if evidence.start is None else clock(evidence.start),
            words=evidence.quote,
            call=say(message("call {number}", number=call.number)) if several else None,
            turn=say(message("turn {turn}", turn=evidence.turn)),
            anchor=call.link(evidence.turn),
            play=call.play(evidence.start, evidence.end),
            before=words_before(call.transcript, evidence) if wants_context else None,
            place=Place(call_id=evidence.call_id, turn=evidence.turn),
        )

    def heard(self, call_id: str) -> HeardCall:
        """A call of the handoff.

        Raises:
            ArtifactError: the handoff does not list it.
        """
        for call in self.calls:
            if call.record.call.id == call_id:
                return call
        raise ArtifactError(
            f"The handoff quotes {call_id}, which is not among its calls. "
            "Make it again with `t2h ground`."
        )


def heard_calls(
    handoff: Handoff, transcripts: Iterable[Transcript], options: BriefOptions
) -> tuple[HeardCall, ...]:
    """The calls of a handoff in its order, each with its transcript and recording.

    Raises:
        ArtifactError: the transcript of a call is not among those given.
    """
    known = {transcript.call_id: transcript for transcript in transcripts}
    heard = []
    for number, record in enumerate(handoff.calls, start=1):
        call_id = record.call.id
        if call_id not in known:
            raise ArtifactError(
                f"The brief needs the transcript of {call_id}. Give its 2_transcript.json too."
            )
        url = options.audio.get(call_id)
        audio = recording_url(url) if url else None
        heard.append(
            HeardCall(
                number=number,
                record=record,
                transcript=known[call_id],
                audio=None if options.on_paper else audio,
                words=options.words,
                on_paper=options.on_paper,
            )
        )
    return tuple(heard)


def claim_anchor(claim: Claim, position: int) -> str:
    """The id of a claim's line in the document: the claim's own where HTML and URLs bear it."""
    return f"claim-{claim.id}" if _PLAIN_ID.fullmatch(claim.id) else f"claim--{position}"


def recording_url(place: str) -> str:
    """A path or URL as a link may hold it: percent-encoded, without a fragment.

    Only http and https count as schemes; anything else is the name of a file.
    """
    if is_remote(place):
        return quote(place.partition("#")[0], safe=_URL_CHARACTERS)
    return quote(place, safe="/")


def is_remote(url: str) -> bool:
    """Whether a recording lies on a server, and not beside the document."""
    return urlsplit(url).scheme in _REMOTE


def label(speaker: Speaker | None, words: Words = ENGLISH) -> str:
    """What a document calls a speaker."""
    return speaker.label if speaker else words.say(message("Unknown speaker"))


def company(deal: Deal, side: Side | None, words: Words = ENGLISH) -> str | None:
    """The company that somebody on this side works for, by name if the deal names it."""
    if side is None:
        return None
    named = {"seller": deal.seller, "customer": deal.customer}[side]
    return named or words.say(SIDES[side])


def clock(seconds: float) -> str:
    """Seconds as people read them off a player: ``m:ss``, from an hour on ``h:mm:ss``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def due_text(due: str | None, words: Words = ENGLISH) -> str | None:
    """A due date for readers: an ISO date as a day, other words as they were said."""
    day = due_day(due)
    return words.day(day) if day else due
