"""Those who have things erased in a soak: calls, deals, persons, and what has become too old."""

import datetime
from typing import Any, Final

import httpx
from sqlalchemy import update

from benchmarks.soaking.world import Actor, LoadedDeal
from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.store.tables import CallRow

_OLD: Final = datetime.timedelta(days=40)
"""Longer than recordings are kept here, and shorter than transcripts are."""


class Eraser(Actor):
    """Erases, and keeps in mind what has to be gone everywhere then."""

    @property
    def pause(self) -> float:
        """Seconds between two erasures, in the mean."""
        return 12.0

    def act(self) -> None:
        """Erase something of a deal that has calls."""
        with self.world.any_deal(self.dice, whole=True) as deal:
            if deal is None or not deal.live or len(self.world.known()) < 4:
                return
            way = self.dice.choices(
                (self._call, self._deal, self._person, self._age), weights=(4, 2, 3, 2)
            )[0]
            way(deal)

    def _erase(self, what: str, path: str, **more: Any) -> httpx.Response | None:
        """Erase, and again with another key where nobody says what came of it."""
        answer: httpx.Response | None = None
        for _ in range(5):
            answer = self.ask(what, "POST", path, **more)
            if answer is not None and (answer.is_success or answer.status_code == 404):
                break
        return answer

    def _call(self, deal: LoadedDeal) -> None:
        call = self.dice.choice(deal.live)
        path = f"/v1/calls/{call.id}/erasure"
        answer = self._erase("erase a call", path, deal=deal.id, call=call.id)
        if _is_gone(answer):
            call.is_erased = True
            if call.word:
                self.world.gone[call.word] = f"call {call.id}"

    def _deal(self, deal: LoadedDeal) -> None:
        answer = self._erase("erase a deal", f"/v1/deals/{deal.id}/erasure", deal=deal.id)
        if _is_gone(answer):
            deal.is_erased = True
            words = [deal.name.split()[0], *(call.word for call in deal.calls if call.word)]
            self.world.gone |= dict.fromkeys(words, f"deal {deal.id}")

    def _person(self, deal: LoadedDeal) -> None:
        if deal.source:
            # The CRM would tell us of the person again.
            return
        told = {"names": [deal.customer], "emails": [deal.email]}
        answer = self._erase("erase a person", "/v1/people/erasure", json=told, deal=deal.id)
        if answer is not None and answer.is_success:
            deal.is_forgotten = True
            words = [*deal.customer.split(), deal.email]
            self.world.gone |= dict.fromkeys(words, f"customer of deal {deal.id}")

    def _age(self, deal: LoadedDeal) -> None:
        """Have a call be older than it is: a soak has no month to wait for."""
        sound = [call for call in deal.live if call.is_recording and not call.is_old]
        if not sound:
            return
        call = self.dice.choice(sound)
        try:
            with self.world.soak.at.store() as store, store.write() as tx:
                tx.session.execute(
                    update(CallRow).where(CallRow.id == call.id).values(created=tx.now - _OLD)
                )
        except StoreUnreachableError:
            """Somebody holds the database just now, as is meant: another call then."""
        else:
            call.is_old = True


def _is_gone(answer: httpx.Response | None) -> bool:
    """Whether it is erased: now, or by a request before whose answer got lost."""
    return answer is not None and (answer.is_success or answer.status_code == 404)
