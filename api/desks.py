"""Deals that somebody had before them lately, kept in this process so that they open at once.

Nothing is served that is not in the store any more: the rows of a deal are read every time, and
what was made of other rows is made anew; transcripts are looked for every time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from transcript2handoff.corrections import WordsFixed, parsed
from transcript2handoff.dossier import Dossier, Papers
from transcript2handoff.errors import StoreGoneError
from transcript2handoff.jobs.desk import OnDesk, Rows, laid_out, rows_of
from transcript2handoff.jobs.telling import parse
from transcript2handoff.outgoing.sharing import Shareable, shareable
from transcript2handoff.outgoing.silences import put_right
from transcript2handoff.store import Blobs, Store

MOST: Final = 32
"""Deals that are kept; one with an hour and a half of calls takes 5 MB."""
SECONDS: Final = 600.0
"""For which a deal is kept: the words of one that was erased leave the memory after it, too."""


@dataclass(frozen=True, kw_only=True)
class LaidOut:
    """A deal as it was opened. What is made of it is made once."""

    rows: Rows
    here: OnDesk
    beside: Papers
    """What stands beside every deal."""
    transcripts: tuple[str, ...]
    """The digests of the transcripts that it rests on."""
    made: float
    """When, by the clock of the desks."""

    @cached_property
    def dossier(self) -> Dossier:
        """Everything that is known about the deal."""
        return self.here.dossier(self.beside)

    @cached_property
    def redacted(self) -> Shareable:
        """What of it may be shown elsewhere, with private data hidden."""
        made = self._shareable(redaction=True)
        return replace(made, unheard=made.unheard | self._put_right_from_private(made))

    @cached_property
    def unredacted(self) -> Shareable:
        """What of it may be shown elsewhere, with everything in it."""
        return self._shareable(redaction=False)

    def _put_right_from_private(self, shown: Shareable) -> frozenset[str]:
        """The calls on which private data was heard that somebody has put out of the text since."""
        now = {one.call_id: one for one in shown.dossier.transcripts}
        was = {one.call_id: one for one in self.dossier.transcripts}
        wordings = self.here.told.wordings
        return frozenset(
            ref
            for ref, lines in self.rows.corrections.items()
            if any(isinstance(one, WordsFixed) for one in parsed(lines))
            # Of a call that was heard anew, or whose first transcript is gone, nobody knows.
            and (
                ref not in wordings or (ref in now and put_right(was[ref], now[ref], wordings[ref]))
            )
        )

    def _shareable(self, *, redaction: bool) -> Shareable:
        papers = replace(self.beside, contract=self.here.signed.contract)
        return shareable(self.dossier, papers, redaction=redaction)


class Desks:
    """Opens deals, and keeps those that were opened last."""

    def __init__(
        self,
        *,
        most: int = MOST,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep nothing yet.

        Args:
            most: deals that are kept.
            seconds: after which a deal is forgotten.
            clock: in seconds, from any beginning.
        """
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, LaidOut] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, store: Store, deal_id: str, beside: Papers) -> LaidOut:
        """The deal as it stands now.

        Args:
            store: the store.
            deal_id: the deal.
            beside: what stands beside every deal, always the same.

        Raises:
            StoreGoneError: there is no such deal, it has no handoff yet, or a transcript that this
                rests on is kept no longer.
            ArtifactError: what is stored is broken.
            StoreUnreachableError: the store cannot be read.
        """
        try:
            rows = rows_of(store, deal_id)
        except StoreGoneError:
            self._forget(deal_id)
            raise
        known = self._known(deal_id)
        if known is None or known.rows != rows or not all(map(store.blobs.has, known.transcripts)):
            self._forget(deal_id)
            known = self._keep(deal_id, self._made(rows, store.blobs, beside))
        return known

    def _made(self, rows: Rows, blobs: Blobs, beside: Papers) -> LaidOut:
        return LaidOut(
            rows=rows,
            here=laid_out(rows, blobs),
            beside=beside,
            transcripts=tuple(parse(rows.record.text).transcripts.values()),
            made=self._clock(),
        )

    def _known(self, deal_id: str) -> LaidOut | None:
        with self._lock:
            earliest = self._clock() - self._seconds
            for old in [name for name, one in self._kept.items() if one.made < earliest]:
                del self._kept[old]
            if deal_id in self._kept:
                self._kept.move_to_end(deal_id)
            return self._kept.get(deal_id)

    def _keep(self, deal_id: str, made: LaidOut) -> LaidOut:
        with self._lock:
            self._kept[deal_id] = made
            self._kept.move_to_end(deal_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _forget(self, deal_id: str) -> None:
        with self._lock:
            self._kept.pop(deal_id, None)
