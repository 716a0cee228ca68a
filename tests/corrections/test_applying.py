"""What becomes of a transcript that people correct."""

from itertools import pairwise

import pytest

from tests.corrections.calling import Desk, call, signed
from transcript2handoff.corrections import NEW_VOICE, Who, making, parsed, to_line
from transcript2handoff.errors import CorrectionError
from transcript2handoff.transcript import read_transcript


def test_without_corrections_it_is_the_very_transcript(desk):
    assert desk.now is desk.heard


def test_a_fixed_word_stands_in_its_turn_and_has_the_seconds_of_what_was_heard(desk):
    heard = desk.heard.turn(1).words
    desk.fix(1, "Zen desk", "Zendesk")
    turn = desk.now.turn(1)
    assert turn.text == "We will ship the Zendesk link by May, for sure."
    at = [word.text for word in turn.words].index("Zendesk")
    assert turn.words[at][1:] == (heard[4].start, heard[5].end)
    assert turn.words[:at] + turn.words[at + 1 :] == heard[:4] + heard[6:]
    assert desk.now.version == 2
    assert read_transcript(desk.now.to_json()) == desk.now


def test_several_words_share_the_time_of_one(desk):
    heard = desk.heard.turn(1).words[-1]
    desk.fix(1, "sure", "sure as hell, I mean that")
    words = desk.now.turn(1).words[-6:]
    assert [word.text for word in words] == ["sure", "as", "hell,", "I", "mean", "that."]
    assert (words[0].start, words[-1].end) == (heard.start, heard.end)
    assert all(one.end == two.start for one, two in pairwise(words))


def test_a_part_of_a_word_can_be_fixed(desk):
    desk.fix(2, "invoice", "voucher")
    assert "vouchers booked" in desk.text(2)
    assert desk.now.turn(2).words[3][1:] == desk.heard.turn(2).words[3][1:]


def test_a_turn_without_times_is_fixed_as_well():
    desk = Desk(call(timed=False))
    desk.fix(4, "Bo", "Beau")
    assert desk.now.turn(4) == desk.heard.turn(4).model_copy(
        update={"text": "Beau Ray signs whatever we buy."}
    )


def test_a_fix_finds_its_words_when_one_before_it_is_taken_back(desk):
    first = desk.fix(3, "And no", "And then again no")
    desk.fix(3, "no", "yes", place=2)
    assert desk.text(3) == "And then again no, no, yes, we do not charge you for it."
    desk.undo(first)
    assert desk.text(3) == "And no, no, yes, we do not charge you for it."
    assert desk.notices == []


def test_a_fix_means_the_words_as_they_stood_when_it_was_made(desk):
    desk.undo(desk.fix(3, "And no", "And then again no"))
    desk.fix(3, "no", "yes", place=1)
    assert desk.text(3) == "And no, yes, no, we do not charge you for it."
    desk.undo(2)
    assert desk.text(3) == "And then again no, yes, no, we do not charge you for it."


def test_what_a_fix_was_made_upon_is_not_taken_back_under_it(desk):
    first = desk.fix(1, "May", "March")
    second = desk.fix(1, "March", "Marsh")
    with pytest.raises(CorrectionError, match="Correction 2 was made on top of correction 1"):
        making.undone(desk.proof, first, signed())
    desk.undo(second)
    desk.undo(first)
    assert desk.now == desk.heard


def test_a_correction_comes_back_when_its_undoing_is_undone(desk):
    number = desk.fix(1, "May", "March")
    fixed = desk.now
    again = desk.undo(number)
    assert desk.now == desk.heard
    desk.undo(again)
    assert desk.now == fixed
    with pytest.raises(CorrectionError, match="taken back already, by number 3"):
        making.undone(desk.proof, again, signed())


def test_a_voice_gets_a_name_and_is_sure_then(desk):
    desk.add(making.speaker_changed(desk.proof, "S3", Who(name=" Dee  Day "), signed()))
    voice = desk.now.speaker("S3")
    assert (voice.name, voice.name_confidence, voice.side) == ("Dee Day", 1.0, None)
    assert voice.reason == "Dana Roe said so on 2026-05-18"
    assert desk.now.speakers[:2] == desk.heard.speakers[:2]
    assert desk.now.turns == desk.heard.turns


def test_a_participants_side_and_title_follow_from_the_name(desk):
    desk.add(making.speaker_changed(desk.proof, "S3", Who(name="Cy Fox"), signed()))
    voice = desk.now.speaker("S3")
    assert (voice.name, voice.side, voice.title) == ("Cy Fox", "customer", "CFO")


