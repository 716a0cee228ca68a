"""Links to a brief: for whoever has them, until they end, and for nothing that may not leave."""

import datetime
import io
import json
import re
from dataclasses import replace

import av
import numpy as np
import pytest

from tests.large_deals import REF, large_calls, put_large
from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.playback import playback_copy
from transcript2handoff.store import Window, audit, calls, shares

PRIVATE = "My number is +44 20 7946 0958, call me there."
OPUS = b"OggS" + bytes(range(256)) * 20


@pytest.fixture
def store(sqlite_store):
    """One kind of database is enough: these tests are about what is shown."""
    return sqlite_store


@pytest.fixture(scope="module")
def said():
    return large_calls(claims=20, minutes=9)


@pytest.fixture
def put(store, said):
    """Puts a deal of one call into the store, whose people agreed and whose sound can be played."""

    def made(told=said, consent="given"):
        ids = put_large(store, told)
        copy = store.blobs.put([OPUS]).digest
        with store.write() as tx:
            call = calls.get(tx, ids.call_id).call.model_copy(update={"consent": consent})
            calls.change(tx, ids.call_id, calls.CallChanges(call=call, playback=copy))
        return ids

    return made


@pytest.fixture
def ids(put):
    return put()


@pytest.fixture
def share(client, admin):
    """Shares the brief of a deal."""

    def shared(ids, **told):
        answer = client.post(f"/v1/deals/{ids.deal_id}/shares", json=told, headers=admin)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return shared


def path_of(share):
    found = re.fullmatch(r"https://handoff\.example\.com/shared/([\w-]{43})", share["link"])
    return f"/v1/shared/{found[1]}"


def deeds(store):
    with store.read() as tx:
        return audit.listed(tx, Window(limit=200)).items


def test_whoever_has_the_link_reads_the_brief(client, store, share, ids):
    shared = share(ids, language="de")
    answer = client.get(path_of(shared))
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert len(told["handoff"]["claims"]) == 20
    assert told["handoff"]["deal"]["customer"] == "Harborline Freight"
    assert (told["language"], told["expires"]) == ("de", shared["expires"])
    assert "der Beginn ist nicht genannt" in told["readiness"]["reasons"]
    assert told["calls"] == [
        {
            "ref": REF,
            "date": told["calls"][0]["date"],
            "stage": "discovery",
            "seconds": told["calls"][0]["seconds"],
            "audio": None,
            "silent_why": "The link is for reading alone.",
        }
    ]


def test_following_it_is_counted_and_noted(client, store, admin, share, ids):
    shared = share(ids)
    for _ in range(2):
        client.get(path_of(shared))
    seen = [(one.action, one.matter, one.subject) for one in deeds(store)]
    assert seen.count(("read", "handoff", ids.deal_id)) == 2
    assert {one.actor for one in deeds(store) if one.matter == "handoff"} == {shared["id"]}
    listed = client.get(f"/v1/deals/{ids.deal_id}/shares", headers=admin).json()["items"]
    assert [(one["opened"], one["is_open"], one["link"]) for one in listed] == [(2, True, None)]
    assert listed[0]["last_opened"] is not None


def test_the_secret_is_kept_nowhere(client, store, admin, ids, share, log):
    headers = {**admin, "Idempotency-Key": "once"}
    address = f"/v1/deals/{ids.deal_id}/shares"
    made = client.post(address, json={"days": 3}, headers=headers).json()
    again = client.post(address, json={"days": 3}, headers=headers)
    assert (again.json()["id"], again.json()["link"]) == (made["id"], None)
    token = path_of(made).rpartition("/")[2]
    client.get(f"/v1/shared/{token}")
    client.get(f"/v1/shared/{token}/audio/{REF}")
    missing = client.get(f"/v1/shared/{token}/audio/none")
    assert missing.json()["instance"] == "/v1/shared/…/audio/none"
    assert {one["path"] for one in log.lines()} >= {
        "/v1/shared/{token}",
        "/v1/shared/{token}/audio/{call_ref}",
    }
    assert token not in log.text()
    with store.read() as tx:
        kept = shares.get(tx, made["id"])
    assert token not in kept.model_dump_json()
    assert token not in json.dumps([one.model_dump(mode="json") for one in deeds(store)])


def later(store, days):
    now = store.now()
    store.now = lambda: now + datetime.timedelta(days=days)


