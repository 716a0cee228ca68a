"""What an extraction would send and cost, without sending anything."""

from dataclasses import dataclass

from transcript2handoff.deal import DealContext
from transcript2handoff.engines.openai.cost import question_tokens
from transcript2handoff.engines.openai.keep import Keep, key_of
from transcript2handoff.engines.openai.options import ModelOptions
from transcript2handoff.engines.openai.readings import planned, question
from transcript2handoff.engines.openai.schema import Group
from transcript2handoff.engines.openai.sheet import call_sheet
from transcript2handoff.policy import Projection


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The first pass over a call, if nothing goes wrong.

    Attributes:
        to: scheme, host and port of the server.
        model: its model.
        hidden: what redaction hides, by kind, and how often.
        turns: of the call.
        windows: in which it is read.
        requests: that would be sent.
        kept: answers that are there already.
        tokens_in: about how many are sent, rather too many than too few.
        tokens_out: the most that the model may write.
        most: the most that it can cost; none where the price is not known.
    """

    to: str
    model: str
    hidden: dict[str, int]
    turns: int
    windows: int
    requests: int
    kept: int
    tokens_in: int
    tokens_out: int
    most: float | None


def estimate(
    projection: Projection, context: DealContext, *, options: ModelOptions, keep: Keep
) -> Estimate:
    """What reading this call would take."""
    transcript = projection.transcript
    windows = planned(projection, options)
    asked = [
        question(group, sheet, options)
        for sheet in (call_sheet(transcript, context, (window,)) for window in windows)
        for group in Group
    ]
    new = [one for one in asked if keep.get(key_of(one, options.endpoint)) is None]
    tokens_in = sum(map(question_tokens, new))
    tokens_out = sum(one.answer_tokens for one in new)
    price = options.endpoint.price
    return Estimate(
        to=options.endpoint.origin,
        model=options.endpoint.model,
        hidden=dict(projection.hidden),
        turns=len(transcript.turns),
        windows=len(windows),
        requests=len(new),
        kept=len(asked) - len(new),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        most=price.of(tokens_in=tokens_in, tokens_cached=0, tokens_out=tokens_out)
        if price
        else None,
    )
