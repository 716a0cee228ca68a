"""Those who work on briefs in a soak: claims, answers, decisions, corrections, and taking back."""

from typing import Any, Final

from benchmarks.soaking.world import Actor, LoadedCall, LoadedDeal

_OUTCOMES: Final = ("kept", "late", "impossible")


class Editor(Actor):
    """Does to handoffs what people do; each deed has a mark in its reason."""

    @property
    def pause(self) -> float:
        """Seconds between two deeds, in the mean."""
        return 2.0

    def act(self) -> None:
        """Do something to a deal that has a handoff."""
        with self.world.any_deal(self.dice) as deal:
            if deal is None:
                return
            answer = self.ask("list claims", "GET", f"/v1/deals/{deal.id}/claims", deal=deal.id)
            if answer is None or not answer.is_success:
                return
            claims = answer.json()["items"]
            ways = (
                self._confirm, self._reject, self._edit, self._add, self._add, self._answer,
                self._decide, self._tell, self._undo, self._correct, self._consent,
            )  # fmt: skip
            self.dice.choice(ways)(deal, claims)

    def _do(
        self, what: str, deal: LoadedDeal, path: str, *, method: str = "POST", **told: Any
    ) -> dict[str, Any] | None:
        """A deed with a mark; what is answered if it is taken, with the mark in it."""
        mark = self.world.mark()
        why = f"Because of {mark}."
        body = {"why": why, **told}
        answer = self.ask(
            what, method, f"/v1/deals/{deal.id}{path}", json=body, mark=mark, deal=deal.id
        )
        if answer is None or not answer.is_success:
            return None
        done: dict[str, Any] = {**answer.json(), "mark": mark}
        return done

    def _any(self, claims: list[dict[str, Any]], kind: str = "") -> dict[str, Any] | None:
        fitting = [one for one in claims if not kind or one["fact"]["kind"] == kind]
        return self.dice.choice(fitting) if fitting else None

    def _confirm(self, deal: LoadedDeal, claims: list[dict[str, Any]]) -> None:
        if claim := self._any(claims):
            self._do("confirm a claim", deal, f"/claims/{claim['id']}/confirm")

    def _reject(self, deal: LoadedDeal, claims: list[dict[str, Any]]) -> None:
        claim = self._any(claims)
        if claim and not any(mark in claim["summary"] for mark in deal.added):
            self._do("reject a claim", deal, f"/claims/{claim['id']}/reject")

    def _edit(self, deal: LoadedDeal, claims: list[dict[str, Any]]) -> None:
        claim = self._any(claims)
        if claim and not any(mark in claim["summary"] for mark in deal.added):
            changes = {"summary": f"{claim['summary'][:100]} (put right)"}
            self._do(
                "edit a claim", deal, f"/claims/{claim['id']}", method="PATCH", changes=changes
            )

    def _tell(self, deal: LoadedDeal, claims: list[dict[str, Any]]) -> None:
        if claim := self._any(claims, "promise"):
            outcome = self.dice.choice(_OUTCOMES)
            self._do("tell an outcome", deal, f"/claims/{claim['id']}/outcome", outcome=outcome)

    def _add(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        mark = self.world.mark()
        done = self._do(
            "add a claim",
            deal,
            "/claims",
            summary=f"Training of {mark} is included",
            fact={"kind": "promise", "strength": "firm", "type": "resource"},
            statement=f"I said so on the phone: {mark}.",
        )
        if done:
            deal.added[mark] = done["mark"]

    def _answer(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        asked = self.ask("list questions", "GET", f"/v1/deals/{deal.id}/questions", deal=deal.id)
        if asked is None or not asked.is_success or not asked.json()["items"]:
            return
        question = self.dice.choice(asked.json()["items"])["id"]
        self._do("answer a question", deal, "/answers", question_id=question, words="By May.")

    def _decide(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        returned = {"what": "returned", "reasons": ["scope_unclear"], "words": "Which scope?"}
        told = self.dice.choice([{"what": "accepted"}, returned])
        path = f"/v1/deals/{deal.id}/handoff/decision"
        self.ask("decide", "POST", path, json=told, deal=deal.id)

    def _undo(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        """Take back what somebody did."""
        journal = self.ask("read a journal", "GET", f"/v1/deals/{deal.id}/journal", deal=deal.id)
        if journal is None or not journal.is_success:
            return
        open_ones = [one for one in journal.json()["items"] if one["undone_by"] is None]
        if not open_ones:
            return
        entry = self.dice.choice(open_ones)
        deal.undone |= {mark for mark in deal.added if mark in str(entry["event"])}
        if entry["event"]["event"] == "undone":
            # To take back what took something back may have a rejection stand again.
            return
        self._do("take back", deal, f"/journal/{entry['number']}/undo")

    def _correct(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        """Put something right in a transcript, or take that back."""
        calls = [call for call in deal.live if not call.is_old]
        if not calls:
            return
        call = self.dice.choice(calls)
        path = f"/v1/calls/{call.id}"
        text = self.ask("read a transcript", "GET", f"{path}/transcript", deal=deal.id)
        if text is None or not text.is_success:
            return
        turns = text.json()["turns"]
        body = self.dice.choice((_moved, _fixed))(self.dice.randrange(len(turns)), turns)
        if body:
            self._put_right(deal, call, f"{path}/corrections", body)

    def _put_right(
        self, deal: LoadedDeal, call: LoadedCall, path: str, body: dict[str, Any]
    ) -> None:
        mark = self.world.mark()
        call.is_moved |= body["event"] == "turn_moved"
        told = {"why": f"Because of {mark}.", **body}
        answer = self.ask(
            "correct a transcript", "POST", path, json=told, mark=mark, deal=deal.id, call=call.id
        )
        if answer is not None and answer.is_success and self.dice.random() < 0.3:
            mark = self.world.mark()
            undo = f"{path}/{answer.json()['number']}/undo"
            told = {"why": f"Because of {mark}."}
            self.ask(
                "take a correction back", "POST", undo, json=told,
                mark=mark, deal=deal.id, call=call.id,
            )  # fmt: skip

    def _consent(self, deal: LoadedDeal, _claims: list[dict[str, Any]]) -> None:
        """Say of a call whether all agreed."""
        if not deal.live:
            return
        call = self.dice.choice(deal.live)
        consent = self.dice.choice(("given", "given", "unknown", "refused"))
        path = f"/v1/calls/{call.id}"
        self.ask("note a consent", "PATCH", path, json={"consent": consent}, deal=deal.id)


def _moved(place: int, turns: list[dict[str, Any]]) -> dict[str, Any] | None:
    others = sorted({one["speaker"] for one in turns if one["speaker"]} - {turns[place]["speaker"]})
    if not others:
        return None
    return {"event": "turn_moved", "turn": turns[place]["n"], "speaker": others[0]}


def _fixed(place: int, turns: list[dict[str, Any]]) -> dict[str, Any] | None:
    was = turns[place]["text"].split()[0]
    start = turns[place]["text"].index(was)
    return {
        "event": "words_fixed",
        "turn": turns[place]["n"],
        "start": start,
        "end": start + len(was),
        "was": was,
        "now": f"{was} indeed",
    }
