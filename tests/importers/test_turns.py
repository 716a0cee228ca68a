"""Merging, times of words, speakers, and cleaning, on cues made for the purpose."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript2handoff.deal import Call, Participant
from transcript2handoff.importers import Imported, import_transcript
from transcript2handoff.importers.format import Document
from transcript2handoff.importers.turns import (
    PAUSE,
    SENTENCE_LIMIT,
    Person,
    Utterance,
    assemble,
    clean,
)
from transcript2handoff.transcript import Playback, Transcript

DATA = Path(__file__).parent / "data"
DOCUMENT = Document(file="call.vtt", text="", call_id="a-1", sha256="0" * 64)


def said(
    speaker: str | None, text: str, start: float | None = None, end: float | None = None
) -> Utterance:
    return Utterance(speaker=speaker, text=text, start=start, end=end)


def made(*utterances: Utterance, people: dict[str, Person] | None = None) -> Transcript:
    return assemble(utterances, document=DOCUMENT, format_name="webvtt", people=people)


def test_pieces_of_one_speaker_become_one_turn() -> None:
    transcript = made(said("A", "one", 0, 1), said("A", "two", 1.5, 2), said("B", "three", 2, 3))

    assert [(turn.text, turn.start, turn.end) for turn in transcript.turns] == [
        ("one two", 0, 2),
        ("three", 2, 3),
    ]


@pytest.mark.parametrize(("silence", "turns"), [(PAUSE, 1), (PAUSE + 0.1, 2)])
def test_long_pause_begins_a_new_turn(silence: float, turns: int) -> None:
    transcript = made(said("A", "one", 0, 1), said("A", "two", 1 + silence, 9))

    assert len(transcript.turns) == turns


def test_long_cue_inside_a_turn_keeps_the_turn_open() -> None:
    transcript = made(said("A", "a", 0, 20), said("A", "b", 1, 2), said("A", "c", 19, 21))

    assert [(turn.start, turn.end) for turn in transcript.turns] == [(0, 21)]


def test_untimed_pieces_stay_in_the_order_of_the_file() -> None:
    transcript = made(said("A", "one", 5, 6), said("B", "two"), said("A", "three", 1, 2))

    assert [turn.text for turn in transcript.turns] == ["one", "two", "three"]
    assert [turn.start for turn in transcript.turns] == [5, None, 1]


def test_timed_and_untimed_pieces_are_not_mixed_in_a_turn() -> None:
    transcript = made(said("A", "one", 5, 6), said("A", "two"))

    assert [(turn.text, turn.start) for turn in transcript.turns] == [("one", 5), ("two", None)]


def test_where_nobody_is_named_a_turn_is_a_sentence() -> None:
    transcript = made(
        said(None, "We need", 0, 1),
        said(None, "the plan.", 1, 2),
        said(None, "When?", 2, 3),
        said(None, "Friday", 3, 4),
    )

    assert [turn.text for turn in transcript.turns] == ["We need the plan.", "When?", "Friday"]
    assert transcript.speakers == ()


def test_sentence_of_nobody_without_full_stop_ends_some_time() -> None:
    transcript = made(*(said(None, "and so on " * 5, n, n + 1) for n in range(60)))

    longest = max(len(turn.text) for turn in transcript.turns)
    assert SENTENCE_LIMIT <= longest < SENTENCE_LIMIT + 60


def test_quote_late_in_a_merged_turn_plays_its_own_cue() -> None:
    transcript = made(
        said("A", "We start slowly.", 0, 10), said("A", "Send it by Friday.", 12, 15.6)
    )

    assert transcript.playback(1, "We start slowly.") == Playback(0, 10)
    assert transcript.playback(1, "Send it by Friday.") == Playback(12, 15.6)
    assert transcript.playback(1, "Friday.") == Playback(14.2, 15.6)


def test_piece_without_end_lasts_until_the_next_but_not_for_ever() -> None:
    transcript = made(
        said("A", "x" * 100, 0), said("B", "x" * 20, 4), said("C", "x" * 20, 60), said("D", "x", 60)
    )

    assert [turn.end for turn in transcript.turns] == [4, 6, 62, 60.1]


def test_cue_that_ends_before_it_starts_has_no_length() -> None:
    transcript = made(said("A", "one two", 5, 3))

    assert [(word.start, word.end) for word in transcript.turns[0].words] == [(5, 5), (5, 5)]


def test_speakers_are_numbered_by_their_first_words() -> None:
    transcript = made(said("Bob", "late", 9, 10), said("Ana", "early", 1, 2))

    assert [(one.id, one.name) for one in transcript.speakers] == [("S1", "Ana"), ("S2", "Bob")]


def test_speaker_without_words_is_no_speaker() -> None:
    transcript = made(said("Ana", "\u200b", 0, 1), said("Bob", "Hi.", 1, 2))

    assert [(one.id, one.name) for one in transcript.speakers] == [("S1", "Bob")]


def test_name_is_sure_and_side_only_where_the_export_says_it() -> None:
    transcript = made(
        said("1", "a"),
        said("2", "b"),
        said("Ana  \u200eSilva", "c"),
        people={"1": Person(name="Bob", side="seller", title="AE"), "2": Person(side="customer")},
    )
    bob, nobody, ana = transcript.speakers

    assert (bob.name, bob.name_confidence, bob.side, bob.side_confidence) == ("Bob", 1, "seller", 1)
    assert (nobody.name, nobody.name_confidence, nobody.side) == (None, 0, "customer")
    assert (ana.name, ana.side, ana.side_confidence) == ("Ana Silva", None, 0)
    assert ana.reason == "named in the transcript"


@pytest.mark.parametrize(
    "label",
    ["Speaker 1", "SPEAKER_00", "Unknown 2", "Participant", "Unknown Speaker", "Guest 3", "spk-b"],
)
def test_generic_label_is_a_speaker_without_a_name(label: str) -> None:
    speaker = made(said(label, "Hi.")).speakers[0]

    assert (speaker.id, speaker.name, speaker.reason) == ("S1", None, None)


@pytest.mark.parametrize(
    ("label", "side"), [("Customer 1", "customer"), ("Agent", "seller"), ("Sales Rep", "seller")]
)
def test_role_as_label_gives_the_side_and_no_name(label: str, side: str) -> None:
    speaker = made(said(label, "Hi.")).speakers[0]

    assert (speaker.name, speaker.side, speaker.side_confidence) == (None, side, 1.0)
    assert speaker.reason == f'called "{label}" in the transcript'


@pytest.mark.parametrize("name", ["Guesto", "Ana", "Speakerman", "Unknownia Silva", "Repp", "Mei"])
def test_name_that_begins_like_a_generic_label_is_a_name(name: str) -> None:
    assert made(said(name, "Hi.")).speakers[0].name == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u202eright to left\u202c \u2066isolated\u2069\u200f", "right to left isolated"),
        (" spaces \t and\u00a0\nlines ", "spaces and lines"),
        ("שלום \u200fעולם", "שלום עולם"),
        ("nul\x00 and \x1b[1m", "nul and [1m"),
    ],
)
def test_invisible_characters_go_and_letters_stay(text: str, expected: str) -> None:
    assert clean(text) == expected


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_handoffbench_brings_its_deal_and_leaves_its_gold() -> None:
    imported = import_transcript(DATA / "handoffbench.json", "another-id")
    deal = imported.deal

    assert deal is not None
    assert (deal.deal, deal.seller, deal.customer) == (
        "harborline",
        "Foldwell",
        "Harborline Freight",
    )
    assert deal.participants == (
        Participant(name="Tamsin Okoro", side="seller", title="Account Executive"),
        Participant(name="Gareth Pugh", side="customer", title="Operations Director"),
    )
    assert deal.calls == (Call(id="another-id", date=datetime.date(2026, 4, 8), stage="discovery"),)
    assert imported.transcript.call_id == "another-id"
    assert "gold" not in imported.transcript.to_json()


@pytest.mark.parametrize("name", ["zoom.vtt", "gong.json", "plain.txt", "transcript2handoff.json"])
def test_other_formats_bring_no_deal(name: str) -> None:
    assert import_transcript(DATA / name, "a-1").deal is None


def test_our_own_file_comes_back_as_it_is() -> None:
    path = DATA / "transcript2handoff.json"

    imported: Imported = import_transcript(path, "another-id")

    assert imported.transcript.to_json() == path.read_text(encoding="utf-8")


def test_gong_answers_of_both_calls_may_stand_in_a_list(tmp_path: Path) -> None:
    path = tmp_path / "gong.json"
    path.write_text(
        '[{"callTranscripts": [{"transcript": [{"speakerId": "1", "sentences": '
        '[{"start": 0, "end": 900, "text": "Hi."}]}]}]},'
        ' {"calls": [{"parties": [{"speakerId": "1", "name": "Ana", "affiliation": "External"}]}]}]'
    )

    speaker = import_transcript(path, "a-1").transcript.speakers[0]

    assert (speaker.name, speaker.side) == ("Ana", "customer")


def test_cue_without_a_name_goes_on_with_the_speaker_before_it_in_time(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text(
        "WEBVTT\n\n00:05.000 --> 00:06.000\nBob Low: No.\n\n00:03.000 --> 00:04.000\nwe agree.\n\n"
        "00:01.000 --> 00:03.000\nAna Silva: I think\n"
    )

    transcript = import_transcript(path, "a-1").transcript

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("S1", "I think we agree."),
        ("S2", "No."),
    ]


def cues(*texts: str) -> str:
    """A WebVTT file with a cue of ten seconds for each text."""
    times = (f"00:{n}0.000 --> 00:{n + 1}0.000" for n in range(len(texts)))
    return "\n\n".join(("WEBVTT", *map("\n".join, zip(times, texts, strict=True))))


def spoken(tmp_path: Path, text: str) -> list[tuple[str | None, str]]:
    """Who says what in a file."""
    path = tmp_path / "call.vtt"
    path.write_text(text)
    transcript = import_transcript(path, "a-1").transcript
    return [(transcript.speaker_of(turn.n).name, turn.text) for turn in transcript.turns]


def test_cue_with_two_labelled_lines_is_two_turns_that_share_its_time(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text(cues("Dana Lee: Hi there\nSam Poe: Hello back to you, Dana"))

    dana, sam = import_transcript(path, "a-1").transcript.turns

    assert (dana.text, sam.text) == ("Hi there", "Hello back to you, Dana")
    assert (dana.speaker, sam.speaker) == ("S1", "S2")
    share = 10 * len(dana.text) / len(dana.text + sam.text)
    assert (dana.start, dana.end, sam.start, sam.end) == pytest.approx(
        (0, share, share, 10), abs=0.001
    )


def test_line_below_a_label_stays_with_it_and_the_last_label_goes_on(tmp_path: Path) -> None:
    text = cues("Dana Lee: I think\nwe agree.\nSam: Yes,", "we do.\nDana Lee: Good.", "Sam: Fine.")

    assert spoken(tmp_path, text) == [
        ("Dana Lee", "I think we agree."),
        ("Sam", "Yes, we do."),
        ("Dana Lee", "Good."),
        ("Sam", "Fine."),
    ]


def test_colon_in_the_second_line_of_a_cue_names_nobody(tmp_path: Path) -> None:
    text = cues("Ana: We spoke of\nPricing: a matter of taste", "Bob: and\nnote: of the date")

    assert spoken(tmp_path, text) == [
        ("Ana", "We spoke of Pricing: a matter of taste"),
        ("Bob", "and note: of the date"),
    ]
