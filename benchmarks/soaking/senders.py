"""Those who send calls in a soak: in one request, in pieces, broken off, and what is no call."""

import base64
import json
from typing import Any, Final

import httpx

from benchmarks.soaking.service import PEOPLE
from benchmarks.soaking.words import broken_files, cut, said_by
from benchmarks.soaking.world import Actor, LoadedCall, LoadedDeal

_TUS: Final = {"Tus-Resumable": "1.0.0"}
_PIECE: Final = 48 * 1024
MOST_OPEN: Final = 12
"""Runs that may wait before nobody sends anything more: two cores hear only so much."""


class Sender(Actor):
    """Sends calls; some of the deals are new, others known."""

    recordings: float = 0.25
    """The share of calls that are sound."""

    @property
    def pause(self) -> float:
        """Seconds between two calls, in the mean."""
        return 5.0

    def act(self) -> None:
        """Send a call, unless too much waits."""
        if self._waiting() >= MOST_OPEN:
            self.world.stop.wait(3.0)
            return
        if self.dice.random() < 0.06:
            self._send_broken()
        elif self.dice.random() < 0.5:
            with self.world.any_deal(self.dice, whole=True) as deal:
                if deal is not None:
                    self.send_to(deal)
        else:
            deal = self.world.new_deal(self.dice)
            with deal.lock:
                self.send_to(deal)

    def _waiting(self) -> int:
        answer = self.ask("look at runs", "GET", "/v1/runs?state=waiting&limit=50")
        return len(answer.json()["items"]) if answer is not None and answer.is_success else 99

    def send_to(self, deal: LoadedDeal) -> None:
        """Send a call of a deal, which is made where it is not there yet."""
        if self.dice.random() < self.recordings:
            seconds = self.dice.uniform(6, 14)
            call = LoadedCall(id="", ref="", run="", word="", is_recording=True)
            name, content = f"{self.world.mark()}.flac", cut(self.dice, seconds=seconds)
        else:
            said = said_by(self.dice, seller=PEOPLE["ae"][0], customer=deal.customer)
            call = LoadedCall(id="", ref="", run="", word=said.word)
            name, content = f"{self.world.mark()}.vtt", said.text.encode()
        told = self._about(deal)
        if self.dice.random() < 0.4:
            self._send_pieces(deal, call, name, content, told)
        else:
            self._send_form(deal, call, name, content, told)

    def _about(self, deal: LoadedDeal) -> dict[str, str]:
        consent = "given" if self.dice.random() < 0.9 else "unknown"
        told = {"call": json.dumps({"consent": consent, "stage": "discovery"})}
        if deal.id:
            return told | {"deal_id": deal.id}
        people: list[dict[str, Any]] = [
            {"name": PEOPLE["ae"][0], "side": "seller", "title": "Account executive"},
            {"name": deal.customer, "side": "customer", "email": deal.email},
        ]
        return told | {"deal": json.dumps({"deal": deal.name, "participants": people})}

    def _send_form(
        self, deal: LoadedDeal, call: LoadedCall, name: str, content: bytes, told: dict[str, str]
    ) -> None:
        answer = self.ask(
            "send a form", "POST", "/v1/calls", files={"file": (name, content)}, data=told
        )
        if answer is not None and answer.is_success:
            self._taken(deal, call, answer.json())

    def _taken(self, deal: LoadedDeal, call: LoadedCall, received: dict[str, Any]) -> None:
        call.id, call.ref = received["call"]["id"], received["call"]["ref"]
        call.run = received["run"]["id"] if received.get("run") else ""
        deal.calls.append(call)
        deal.id = received["call"]["deal_id"]

    def _send_pieces(
        self, deal: LoadedDeal, call: LoadedCall, name: str, content: bytes, told: dict[str, str]
    ) -> None:
        """By tus; one of four is broken off in the middle of a piece, and one of ten given up."""
        metadata = ",".join(
            f"{key} {base64.b64encode(text.encode()).decode()}"
            for key, text in (told | {"filename": name}).items()
        )
        head = _TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        begun = self.ask("begin an upload", "POST", "/v1/uploads", headers=head)
        if begun is None or not begun.is_success:
            return
        place = begun.headers["Location"]
        if self.dice.random() < 0.1:
            return
        if self.dice.random() < 0.25:
            self._break_off(place, content)
        answer = self._send_rest(place, content)
        if answer is not None and (call_id := answer.headers.get("T2H-Call")):
            found = self.ask("read a call", "GET", f"/v1/calls/{call_id}")
            if found is not None and found.is_success:
                self._taken(deal, call, {"call": found.json()})

    def _send_rest(self, place: str, content: bytes) -> httpx.Response | None:
        """Send what is not there yet, after each broken line from where the service says it is."""
        for _ in range(40):
            at = self.ask("look at an upload", "HEAD", place, headers=_TUS)
            if at is None or at.status_code >= 500:
                self.world.stop.wait(1.0)
                continue
            if not at.is_success or "T2H-Call" in at.headers:
                return at
            offset = int(at.headers["Upload-Offset"])
            self._patch(place, content[offset : offset + _PIECE], offset)
        return None

    def _patch(self, place: str, piece: bytes, offset: int) -> None:
        head = _TUS | {
            "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip
        self.ask("send a piece", "PATCH", place, headers=head, content=piece)

    def _break_off(self, place: str, content: bytes) -> None:
        """Promise more bytes than are sent, and hang up."""
        head = {
            **_TUS, **self.world.soak.admin, "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream", "Content-Length": str(len(content)),
        }  # fmt: skip

        def half() -> Any:
            yield content[: len(content) // 2]
            raise _HungUpError

        try:
            httpx.patch(f"{self.world.soak.at.url}{place}", content=half(), headers=head)
        except (_HungUpError, httpx.TransportError):
            return

    def _send_broken(self) -> None:
        name, content = self.dice.choice(broken_files())
        told = {"deal": json.dumps({"deal": "Nothing"})}
        self.ask("send no call", "POST", "/v1/calls", files={"file": (name, content)}, data=told)


class _HungUpError(Exception):
    """The line is cut from our side."""
