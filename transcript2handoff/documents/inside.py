"""What documents for readers inside the company are made from, and the lines that they show.

Nothing here may be used for a document of the customer; see ``shared``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from transcript2handoff.assess import Assessment
from transcript2handoff.assess.questions import is_weak
from transcript2handoff.company import Company
from transcript2handoff.contract import ContractReview, PromiseReview
from transcript2handoff.extract.dates import due_day
from transcript2handoff.handoff import Claim, Handoff
from transcript2handoff.render.proofs import OURS, BriefOptions, Proof, Proofs, heard_calls
from transcript2handoff.render.templates import Templates
from transcript2handoff.transcript import Transcript
from transcript2handoff.words import Message, Shown, Words, counted, message


@dataclass(frozen=True, kw_only=True)
class Inside:
    """A deal with everything that the company knows about it, and the language of the reader.

    ``transcripts`` are those of all calls of the handoff; ``review`` is none without a contract.
    """

    handoff: Handoff
    assessment: Assessment
    company: Company
    transcripts: tuple[Transcript, ...]
    review: ContractReview | None = None
    templates: Templates = OURS

    @property
    def words(self) -> Words:
        """The language of the reader."""
        return self.templates.words

    @cached_property
    def proofs(self) -> Proofs:
        """What shows the evidence of claims.

        Raises:
            ArtifactError: the transcript of a call is not among those given.
        """
        options = BriefOptions(templates=self.templates)
        calls = heard_calls(self.handoff, self.transcripts, options)
        return Proofs(deal=self.handoff.deal, calls=calls, words=self.words)

    @cached_property
    def reviewed(self) -> dict[str, PromiseReview]:
        """What contract and catalog say, by the id of the promise; nothing without a contract."""
        return {each.claim_id: each for each in self.review.promises} if self.review else {}

    @property
    def customer(self) -> Shown:
        """What documents call the customer."""
        return self.handoff.deal.customer or message("customer not named")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that was said, why it stands here, and the words that prove it."""

    text: Shown
    notes: tuple[Shown, ...] = ()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines of one sort under a heading; ``more`` says where those without room stand."""

    title: Message
    nothing: Message
    lines: tuple[Line, ...] = ()
    more: Message | None = None


def line(inside: Inside, claim: Claim, notes: Iterable[Shown] = ()) -> Line:
    """A claim with the proof that its words were taken from."""
    weak = (message("weakly supported"),) if is_weak(claim) else ()
    return Line(text=claim.summary, notes=(*notes, *weak), proofs=(inside.proofs.telling(claim),))


def group(title: Message, lines: Sequence[Line], *, most: int, nothing: Message) -> Group:
    """A group of at most ``most`` lines."""
    left = len(lines) - most
    more = counted(
        "{count} more stands in the kickoff brief",
        "{count} more stand in the kickoff brief",
        count=left,
    )
    return Group(
        title=title,
        nothing=nothing,
        lines=tuple(lines[:most]),
        more=more if left > 0 else None,
    )


def not_discussed(inside: Inside) -> Message:
    """What stands where nothing was found: it was not discussed, if everything was read."""
    if any(call.unread for call in inside.handoff.calls):
        return message("Not found in the turns that were read.")
    return message("Not discussed.")


def surest(claims: Iterable[Claim]) -> list[Claim]:
    """Claims in their order, those that are weakly supported last."""
    return sorted(claims, key=is_weak)


def due_note(due: str | None, words: Words) -> Message | None:
    """When something is due: on a day, or in the words that were used for it."""
    if due is None:
        return None
    day = due_day(due)
    return message("due {day}", day=words.day(day)) if day else message("due “{words}”", words=due)
