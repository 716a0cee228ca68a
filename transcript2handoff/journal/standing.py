"""What of a journal stands, and what was taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from transcript2handoff.corrections.signing import undone
from transcript2handoff.journal.events import (
    Added,
    Answered,
    Confirmed,
    Event,
    StandingEvent,
    Undone,
)


def taken_back(events: Sequence[Event]) -> Mapping[int, int]:
    """The events that do not stand, each with the one that took it back; by their numbers from 1.

    Args:
        events: all of the journal, in its order: their numbers are their places.
    """
    return undone([one.number if isinstance(one, Undone) else None for one in events])


def standing(events: Sequence[Event]) -> tuple[StandingEvent, ...]:
    """The events that nobody took back, in the order of the journal."""
    taken = taken_back(events)
    return tuple(
        event
        for number, event in enumerate(events, start=1)
        if not isinstance(event, Undone) and number not in taken
    )


def by_time(events: Iterable[StandingEvent]) -> tuple[StandingEvent, ...]:
    """The events by their time; those of one time in the order of the file."""
    return tuple(sorted(events, key=lambda event: event.at))


def last_answers(events: Iterable[StandingEvent]) -> tuple[Answered, ...]:
    """The last answer to each question.

    Args:
        events: by their time.
    """
    return tuple({one.question_id: one for one in events if isinstance(one, Answered)}.values())


def acting(events: Sequence[Event]) -> tuple[StandingEvent, ...]:
    """What stands of a journal, by its time; what answers state is added right behind them."""
    ordered = by_time(standing(events))
    last = last_answers(ordered)
    return tuple(
        one for event in ordered for one in (event, *(_additions(event) if event in last else ()))
    )


def _additions(event: StandingEvent) -> Iterator[Confirmed | Added]:
    """The claims of an answer as somebody adds them.

    Who answers a question anew says it anew: what an earlier answer had stated, and somebody had
    rejected, is shown again.
    """
    if not isinstance(event, Answered):
        return
    signed = {"by": event.by, "at": event.at, "why": event.why}
    for claim in event.stated:
        yield Confirmed.model_validate({"claim_id": claim.id, "kind": claim.kind, **signed})
        yield Added.model_validate({"claim": claim, **signed})
