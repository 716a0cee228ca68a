"""A colon alone names nobody; a wrong name is worse than none."""

import pytest

from transcript2handoff.importers.labels import Labelled, is_name, speakers_among, split_label

NAMES = [
    "Tamsin Okoro",
    "Ana de la Cruz",
    "Ludwig van Beethoven",
    "O'Neil-Jones, Pat",
    "Dr. Smith",
    "Gareth Pugh (Harborline)",
    "Foldwell Room | Hull",
    "SPEAKER_00",
    "unknown speaker",
    "דנה כהן",
    "نادية",
    "张伟",
    "Zoë",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_before_a_colon_is_found(name: str) -> None:
    assert is_name(name)
    assert split_label(f"{name}: We start: now") == Labelled(name, "We start: now")
    assert split_label(f"{name} :  We start") == Labelled(name, "We start")
    assert split_label(f"{name}:") == Labelled(name, "")


@pytest.mark.parametrize(
    "line",
    [
        "So the point is: we wait.",
        "It is at 10:30 on Monday",
        "https://example.com/plan",
        "Really? Yes: really.",
        "- Item: milk",
        "15: a number",
        "{Key: value}",
        "no colon at all",
        "Because Every Word Here Is A Capital One Too: no name is that long",
        ": nothing before it",
        "",
    ],
)
def test_colon_in_a_sentence_names_nobody(line: str) -> None:
    assert split_label(line) is None


def test_wide_colon_needs_no_space() -> None:
    assert split_label("张伟：你好") == Labelled("张伟", "你好")


def test_every_name_counts_where_lines_are_labelled() -> None:
    lines = ["Ana: Hi.", "Bob: Hello.", "Cy: Yes."]

    assert speakers_among(lines) == {"Ana", "Bob", "Cy"}


def test_lone_word_with_a_colon_is_speech_where_few_lines_are_labelled() -> None:
    lines = ["Ana: Hi.", "and more", "Pricing: a matter", "of taste", "Bob Low: Yes.", "more"]

    assert speakers_among(lines) == {"Ana", "Bob Low"}


def test_label_in_small_letters_has_to_come_twice() -> None:
    assert speakers_among(["ana: Hi.", "Bob: Hello.", "ana: Bye."]) == {"ana", "Bob"}
    assert speakers_among(["ana: Hi.", "Bob: Hello."]) == {"Bob"}


def test_label_that_only_stands_below_others_has_to_look_like_a_name() -> None:
    lines = ["Ana: Hi.", "Bob: Hello."]

    assert speakers_among(lines, below=["Cy Low: Yes.", "Speaker 4: No."]) == {
        "Ana",
        "Bob",
        "Cy Low",
        "Speaker 4",
    }
    assert speakers_among(lines, below=["Pricing: a matter", "of taste", "note: so"]) == {
        "Ana",
        "Bob",
    }
