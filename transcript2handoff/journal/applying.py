"""A handoff with what people did to it: the same whenever and however often it is applied.

The calls are consolidated first, always from their own handoffs, and the events are applied to the
result. What is applied twice is applied once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from transcript2handoff import question_ids
from transcript2handoff.ground.places import Unproved
from transcript2handoff.handoff import Answer, Claim, Contradiction, Handoff, Rejection
from transcript2handoff.journal import notices
from transcript2handoff.journal.deeds import Deeds
from transcript2handoff.journal.events import Added, Answered, Event, StandingEvent
from transcript2handoff.journal.notices import Notice
from transcript2handoff.journal.proving import Heard, Wordings, proved, spoken_first
from transcript2handoff.journal.standing import acting, last_answers
from transcript2handoff.journal.treating import is_rejection_of, rejection, treat
from transcript2handoff.transcript import Transcript


@dataclass(frozen=True)
class Applied:
    """The handoff, and what somebody should know about the events."""

    handoff: Handoff
    notices: tuple[Notice, ...] = ()


def apply(
    handoff: Handoff,
    events: Sequence[Event],
    transcripts: Iterable[Transcript] = (),
    *,
    origin: Mapping[str, str] | None = None,
    wordings: Wordings | None = None,
) -> Applied:
    """The handoff of a deal after all that people did to it.

    Args:
        handoff: as ``consolidate`` made it.
        events: all of the journal, in its order; those that were taken back do nothing.
        transcripts: of the calls; words of added claims are looked for in them.
        origin: the claim that each claim of the calls is part of now (``Consolidation.origin``);
            events on a claim that became part of another follow it.
        wordings: what turns said before somebody fixed their words: added claims stay proved.
    """
    desk = _Desk({claim.id: claim for claim in handoff.claims}, handoff, origin or {})
    ordered = acting(events)
    desk.add(ordered, Heard({one.call_id: one for one in transcripts}, wordings or {}))
    return desk.treated([desk.followed(event) for event in ordered])


@dataclass
class _Desk:
    """The claims while the events are applied to them."""

    claims: dict[str, Claim]
    handoff: Handoff
    origin: Mapping[str, str]
    notices: list[Notice] = field(default_factory=list)

    def add(self, events: Sequence[StandingEvent], heard: Heard) -> None:
        """Put what people added or stated beside the claims, or its words behind the same one."""
        for event in events:
            if not isinstance(event, Added):
                continue
            try:
                new = proved(event, heard)
            except Unproved as error:
                self.notices.append(notices.unproved(event, why=str(error)))
                continue
            here = self.claims.get(self._where(new.id) or new.id)
            if here is None:
                self.claims[new.id] = new
            elif here.kind == new.kind:
                evidence = spoken_first([*here.evidence, *new.evidence])
                self.claims[here.id] = here.model_copy(update={"evidence": evidence})

    def followed(self, event: StandingEvent) -> StandingEvent:
        """The event; an answer about claims that became part of others speaks of these now."""
        if not isinstance(event, Answered):
            return event
        now = {one: self._where(one) or one for one in event.claim_ids}
        question = question_ids.followed(event.question_id, now) if now else event.question_id
        claims = tuple(dict.fromkeys(now.values()))
        return event.model_copy(update={"question_id": question, "claim_ids": claims})

    def treated(self, events: Sequence[StandingEvent]) -> Applied:
        """The handoff after the events, oldest first."""
        deeds = self._deeds(events)
        kept: list[Claim] = []
        rejected = list(self.handoff.rejected)
        for claim in self.claims.values():
            done = treat(claim, deeds.get(claim.id, Deeds()))
            self.notices.extend(done.notices)
            if done.claim:
                kept.append(done.claim)
            elif (out := self._out(claim, deeds[claim.id])) and out not in rejected:
                rejected.append(out)
        update = {
            "claims": tuple(kept),
            "contradictions": _standing(self.handoff.contradictions, kept),
            "answers": _answers(self.handoff.answers, events),
            "rejected": tuple(rejected),
        }
        return Applied(self.handoff.model_copy(update=update), tuple(self.notices))

    def _out(self, claim: Claim, deeds: Deeds) -> Rejection | None:
        return rejection(claim, deeds.rejection) if deeds.rejection else None

    def _where(self, claim_id: str) -> str | None:
        """The claim that is, or holds now, the one with this id."""
        here = claim_id if claim_id in self.claims else self.origin.get(claim_id)
        return here if here in self.claims else None

    def _deeds(self, events: Sequence[StandingEvent]) -> dict[str, Deeds]:
        found: dict[str, Deeds] = {}
        answers = last_answers(events)
        for event in events:
            if isinstance(event, Answered):
                wanted = event.claim_ids if event in answers else ()
            else:
                wanted = (event.claim_id,)
            for claim_id in wanted:
                here = self.claims.get(self._where(claim_id) or "")
                if here and not isinstance(event, Answered) and event.kind != here.kind:
                    self.notices.append(notices.unfit(event, here, why=_is_now(here)))
                elif here:
                    found[here.id] = _with(found.get(here.id, Deeds()), event)
                elif not self._is_told(claim_id):
                    self.notices.append(notices.missing(event, claim_id))
        return found

    def _is_told(self, claim_id: str) -> bool:
        """Whether it is known already why a claim is not there."""
        ids = {claim_id, self.origin.get(claim_id, claim_id)}
        left_out = {one.claim_id for one in self.notices if one.reason == "unproved"}
        return bool(ids & left_out) or any(
            is_rejection_of(one, rejected) for one in ids for rejected in self.handoff.rejected
        )


def _is_now(claim: Claim) -> str:
    return f"it is a {claim.kind.replace('_', ' ')} now"


def _with(deeds: Deeds, event: StandingEvent) -> Deeds:
    if isinstance(event, Answered):
        return Deeds(deeds.events, (*deeds.answers, event))
    return Deeds((*deeds.events, event), deeds.answers)


def _answers(before: Iterable[Answer], events: Iterable[StandingEvent]) -> tuple[Answer, ...]:
    told = {answer.question_id: answer for answer in before}
    told |= {
        event.question_id: Answer(
            question_id=event.question_id, question=event.question, evidence=event.evidence
        )
        for event in last_answers(events)
    }
    return tuple(told.values())


def _standing(clashes: Iterable[Contradiction], kept: Iterable[Claim]) -> tuple[Contradiction, ...]:
    """The contradictions between claims that are still there."""
    ids = {claim.id for claim in kept}
    left = [(clash, tuple(one for one in clash.claims if one in ids)) for clash in clashes]
    return tuple(
        clash.model_copy(update={"claims": claims}) for clash, claims in left if len(claims) > 1
    )