def ended(client, store, admin, shared):
    later(store, 4)
    return path_of(shared)


def withdrawn(client, store, admin, shared):
    answer = client.delete(f"/v1/shares/{shared['id']}", headers=admin)
    assert answer.json()["is_open"] is False
    return path_of(shared)


def unknown(client, store, admin, shared):
    return "/v1/shared/" + "x" * 43


@pytest.mark.parametrize("over", [ended, withdrawn, unknown])
def test_links_that_lead_nowhere_look_the_same(client, store, admin, share, ids, over):
    path = over(client, store, admin, share(ids, days=3, audio=True))
    told = []
    for each in (path, f"{path}/audio/{REF}"):
        answer = client.get(each)
        assert answer.status_code == 404
        problem = answer.json()
        told.append((problem["type"], problem["title"], problem["detail"]))
    assert set(told) == {
        (
            "/problems/not_found",
            "It is not there",
            "The link leads nowhere: it has ended, was withdrawn, or is not whole. Ask whoever "
            "sent it to you for a new one.",
        )
    }
    refused = [one for one in deeds(store) if one.action == "refuse"]
    assert {(one.actor, one.matter) for one in refused} == {("nobody", "share")}
    assert len(refused) == 2


def test_guessing_has_an_end(client, share, ids):
    right = path_of(share(ids))
    for n in range(20):
        assert client.get(f"/v1/shared/{n:043}").status_code == 404
    answer = client.get("/v1/shared/another")
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too_many_requests")
    assert client.get(right).status_code == 429


def test_a_right_link_uses_up_no_tries(client, share, ids):
    right = path_of(share(ids))
    for _ in range(25):
        assert client.get(right).status_code == 200


@pytest.mark.parametrize("consent", ["unknown", "refused"])
def test_nothing_is_shared_without_consent(client, admin, put, consent):
    ids = put(consent=consent)
    answer = client.post(f"/v1/deals/{ids.deal_id}/shares", json={}, headers=admin)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/sending_refused")
    assert REF in answer.json()["detail"]


def test_a_link_ends_where_somebody_takes_back_their_consent(client, store, share, ids):
    path = path_of(share(ids, audio=True))
    with store.write() as tx:
        call = calls.get(tx, ids.call_id).call.model_copy(update={"consent": "refused"})
        calls.change(tx, ids.call_id, calls.CallChanges(call=call))
    for each in (path, f"{path}/audio/{REF}"):
        answer = client.get(each)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/sending_refused")
        assert "Harborline" not in answer.text


def with_end(text, start=None):
    """The deal with one more turn, of three seconds where it has a start."""
    told = large_calls(claims=20, minutes=9, end=text)
    if start is None:
        return told
    (call,) = told.transcripts
    last = call.turns[-1].model_copy(update={"start": start, "end": start + 3.0})
    call = call.model_copy(update={"turns": (*call.turns[:-1], last)})
    return replace(told, transcripts=(call,))


def test_private_data_is_hidden_and_not_played_where_nobody_knows_its_seconds(client, share, put):
    ids = put(with_end(PRIVATE))
    told = client.get(path_of(share(ids, audio=True))).json()
    assert told["hidden"] == {"telephone number": 1}
    assert told["calls"][0]["audio"] is None
    assert "Private data" in told["calls"][0]["silent_why"]
    refused = client.get(f"{path_of(share(ids, audio=True))}/audio/{REF}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/sending_refused")
    assert refused.json()["detail"] == told["calls"][0]["silent_why"]


@pytest.fixture
def noise(store):
    """A copy for playback of ten minutes that is loud all the time."""
    sound = np.random.default_rng(1).standard_normal(600 * SAMPLE_RATE) / 10
    return playback_copy(sound.astype(np.float32))


