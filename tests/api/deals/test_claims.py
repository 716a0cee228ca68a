"""Claims: what people do to them becomes an event in their name, and a run."""

import pytest

from transcript2handoff.journal import parse_event
from transcript2handoff.store import deals, events

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


@pytest.fixture
def claims(client, admin, harborline):
    """Gives the claims of the deal."""

    def found(**query):
        address = f"/v1/deals/{harborline.deal}/claims"
        answer = client.get(address, params=query, headers=admin)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    return found


@pytest.fixture
def act(client, admin, harborline):
    """Does something to a claim of the deal."""

    def done(claim, action, body, **headers):
        address = f"/v1/deals/{harborline.deal}/claims/{claim['id']}{action}"
        method = "POST" if action else "PATCH"
        return client.request(method, address, json=body, headers={**admin, **headers})

    return done


def journal(store, deal_id):
    with store.read() as tx:
        return [parse_event(line) for line in events.of(tx, deal_id)]


@on_sqlite
def test_claims_are_filtered(claims):
    everything = claims()
    assert len(everything) > 20
    assert {one["fact"]["kind"] for one in claims(kind="promise")} == {"promise"}
    both = {one["fact"]["kind"] for one in claims(kind=["promise", "goal"])}
    assert both == {"promise", "goal"}
    changed = claims(state="changed")
    assert changed
    assert all(one["history"][-1]["state"] == "changed" for one in changed)
    on_third = claims(call="harborline-3")
    assert 0 < len(on_third) < len(everything)
    assert claims(reviewed=True) == []
    assert claims(reviewed=False) == everything


def test_a_claim_is_confirmed_in_the_name_of_the_caller(
    client, callers, claims, store, harborline, waiting
):
    maeve = callers.user("csm", "Maeve Lindqvist")
    with store.write() as tx:
        changes = deals.DealChanges(csm_id=callers.ids["Maeve Lindqvist"])
        deals.change(tx, harborline.deal, changes)
    claim = claims(kind="promise")[0]
    address = f"/v1/deals/{harborline.deal}/claims/{claim['id']}/confirm"
    answer = client.post(address, json={"why": "Asked Tamsin."}, headers=maeve)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["claim"]["review"]["by"] == "Maeve Lindqvist"
    assert (told["edition"], answer.headers["etag"]) == ("1-1", '"1-1"')
    (event,) = journal(store, harborline.deal)
    assert (event.event, event.by, event.why) == ("confirmed", "Maeve Lindqvist", "Asked Tamsin.")
    assert waiting() == [(harborline.deal, "deal", None)]
    assert told["run"]["kind"] == "deal"
    assert [one["id"] for one in claims(reviewed=True)] == [claim["id"]]


def test_a_claim_is_found_by_how_its_id_begins(claims, act):
    claim = claims(kind="promise")[0]
    short = {"id": claim["id"][:-2]}
    assert act(short, "/confirm", {}).json()["claim"]["id"] == claim["id"]
    assert act({"id": "promise"}, "/confirm", {}).status_code == 404


def test_a_rejected_claim_is_gone_and_comes_back(claims, act):
    claim = claims(kind="promise")[0]
    rejected = act(claim, "/reject", {"why": "A joke."})
    assert rejected.json()["claim"] is None
    assert claim["id"] not in [one["id"] for one in claims()]
    assert act(claim, "/reject", {"why": "Again."}).status_code == 409
    assert act(claim, "/confirm", {}).json()["claim"]["id"] == claim["id"]
    assert claim["id"] in [one["id"] for one in claims()]


def test_a_claim_is_edited(claims, act):
    claim = claims(kind="promise")[0]
    body = {"changes": {"due": "2026-06-30", "summary": "It is said shorter"}, "why": "By e-mail."}
    told = act(claim, "", body).json()
    assert told["claim"]["fact"]["due"] == "2026-06-30"
    assert told["claim"]["summary"] == "It is said shorter"
    assert told["event"]["changes"]["due"]["was"] == claim["fact"]["due"]


