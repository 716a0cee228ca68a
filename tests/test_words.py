"""The fixed words: said in the reader's language, all of them translated, numbers and money."""

import datetime
import re
import string
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.locale.gather import (
    brought_up_to_date,
    filled,
    msgids,
    read_catalogue,
    text_of,
    untranslated,
)
from transcript2handoff.words import LANGUAGES, Words, counted, message

CATALOGUES = [language for language in LANGUAGES if language != "en"]
ENGLISH, GERMAN = Words.of("en"), Words.of("de")


def catalogue(language):
    """The catalogue of a language, and its text."""
    text = files("transcript2handoff.locale").joinpath(f"{language}.po").read_bytes()
    return read_catalogue(text, language), text.decode()


def places(text):
    """The places for values in fixed words, of code and of templates."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return named | set(re.findall(r"%\((\w+)\)s", text))


def forms(said):
    """One form, or those for one and for many."""
    return (said,) if isinstance(said, str) else tuple(said)


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_fixed_word_is_translated_and_nothing_else(language):
    known, _ = catalogue(language)
    listed = {entry.id for entry in known if entry.id}
    wanted = set(msgids())
    assert wanted - listed == set(), "run `python -m transcript2handoff.locale.gather`"
    assert listed - wanted == set(), "nothing says these words any more"
    assert untranslated(known) == ()


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_have_the_same_places_for_values(language):
    known, _ = catalogue(language)
    for entry in known:
        if entry.id and all(forms(entry.string)):
            wanted = {name for form in forms(entry.id) for name in places(form)}
            assert {name for form in forms(entry.string) for name in places(form)} == wanted


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_is_written_as_it_is_gathered(language):
    known, text = catalogue(language)
    assert text_of(brought_up_to_date(known, msgids())) == text


def test_new_words_come_in_without_a_translation_and_old_ones_go():
    known = read_catalogue(b'msgid "yes"\nmsgstr "ja"\n\nmsgid "gone"\nmsgstr "fort"\n', "de")
    fresh = brought_up_to_date(known, ["yes", ("{count} day", "{count} days")])
    assert {entry.id: entry.string for entry in fresh if entry.id} == {
        "yes": "ja",
        ("{count} day", "{count} days"): ("", ""),
    }


def test_another_catalogue_fills_in_what_has_no_translation():
    mine = read_catalogue(b'msgid "yes"\nmsgstr "ja"\n\nmsgid "no"\nmsgstr ""\n', "de")
    other = read_catalogue(b'msgid "yes"\nmsgstr "jawohl"\n\nmsgid "no"\nmsgstr "nein"\n', "de")
    assert untranslated(mine) == ("no",)
    assert {entry.id: entry.string for entry in filled(mine, other) if entry.id} == {
        "yes": "ja",
        "no": "nein",
    }
    assert untranslated(mine) == ()


def test_words_of_code_and_of_templates_are_gathered():
    found = set(msgids())
    assert "not discussed" in found
    assert ("{count} turn", "{count} turns") in found
    assert "%(title)s: kickoff brief" in found
    assert "At a glance" in found


def test_a_message_is_said_with_the_messages_in_it():
    told = message("{call}, turn {turn}", call=message("Call {number}", number=2), turn=4)
    assert str(told) == "Call 2, turn 4"
    assert GERMAN.say(told) == "Gespräch 2, Redebeitrag 4"


@pytest.mark.parametrize(("count", "said"), [(1, "1 Redebeitrag"), (2, "2 Redebeiträge")])
def test_a_number_decides_the_form(count, said):
    assert GERMAN.say(counted("{count} turn", "{count} turns", count=count)) == said


@given(st.text())
def test_what_somebody_said_is_never_taken_for_a_place(words):
    told = message("deal {deal}", deal=words)
    assert ENGLISH.say(told) == f"deal {words}"
    assert GERMAN.say(told) == f"Deal {words}"


def test_days_numbers_and_money_are_written_as_the_reader_writes_them():
    day = datetime.date(2026, 4, 22)
    assert (ENGLISH.day(day), GERMAN.day(day)) == ("Wed 22 Apr 2026", "Mi., 22. Apr. 2026")
    assert (ENGLISH.number(44160.5), GERMAN.number(44160.5)) == ("44,160.5", "44.160,5")
    assert (ENGLISH.money(44160, "GBP"), GERMAN.money(44160, "GBP")) == ("£44,160", "44.160\xa0£")
    assert (ENGLISH.money(9.5, "EUR"), GERMAN.money(9.5, "EUR")) == ("€9.50", "9,50\xa0€")