def heard(file):
    with av.open(io.BytesIO(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_there_is_silence_over_private_words(client, store, share, put, noise):
    ids = put(with_end(PRIVATE, start=575.0))
    with store.write() as tx:
        copy = store.blobs.put([noise]).digest
        calls.change(tx, ids.call_id, calls.CallChanges(playback=copy))
    told = client.get(path_of(share(ids, audio=True))).json()
    assert (told["hidden"], told["calls"][0]["silent_why"]) == ({"telephone number": 1}, None)
    whole = client.get(told["calls"][0]["audio"])
    before, after = heard(noise), heard(whole.content)
    assert len(before) == len(after)
    second = 48_000
    assert np.abs(after[575 * second : 578 * second]).max() < 1e-6
    for start, end in ((0, 574), (579, 599)):
        was, now = (np.std(one[start * second : end * second]) for one in (before, after))
        assert now == pytest.approx(was, rel=0.02)
    part = client.get(told["calls"][0]["audio"], headers={"Range": "bytes=-100"})
    assert (part.status_code, part.content) == (206, whole.content[-100:])
    again = {"If-None-Match": whole.headers["etag"]}
    assert client.get(told["calls"][0]["audio"], headers=again).status_code == 304
    assert copy not in whole.headers["etag"]


def test_a_call_is_not_played_where_figures_of_a_private_number_were_put_right(
    client, admin, share, put
):
    ids = put(with_end(PRIVATE, start=575.0))
    address = f"/v1/calls/{ids.call_id}"
    turns = client.get(f"{address}/transcript", headers=admin).json()["turns"]
    # Eight figures by themselves are nothing private; with those before them they were.
    begin = turns[-1]["text"].index("7946 0958")
    fix = {"turn": len(turns), "start": begin, "end": begin + 9, "was": "7946 0958", "now": "etc"}
    body = {"event": "words_fixed", **fix}
    assert client.post(f"{address}/corrections", json=body, headers=admin).status_code == 201
    told = client.get(path_of(share(ids, audio=True))).json()
    assert told["hidden"] == {}
    assert told["calls"][0]["audio"] is None
    assert "Private data" in told["calls"][0]["silent_why"]


def test_a_call_is_played_where_any_other_word_was_put_right(client, admin, share, put):
    ids = put()
    address = f"/v1/calls/{ids.call_id}"
    turn = client.get(f"{address}/transcript", headers=admin).json()["turns"][0]
    word = turn["text"].split()[0]
    fix = {"turn": 1, "start": 0, "end": len(word), "was": word, "now": "Hullo there"}
    body = {"event": "words_fixed", **fix}
    assert client.post(f"{address}/corrections", json=body, headers=admin).status_code == 201
    told = client.get(path_of(share(ids, audio=True))).json()
    assert told["calls"][0]["silent_why"] is None


def test_calls_are_heard_where_the_link_is_for_it(client, store, share, ids):
    shared = share(ids, audio=True)
    address = client.get(path_of(shared)).json()["calls"][0]["audio"]
    assert address == f"https://handoff.example.com{path_of(shared)}/audio/{REF}"
    whole = client.get(address)
    assert (whole.status_code, whole.content) == (200, OPUS)
    assert whole.headers["content-type"] == "audio/ogg"
    part = client.get(address, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, OPUS[4:8])
    noted = [one for one in deeds(store) if one.matter == "recording"]
    assert {(one.actor, one.subject) for one in noted} == {(shared["id"], ids.call_id)}


def test_calls_are_not_heard_by_a_link_for_reading(client, share, ids):
    answer = client.get(f"{path_of(share(ids))}/audio/{REF}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/sending_refused")


def test_a_recording_as_it_was_sent_is_not_shared(client, store, share, ids):
    path = path_of(share(ids, audio=True))
    original = store.blobs.put([b"the original"]).digest
    with store.write() as tx:
        changes = calls.CallChanges(playback=None, recording=original, media_type="audio/flac")
        calls.change(tx, ids.call_id, changes)
    assert client.get(f"{path}/audio/{REF}").status_code == 409


@pytest.mark.parametrize("told", [{"days": 0}, {"days": 91}, {"language": "fr"}])
def test_what_does_not_fit_is_refused(client, admin, ids, told):
    answer = client.post(f"/v1/deals/{ids.deal_id}/shares", json=told, headers=admin)
    assert answer.status_code == 422


def test_a_deal_without_a_handoff_is_not_shared(client, admin):
    deal = client.post("/v1/deals", json={"deal": {"deal": "New"}}, headers=admin).json()["id"]
    assert client.post(f"/v1/deals/{deal}/shares", json={}, headers=admin).status_code == 404


def test_an_erased_deal_is_not_shared_any_more(client, admin, share, ids):
    path = path_of(share(ids))
    assert client.get(path).status_code == 200
    erased = client.post(f"/v1/deals/{ids.deal_id}/erasure", headers=admin)
    assert erased.status_code == 200, erased.text
    assert client.get(path).status_code == 404
