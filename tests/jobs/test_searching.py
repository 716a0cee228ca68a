"""Calls are searched in by what runs make of them, and by what earlier programs had made."""

import pytest

from tests.jobs.by_hand import SECOND, made
from transcript2handoff.errors import Cancelled
from transcript2handoff.jobs.searching import note_said, search_in_all
from transcript2handoff.store import Window, calls, erasing, runs, said


def found(hand, wanted):
    with hand.store.read() as tx:
        return [(hit.ref, hit.turn) for hit in said.search(tx, wanted, Window()).items]


def forgotten(hand, *read):
    """Have calls be as an earlier program has left them."""
    with hand.store.write() as tx:
        for call in read:
            said.drop(tx, call.id)


def test_what_was_said_is_found_once_it_is_heard(hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    run = hand.want("call", deal_id, call.id)
    steps = hand.work.step_names(run)
    for name in steps[: steps.index("extract")]:
        hand.do(run, name)
    assert found(hand, "security questionnaire") == [("first", 3)]
    with hand.store.read() as tx:
        (hit,) = said.search(tx, "questionnaire", Window()).items
    assert (hit.speaker, hit.side, hit.start) == ("Tamsin Okoro", "seller", 13.0)


def test_what_is_heard_anew_takes_the_place_of_what_was_heard(hand):
    deal_id = hand.deal()
    call = hand.spoken(deal_id)
    hand.read(call)
    blob = hand.store.blobs.put([SECOND.encode()])
    with hand.store.write() as tx:
        calls.change(tx, call.id, calls.CallChanges(transcript=blob.digest))
    hand.read(call)
    assert found(hand, "questionnaire") == []
    assert found(hand, "forty seats") == [("first", 1)]


def test_what_earlier_programs_heard_is_searched_in_too(hand):
    deal_id = hand.deal()
    first, second = hand.spoken(deal_id), hand.spoken(deal_id, "second", SECOND)
    hand.call(deal_id, "unheard")
    hand.read(first)
    hand.read(second)
    forgotten(hand, first, second)
    assert found(hand, "questionnaire") == []
    assert search_in_all(hand.store) == 2
    assert found(hand, "questionnaire") == [("first", 3)]
    assert found(hand, "forty seats") == [("second", 1)]
    assert search_in_all(hand.store) == 0


def test_words_that_are_gone_do_not_keep_others_from_being_searched(quick):
    deal_id = quick.deal()
    first, second = quick.spoken(deal_id), quick.spoken(deal_id, "second", SECOND)
    quick.read(first)
    quick.read(second)
    forgotten(quick, first, second)
    _, files = made(quick, second, "correct")
    quick.store.blobs.remove(files["2_transcript.json"])
    assert search_in_all(quick.store) == 1
    assert found(quick, "questionnaire") == [("first", 3)]


def test_what_is_erased_meanwhile_is_not_brought_back(quick, monkeypatch):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    forgotten(quick, call)
    read = quick.store.blobs.read

    def erased_while_it_is_read(digest):
        monkeypatch.setattr(quick.store.blobs, "read", read)
        data = list(read(digest))
        with quick.store.write() as tx:
            erasing.person(tx, erasing.Who(names=("Tamsin Okoro",)), by="user-1")
        return data

    monkeypatch.setattr(quick.store.blobs, "read", erased_while_it_is_read)
    assert search_in_all(quick.store) == 0
    assert found(quick, "questionnaire") == found(quick, "tamsin") == []
    assert found(quick, "invoices late") == [("first", 4)]


def test_a_run_that_was_erased_notes_nothing(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    _, files = made(quick, call, "correct")
    run = quick.want("call", deal_id, call.id)
    forgotten(quick, call)
    with quick.store.write() as tx:
        runs.cancel(tx, run.id)
    with pytest.raises(Cancelled):
        note_said(quick.store, run, call.id, files["2_transcript.json"])
    assert found(quick, "questionnaire") == []
