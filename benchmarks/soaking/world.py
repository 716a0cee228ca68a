"""What the load of a soak knows of the service: the deals that it has made, and who does things."""

import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import httpx

from benchmarks.soaking.ledger import LOST, Asked, Ledger
from benchmarks.soaking.service import Soaked
from benchmarks.soaking.words import rare_word

PATIENCE: Final = 120.0
"""Seconds for which a request is sent again while it is not answered."""
HELD: Final = 30.0
"""Seconds for which one waits for a request that the service says is being worked on: if the
process was killed that did, its key is free after ten minutes only."""
_AGAIN: Final = (LOST, 502, 503)
_LETTERS: Final = "bcdfghjklmnpqrstvwxz"


@dataclass(eq=False, kw_only=True)
class LoadedCall:
    """A call that was sent, and acknowledged."""

    id: str
    ref: str
    run: str
    word: str
    """That is said on it alone; empty for a recording."""
    is_recording: bool = False
    is_erased: bool = False
    is_old: bool = False
    """Whether its recording was made so old that it is kept no longer."""
    is_moved: bool = False
    """Whether somebody gave a turn of it to somebody else: it goes if that is who is erased."""


@dataclass(eq=False, kw_only=True)
class LoadedDeal:
    """A deal that the load works on."""

    name: str
    customer: str
    email: str
    id: str = ""
    """Empty until the service was seen to have it."""
    source: str = ""
    external: str = ""
    calls: list[LoadedCall] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)
    """Claims that people have added, by their marks: the number in the journal."""
    undone: set[str] = field(default_factory=set)
    """Marks of what was taken back, or may have been."""
    is_erased: bool = False
    is_forgotten: bool = False
    """Whether its customer was erased as a person."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def live(self) -> list[LoadedCall]:
        """Its calls that nobody has erased."""
        return [call for call in self.calls if not call.is_erased]


@dataclass
class World:
    """Everything that the actors of a soak share."""

    soak: Soaked
    ledger: Ledger
    is_long: bool = True
    """Whether there is time for what takes minutes until it fails."""
    stop: threading.Event = field(default_factory=threading.Event)
    deals: list[LoadedDeal] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    """Words and names that were erased, each with what was erased."""
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mark(self) -> str:
        """Letters that stand nowhere else."""
        with self._lock:
            number = next(self._numbers)
        letters = ""
        while number:
            number, digit = divmod(number, len(_LETTERS))
            letters = _LETTERS[digit] + letters
        return f"mk{letters:b>6}"

    def new_deal(self, dice: random.Random) -> LoadedDeal:
        """A deal that nobody knows yet."""
        first, last = rare_word(dice), rare_word(dice)
        word = rare_word(dice)
        deal = LoadedDeal(
            name=f"{word} rollout",
            customer=f"{first} {last}",
            email=f"{first}.{last}@{word}.example".lower(),
        )
        with self._lock:
            self.deals.append(deal)
        return deal

    def known(self) -> list[LoadedDeal]:
        """Deals that the service has."""
        with self._lock:
            return [deal for deal in self.deals if deal.id and not deal.is_erased]

    @contextmanager
    def any_deal(self, dice: random.Random, *, whole: bool = False) -> Iterator[LoadedDeal | None]:
        """A deal that is there, held so that nobody erases it meanwhile; None where there is none.

        Args:
            dice: choose it.
            whole: whether nobody else may work on it meanwhile, and nobody has before.
        """
        found = [deal for deal in self.known() if not (whole and deal.is_forgotten)]
        deal = dice.choice(found) if found else None
        if deal is None or not deal.lock.acquire(timeout=5):
            yield None
            return
        try:
            yield None if deal.is_erased else deal
        finally:
            deal.lock.release()


@dataclass
class Actor:
    """Somebody, or some program, that uses the service; a thread of its own."""

    world: World
    name: str
    seed: int
    dice: random.Random = field(init=False)
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Get dice of its own, so that what one does hangs on no other."""
        self.dice = random.Random(f"{self.seed}-{self.name}")  # noqa: S311 - no secret
        self.client = self.world.soak.client()

    def act(self) -> None:
        """Do one thing."""
        raise NotImplementedError

    @property
    def pause(self) -> float:
        """Seconds between two things, in the mean."""
        return 1.0

    def run(self) -> None:
        """Do things until the soak is over."""
        while not self.world.stop.is_set():
            self.act()
            self.world.stop.wait(self.dice.expovariate(1 / self.pause))
        self.client.close()

    def ask(self, what: str, method: str, path: str, **more: Any) -> httpx.Response | None:
        """Send a request, a POST again with its key until it is answered.

        Args:
            what: which kind of deed it is.
            method: of HTTP.
            path: of the service.
            more: ``mark``, ``deal`` and ``call`` for the ledger; all else is the client's.

        Returns:
            The answer; None where none came.
        """
        told = {name: more.pop(name, "") for name in ("mark", "deal", "call")}
        headers = dict(more.pop("headers", {}))
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid.UUID(int=self.dice.getrandbits(128))))
        began = time.monotonic()
        while True:
            answer = self._once(what, method, path, told=told, headers=headers, **more)
            status = answer.status_code if answer is not None else LOST
            is_held = status == 409 and answer is not None and "still_working" in answer.text
            patience = HELD if is_held else PATIENCE
            if method not in ("POST", "GET") or not (status in _AGAIN or is_held):
                return answer
            if time.monotonic() - began > patience:
                return answer
            time.sleep(1.0)

    def _once(
        self, what: str, method: str, path: str, *, told: dict[str, str], **more: Any
    ) -> httpx.Response | None:
        ledger = self.world.ledger
        began = ledger.now
        answer: httpx.Response | None = None
        words = ""
        try:
            answer = self.client.request(method, path, **more)
        except httpx.TransportError as error:
            words = type(error).__name__
        if answer is not None and not answer.is_success:
            words = answer.text[:300]
        ledger.note(
            Asked(
                actor=self.name,
                what=what,
                began=began,
                seconds=ledger.now - began,
                status=answer.status_code if answer is not None else LOST,
                words=words,
                **told,
            )
        )
        return answer
