"""Those who read in a soak: pages, documents, sound, searches, shared links; and who sends mail."""

from typing import Final

import httpx

from benchmarks.soaking.world import Actor, LoadedDeal

PAGES: Final = (
    "/deals", "/deals?order=name", "/search?q=depots", "/promises", "/account",
    "/deals/{deal}", "/deals/{deal}/calls", "/deals/{deal}/questions", "/deals/{deal}/documents",
    "/deals/{deal}/history", "/deals/{deal}/details", "/deals/{deal}/calls/{call}",
    "/deals/{deal}/calls/{call}/turns/1", "/deals/{deal}/calls/{call}/speakers",
)  # fmt: skip
ASKED: Final = (
    "/v1/deals", "/v1/promises", "/v1/reports/meeting", "/v1/reports/feedback", "/v1/audit",
    "/v1/deals/{deal}", "/v1/deals/{deal}/handoff", "/v1/deals/{deal}/readiness",
    "/v1/deals/{deal}/documents", "/v1/calls/{call}/transcript", "/v1/calls/{call}/waveform",
    "/v1/deals/{deal}/documents/internal/kickoff_brief.md",
    "/v1/deals/{deal}/documents/internal/kickoff_brief.docx", "/metrics", "/readyz",
)  # fmt: skip


class Reader(Actor):
    """Looks at what there is, by pages and by the API."""

    @property
    def pause(self) -> float:
        """Seconds between two looks, in the mean."""
        return 0.7

    def act(self) -> None:
        """Look at something of a deal."""
        with self.world.any_deal(self.dice) as deal:
            if deal is None or not deal.live:
                return
            call = self.dice.choice(deal.live)
            if self.dice.random() < 0.5:
                self._visit(deal, call.id)
            elif self.dice.random() < 0.2 and call.word:
                self.ask("search", "GET", f"/v1/search?q={call.word}", deal=deal.id)
            elif self.dice.random() < 0.2 and call.is_recording:
                some = {"Range": "bytes=0-4095"}
                self.ask("hear", "GET", f"/v1/calls/{call.id}/audio", headers=some, deal=deal.id)
            else:
                path = self.dice.choice(ASKED).format(deal=deal.id, call=call.id)
                self.ask("ask the API", "GET", path, deal=deal.id)

    def _visit(self, deal: LoadedDeal, call_id: str) -> None:
        path = self.dice.choice(PAGES).format(deal=deal.id, call=call_id)
        cookies = self.world.soak.cookies["admin"]
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Cookie": told, "Authorization": ""}
        self.ask("visit a page", "GET", path, headers=headers, deal=deal.id)


class Sharer(Actor):
    """Shares briefs by links, follows and withdraws them, and mails briefs."""

    @property
    def pause(self) -> float:
        """Seconds between two deeds, in the mean."""
        return 6.0

    def act(self) -> None:
        """Share or mail a brief."""
        with self.world.any_deal(self.dice) as deal:
            if deal is None:
                return
            if self.dice.random() < 0.4:
                self._mail(deal)
            else:
                self._share(deal)

    def _mail(self, deal: LoadedDeal) -> None:
        mark = self.world.mark()
        told = {"to": [f"{mark}@foldwell.example"], "words": "For Monday.", "pdf": False}
        self.ask(
            "send a mail", "POST", f"/v1/deals/{deal.id}/mails", json=told, mark=mark, deal=deal.id
        )

    def _share(self, deal: LoadedDeal) -> None:
        told = {"days": 7, "audio": True}
        made = self.ask("share", "POST", f"/v1/deals/{deal.id}/shares", json=told, deal=deal.id)
        if made is None or not made.is_success or not made.json()["link"]:
            return
        token = made.json()["link"].rpartition("/")[2]
        brief = self._follow(f"/v1/shared/{token}", deal)
        for call in brief.json()["calls"] if brief is not None and brief.is_success else ():
            if call["audio"]:
                self._follow(call["audio"].removeprefix(self.world.soak.at.url), deal)
        self._follow(f"/shared/{token}", deal)
        if self.dice.random() < 0.5:
            path = f"/v1/shares/{made.json()['id']}"
            self.ask("withdraw a link", "DELETE", path, deal=deal.id)

    def _follow(self, path: str, deal: LoadedDeal) -> httpx.Response | None:
        return self.ask("follow a link", "GET", path, headers={"Authorization": ""}, deal=deal.id)
