"""What is found over all deals: which are wanted, promises, words that were said, saved lists."""

import datetime

import pytest

from transcript2handoff.dossier import dossier
from transcript2handoff.jobs.standing import note_standing
from transcript2handoff.store import audit, calls, said
from transcript2handoff.store.paging import Window
from transcript2handoff.transcript import read_transcript

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""
TODAY = datetime.date(2026, 4, 20)


@pytest.fixture(autouse=True)
def _today(store):
    at = datetime.datetime.combine(TODAY, datetime.time(9), tzinfo=datetime.UTC)
    store.now = lambda: at


def make(client, headers, name="Quayside", **deal):
    body = {"deal": {"deal": name, "customer": f"{name} Ltd", **deal}}
    answer = client.post("/v1/deals", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def found(client, headers, path="deals", **query):
    answer = client.get(f"/v1/{path}", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def names(client, headers, **query):
    return [one["deal"]["deal"] for one in found(client, headers, **query)]


def test_a_deal_says_whose_turn_it_is_and_how_long_it_is_to_the_kickoff(client, admin):
    deal = make(client, admin, kickoff="2026-04-29")
    assert (deal["kickoff"], deal["days_to_kickoff"]) == ("2026-04-29", 9)
    assert (deal["waits_on"], deal["waits_why"]) == ("service", "No call has been read yet.")
    assert (deal["open_promises"], deal["open_questions"], deal["decided"]) == (None, None, None)
    assert make(client, admin, kickoff="2026-04-18")["days_to_kickoff"] == -2
    assert make(client, admin)["days_to_kickoff"] is None


@pytest.fixture
def judged(store, seed, told_by_harborline):
    """The deal of the fixture as a run leaves it, with its promises in the ledger."""
    seeded = seed()
    with store.write() as tx:
        whole = dossier(told_by_harborline.told, ())
        note_standing(tx, seeded.deal, whole, calls.of_deal(tx, seeded.deal))
    return seeded


def test_whose_turn_it_is_follows_what_people_do(client, admin, callers, judged):
    address = f"/v1/deals/{judged.deal}"
    csm = callers.service()

    def standing():
        told = client.get(address, headers=admin).json()
        return told["waits_on"], told["decided"], told["waits_why"]

    turn, decided, why = standing()
    assert (turn, decided) == ("ae", None)
    count = client.get(address, headers=admin).json()["open_questions"]
    assert why == f"{count} questions wait for the account executive."
    told = {"what": "returned", "reasons": ["terms_unclear"]}
    client.post(f"{address}/handoff/decision", json=told, headers=csm)
    assert standing()[:2] == ("ae", "returned")
    assert "returned" in standing()[2]
    asked = found(client, admin, f"deals/{judged.deal}/questions")[0]["id"]
    answer = {"question_id": asked, "words": "In May."}
    done = client.post(f"{address}/answers", json=answer, headers=admin)
    assert done.status_code in (200, 201), done.text
    assert standing()[:2] == ("csm", "returned")
    client.post(f"{address}/handoff/decision", json={"what": "accepted"}, headers=csm)
    assert standing() == ("nobody", "accepted", "Customer success has accepted the handoff.")


@on_sqlite
def test_deals_are_found_by_what_is_known_of_them(client, admin, judged):
    for name, kickoff in (("Quayside", "2026-05-30"), ("Pier", "2026-05-02")):
        make(client, admin, name, kickoff=kickoff)
    won = make(client, admin, "Anchor")["id"]
    client.patch(f"/v1/deals/{won}", json={"won": True}, headers=admin)
    assert names(client, admin, text="QUAY") == ["Quayside"]
    assert names(client, admin, text="pier ltd") == ["Pier"]
    assert names(client, admin, won="true") == ["Anchor"]
    assert names(client, admin, kickoff_until="2026-05-03", order="kickoff")[-1] == "Pier"
    assert names(client, admin, order="name")[:2] == ["Anchor", found_name(client, admin, judged)]
    waiting = names(client, admin, waits_on=["service", "csm"])
    assert sorted(waiting) == ["Anchor", "Pier", "Quayside"]
    assert names(client, admin, verdict=["ask_ae", "blocked"]) == [
        found_name(client, admin, judged)
    ]
    for wrong in ({"verdict": "good"}, {"order": "price"}, {"kickoff_until": "soon"}):
        assert client.get("/v1/deals", params=wrong, headers=admin).status_code == 422


def found_name(client, headers, seeded):
    return client.get(f"/v1/deals/{seeded.deal}", headers=headers).json()["deal"]["deal"]


@on_sqlite
def test_people_find_their_own_deals_by_a_word(client, admin, callers):
    ana, omar = callers.user("ae", "Ana Example"), callers.user("ae", "Omar Example")
    make(client, ana, "Of Ana")
    make(client, omar, "Of Omar")
    assert names(client, ana, ae_id="me") == ["Of Ana"]
    assert names(client, ana, ae_id=callers.ids["Omar Example"]) == []
    assert names(client, ana, csm_id="me") == []
    assert names(client, admin, ae_id=callers.ids["Omar Example"]) == ["Of Omar"]
    assert names(client, admin, ae_id="me") == []


def test_promises_of_all_deals_stand_by_their_day(client, admin, judged):
    answer = client.get("/v1/promises", headers=admin).json()
    days = [one["due_day"] for one in answer["items"] if one["due_day"]]
    assert days
    assert days == sorted(days)
    assert answer["totals"]["all"] == len(answer["items"])
    for one in answer["items"]:
        day = one["due_day"] and datetime.date.fromisoformat(one["due_day"])
        assert one["days_left"] == (day and (day - TODAY).days)
        assert one["deal_id"] == judged.deal
        assert one["call_id"] in judged.calls.values()
    first = next(one for one in answer["items"] if one["due_day"])
    until = found(client, admin, "promises", due_until=first["due_day"])
    assert {one["due_day"] for one in until} == {first["due_day"]}


def test_promises_by_owner_and_by_what_came_of_them(client, admin, judged):
    owners = found(client, admin, "promises/owners")
    assert "Tamsin Okoro" in owners
    mine = found(client, admin, "promises", owner="Tamsin Okoro", order="owner")
    assert mine
    assert {one["owner"] for one in mine} == {"Tamsin Okoro"}
    still_open = client.get("/v1/promises", params={"outcome": "open"}, headers=admin).json()
    kept = still_open["items"][0]["claim_id"]
    address = f"/v1/deals/{judged.deal}/claims/{kept}/outcome"
    told = client.post(address, json={"outcome": "kept"}, headers=admin)
    assert told.status_code == 200, told.text
    now = client.get("/v1/promises", params={"outcome": "open"}, headers=admin).json()
    assert now["totals"]["open"] == still_open["totals"]["open"] - 1
    assert kept not in [one["claim_id"] for one in now["items"]]
    assert kept in [one["claim_id"] for one in found(client, admin, "promises", outcome="kept")]


@on_sqlite
def test_promises_come_in_pages(client, admin, judged):
    whole = [one["claim_id"] for one in found(client, admin, "promises")]
    told, after = [], None
    while True:
        query = {"limit": 2, **({"after": after} if after else {})}
        page = client.get("/v1/promises", params=query, headers=admin).json()
        assert page["totals"]["all"] == len(whole)
        told += [one["claim_id"] for one in page["items"]]
        if (after := page["after"]) is None:
            break
    assert told == whole


@on_sqlite
def test_people_see_their_own_promises(client, callers, store, seed, told_by_harborline):
    ana, omar = callers.user("ae", "Ana Example"), callers.user("ae", "Omar Example")
    seeded = seed(ae_id=callers.ids["Ana Example"])
    with store.write() as tx:
        note_standing(tx, seeded.deal, dossier(told_by_harborline.told, ()), ())
    assert found(client, ana, "promises")
    assert found(client, ana, "promises", owner="me") == []
    assert client.get("/v1/promises", headers=omar).json()["totals"]["all"] == 0
    assert found(client, omar, "promises/owners") == []


@pytest.fixture
def searched(store, harborline, told_by_harborline):
    with store.write() as tx:
        for ref, text in told_by_harborline.transcripts.items():
            said.put(tx, harborline.calls[ref], read_transcript(text))
    return harborline


def test_everything_that_was_said_is_found(client, admin, searched):
    hits = found(client, admin, "search", q="paperwork")
    assert hits
    for hit in hits:
        assert "paperwork" in "".join(part["text"] for part in hit["parts"]).lower()
        assert any(part["is_match"] for part in hit["parts"])
        assert hit["call_id"] == searched.calls[hit["ref"]]
    sellers = found(client, admin, "search", q="paperwork", side="seller")
    assert {hit["side"] for hit in sellers} <= {"seller"}
    assert found(client, admin, "search", q="paperwork", deal_id="deal-404") == []
    assert found(client, admin, "search", q="") == []


@on_sqlite
@pytest.mark.parametrize(
    "typed", ['"', '"half a', "AND OR NOT", "a*b^c:(", "'; --", "\0", "ü" * 400]
)
def test_whatever_people_type_is_no_error(client, admin, searched, typed):
    assert client.get("/v1/search", params={"q": typed}, headers=admin).status_code == 200


@on_sqlite
def test_people_search_in_their_own_calls(client, callers, searched):
    assert found(client, callers.user("ae"), "search", q="paperwork") == []


VIEW = {"name": "Mine", "query": "ae_id=me&verdict=ask_ae"}


@on_sqlite
def test_lists_are_saved_by_people_for_themselves(client, store, callers):
    ana, omar = callers.user("ae", "Ana Example"), callers.user("csm", "Omar Example")
    first = client.post("/v1/views", json=VIEW, headers=ana)
    assert first.status_code == 201, first.text
    client.post("/v1/views", json={**VIEW, "query": "won=true"}, headers=ana)
    client.post("/v1/views", json={"name": "Also", "query": ""}, headers=ana)
    saved = found(client, ana, "views")
    assert [(one["name"], one["query"]) for one in saved] == [("Also", ""), ("Mine", "won=true")]
    assert found(client, omar, "views") == []
    address = f"/v1/views/{first.json()['id']}"
    assert client.delete(address, headers=omar).status_code == 404
    assert client.delete(address, headers=ana).status_code == 204
    assert client.delete(address, headers=ana).status_code == 404
    assert [one["name"] for one in found(client, ana, "views")] == ["Also"]
    with store.read() as tx:
        deeds = audit.listed(tx, Window(limit=200)).items
    noted = [one for one in deeds if one.matter == "view"]
    assert [one.action for one in noted] == ["erase", "add", "add", "add"]
    assert {one.actor for one in noted} == {client.get("/v1/session", headers=ana).json()["id"]}


@on_sqlite
def test_a_key_of_nobody_saves_no_lists(client, admin):
    assert found(client, admin, "views") == []
    answer = client.post("/v1/views", json=VIEW, headers=admin)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not_allowed")


@on_sqlite
@pytest.mark.parametrize("query", ["?text=x", "a b", "a\nb", "x" * 2001])
def test_a_list_is_what_stands_behind_the_question_mark(client, callers, query):
    told = {"name": "Mine", "query": query}
    assert client.post("/v1/views", json=told, headers=callers.user("ae")).status_code == 422
