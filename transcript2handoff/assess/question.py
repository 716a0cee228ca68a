"""A question to the account executive, and how pressing each sort of question is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from transcript2handoff import question_ids
from transcript2handoff.assess.checklist import Section, section_of
from transcript2handoff.assess.voices import Voices
from transcript2handoff.contract import ContractReview
from transcript2handoff.deal import Record, Text
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.words import Message, message

Sort = Literal[
    "contract",
    "catalog",
    "unsigned",
    "contradiction",
    "no_goal",
    "hedged",
    "conditional",
    "changed",
    "overdue",
    "no_scope",
    "no_buyer",
    "no_terms",
    "signed",
    "objection",
    "figure",
    "blocker",
    "ended",
    "deferred",
    "deadline",
    "unowned",
    "owner",
    "due",
    "customer",
    "no_next_step",
    "rival",
    "weak",
]

RANKS: Final[Mapping[Sort, int]] = {
    "contract": 1,
    "catalog": 1,
    "unsigned": 2,
    "contradiction": 3,
    "no_goal": 3,
    "hedged": 4,
    "conditional": 5,
    "changed": 5,
    "overdue": 5,
    "no_scope": 5,
    "no_buyer": 5,
    "no_terms": 5,
    "signed": 6,
    "objection": 6,
    "figure": 6,
    "blocker": 6,
    "ended": 7,
    "deferred": 7,
    "deadline": 7,
    "unowned": 7,
    "owner": 8,
    "due": 8,
    "customer": 8,
    "no_next_step": 8,
    "rival": 9,
    "weak": 9,
}
"""What hurts most if it stays open comes first; ``docs/readiness.md`` says why."""


class Question(Record):
    """One thing to ask the account executive. ``rank`` 1 is the most pressing."""

    id: Text
    """From the sort and the claims it is about, not from the words; the same in every run."""
    sort: Sort
    text: Message
    """The whole question: what was said, by whom to whom, and what is to be known of it."""
    section: Section
    rank: int
    about: Text | None = None
    """What the question is about, in the words of the claim; none where the calls are silent."""
    claim_ids: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything that questions are read off."""

    handoff: Handoff
    voices: Voices
    review: ContractReview | None = None

    def about(
        self, claim: Claim, sort: Sort, question: Message, *, words: str | None = None
    ) -> Question:
        """A question about a claim, which begins with who said it.

        Args:
            claim: what the question is about.
            sort: of the question; decides its rank.
            question: what is to be known.
            words: those that weaken what was said, letter for letter.
        """
        return Question(
            id=question_ids.about(sort, [claim.id]),
            sort=sort,
            text=message("{said} {question}", said=self.told(claim, words), question=question),
            section=section_of(claim.kind),
            rank=RANKS[sort],
            about=claim.summary,
            claim_ids=(claim.id,),
        )

    def told(self, claim: Claim, words: str | None = None) -> Message:
        """Who said to whom what a claim states, as a sentence."""
        said = self.voices.said(claim)
        mine = self.voices.is_asked(said.speaker)
        what = _sentence(claim.summary, said.speaker)
        if said.speaker is None:
            return _unnamed(what, words)
        if said.listener is None:
            return _said(None if mine else said.speaker, what, words)
        return _told(None if mine else said.speaker, said.listener, what, words)


def silent(sort: Sort, text: Message, section: Section) -> Question:
    """A question about what no call says."""
    return Question(id=sort, sort=sort, text=text, section=section, rank=RANKS[sort])


def _sentence(summary: str, speaker: str | None) -> str:
    """A summary without the name of who said it, which stands before it, and with a full stop."""
    bare = summary.strip().removeprefix(f"{speaker}: ")
    return bare if bare.endswith((".", "!", "?", "…", "”", '"')) else f"{bare}."


def _unnamed(what: str, words: str | None) -> Message:
    if words is None:
        return message("This was said: {what}", what=what)
    return message("This was said, in the words “{words}”: {what}", words=words, what=what)


def _said(speaker: str | None, what: str, words: str | None) -> Message:
    """``speaker`` is none for the one who is asked."""
    if speaker is None and words is None:
        return message("You said: {what}", what=what)
    if speaker is None:
        return message("You said, in the words “{words}”: {what}", words=words or "", what=what)
    if words is None:
        return message("{speaker} said: {what}", speaker=speaker, what=what)
    return message(
        "{speaker} said, in the words “{words}”: {what}", speaker=speaker, words=words, what=what
    )


def _told(speaker: str | None, listener: str, what: str, words: str | None) -> Message:
    """``speaker`` is none for the one who is asked."""
    told = {"listener": listener, "what": what}
    if speaker is None and words is None:
        return message("You told {listener}: {what}", **told)
    if speaker is None:
        return message(
            "You told {listener}, in the words “{words}”: {what}", words=words or "", **told
        )
    if words is None:
        return message("{speaker} told {listener}: {what}", speaker=speaker, **told)
    return message(
        "{speaker} told {listener}, in the words “{words}”: {what}",
        speaker=speaker,
        words=words,
        **told,
    )
