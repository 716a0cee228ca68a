"""Readiness: sections, conditions, verdict, score and questions of a handoff.

1. A *section* of the checklist is ``missing`` without claims, ``thin`` while it has ``gaps``, else
   ``complete``. Weakly supported claims fill no gap.
2. Sales is done when the deal is *decidable*: four ``conditions``, each with the reasons why not.
3. The *verdict* is ``blocked`` if goals, contract specifics or commitments are missing altogether
   or turns could not be read, for no answer can be built on silence; ``ask_ae`` if a condition is
   not met; else ``ready``.
4. The *score* is the sum of ``Assessment.parts``. Sections give 40 points at most (goals 10,
   stakeholders 4, pain 2, terms 10, environment 2, competition 2, commitments 8, relationship 2),
   half of them where they are thin; each condition gives 15, less 5 for every reason against it.
   What is more than 39 is taken off a blocked handoff, what is more than 79 one to ask about.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from transcript2handoff.assess.about_silence import absent_terms
from transcript2handoff.assess.checklist import SECTIONS, TITLES, Section, claims_of, silence
from transcript2handoff.assess.claims import is_weak
from transcript2handoff.assess.conditions import Condition, conditions_of
from transcript2handoff.assess.gaps import gaps_of
from transcript2handoff.assess.question import Known, Question
from transcript2handoff.assess.questions import questions_for
from transcript2handoff.assess.readiness import Part, State, Verdict, parts_of
from transcript2handoff.assess.voices import Voices
from transcript2handoff.contract import ContractReview
from transcript2handoff.deal import Record, Text
from transcript2handoff.handoff import Handoff, Unread
from transcript2handoff.transcript import Transcript
from transcript2handoff.words import Message, message

DECISIVE: Final[tuple[Section, ...]] = ("goals", "terms", "commitments")
"""Silence about one of these blocks the handoff."""


class SectionState(Record):
    """How well one section of the checklist is filled. ``reasons`` say what is wanting."""

    section: Section
    state: State
    reasons: tuple[Message, ...] = ()
    claim_ids: tuple[Text, ...] = ()


class Assessment(Record):
    """Whether a handoff can be taken over, why, and what to ask first."""

    sections: tuple[SectionState, ...]
    """All eight, in the order of the checklist."""
    conditions: tuple[Condition, ...]
    """All four."""
    verdict: Verdict
    reasons: tuple[Message, ...]
    parts: tuple[Part, ...]
    """What adds up to the score: eight sections, four conditions, what the verdict takes off."""
    questions: tuple[Question, ...]

    @property
    def score(self) -> int:
        """How ready the handoff is, from 0 to 100; at least 80 where the verdict is ``ready``."""
        return sum(part.points for part in self.parts)

    def section(self, name: Section) -> SectionState:
        """The state of one section."""
        return self.sections[SECTIONS.index(name)]


def assess(
    handoff: Handoff,
    transcripts: Iterable[Transcript] = (),
    *,
    review: ContractReview | None = None,
    executive: str | None = None,
) -> Assessment:
    """Judge a handoff by the formula of this module.

    Args:
        handoff: of a call or of a deal.
        transcripts: of its calls; without them the questions do not say who said it to whom.
        review: what was said against what was signed; then the contract counts as well.
        executive: the name of the account executive, who is asked; none takes it from the deal.
    """
    sections = tuple(_section(handoff, name, review) for name in SECTIONS)
    conditions = conditions_of(handoff, review)
    verdict, reasons = _verdict(handoff, sections, conditions)
    voices = Voices(handoff.deal, transcripts, executive=executive)
    return Assessment(
        sections=sections,
        conditions=conditions,
        verdict=verdict,
        reasons=reasons,
        parts=parts_of([(each.section, each.state) for each in sections], conditions, verdict),
        questions=questions_for(Known(handoff=handoff, voices=voices, review=review)),
    )


def _section(handoff: Handoff, name: Section, review: ContractReview | None) -> SectionState:
    claims = claims_of(handoff, name)
    if name == "terms" and not claims and review and not absent_terms((), review):
        unsaid = message("in the contract, but never talked about")
        return SectionState(section=name, state="thin", reasons=(unsaid,))
    if not claims:
        return SectionState(section=name, state="missing", reasons=(silence(handoff),))
    sound = [claim for claim in claims if not is_weak(claim)]
    gaps = gaps_of(name, sound, review) if sound else (message("only weakly supported"),)
    return SectionState(
        section=name,
        state="thin" if gaps else "complete",
        reasons=gaps,
        claim_ids=tuple(claim.id for claim in claims),
    )


def _verdict(
    handoff: Handoff, sections: tuple[SectionState, ...], conditions: tuple[Condition, ...]
) -> tuple[Verdict, tuple[Message, ...]]:
    unread = tuple(_unread(handoff))
    silent = [s.section for s in sections if s.section in DECISIVE and s.state == "missing"]
    if silent or unread:
        nothing = silence(handoff)
        return "blocked", (*unread, *(_missing(section, nothing) for section in silent))
    unmet = tuple(reason for condition in conditions for reason in condition.reasons)
    if unmet:
        return "ask_ae", unmet
    return "ready", (message("All four conditions are met"),)


def _unread(handoff: Handoff) -> Iterator[Message]:
    """What nobody has read can hold anything."""
    for record in handoff.calls:
        yield from (_not_read(gap, record.call.id) for gap in record.unread)


def _not_read(gap: Unread, call: str) -> Message:
    if gap.first == gap.last:
        return message(
            "Incomplete: turn {turn} of {call} could not be read", turn=gap.first, call=call
        )
    return message(
        "Incomplete: turns {first} to {last} of {call} could not be read",
        first=gap.first,
        last=gap.last,
        call=call,
    )


def _missing(section: Section, nothing: Message) -> Message:
    return message("{section}: {nothing}", section=TITLES[section], nothing=nothing)
