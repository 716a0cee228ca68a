"""What of a deal somebody without an account may see, behind a link. Pure.

What is shown is made anew of what may be shown: the handoff is proved again with the words of the
calls as they are shown, and judged again. So nothing that is hidden has a way in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from transcript2handoff.contract import Contract
from transcript2handoff.deal import Deal
from transcript2handoff.dossier import Dossier, Papers, dossier
from transcript2handoff.handoff import CallRecord, Claim, Handoff, spoken_evidence
from transcript2handoff.journal import Calls
from transcript2handoff.outgoing.silences import silences
from transcript2handoff.policy import Redacted, redacted
from transcript2handoff.transcript import Playback, Span, Transcript, Turn

_OF_THE_DEAL: Final = (
    "deal",
    "seller",
    "customer",
    "product",
    "timezone",
    "country",
    "signed",
    "kickoff",
    "owners",
)
"""The fields of a deal that are shown; of its participants all but the address is."""
_NO_WORDS: Final = frozenset(
    (
        "id",
        "call_id",
        "question_id",
        "claims",
        "kind",
        "source",
        "state",
        "action",
        "match",
        "speaker",
        "date",
        "at",
        "strength",
        "type",
        "influence",
        "topic",
        "status",
        "outcome",
        "stage",
        "consent",
        "signed",
        "kickoff",
        "country",
        "side",
        "language",
        "currency",
        "version",
        "transcript_version",
        "schema_version",
    )
)
"""Fields with ids, days and words of ours, in which nobody says anything."""


@dataclass(frozen=True, kw_only=True)
class Shareable:
    """What of a deal may be shown.

    Attributes:
        dossier: the deal; its transcripts and its handoff are as they may be shown.
        hidden: how many different values of each kind are hidden.
        silences: the seconds of each call, by its id, in which hidden words are said.
        unheard: the ids of calls with hidden words of which nobody knows the seconds.
    """

    dossier: Dossier
    hidden: Mapping[str, int]
    silences: Mapping[str, Sequence[Playback]]
    unheard: frozenset[str]


def shareable(deal: Dossier, papers: Papers, *, redaction: bool) -> Shareable:
    """What of a deal may be shown to somebody who is not asked who they are.

    Participants have no addresses in it; what was rejected, how the claims came about, and why
    people did what they did is not in it at all.

    Args:
        deal: the deal with all that is known; ``check_leaving`` has let its calls pass.
        papers: what stands beside it, with its contract.
        redaction: whether private data is hidden.
    """
    transcripts = tuple(map(_bare, deal.transcripts))
    handoff = _projected(deal.handoff).model_dump(mode="json")
    contract = papers.contract and papers.contract.model_dump(mode="json")
    texts = (*_texts(handoff), *_texts(contract)) if redaction else ()
    told = redacted(transcripts, texts) if redaction else Redacted(transcripts=transcripts)
    telling = _Telling(before={one.call_id: one for one in transcripts}, told=told)
    shown = Handoff.model_validate(telling.tell(handoff), context={"transcripts": telling.now})
    signed = Contract.model_validate(telling.tell(contract)) if contract else None
    calls = Calls(handoff=shown, transcripts=told.transcripts)
    quiet = {
        was.call_id: silences(was, now, told)
        for was, now in zip(transcripts, told.transcripts, strict=True)
    }
    return Shareable(
        dossier=dossier(calls, (), replace(papers, contract=signed)),
        hidden=told.hidden,
        silences={ref: stretches for ref, stretches in quiet.items() if stretches},
        unheard=frozenset(ref for ref, stretches in quiet.items() if stretches is None),
    )


def _bare(transcript: Transcript) -> Transcript:
    """The words, and who says them."""
    speakers = tuple(one.model_copy(update={"reason": None}) for one in transcript.speakers)
    return transcript.model_copy(update={"speakers": speakers, "source": None, "notes": ()})


def _projected(handoff: Handoff) -> Handoff:
    deal = handoff.deal
    people = tuple(one.model_copy(update={"email": None}) for one in deal.participants)
    frame = {name: getattr(deal, name) for name in _OF_THE_DEAL}
    return handoff.model_copy(
        update={
            "deal": Deal(**frame, participants=people),
            "calls": tuple(map(_call, handoff.calls)),
            "claims": tuple(map(_claim, handoff.claims)),
            "provenance": (),
            "rejected": (),
        }
    )


def _call(record: CallRecord) -> CallRecord:
    call = record.call.model_copy(update={"file": None})
    return record.model_copy(update={"call": call, "notes": ()})


def _claim(claim: Claim) -> Claim:
    if claim.review is None:
        return claim
    return claim.model_copy(update={"review": claim.review.model_copy(update={"why": None})})


@dataclass(frozen=True, kw_only=True)
class _Telling:
    """Tells a handoff with what is told in the place of the calls and of its texts."""

    before: Mapping[str, Transcript]
    told: Redacted

    @cached_property
    def now(self) -> Mapping[str, Transcript]:
        """The calls as they are told, by their ids."""
        return {one.call_id: one for one in self.told.transcripts}

    def tell(self, data: Any) -> Any:  # noqa: ANN401 - JSON
        """JSON as it is told."""
        match data:
            case {"source": "spoken"}:
                return self._spoken(data)
            case dict():
                return {
                    name: each if _is_ours(name, each) else self.tell(each)
                    for name, each in data.items()
                }
            case list():
                return [self.tell(each) for each in data]
            case str():
                return self.told.texts.get(data, data)
            case _:
                return data

    def _spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """Words of a call, as they stand in the call that is told."""
        was = self.before[data["call_id"]].turn(data["turn"])
        now = self.now[data["call_id"]].turn(data["turn"])
        if now.text == was.text:
            return data
        span = self.told.span(now.text, _where(data, was))
        found = spoken_evidence(self.now[data["call_id"]], data["turn"], span, match=data["match"])
        return found.model_dump(mode="json")


def _where(evidence: dict[str, Any], turn: Turn) -> Span:
    """Where in its turn the quote stands: the evidence says at which seconds."""
    quote, text = evidence["quote"], turn.text
    places = [m.start() for m in re.finditer(f"(?={re.escape(quote)})", text)]
    spans = [Span(begin, begin + len(quote)) for begin in places]
    seconds = Playback(evidence["start"], evidence["end"])
    return next((span for span in spans if turn.playback(span) == seconds), spans[0])


def _texts(data: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """What anybody says in JSON, but for quotes: these are told with their turns."""
    match data:
        case {"source": "spoken"}:
            return
        case dict():
            for name, each in data.items():
                if not _is_ours(name, each):
                    yield from _texts(each)
        case list():
            for each in data:
                yield from _texts(each)
        case str():
            yield data


def _is_ours(name: str, value: object) -> bool:
    """Whether a field holds ids, days or fixed words."""
    is_plain = isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )
    return name in _NO_WORDS and is_plain
