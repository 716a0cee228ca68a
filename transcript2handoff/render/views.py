"""The kickoff brief as its templates see it."""

from dataclasses import dataclass

from transcript2handoff.assess import State
from transcript2handoff.render.facts import Block, Row
from transcript2handoff.render.proofs import Play, Proof
from transcript2handoff.render.signed import SignedLine
from transcript2handoff.render.summary import Card, VerdictView
from transcript2handoff.words import Message, Shown


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """One of the eight sections. ``wants`` says what is thin or missing about it."""

    anchor: str
    number: int
    title: Message
    state: State
    label: Message
    wants: tuple[Message, ...]
    blocks: tuple[Block, ...]
    signed: tuple[SignedLine, ...] = ()
    """What was signed, in the section that tells of it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to the account executive; where a claim raised it, with its best proof."""

    text: Shown
    about: str | None
    anchor: str | None = None
    proof: Proof | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question that was answered after the calls, and the answer."""

    question: str
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Claims that cannot both hold, side by side."""

    about: Message
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class TurnView:
    """One turn of a transcript. ``cited`` turns prove something in the brief."""

    anchor: str
    number: int
    speaker: str
    when: str | None
    text: str
    cited: bool
    play: Play | None


@dataclass(frozen=True, kw_only=True)
class CallView:
    """A call: its heading, its recording if there is one, and its transcript."""

    ref: str
    """Its id inside of the deal."""
    anchor: str
    name: str
    length: str
    notes: tuple[Shown, ...]
    """What a reader should know about how the transcript came about."""
    people: tuple[str, ...]
    audio: str | None
    player: str
    unfolded: bool
    turns: tuple[TurnView, ...]


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """What an engine claimed and the transcript does not bear out."""

    kind: Message
    summary: str
    words: str
    where: Message
    reason: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A whole kickoff brief."""

    language: str
    title: str
    about: tuple[Shown, ...]
    media: str
    """Where recordings may be loaded from, in the words of a Content Security Policy."""
    playable: bool
    """Whether there is a recording of any call."""
    verdict: VerdictView
    cards: tuple[Card, ...]
    """Those of the first screen."""
    preparation: tuple[Card, ...]
    """Those that tell what else counts before day one."""
    sections: tuple[SectionView, ...]
    contradictions: tuple[Clash, ...]
    questions: tuple[Asked, ...]
    answers: tuple[Answered, ...]
    calls: tuple[CallView, ...]
    rejected: tuple[Rejected, ...]