def test_a_side_is_flipped_and_a_name_and_a_side_can_be_unknown_again(desk):
    desk.add(making.speaker_changed(desk.proof, "S1", Who(side="customer"), signed()))
    assert (desk.now.speaker("S1").name, desk.now.side_of(1)) == ("Ann Lee", "customer")
    nobody = Who(name="", side="unknown")
    desk.add(making.speaker_changed(desk.proof, "S1", nobody, signed()))
    voice = desk.now.speaker("S1")
    assert (voice.name, voice.side, voice.name_confidence, voice.label) == (
        None,
        None,
        0,
        "Unknown 1",
    )


def test_a_name_that_was_only_likely_can_be_confirmed_once(desk):
    who = Who(name="Ann Lee", side="seller")
    desk.add(making.speaker_changed(desk.proof, "S1", who, signed()))
    assert desk.now.speaker("S1").name_confidence == 1.0
    with pytest.raises(CorrectionError, match="known of Ann Lee already"):
        making.speaker_changed(desk.proof, "S1", who, signed())


def test_two_voices_become_one_person(desk):
    desk.add(making.speakers_merged(desk.proof, "S2", "S3", signed()))
    assert [one.id for one in desk.now.speakers] == ["S1", "S3"]
    assert [one.speaker for one in desk.now.turns] == ["S1", "S3", "S1", "S3", "S3"]
    assert (desk.now.speaker("S3").name, desk.now.side_of(2)) == ("Bo Ray", "customer")
    read_transcript(desk.now.to_json())


def test_a_turn_goes_to_another_voice_or_to_one_that_nobody_knew(desk):
    desk.add(making.turn_moved(desk.proof, 4, "S2", signed()))
    desk.add(making.turn_moved(desk.proof, 5, NEW_VOICE, signed()))
    desk.add(making.speaker_changed(desk.proof, "S4", Who(name="Eve"), signed()))
    assert [one.speaker for one in desk.now.turns] == ["S1", "S2", "S1", "S2", "S4"]
    assert desk.now.speaker_of(5).name == "Eve"
    with pytest.raises(CorrectionError, match="Correction 3 was made on top of correction 2"):
        making.undone(desk.proof, 2, signed())


def test_lines_are_read_as_they_were_written(desk):
    desk.fix(1, "May", "März")
    desk.add(making.speakers_merged(desk.proof, "S3", "S2", signed(why="Same voice.")))
    desk.add(making.turn_moved(desk.proof, 5, NEW_VOICE, signed()))
    desk.add(making.speaker_changed(desk.proof, "S1", Who(title="AE"), signed()))
    desk.undo(1)
    assert parsed(map(to_line, desk.corrections)) == desk.corrections


@pytest.mark.parametrize("line", ["", "{}", '{"event": "turn_moved"}', "[1]"])
def test_a_broken_line_is_named(line):
    with pytest.raises(CorrectionError, match="Correction 1 of the call"):
        parsed([line])


def test_what_was_said_of_a_call_is_not_put_on_one_that_was_heard_anew(desk):
    desk.fix(1, "May", "March")
    desk.add(making.speaker_changed(desk.proof, "S3", Who(name="Dee Day"), signed()))
    desk.add(making.turn_moved(desk.proof, 4, "S2", signed()))
    swapped = call([("S3", "Other voices speak."), *desk_said(desk)])
    assert desk.after(swapped) == [(1, "heard_anew"), (2, "heard_anew"), (3, "heard_anew")]


def test_other_words_under_the_same_turns_are_noticed(desk):
    desk.fix(1, "May", "March")
    desk.fix(4, "Bo", "Beau")
    turns = tuple(
        one.model_copy(update={"text": "Well, [erased] and Bo sign.", "words": ()})
        if one.n in (1, 4)
        else one
        for one in desk.heard.turns
    )
    other = desk.heard.model_copy(update={"turns": turns})
    assert desk.after(other) == [(1, "unfit")]


def test_a_call_that_has_become_shorter_leaves_corrections_out(desk):
    desk.add(making.turn_moved(desk.proof, 5, "S1", signed()).model_copy(update={"outline": None}))
    shorter = desk.heard.model_copy(update={"turns": desk.heard.turns[:3], "speakers": ()})
    assert desk.after(shorter) == [(1, "missing")]


def desk_said(desk) -> list[tuple[str, str]]:
    """Who says what on the call of the desk."""
    return [(one.speaker, one.text) for one in desk.heard.turns]
