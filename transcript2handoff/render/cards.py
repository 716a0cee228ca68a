"""What a reader must know before the kickoff, in the order of reading: the cards of a brief."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff.assess import Assessment
from transcript2handoff.assess.questions import due_of, is_before, is_weak, last_call_day
from transcript2handoff.facts import Competitor, Stakeholder, Term
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.amounts import in_figures
from transcript2handoff.render.choosing import (
    blackouts,
    dated,
    money,
    tasks,
    threats,
    to_keep,
    turned,
)
from transcript2handoff.render.facts import Notes, in_order, is_over, nothing_said
from transcript2handoff.render.marks import (
    Mark,
    day_mark,
    doubts_of,
    mark_of,
    state_mark,
    task_mark,
)
from transcript2handoff.render.proofs import Proof, Proofs, claim_anchor
from transcript2handoff.render.signed import SignedLine
from transcript2handoff.render.summary import (
    Card,
    SummaryLine,
    answered_cards,
    asked_card,
    missing_card,
)
from transcript2handoff.words import Message, Words, message

LINES: Final = 4
"""More lines than these a card does not show; it says how many there are."""
MANY: Final = 8
"""The lines of a card on which the plan of the rollout hangs."""
_AGREED: Final = ("price", "discount", "seats", "length", "start", "renewal", "payment", "sla")


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What goes on a card. ``section`` is where the rest stands, ``first`` goes before claims."""

    title: Message
    section: str
    claims: Iterable[Claim]
    mark: Mark = mark_of
    first: tuple[SummaryLine, ...] = ()
    room: int = LINES
    weak: bool = False
    """Whether weakly supported claims are shown, and called that."""
    nothing: Message | None = None
    """What stands on an empty card; none says that it was not discussed."""


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Lays out the cards of a deal."""

    handoff: Handoff
    assessment: Assessment
    proofs: Proofs
    signed: tuple[SignedLine, ...] = ()
    notes: Notes = field(default_factory=dict)

    def summary(self) -> tuple[Card, ...]:
        """The cards of the first screen."""
        plans = (*self._people_and_money(), *self._promises())
        return (*map(self._card, plans), missing_card(self.assessment))

    def preparation(self) -> tuple[Card, ...]:
        """The cards that tell what else counts before day one."""
        asked = asked_card(self.handoff, self.assessment, most=LINES)
        return (*map(self._card, self._surroundings()), asked, *answered_cards(self.handoff))

    def _people_and_money(self) -> Iterator[_Plan]:
        of_kind = self.handoff.of_kind
        yield _Plan(title=message("What they want"), section="goals", claims=of_kind("goal"))
        yield _Plan(
            title=message("Who matters"),
            section="stakeholders",
            claims=in_order(of_kind("stakeholder")),
            room=MANY,
        )
        agreed = self._agreed(*_AGREED, labelled=True)
        if agreed:
            signed = message("Money and terms as signed")
            yield _Plan(title=signed, section="terms", claims=(), first=agreed)
        yield _Plan(
            title=message("Money and terms as said") if agreed else message("Money and terms"),
            section="terms",
            claims=money(self.handoff),
            mark=self._money_mark,
            room=MANY,
        )
        yield _Plan(
            title=message("Go-live and other dates"),
            section="commitments",
            claims=dated(self.handoff),
            mark=day_mark,
            first=self._agreed("start", "deliverable", dated=True),
        )

    def _promises(self) -> Iterator[_Plan]:
        before = {c.id for plan in self._people_and_money() for c in self._sound(plan)[: plan.room]}
        yield _Plan(
            title=message("Promises to keep first"),
            section="commitments",
            claims=[claim for claim in to_keep(self.handoff) if claim.id not in before],
            room=MANY,
            nothing=message("No other promise is open."),
        )
        yield _Plan(
            title=message("Promises that changed or ended"),
            section="commitments",
            claims=turned(self.handoff),
            mark=state_mark,
            nothing=message("Every promise stands as it was made."),
        )
        threatening = threats(self.handoff)
        yield _Plan(title=message("Biggest risks"), section="relationship", claims=threatening)

    def _surroundings(self) -> Iterator[_Plan]:
        of_kind = self.handoff.of_kind
        yield _Plan(
            title=message("Times when nothing may change or be down"),
            section="environment",
            claims=blackouts(self.handoff),
            room=MANY,
            weak=True,
            nothing=message("None was heard. Ask the customer."),
        )
        if to_deliver := self._agreed("deliverable"):
            yield _Plan(
                title=message("What the contract has us deliver"),
                section="terms",
                claims=(),
                first=to_deliver,
            )
        yield _Plan(
            title=message("What we will not do, or do not include"),
            section="commitments",
            claims=of_kind("exclusion"),
            first=self._agreed("exclusion"),
        )
        yield _Plan(
            title=message("What delivery must respect"),
            section="environment",
            claims=of_kind("requirement"),
            room=MANY,
        )
        yield _Plan(
            title=message("What the customer owes us"),
            section="commitments",
            claims=tasks(self.handoff),
            mark=task_mark,
            room=MANY,
        )
        yield _Plan(
            title=message("What else they looked at"),
            section="competition",
            claims=of_kind("competitor"),
            weak=True,
        )

    def _money_mark(self, claim: Claim, words: Words) -> str:
        """What of it is only on the table."""
        notes = [words.say(note) for note in self.notes.get(claim.id, ())]
        return ", ".join((mark_of(claim, words) or "", *notes))

    def _agreed(
        self, *types: str, dated: bool = False, labelled: bool = False
    ) -> tuple[SummaryLine, ...]:
        """Lines of the contract: ``dated`` those with a day alone, ``labelled`` by their sort."""
        return tuple(
            SummaryLine(
                text=line.text, mark=line.label if labelled else message("Signed"), anchor="terms"
            )
            for line in self.signed
            if line.type in types and (line.is_dated or not dated)
        )

    @staticmethod
    def _sound(plan: _Plan) -> list[Claim]:
        return [claim for claim in plan.claims if plan.weak or not is_weak(claim)]

    def _card(self, plan: _Plan) -> Card:
        sound = self._sound(plan)
        shown = tuple(self._line(claim, plan.mark) for claim in sound[: plan.room])
        return Card(
            title=plan.title,
            section=plan.section,
            lines=(*plan.first, *shown),
            more=max(len(sound) - plan.room, 0),
            nothing=plan.nothing or nothing_said(self.handoff),
        )

    def _line(self, claim: Claim, mark: Mark) -> SummaryLine:
        first = claim.history[0].summary if claim.state == "changed" else claim.summary
        return SummaryLine(
            text=self._short(claim),
            mark=message("Weakly supported") if is_weak(claim) else mark(claim, self.proofs.words),
            anchor=claim_anchor(claim, self.handoff.claims.index(claim) + 1),
            proof=self._proof(claim),
            was=first if first != claim.summary else None,
            note=self._note(claim),
        )

    def _note(self, claim: Claim) -> Message | None:
        """Of a person what is known of the attitude; of what is owed, that its day has passed."""
        if isinstance(claim.fact, Stakeholder):
            return doubts_of(claim.fact, self.handoff, self.proofs)
        late = is_before(due_of(claim.fact), last_call_day(self.handoff)) and not is_over(claim)
        return message("was due before the last call") if late else None

    def _proof(self, claim: Claim) -> Proof:
        """Of a person the best words, which tell who it is; else those that the line tells."""
        if isinstance(claim.fact, Stakeholder):
            return self.proofs.of(claim)[0]
        return self.proofs.telling(claim)

    def _short(self, claim: Claim) -> str:
        match claim.fact:
            case Stakeholder(name=str(name), role=None):
                return f"{name}: {self._quoted(claim)}"
            case Stakeholder(name=name, role=role):
                return ", ".join(part for part in (name, role) if part)
            case Term(value=value):
                return in_figures(value, self.proofs.words)
            case Competitor(name=name, reason=reason):
                return f"{name}: {reason or self._quoted(claim)}"
        # A summary that was cut short leaves out what the words themselves tell.
        cut = claim.summary.endswith("…")
        return self._quoted(claim) if cut else claim.summary

    def _quoted(self, claim: Claim) -> str:
        return f"“{self._proof(claim).words}”"
