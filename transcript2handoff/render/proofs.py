"""How a brief shows its proofs: who said it, when, where to read on and where to listen.

Links into a recording are media fragments (``call.opus#t=151.2,155``, W3C Media Fragments URI
1.0, section 4.2.1), so that they work in any browser without a script.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from transcript2handoff.assess.questions import due_day
from transcript2handoff.deal import Deal, Side
from transcript2handoff.errors import ArtifactError
from transcript2handoff.handoff import CallRecord, Claim, Evidence, Handoff, SpokenEvidence
from transcript2handoff.transcript import Speaker, Transcript

NOBODY_KNOWN: Final = "Unknown speaker"

_REMOTE: Final = ("http", "https")
_URL_CHARACTERS: Final = ":/?[]@!$&'()*+,;=%"
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9]")


@dataclass(frozen=True, kw_only=True)
class BriefOptions:
    """What a brief is told beside its data."""

    audio: Mapping[str, str] = field(default_factory=dict)
    """For each call id the recording: a path relative to the brief, or an http(s) URL."""
    open_turns: int = 30
    """Transcripts with more turns than these are folded up."""


@dataclass(frozen=True, kw_only=True)
class Play:
    """A stretch of a recording that a reader can play."""

    href: str
    player: str
    start: float


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


@dataclass(frozen=True, kw_only=True)
class HeardCall:
    """A call of the handoff together with everything that its documents show of it."""

    number: int
    record: CallRecord
    transcript: Transcript
    audio: str | None

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
        call = self.record.call
        day = spoken_day(call.date) if call.date else None
        return ", ".join(part for part in (f"Call {self.number}", call.stage, day) if part)

    def turn_anchor(self, n: int) -> str:
        """The id of a turn in the document."""
        return f"{self.anchor}-turn-{n}"

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

    def of(self, claim: Claim) -> tuple[Proof, ...]:
        """The proofs of a claim, the best one first.

        Raises:
            ArtifactError: the claim quotes a call that the handoff does not list.
        """
        return tuple(self.shown(evidence) for evidence in claim.evidence)

    def shown(self, evidence: Evidence) -> Proof:
        """What a document shows of a piece of evidence; raises as ``of`` does."""
        if isinstance(evidence, SpokenEvidence):
            return self._spoken(evidence)
        return Proof(
            speaker=evidence.person,
            company=self.deal.seller,
            when=f"asked after the call, {spoken_day(evidence.at.date())}",
            words=evidence.words,
        )

    def _spoken(self, evidence: SpokenEvidence) -> Proof:
        call = self._heard(evidence.call_id)
        speaker = call.transcript.speaker(evidence.speaker)
        return Proof(
            speaker=label(speaker),
            company=company(self.deal, speaker.side) if speaker else None,
            when=None if evidence.start is None else clock(evidence.start),
            words=evidence.quote,
            call=f"call {call.number}" if len(self.calls) > 1 else None,
            turn=f"turn {evidence.turn}",
            anchor=call.turn_anchor(evidence.turn),
            play=call.play(evidence.start, evidence.end),
        )

    def _heard(self, call_id: str) -> HeardCall:
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
            HeardCall(number=number, record=record, transcript=known[call_id], audio=audio)
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


def label(speaker: Speaker | None) -> str:
    """What a document calls a speaker."""
    return speaker.label if speaker else NOBODY_KNOWN


def company(deal: Deal, side: Side | None) -> str | None:
    """The company that somebody on this side works for, by name if the deal names it."""
    names = {"seller": deal.seller, "customer": deal.customer}
    return (names[side] or side) if side else None


def clock(seconds: float) -> str:
    """Seconds as people read them off a player: ``m:ss``, from an hour on ``h:mm:ss``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def spoken_day(day: datetime.date) -> str:
    """A day with its weekday: ``Wed 22 Apr 2026``."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def due_text(due: str | None) -> str | None:
    """A due date for readers: an ISO date as a day, other words as they were said."""
    day = due_day(due)
    return spoken_day(day) if day else due
