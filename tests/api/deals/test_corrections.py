"""Corrections of transcripts over HTTP: seen at once, in somebody's name, and taken back."""

import json

import pytest

from transcript2handoff.corrections import parsed
from transcript2handoff.store import corrections

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


class Call:
    """A call of the deal, as somebody works on its transcript."""

    def __init__(self, client, headers, call_id) -> None:
        self.client, self.headers = client, headers
        self.id = call_id
        self.path = f"/v1/calls/{call_id}"

    def transcript(self, form="json"):
        answer = self.client.get(f"{self.path}/transcript?format={form}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json() if form == "json" else answer.text

    def text(self, turn):
        return self.transcript()["turns"][turn - 1]["text"]

    def voice(self, speaker):
        (found,) = [one for one in self.transcript()["speakers"] if one["id"] == speaker]
        return found

    def listed(self):
        answer = self.client.get(f"{self.path}/corrections", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, event, *, path="corrections", **told):
        body = {"event": event, **told} if event else told
        return self.client.post(f"{self.path}/{path}", json=body, headers=self.headers)

    def correct(self, event, **told):
        answer = self.post(event, **told)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def words(self, turn, was, now, **told):
        begin = self.text(turn).index(was)
        place = {"turn": turn, "start": begin, "end": begin + len(was)}
        return self.post("words_fixed", **place, was=was, now=now, **told)

    def undo(self, number, **told):
        return self.post(None, path=f"corrections/{number}/undo", **told)


@pytest.fixture
def call(client, admin, harborline):
    return Call(client, admin, harborline.calls["harborline-1"])


def first_word(call):
    return call.text(1).split()[0]


def test_a_fixed_word_is_seen_at_once_and_a_run_reads_the_call_again(
    call, store, waiting, harborline
):
    before, word = call.transcript(), first_word(call)
    answer = call.words(1, word, "Hullo there", why="I was on the call.")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["number"], told["count"], told["version"], told["notes"]) == (1, 1, 2, [])
    assert told["correction"]["by"]
    assert told["correction"]["why"] == "I was on the call."
    after = call.transcript()
    assert after["turns"][0]["text"] == "Hullo there" + before["turns"][0]["text"][len(word) :]
    assert after["turns"][1:] == before["turns"][1:]
    assert "Hullo there" in call.transcript("txt")
    assert "Hullo there" in call.transcript("vtt")
    assert (harborline.deal, "call", call.id) in waiting()
    with store.read() as tx:
        (line,) = parsed(corrections.of(tx, call.id))
    assert json.loads(line.model_dump_json()) == told["correction"]


