"""Texts and transcripts without a person."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transcript2handoff.erasure import ERASED, Eraser, Who, spoken_turns, without
from transcript2handoff.transcript import (
    Source,
    Speaker,
    Transcript,
    Turn,
    Word,
    read_transcript,
)

HARBORLINE = Path(__file__).parents[1] / "fixtures" / "harborline"

PRIYA = Who(names=("Priya Nair",), emails=("priya.nair@harborline.example",))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ask Priya Nair.", "Ask [erased]."),
        ("PRIYA  NAIR's plan", "[erased]'s plan"),
        ("Nair, Priya", "[erased]"),
        ("priya.nair or priya_nair", "[erased] or [erased]"),
        ("to Priya.Nair@Harborline.example, please", "to [erased], please"),
        ("<priya.nair@harborline.example>", "<[erased]>"),
        ("Priya alone, or Nair", "Priya alone, or Nair"),
        ("Priyanka Nair and Priya Nairobi", "Priyanka Nair and Priya Nairobi"),
        ("xpriya.nair@harborline.example.org", "xpriya.nair@harborline.example.org"),
        ("", ""),
    ],
)
def test_anywhere_whole_names_and_addresses_are_put_out(text: str, told: str):
    eraser = Eraser.anywhere(PRIYA)
    assert eraser.put_out(text) == told
    assert eraser.names_them(text) == (told != text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Thanks, Priya", "Thanks, [erased]"),
        ("Ms Nair and PRIYA", "Ms [erased] and [erased]"),
        ("Tom Nair works at Nair Ltd", "Tom Nair works at Nair Ltd"),
        ("Priya Nair Ltd", "[erased] Ltd"),
        ("priya in small letters", "priya in small letters"),
    ],
)
def test_near_them_parts_of_the_name_are_put_out_too(text: str, told: str):
    assert Eraser.near(PRIYA, ["Tom Nair", "Nair Ltd"]).put_out(text) == told


def test_accents_and_apostrophes_are_written_in_more_than_one_way():
    zoe = Eraser.near(Who(names=("Zoé O'Neil",)))
    for text in ("Zoé O’Neil", "Zoe\u0301 O'Neil", "ZOÉ o'neil", "O'Neil", "Zoé"):
        assert zoe.put_out(text) == ERASED, text


def test_particles_and_initials_stand_for_nobody():
    jan = Eraser.near(Who(names=("Jan B. van der Berg",)))
    assert jan.put_out("van der B. Berg, Jan") == "van der B. [erased], [erased]"


def test_other_alphabets():
    assert Eraser.anywhere(Who(names=("Иван Петров",))).put_out("Спросите ИВАН Петров") == (
        f"Спросите {ERASED}"
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"names": ("P",)},
        {"names": ("Dr",)},
        {"names": ("Priya",)},
        {"emails": ("x",)},
        {"names": ("P",), "emails": ("a@b.example",)},
    ],
)
def test_somebody_has_to_be_named(told):
    with pytest.raises(ValidationError):
        Who(**told)


def test_a_first_name_alone_is_put_out_near_them_only():
    priya = Who(names=("Priya",), emails=PRIYA.emails)
    assert Eraser.anywhere(priya).put_out("Priya, priya.nair@harborline.example") == (
        f"Priya, {ERASED}"
    )
    assert Eraser.near(priya).put_out("Priya") == ERASED
    assert Eraser.anywhere(Who(names=("王小明",))).put_out("王小明!") == f"{ERASED}!"


def test_further_names_are_those_that_tell_somebody():
    told = PRIYA.also(names=("Pri", "P.", "Dr", "", "Priya Nair"), emails=("p@x.example", "none"))
    assert told.names == ("Priya Nair", "Pri")
    assert told.emails == (*PRIYA.emails, "p@x.example")


@pytest.mark.parametrize(
    ("name", "is_theirs"),
    [
        ("Priya Nair", True),
        ("nair, priya", True),
        ("Priya", True),
        ("Priya N.", True),
        ("Priya Nair (Harborline)", True),
        ("Tom Nair", False),
        ("P N", False),
        ("Ana", False),
        ("", False),
        (None, False),
    ],
)
def test_a_name_is_theirs_in_whole_or_in_part(name, is_theirs):
    assert PRIYA.is_name(name) == is_theirs


def test_json_stays_json():
    data = {"who": "Priya Nair", "Priya Nair": [1.5, None, {"text": 'a "Priya Nair"\n'}]}
    text = json.dumps(data)
    told = json.loads(Eraser.anywhere(PRIYA).put_out_json(text))
    assert told == {"who": ERASED, ERASED: [1.5, None, {"text": f'a "{ERASED}"\n'}]}
    escaped = '"\\u0050riya Nair"'
    assert Eraser.anywhere(PRIYA).json_names_them(escaped)
    assert Eraser.anywhere(PRIYA).put_out_json("not JSON: Priya Nair") == "not JSON: [erased]"
    same = '{"a":  1.50}'
    assert Eraser.anywhere(PRIYA).put_out_json(same) == same


def call() -> Transcript:
    return Transcript(
        call_id="kickoff",
        duration=9.0,
        source=Source(kind="recording", file="Priya Nair.mp3", format="mp3", sha256="0" * 64),
        notes=("Priya could not be heard at first.",),
        speakers=(
            Speaker(id="S1", name="Priya N.", side="customer", title="COO", reason="she says so"),
            Speaker(id="S2", name="Tom Nair", side="seller", reason="Priya calls him so"),
            Speaker(id="S3"),
        ),
        turns=(
            Turn(n=1, speaker="S1", text="I want it by May.", start=0.0, end=2.0),
            Turn(
                n=2,
                speaker="S2",
                text="Sure, Priya.",
                start=2.0,
                end=3.0,
                words=(Word("Sure,", 2.0, 2.4), Word("Priya.", 2.5, 3.0)),
            ),
            Turn(n=3, speaker="S3", text="Fine.", words=(Word("Fine.", 3.0, 3.5),), start=3, end=4),
        ),
    )


def test_a_transcript_without_a_person():
    told = without(call(), PRIYA)
    assert [turn.text for turn in told.turns] == [ERASED, "Sure, [erased].", "Fine."]
    assert [(turn.start, turn.end) for turn in told.turns] == [(0, 2), (2, 3), (3, 4)]
    assert [bool(turn.words) for turn in told.turns] == [False, False, True]
    first, second, third = told.speakers
    assert (first.name, first.side, first.title, first.reason) == (ERASED, "customer", None, None)
    assert (second.name, second.reason) == ("Tom Nair", "[erased] calls him so")
    assert third == call().speakers[2]
    assert told.notes == ("[erased] could not be heard at first.",)
    assert told.source is not None
    assert told.source.file == "[erased].mp3"
    assert (told.version, told.call_id, told.duration) == (2, "kickoff", 9.0)
    assert "Priya" not in told.to_json()
    Transcript.model_validate_json(told.to_json())


def test_what_somebody_else_said_of_others_stays():
    assert without(call(), Who(names=("Malcolm Reeve",))) is not None
    same = call()
    assert without(same, Who(names=("Malcolm Reeve",))) is same


def test_the_turns_that_they_speak():
    assert spoken_turns(call(), PRIYA) == {1}
    assert spoken_turns(call(), Who(names=("Ana Ruiz",))) == set()


def test_speakers_whose_ids_are_their_names():
    told = without(
        Transcript(
            call_id="a",
            speakers=(Speaker(id="Priya Nair"), Speaker(id="Priya"), Speaker(id="Tom Nair")),
            turns=(
                Turn(n=1, speaker="Priya Nair", text="one"),
                Turn(n=2, speaker="Priya", text="two"),
                Turn(n=3, speaker="Tom Nair", text="Nair, that is me: Tom Nair"),
            ),
        ),
        PRIYA,
    )
    assert [each.id for each in told.speakers] == [ERASED, f"{ERASED} 2", "Tom Nair"]
    assert [turn.speaker for turn in told.turns] == [ERASED, f"{ERASED} 2", "Tom Nair"]
    assert [turn.text for turn in told.turns] == [ERASED, ERASED, f"{ERASED}, that is me: Tom Nair"]


def test_a_transcript_in_small_letters():
    small = Transcript(call_id="a", turns=(Turn(n=1, text="thanks priya nair, bye priya"),))
    assert without(small, PRIYA).turns[0].text == f"thanks {ERASED}, bye {ERASED}"


@pytest.mark.parametrize(
    "file", sorted(HARBORLINE.glob("*/2_transcript.json")), ids=lambda file: file.parent.name
)
def test_real_calls_without_each_of_their_speakers(file: Path):
    transcript = read_transcript(file.read_text())
    for name in {each.name for each in transcript.speakers if each.name}:
        told = without(transcript, Who(names=(name,)))
        text = told.to_json()
        assert name not in text
        assert name.split()[0] not in text
        assert read_transcript(text) == told
        silent = [turn.n for turn in told.turns if turn.text == ERASED]
        assert silent == sorted(spoken_turns(transcript, Who(names=(name,))))
        others = [turn for turn in transcript.turns if turn.n not in silent]
        kept = [turn for turn in others if told.turn(turn.n) == turn]
        assert len(kept) > len(others) / 2


NAMES = st.sampled_from(["Priya Nair", "Priya", "Nair", "priya nair", "Tom Nair", "Ana"])
PIECES = st.one_of(NAMES, st.sampled_from(PRIYA.emails), st.text(max_size=8), st.just(ERASED))
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)


@given(TEXTS)
def test_what_was_put_out_is_out(text: str):
    for eraser in (Eraser.anywhere(PRIYA), Eraser.near(PRIYA), Eraser.near(PRIYA, ["Tom Nair"])):
        told = eraser.put_out(text)
        assert not eraser.names_them(told)
        assert eraser.put_out(told) == told


@given(
    st.recursive(
        TEXTS | st.integers() | st.none(), lambda s: st.lists(s) | st.dictionaries(TEXTS, s)
    )
)
def test_json_without_a_person_is_json_without_a_person(data):
    eraser = Eraser.near(PRIYA)
    told = eraser.put_out_json(json.dumps(data))
    assert not eraser.json_names_them(told)
    json.loads(told)


@st.composite
def transcripts(draw) -> Transcript:
    speakers = tuple(
        Speaker(id=f"S{n}", name=draw(st.none() | NAMES)) for n in range(draw(st.integers(0, 3)))
    )
    ids = st.sampled_from([None, *(each.id for each in speakers)])
    texts = draw(st.lists(TEXTS, max_size=5))
    turns = tuple(Turn(n=n, speaker=draw(ids), text=text) for n, text in enumerate(texts, 1))
    return Transcript(call_id="a", speakers=speakers, turns=turns)


@given(transcripts())
def test_a_transcript_is_rewritten_once(transcript: Transcript):
    told = without(transcript, PRIYA)
    assert without(told, PRIYA) is told
    assert [turn.n for turn in told.turns] == [turn.n for turn in transcript.turns]
    assert told.version - transcript.version == (told is not transcript)
    anywhere = Eraser.anywhere(PRIYA)
    for turn in told.turns:
        assert not anywhere.names_them(turn.text)
    for n in spoken_turns(transcript, PRIYA):
        assert told.turn(n).text == ERASED
    assert Transcript.model_validate_json(told.to_json()) == told


def test_json_that_is_nested_too_deeply_is_put_out_as_a_text():
    eraser = Eraser.anywhere(Who(names=("Priya Nair",)))
    deep = "[" * 100_000 + '"Priya Nair"'
    assert eraser.put_out_json(deep) == deep.replace("Priya Nair", ERASED)