@on_sqlite
@pytest.mark.parametrize("changes", [{"colour": "red"}, {"strength": "soft"}, {"present": True}])
def test_an_edit_that_does_not_fit(claims, act, store, harborline, changes):
    answer = act(claims(kind="promise")[0], "", {"changes": changes, "why": "x"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/journal"
    assert journal(store, harborline.deal) == []


@on_sqlite
@pytest.mark.parametrize(
    ("action", "body"),
    [("/reject", {}), ("", {"changes": {"due": None}}), ("/outcome", {"outcome": "maybe"})],
)
def test_what_needs_a_reason_or_a_value_has_one(claims, act, action, body):
    assert act(claims(kind="promise")[0], action, body).status_code == 422


@on_sqlite
@pytest.mark.parametrize("outcome", ["kept", "late", "impossible"])
def test_what_came_of_a_promise(claims, act, outcome):
    promise, goal = claims(kind="promise")[0], claims(kind="goal")[0]
    told = act(promise, "/outcome", {"outcome": outcome})
    assert told.json()["claim"]["outcome"] == outcome
    assert act(goal, "/outcome", {"outcome": outcome}).status_code == 409


def test_a_claim_is_added_with_the_words_that_prove_it(client, admin, harborline, claims):
    spoken = claims(kind="pain")[0]["evidence"][0]
    quote = {"call_id": spoken["call_id"], "turn": spoken["turn"], "quote": spoken["quote"]}
    body = {
        "summary": "This may go wrong",
        "fact": {"kind": "risk"},
        "quotes": [quote],
        "statement": "They told me at dinner",
        "why": "It was missing",
    }
    address = f"/v1/deals/{harborline.deal}/claims"
    answer = client.post(address, json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    claim = answer.json()["claim"]
    assert [piece["source"] for piece in claim["evidence"]] == ["spoken", "statement"]
    assert claim["evidence"][1]["person"] == "a program"
    assert claim in claims()
    again = client.post(address, json=body, headers=admin)
    assert again.status_code == 409
    unproved = {**body, "quotes": [{**quote, "quote": "nobody ever said these words"}]}
    refused = client.post(address, json=unproved, headers=admin)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/journal")
    nothing = {name: body[name] for name in ("summary", "fact", "why")}
    assert client.post(address, json=nothing, headers=admin).status_code == 422


def test_whoever_had_an_older_edition_is_told(claims, act, store, harborline):
    first, second = claims(kind="promise")[:2]
    assert act(first, "/confirm", {}, **{"If-Match": '"1-0"'}).status_code == 200
    late = act(second, "/confirm", {}, **{"If-Match": '"1-0"'})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/edition")
    assert len(journal(store, harborline.deal)) == 1
    assert act(second, "/confirm", {}, **{"If-Match": '"1-1"'}).status_code == 200
    assert act(first, "/confirm", {}, **{"If-Match": "*"}).status_code == 200
    assert act(first, "/confirm", {}, **{"If-Match": 'W/"1-3"'}).status_code == 412


def test_others_at_the_same_moment_lose_nothing(
    client, admin, claims, act, store, harborline, monkeypatch
):
    """Somebody else is quicker, once; the change does not say what it was made from."""
    append, others = events.append, ['{"x": 1}']

    def late(tx, deal_id, lines, *, edition):
        if others:
            others.clear()
            edition = "1-99"
        return append(tx, deal_id, lines, edition=edition)

    monkeypatch.setattr(events, "append", late)
    assert act(claims(kind="promise")[0], "/confirm", {}).status_code == 200
    assert len(journal(store, harborline.deal)) == 1


def test_a_question_is_answered(client, admin, harborline):
    address = f"/v1/deals/{harborline.deal}"
    question = client.get(f"{address}/questions", headers=admin).json()["items"][0]
    body = {"question_id": question["id"], "words": "Yes, until June."}
    answer = client.post(f"{address}/answers", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    assert answer.json()["event"]["question"] == question["text"]
    left = client.get(f"{address}/questions", headers=admin).json()
    assert left["edition"] == "1-1"
    assert question["id"] not in [one["id"] for one in left["items"]]
    handoff = client.get(f"{address}/handoff", headers=admin).json()["handoff"]
    assert handoff["answers"][0]["evidence"]["words"] == "Yes, until June."
    unknown = {"question_id": "no-such", "words": "x"}
    assert client.post(f"{address}/answers", json=unknown, headers=admin).status_code in (404, 409)


@pytest.fixture
def silence(client, admin, harborline, claims):
    """Takes claims out of the handoff, so that it says nothing of them, and answers questions."""
    address = f"/v1/deals/{harborline.deal}"

    def silent(kind, **fields):
        for claim in claims(kind=kind):
            if fields.items() <= claim["fact"].items():
                out = f"{address}/claims/{claim['id']}/reject"
                assert client.post(out, json={"why": "x"}, headers=admin).status_code == 200

    def answered(question, words, facts=None):
        body = {"question_id": question, "words": words}
        body |= {} if facts is None else {"facts": facts}
        return client.post(f"{address}/answers", json=body, headers=admin)

    def asked():
        return client.get(f"{address}/questions", headers=admin).json()

    return silent, answered, asked


def test_an_answer_where_the_calls_are_silent_becomes_a_claim(claims, silence):
    silent, answered, asked = silence
    silent("goal")
    assert "no_goal" in [one["id"] for one in asked()["items"]]
    told = answered("no_goal", "Fewer late deliveries.")
    assert told.status_code == 201, told.text
    assert told.json()["event"]["facts"][0]["kind"] == "goal"
    assert "no_goal" not in [one["id"] for one in asked()["items"]]
    (claim,) = claims(kind="goal")
    (proof,) = claim["evidence"]
    assert (claim["summary"], proof["source"]) == ("Fewer late deliveries.", "statement")
    assert (proof["person"], proof["question_id"]) == ("a program", "no_goal")
    goal = {"kind": "goal", "target": "4 %", "deadline": "autumn"}
    assert answered("no_goal", "Four per cent by autumn.", [goal]).status_code == 201
    (anew,) = claims(kind="goal")
    assert (anew["id"], anew["fact"]["target"]) == (claim["id"], "4 %")
    assert answered("no_goal", "Four per cent by autumn.", []).status_code == 201
    assert claims(kind="goal") == []


@on_sqlite
def test_the_terms_that_nobody_states_are_said_by_an_answer(claims, silence):
    silent, answered, asked = silence
    assert asked()["absent_terms"] == []
    silent("term", type="price")
    silent("term", type="start")
    assert asked()["absent_terms"] == ["price", "start"]
    price = {"kind": "term", "type": "price", "value": "12,000 euros a year"}
    assert answered("no_terms", "12,000 euros a year.", [price]).status_code == 201
    assert asked()["absent_terms"] == ["start"]
    stated = [one for one in claims(kind="term") if one["fact"]["type"] == "price"]
    assert [one["summary"] for one in stated] == ["Price: 12,000 euros a year."]


@on_sqlite
def test_an_answer_states_only_what_its_question_asks_for(silence, store, harborline):
    silent, answered, asked = silence
    silent("goal")
    before = journal(store, harborline.deal)
    about_a_claim = next(one["id"] for one in asked()["items"] if one["claim_ids"])
    for question, fact in (
        ("no_goal", {"kind": "pain"}),
        (about_a_claim, {"kind": "goal"}),
    ):
        refused = answered(question, "Yes.", [fact])
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/journal")
    assert answered("no_goal", "Yes.", [{"kind": "wish"}]).status_code == 422
    assert answered("no_goal", "Yes.", [{"kind": "goal"}] * 21).status_code == 422
    assert journal(store, harborline.deal) == before


def test_claims_of_others_are_not_there(client, callers, claims, harborline):
    stranger = callers.user("ae")
    address = f"/v1/deals/{harborline.deal}/claims"
    assert client.get(address, headers=stranger).status_code == 404
    confirm = f"{address}/{claims()[0]['id']}/confirm"
    assert client.post(confirm, json={}, headers=stranger).status_code == 404
