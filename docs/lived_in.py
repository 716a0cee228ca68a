"""A site in which people have worked for some days, for the pictures: all of it through the API.

Its calls are those of the benchmark's fixtures, read by the local engine.
"""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.pages.conftest import Sender, Site
from tests.pages.seeding import work_on_all

_BENCH: Final = Path(__file__).parents[1] / "fixtures" / "bench"
_OTHERS: Final = {"candor-1": 6, "octavia-1": 12, "emberline-1": -2, "redfern-1": 20}
"""Calls of other deals, and the days until their kickoff."""
_WAITS: Final = "redfern-1"
"""The one that nobody has read yet."""


class Person(Sender):
    """Somebody who uses the API as a page of ours does."""

    def asked(self, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
        """What is answered to a question."""
        return self.get(f"/v1{path}", params=query).raise_for_status().json()

    def does(self, method: str, path: str, told: Mapping[str, object]) -> Any:  # noqa: ANN401
        """What is answered to a deed."""
        headers = {"X-CSRF-Token": self.csrf_token}
        answer = self.request(method, f"/v1{path}", headers=headers, json=told)
        return answer.raise_for_status().json()


def live_in(site: Site, folder: Path) -> str:
    """Let people work at a site.

    Args:
        site: with the harborline deal.
        folder: that a worker may write to.

    Returns:
        The path of a link that was shared.
    """
    with Person(site, "ae") as ae, Person(site, "csm") as csm:
        _agreed(ae, site)
        deals = {ref: _sent(ae, site, ref) for ref in _OTHERS if ref != _WAITS}
        work_on_all(site.store, folder)
        _sent(ae, site, _WAITS)
        _decided(csm, deals)
        _answered(ae, site)
        _corrected(csm, site)
        csm.does("POST", "/views", {"name": "Mine before May", "query": "waits_on=csm"})
        wish = {"days": 30, "audio": True}
        shared = csm.does("POST", f"/deals/{site.seeded.deal}/shares", wish)
    return str(shared["link"]).removeprefix(site.url)


def _sent(ae: Person, site: Site, ref: str) -> str:
    """Send a call of another deal, and give the deal to customer success."""
    file = _BENCH / f"{ref}.json"
    told = json.loads(file.read_text())
    kickoff = datetime.date.today() + datetime.timedelta(days=_OTHERS[ref])
    deal = {name: told[name] for name in ("deal", "seller", "customer", "product")}
    deal |= {"participants": told["participants"], "kickoff": kickoff.isoformat()}
    call = {"id": ref, "date": told["date"], "stage": told["stage"]}
    sent = {"deal": json.dumps(deal), "call": json.dumps(call)}
    headers = {"X-CSRF-Token": ae.csrf_token}
    with file.open("rb") as data:
        files = {"file": (file.name, data)}
        answer = ae.post("/v1/calls", headers=headers, data=sent, files=files)
    deal_id = str(answer.raise_for_status().json()["deal"]["id"])
    ae.does("PUT", f"/deals/{deal_id}/assignment", {"csm_id": site.seeded.people["csm"]})
    return deal_id


def _agreed(ae: Person, site: Site) -> None:
    for call_id in site.seeded.calls.values():
        ae.does("PATCH", f"/calls/{call_id}", {"consent": "given"})
    # Hearing the calls again would say nothing new, and take minutes.
    for run in ae.asked("/runs", deal_id=site.seeded.deal, state="waiting")["items"]:
        ae.does("POST", f"/runs/{run['id']}/cancel", {})


def _decided(csm: Person, deals: dict[str, str]) -> None:
    taken = {"what": "accepted", "words": "Thank you, all clear."}
    csm.does("POST", f"/deals/{deals['emberline-1']}/handoff/decision", taken)
    returned = {
        "what": "returned",
        "reasons": ["scope_unclear"],
        "words": "Which mailboxes are part of it, and who opens them for us?",
    }
    csm.does("POST", f"/deals/{deals['octavia-1']}/handoff/decision", returned)


def _answered(ae: Person, site: Site) -> None:
    questions = ae.asked(f"/deals/{site.seeded.deal}/questions")["items"]
    words = ("Product confirmed 30 September in writing.", "Yes, Gareth signed it off on Monday.")
    for question, answer in zip(questions, words, strict=False):
        told = {"question_id": question["id"], "words": answer}
        ae.does("POST", f"/deals/{site.seeded.deal}/answers", told)


def _corrected(csm: Person, site: Site) -> None:
    deal = f"/deals/{site.seeded.deal}"
    promises = csm.asked(f"{deal}/claims", kind="promise")["items"]
    owed = [one["id"] for one in promises if one["fact"]["status"] == "open"]
    for claim, outcome in zip(owed[:4], ("kept", "kept", "late", "impossible"), strict=True):
        csm.does("POST", f"{deal}/claims/{claim}/outcome", {"outcome": outcome})
    csm.does("POST", f"{deal}/claims/{owed[4]}/confirm", {"why": "Heard it on the call."})
    edit = {"changes": {"due": "2026-12-11"}, "why": "Gareth moved it, by e-mail."}
    csm.does("PATCH", f"{deal}/claims/{owed[5]}", edit)
    csm.does("POST", f"{deal}/claims/{owed[6]}/reject", {"why": "That was a joke."})
    call = site.seeded.calls["harborline-1"]
    turns = csm.asked(f"/calls/{call}/transcript")["turns"]
    was, now = "Reckon and of June", "reckon end of June"
    turn = next(one for one in turns if was in one["text"])
    start = turn["text"].index(was)
    fix = {"turn": turn["n"], "start": start, "end": start + len(was), "was": was, "now": now}
    csm.does("POST", f"/calls/{call}/corrections", {"event": "words_fixed", **fix})
