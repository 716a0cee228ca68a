"""How the people of the customer stand towards the deal, as far as the calls show it.

An attitude is never guessed from a role or a tone. The rule, in this order:

1. ``against``: the calls show that this person may block (influence ``blocker``).
2. ``supportive``: the calls show a champion.
3. ``doubtful``: the person raised an objection that is unanswered or put off.
4. ``answered``: the person raised objections, and accepted the answer to each of them.
5. ``unknown``: none of this.

Who is against or supportive can have raised objections too; they are counted beside it. Who raised
an objection is who speaks in its best evidence. Weakly supported objections count for nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from transcript2handoff.assess.questions import is_weak
from transcript2handoff.consolidate.names import same_person
from transcript2handoff.documents.inside import Inside
from transcript2handoff.facts import Influence, Objection, Stakeholder
from transcript2handoff.handoff import Claim

Attitude = Literal["against", "doubtful", "answered", "supportive", "unknown"]
ATTITUDES: Final[tuple[Attitude, ...]] = get_args(Attitude)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody of the customer's side: who it is, how influential, and of what attitude."""

    claim: Claim
    person: Stakeholder
    attitude: Attitude
    open_objections: tuple[Claim, ...]
    answered_objections: tuple[Claim, ...]

    @property
    def name(self) -> str:
        """The name, else the role."""
        return self.person.name or self.person.role or self.claim.summary

    @property
    def influence(self) -> Influence:
        """What this person can do to the deal."""
        return self.person.influence


def standings(inside: Inside) -> tuple[Standing, ...]:
    """Everybody whom the handoff names on the customer's side, in its order."""
    return tuple(_standings(inside))


def _standings(inside: Inside) -> Iterator[Standing]:
    raised = list(_raised(inside))
    known = [person.name for person in inside.handoff.deal.participants]
    for claim in inside.handoff.of_kind("stakeholder"):
        person = claim.fact
        if not isinstance(person, Stakeholder):
            continue
        own = [
            objection
            for who, objection in raised
            if person.name and same_person(person, who, known)
        ]
        waiting = tuple(each for each in own if not _is_answered(each))
        answered = tuple(each for each in own if _is_answered(each))
        yield Standing(
            claim=claim,
            person=person,
            attitude=_attitude(person, waiting, answered),
            open_objections=waiting,
            answered_objections=answered,
        )


def _attitude(
    person: Stakeholder, waiting: tuple[Claim, ...], answered: tuple[Claim, ...]
) -> Attitude:
    if person.influence == "blocker":
        return "against"
    if person.influence == "champion":
        return "supportive"
    if waiting:
        return "doubtful"
    return "answered" if answered else "unknown"


def _raised(inside: Inside) -> Iterator[tuple[Stakeholder, Claim]]:
    """Objections with who raised them, where that is known."""
    transcripts = {transcript.call_id: transcript for transcript in inside.transcripts}
    for claim in inside.handoff.of_kind("objection"):
        best = next(iter(claim.spoken), None)
        speaker = transcripts[best.call_id].speaker(best.speaker) if best else None
        if speaker and speaker.name and not is_weak(claim):
            yield Stakeholder(name=speaker.name, present=True), claim


def _is_answered(claim: Claim) -> bool:
    return isinstance(claim.fact, Objection) and claim.fact.status == "addressed"
