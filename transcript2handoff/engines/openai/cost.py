"""What a call costs: tokens counted, money added up, and a limit that is looked at beforehand."""

from dataclasses import dataclass, field
from math import ceil
from typing import Final

from transcript2handoff.engines.openai.client import Question, Reply
from transcript2handoff.engines.openai.options import Price
from transcript2handoff.errors import CostLimitError
from transcript2handoff.handoff import Sending, Usage

BYTES_PER_TOKEN: Final = 3.0
"""UTF-8 bytes in a token, on the safe side.

English speech has 4.2 to 4.6 for the common tokenisers; other scripts have more bytes a token, and
names and figures fewer. Servers report the real number, which is what is paid for.
"""
MESSAGE_TOKENS: Final = 8
"""Tokens around each message."""


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return ceil(len(text.encode()) / BYTES_PER_TOKEN)


def question_tokens(question: Question) -> int:
    """About how many tokens a question has, without its schema."""
    return sum(tokens(message.content) + MESSAGE_TOKENS for message in question.messages)


@dataclass
class Tally:
    """Adds up what a call costs, and keeps account of what was sent. One for each extraction."""

    price: Price | None
    limit: float | None
    _spent: float = 0.0
    _reserved: float = 0.0
    _counts: dict[str, int] = field(default_factory=dict)
    _sendings: list[Sending] = field(default_factory=list)

    def reserve(self, question: Question) -> float:
        """Set aside the most that a question can cost; the sum is given back to ``settle``.

        Raises:
            CostLimitError: it could cost more than is left.
        """
        if self.price is None:
            return 0.0
        most = self.price.of(
            tokens_in=question_tokens(question), tokens_cached=0, tokens_out=question.answer_tokens
        )
        if self.limit is not None and self._spent + self._reserved + most > self.limit:
            raise CostLimitError(
                f"The next request could cost {most:.4f} with {self._spent:.4f} spent and "
                f"{self._reserved:.4f} under way, and the limit is {self.limit:.4f}. Raise "
                "--max-cost (what was answered is kept), or use `--engine local`."
            )
        self._reserved += most
        return most

    def settle(self, reserved: float, reply: Reply | None) -> None:
        """Count what a request cost in the end; nothing is known of one without a reply."""
        self._reserved -= reserved
        self._count(requests=1)
        if reply is None:
            return
        used = {
            "tokens_in": reply.tokens_in,
            "tokens_cached": reply.tokens_cached,
            "tokens_out": reply.tokens_out,
        }
        self._count(**used)
        if self.price is not None:
            self._spent += self.price.of(**used)

    def reuse(self, sendings: tuple[Sending, ...]) -> None:
        """Count an answer that was kept; what was sent for it back then stays on the account."""
        self._count(from_cache=1)
        self._sendings.extend(sendings)

    def sent(self, sending: Sending) -> None:
        """Note that words left this machine."""
        self._sendings.append(sending)

    @property
    def usage(self) -> Usage:
        """What was used so far."""
        cost = None if self.price is None else round(self._spent, 6)
        return Usage(**self._counts, cost=cost)

    @property
    def sendings(self) -> tuple[Sending, ...]:
        """All that was sent for this call, in the order of time."""
        return tuple(sorted(self._sendings, key=lambda s: (s.at, s.purpose, s.model_dump_json())))

    def _count(self, **more: int) -> None:
        for name, number in more.items():
            self._counts[name] = self._counts.get(name, 0) + number
