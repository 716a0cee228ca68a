"""The second pass: claims are put back to the model, with what was said around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.engines.openai.answers import Verdict, check_schema, read_verdicts
from transcript2handoff.engines.openai.asking import Errand, together
from transcript2handoff.engines.openai.client import Message, Question
from transcript2handoff.engines.openai.cost import tokens
from transcript2handoff.engines.openai.faults import TooLargeFault
from transcript2handoff.engines.openai.prompts import ClaimSheet, check_prompt
from transcript2handoff.engines.openai.readings import Reader
from transcript2handoff.engines.openai.sheet import call_sheet
from transcript2handoff.errors import EndpointError
from transcript2handoff.extract.windows import plan_windows
from transcript2handoff.facts import Kind, Objection, Promise
from transcript2handoff.handoff import DraftClaim, Window

CHECKED: Final[frozenset[Kind]] = frozenset({"promise", "objection", "goal"})
AROUND: Final = 3
"""Turns before and after a cited one that are shown with it."""
FORM: Final = "verdicts"


@dataclass(frozen=True)
class Checked:
    """Claims after the second pass, and what a reader should know of it."""

    claims: tuple[DraftClaim, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checker:
    """Asks a model to confirm claims, with the help of whoever has read the call.

    Attributes:
        reader: the first pass: its asker, options and projection.
    """

    reader: Reader

    async def check(self, claims: Sequence[DraftClaim]) -> Checked:
        """The claims without those that the model takes back, with what it says of their fields.

        Raises:
            EndpointError: the model does not answer, and a draft that is not whole is not wanted.
        """
        asked = [place for place, claim in enumerate(claims) if claim.kind in CHECKED]
        try:
            batches = self._batches(claims, asked)
            answers = await together(self._ask(claims, batch) for batch in batches)
        except EndpointError as error:
            if not self.reader.options.accept_incomplete:
                raise
            return Checked(tuple(claims), (f"The second pass was left out: {error}",))
        verdicts = {place: verdict for answer in answers for place, verdict in answer.items()}
        judged = (_judged(claim, verdicts.get(place)) for place, claim in enumerate(claims))
        return Checked(tuple(claim for claim in judged if claim is not None))

    def _batches(self, claims: Sequence[DraftClaim], asked: Sequence[int]) -> list[list[int]]:
        """The claims in batches whose turns are no more than a window."""
        turns = self.reader.projection.transcript.turns
        sizes = [
            sum(tokens(turns[n - 1].text) for w in self._around(claims[place]) for n in w.numbers)
            for place in asked
        ]
        windows = plan_windows(sizes, budget=self.reader.options.limits.window_tokens, overlap=0)
        return [list(asked[window.first - 1 : window.last]) for window in windows]

    async def _ask(
        self, claims: Sequence[DraftClaim], batch: Sequence[int]
    ) -> Mapping[int, Verdict]:
        """What the model says of the claims at these places."""
        try:
            verdicts = await self._verdicts([claims[place] for place in batch])
        except TooLargeFault as fault:
            if len(batch) == 1:
                raise fault.error from fault
            middle = len(batch) // 2
            parts = [await self._ask(claims, part) for part in (batch[:middle], batch[middle:])]
            return {**parts[0], **parts[1]}
        return {batch[verdict.claim - 1]: verdict for verdict in verdicts}

    async def _verdicts(self, claims: Sequence[DraftClaim]) -> tuple[Verdict, ...]:
        reader = self.reader
        transcript = reader.projection.transcript
        around = tuple(window for claim in claims for window in self._around(claim))
        prompt = check_prompt(
            [_sheet(number, claim) for number, claim in enumerate(claims, start=1)],
            call_sheet(transcript, reader.context, around),
        )
        question = Question(
            messages=(Message("system", prompt.system), Message("user", prompt.user)),
            form=FORM,
            schema=check_schema(claims=len(claims)),
            answer_tokens=reader.options.limits.answer_tokens,
        )
        errand = Errand(
            call_id=transcript.call_id,
            purpose="check claims",
            turns=_joined(around),
            redacted=reader.redacted,
        )
        return await reader.asker.ask(
            question, errand, read=lambda text: read_verdicts(text, claims=len(claims))
        )

    def _around(self, claim: DraftClaim) -> tuple[Window, ...]:
        """The turns that a claim cites, each with those around it; none for turns out of range."""
        last = len(self.reader.projection.transcript.turns)
        return tuple(
            Window(first=max(c.turn - AROUND, 1), last=min(c.turn + AROUND, last))
            for c in claim.citations
            if 1 <= c.turn <= last
        )


def _joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    """The same turns in windows that neither overlap nor touch."""
    joined: list[Window] = []
    for window in sorted(windows, key=lambda w: w.first):
        if joined and window.first <= joined[-1].last + 1:
            last = max(joined[-1].last, window.last)
            joined[-1] = Window(first=joined[-1].first, last=last)
        else:
            joined.append(window)
    return tuple(joined)


def _sheet(number: int, claim: DraftClaim) -> ClaimSheet:
    fact, best = claim.fact, claim.citations[0]
    return ClaimSheet(
        number=number,
        kind=claim.kind,
        summary=claim.summary,
        quote=best.quote,
        turn=best.turn,
        strength=fact.strength if isinstance(fact, Promise) else None,
        status=fact.status if isinstance(fact, Promise | Objection) else None,
    )


def _judged(claim: DraftClaim, verdict: Verdict | None) -> DraftClaim | None:
    """The claim as the verdict leaves it; as it is where there is none."""
    if verdict is None:
        return claim
    if not verdict.holds:
        return None
    match claim.fact:
        case Promise() as promise:
            told = {"strength": verdict.strength, "status": verdict.promise_status}
            return _with(claim, promise, told)
        case Objection() as objection:
            return _with(claim, objection, {"status": verdict.objection_status})
    return claim


def _with(
    claim: DraftClaim, fact: Promise | Objection, told: Mapping[str, str | None]
) -> DraftClaim:
    known = {name: value for name, value in told.items() if value is not None}
    return claim.model_copy(update={"fact": fact.model_copy(update=known)})