@on_sqlite
def test_the_etag_of_a_transcript_changes_with_a_correction(call, client):
    path, headers = f"{call.path}/transcript", call.headers
    tag = client.get(path, headers=headers).headers["etag"]
    call.words(1, first_word(call), "Hullo")
    again = client.get(path, headers={**headers, "If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag


@on_sqlite
def test_a_correction_is_taken_back_and_done_again(call):
    before = call.transcript()
    call.words(1, first_word(call), "Hullo")
    fixed = call.transcript()
    taken = call.undo(1, why="It was hello.")
    assert (taken.status_code, taken.json()["number"], taken.json()["version"]) == (201, 2, 1)
    assert call.transcript() == before
    newest, oldest = call.listed()["items"]
    assert (newest["correction"]["event"], newest["undone_by"]) == ("undone", None)
    assert (oldest["number"], oldest["undone_by"]["number"]) == (1, 2)
    assert oldest["undone_by"]["by"] == newest["correction"]["by"]
    assert call.undo(2).status_code == 201
    assert call.transcript() == fixed
    assert call.listed()["count"] == 3


@on_sqlite
def test_speakers_are_named_merged_and_given_turns(call):
    one, other = (each["id"] for each in call.transcript()["speakers"][:2])
    told = call.correct("speaker_changed", speaker=one, name="Dee Day", side="customer")
    assert told["notes"] == []
    voice = call.voice(one)
    assert (voice["name"], voice["side"], voice["name_confidence"]) == ("Dee Day", "customer", 1.0)
    told = call.correct("speaker_changed", speaker=other, name="Dee Day")
    assert told["notes"] == [
        f"{one} is called Dee Day as well. Merge the two if they are one person, or rename the "
        "other one."
    ]
    call.correct("speakers_merged", speaker=one, into=other)
    assert one not in {each["id"] for each in call.transcript()["speakers"]}
    told = call.correct("turn_moved", turn=1, speaker="new")
    new = told["correction"]["speaker"]
    assert call.transcript()["turns"][0]["speaker"] == new
    assert call.listed()["version"] == 5


@on_sqlite
def test_the_side_of_somebody_who_takes_part_follows_from_the_name(call):
    speaker = call.transcript()["speakers"][0]
    call.correct("speaker_changed", speaker=speaker["id"], name="Gareth Pugh")
    assert call.voice(speaker["id"])["side"] == "customer"


@on_sqlite
def test_what_does_not_fit_is_refused_in_words_that_help(call):
    word = first_word(call)
    fix = {"turn": 1, "start": 0, "end": len(word)}
    refusals = {
        "read it again": call.post("words_fixed", **fix, was="Nonsense", now="x"),
        "the same as before": call.post("words_fixed", **fix, was=word, now=word),
        "No word would be left": call.post("words_fixed", **fix, was=word, now="…"),
        "There is no turn 9999": call.post("turn_moved", turn=9999, speaker="S1"),
        "There is no voice 'S99'": call.post("speaker_changed", speaker="S99", name="Dee"),
        "cannot be merged with itself": call.post("speakers_merged", speaker="S1", into="S1"),
        "give a name": call.post("speaker_changed", speaker="S1"),
        "There is no correction 7": call.undo(7),
    }
    for words, answer in refusals.items():
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/correction")
        assert words in answer.json()["detail"]
    assert call.listed() == {"count": 0, "version": 1, "items": []}
    for body in ({}, {"speaker": "S1", "name": "x" * 101}, {"speaker": "S1", "names": "x"}):
        assert call.post("speaker_changed", **body).status_code == 422
    assert call.post("something_else").status_code == 422


@on_sqlite
def test_whoever_says_what_they_saw_hears_when_others_were_quicker(call):
    assert call.words(1, first_word(call), "Hullo", expected=0).status_code == 201
    late = call.words(2, call.text(2).split()[0], "Well", expected=0)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/conflict")
    assert "there are 1 corrections, and you had seen 0" in late.json()["detail"]
    assert call.undo(1, expected=0).status_code == 409
    assert call.undo(1, expected=1).status_code == 201


@on_sqlite
def test_a_call_without_a_transcript_has_nothing_to_correct(client, admin):
    deal = client.post("/v1/deals", json={"deal": {"deal": "New"}}, headers=admin).json()["id"]
    file = ("talk.txt", b"Tom: We go live in May.\n", "text/plain")
    sent = client.post("/v1/calls", data={"deal_id": deal}, files={"file": file}, headers=admin)
    new = Call(client, admin, sent.json()["call"]["id"])
    answer = new.post("turn_moved", turn=1, speaker="new")
    assert answer.status_code == 404
    assert "no transcript yet" in answer.json()["detail"]


@on_sqlite
def test_claims_show_the_corrected_words_before_the_run(client, admin, harborline, call):
    path = f"/v1/deals/{harborline.deal}/claims"
    told = client.get(path, headers=admin).json()["items"]
    claim = next(one for one in told if one["evidence"][0]["call_id"] == "harborline-1")
    piece = claim["evidence"][0]
    last = piece["quote"].split()[-1]
    assert call.words(piece["turn"], piece["quote"], f"{piece['quote']} indeed").status_code == 201
    now = {one["id"]: one for one in client.get(path, headers=admin).json()["items"]}
    assert now.keys() == {one["id"] for one in told}
    assert last in now[claim["id"]]["evidence"][0]["quote"]
    assert now[claim["id"]]["evidence"][0]["transcript_version"] == 2
    assert now[claim["id"]]["evidence"][0]["quote"] in call.text(piece["turn"])
