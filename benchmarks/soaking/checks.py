"""What has to hold at the end of a soak: what was acknowledged is there, once; the rest is not."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import httpx

from benchmarks.soaking.world import LoadedCall, LoadedDeal, World
from transcript2handoff.store import events

_MADE_TO_FAIL: Final = ("gong.invalid",)
"""What stands in the errors of runs that cannot end well here."""
_STAYS: Final = {"add a claim", "correct a transcript"}
"""Deeds that stay when another call of the deal is erased; those to claims of that call go, and
answers to questions about them."""


def failed_runs(world: World, client: httpx.Client) -> Iterator[str]:
    """Runs that failed, though nothing was wrong with what they were given."""
    odd = {call.id for deal in world.deals for call in deal.calls if _is_unheard(deal, call)}
    for run in _all(client, "/v1/runs?state=failed"):
        why = run["error"] or ""
        if run["call_id"] not in odd and not any(word in why for word in _MADE_TO_FAIL):
            deal = client.get(f"/v1/deals/{run['deal_id']}").json()
            if deal["deal"]["deal"] != "Nothing":
                yield f"{run['kind']} run {run['id']} failed: {why}"


def uploads(world: World, client: httpx.Client) -> Iterator[str]:
    """Calls that were acknowledged, and have no transcript."""
    for deal in world.known():
        for call in deal.live:
            answer = client.get(f"/v1/calls/{call.id}/transcript")
            if not answer.is_success and not _is_unheard(deal, call):
                yield f"call {call.id} of {deal.id} has no transcript: {answer.text[:200]}"


def _is_unheard(deal: LoadedDeal, call: LoadedCall) -> bool:
    """Whether its recording may have gone before anybody heard it: one of its people was erased."""
    return deal.is_forgotten and call.is_recording


def old_sound(world: World, client: httpx.Client) -> Iterator[str]:
    """Recordings that are older than they may be, and still there."""
    for deal in world.known():
        for call in deal.live:
            if call.is_old and client.get(f"/v1/calls/{call.id}").json()["has_recording"]:
                yield f"the recording of call {call.id} is 40 days old and still there"


def deeds(world: World, client: httpx.Client) -> Iterator[str]:
    """Deeds to handoffs and transcripts that are not noted once; of unanswered ones, at most."""
    for deal in world.known():
        told = _journal(world, deal)
        for call in deal.live:
            listed = client.get(f"/v1/calls/{call.id}/corrections")
            told += _texts(listed.json()["items"]) if listed.is_success else []
        # The transcript of somebody who was erased is written anew, without its corrections.
        gone = {
            call.id for call in deal.calls if call.is_erased or call.is_old or deal.is_forgotten
        }
        yield from _not_once(world, deal, told, gone)


def _journal(world: World, deal: LoadedDeal) -> list[str]:
    """Its lines; of a deal whose calls were all erased nothing but the store tells them."""
    with world.soak.at.store() as store, store.read() as tx:
        return list(events.of(tx, deal.id))


def _not_once(world: World, deal: LoadedDeal, told: list[str], gone: set[str]) -> Iterator[str]:
    asked = [
        one for one in world.ledger.asked
        if one.deal == deal.id and one.mark and one.what != "send a mail" and one.call not in gone
    ]  # fmt: skip
    taken = {one.mark for one in asked if one.is_taken}
    has_lost = deal.is_forgotten or any(call.is_erased for call in deal.calls)
    for mark in {one.mark for one in asked}:
        found = sum(mark in text for text in told)
        whats = {(one.what, one.status) for one in asked if one.mark == mark}
        may_be_gone = has_lost and not {what for what, _ in whats} <= _STAYS
        if found > 1 or (mark in taken and not found and not may_be_gone):
            yield f"{mark} of {deal.id} is noted {found} times: {sorted(whats)}"


def added_claims(world: World, client: httpx.Client) -> Iterator[str]:
    """Claims that people have added, and that are not in the handoff."""
    for deal in world.known():
        if not deal.live:
            continue  # without a call there is no handoff
        answer = client.get(f"/v1/deals/{deal.id}/claims")
        summaries = [one["summary"] for one in answer.json()["items"]] if answer.is_success else []
        for mark in set(deal.added) - deal.undone:
            if not any(mark in summary for summary in summaries):
                yield f"the claim of {mark} is not in the handoff of {deal.id}"


def searched(world: World, client: httpx.Client) -> Iterator[str]:
    """Words of calls that are not found, and erased ones that are."""
    for deal in world.known():
        for call in deal.live:
            # Its word may have been given to somebody who was erased then.
            may_be_gone = deal.is_forgotten and call.is_moved
            if call.word and not may_be_gone and not _hits(client, call.word):
                yield f"{call.word} of call {call.id} is not found"
    for word, what in world.gone.items():
        if "@" not in word and _hits(client, word):
            yield f"{word} is found, though the {what} was erased"


def notes(world: World, client: httpx.Client) -> Iterator[str]:
    """Notes in CRMs that are there twice, or not at all."""
    soak = world.soak
    linked = Counter(
        link for note in soak.hubspot.objects.all("notes") for link in note.links.get("deals", ())
    )
    told = Counter(
        str(each.fields.get("Opportunity__c")) for each in soak.salesforce.objects.all("Handoff__c")
    )
    for deal in world.deals:
        if deal.source not in ("hubspot", "salesforce"):
            continue
        found = linked[deal.external] if deal.source == "hubspot" else told[deal.external]
        if found > 1:
            yield f"{found} notes of {deal.source} deal {deal.external}"
        wanted = deal.id and not deal.is_erased and client.get(f"/v1/deals/{deal.id}/handoff")
        if wanted and wanted.is_success and not found:
            yield f"no note of {deal.source} deal {deal.external}, {deal.id}"


def mails(world: World, client: httpx.Client) -> Iterator[str]:
    """Mails that came twice, or that were sent and never came."""
    got = world.soak.mail.got
    yield from (f"{number} mails to {who}" for who, number in got.items() if number > 1)
    for deal in world.known():
        answer = client.get(f"/v1/deals/{deal.id}/mails").raise_for_status()
        for mail in answer.json()["items"]:
            for one in mail["recipients"]:
                who = one["address"]
                if one["state"] == "waiting":
                    yield f"the mail to {who} still waits: {one['why']}"
                if who and one["state"] == "sent" and got[who] != 1:
                    yield f"the mail to {who} is told to be sent, and came {got[who]} times"


def unproven(client: httpx.Client) -> list[str]:
    """Erasures that a worker is still to look for: for the first time, or once more."""
    receipts = _all(client, "/v1/erasures")
    return [one["id"] for one in receipts if _is_to_prove(one["proof"])]


def _is_to_prove(proof: dict[str, Any] | None) -> bool:
    return proof is None or not (proof["clean"] or proof["with_names"])


def proofs(_world: World, client: httpx.Client) -> Iterator[str]:
    """Erasures that were not proven, or that left something."""
    for receipt in _all(client, "/v1/erasures"):
        proof = receipt["proof"]
        if proof is None:
            yield f"{receipt['kind']} erasure {receipt['id']} was never proven"
            continue
        if not proof["clean"]:
            yield f"{receipt['kind']} erasure {receipt['id']} has left {proof['left']}"


def deliveries(world: World, client: httpx.Client) -> Iterator[str]:
    """Won deals that were told of, and are not there once."""
    for deal in world.deals:
        if deal.source and not deal.is_erased:
            found = client.get(f"/v1/deals?text={deal.name.split()[0]}").json()["items"]
            if len(found) != 1:
                yield f"{len(found)} deals are called {deal.name}, told by {deal.source}"


def _hits(client: httpx.Client, word: str) -> bool:
    answer = client.get("/v1/search", params={"q": word}).raise_for_status()
    return bool(answer.json()["items"])


def _texts(items: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(one.get("event") or one.get("correction")) for one in items]


def _all(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        more = {"after": after} if after else {}
        url = httpx.URL(path).copy_merge_params({"limit": "200", **more})
        page = client.get(url).raise_for_status().json()
        yield from page["items"]
        after = page["after"]
        if after is None:
            return


Check = Callable[[World, httpx.Client], Iterator[str]]
CHECKS: Final[Mapping[str, Check]] = {
    "runs that failed without a reason of their own": failed_runs,
    "calls that were acknowledged and have no transcript": uploads,
    "recordings that are kept for too long": old_sound,
    "deeds of people that are not noted once": deeds,
    "claims of people that got lost": added_claims,
    "words that a search does not find, or should not": searched,
    "won deals that are not there once": deliveries,
    "erasures without a clean proof": proofs,
    "notes in CRMs that are missing or double": notes,
    "mails that are missing or double": mails,
}
"""What is looked for at the end, by what it is called in the table."""
