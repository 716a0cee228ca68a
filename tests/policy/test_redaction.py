"""What is hidden, what stays, and that every word comes back."""

import json
import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript2handoff.policy import Projection, redact, redacted, unredacted
from transcript2handoff.transcript import Speaker, Transcript, Turn, Word

BENCH = Path(__file__).parents[2] / "fixtures" / "bench"
ANN, BO = "S1", "S2"
PLACEHOLDER = re.compile(r"\[[A-Z]+ [0-9]+\]")

PRIVATE = (
    ("Put it on 4111 1111 1111 1111, please.", "Put it on [CARD 1], please."),
    ("It's four double one one, one one one one. One one one one, uh, one one one one. Okay?",
     "It's [CARD 1]. Okay?"),
    ("The Amex is 3782-822463-10005.", "The Amex is [CARD 1]."),
    ("My card, 4111 1111 1111 1112, I misread it.", "My card, [CARD 1], I misread it."),
    ("Write to Dana.Whitfield+crm@acme.co.uk today.", "Write to [EMAIL 1] today."),
    ("Write to dana dot whitfield at acme dot com today.", "Write to [EMAIL 1] today."),
    ("And it's denise at bakerstreet bread dot C-A. Not dot com.",
     "And it's [EMAIL 1]. Not dot com."),
    ("d two at iron dash horse dot co dot uk", "[EMAIL 1]"),
    ("Our office is +44 (0)20 7946 0958.", "Our office is [PHONE 1]."),
    ("Ring (415) 555-2671 any time.", "Ring [PHONE 1] any time."),
    ("It's plus four four, seven seven double oh, nine hundred, one two three.", "It's [PHONE 1]."),
    ("Oh seven seven double oh, nine double oh, one two three.", "[PHONE 1]."),
    ("So 555 123 4567, or 5 5 5 1 2 3 4 5 6 7.", "So [PHONE 1], or [PHONE 2]."),
    ("My cell is five five five, twelve. Thirty-four.", "My cell is [PHONE 1]."),
    ("01 42 68 53 00 or 01.42.68.53.00", "[PHONE 1] or [PHONE 2]"),
    ("SSN 123-45-6789.", "SSN [ID 1]."),
    ("My social is one two three, four five, six seven eight nine.", "My social is [ID 1]."),
    ("National insurance AB 12 34 56 C.", "National insurance [ID 1]."),
    ("Steuer-ID 86 095 742 719, DNI 54362315K.", "Steuer-ID [ID 1], DNI [ID 2]."),
    ("It's RCCMNL83S18D969H.", "It's [ID 1]."),
    ("My BSN is 111222333.", "My BSN is [ID 1]."),
    ("Pay to DE89 3704 0044 0532 0130 00.", "Pay to [ACCOUNT 1]."),
    ("D E eight nine three seven oh four, double oh double four, oh five three two, "
     "oh one three oh, oh oh.", "[ACCOUNT 1]."),
    ("The password is Sunflower42! and it expires.", "The password is [SECRET 1] and it expires."),
    ("The password is sunflower four two.", "The password is [SECRET 1]."),
    ("My password: s, u, n, four, two. Got it?", "My password: [SECRET 1]. Got it?"),
    ("The key is sk-proj-abcdEFGH1234567890abcd or AKIAIOSFODNN7EXAMPLE.",
     "The key is [SECRET 1] or [SECRET 2]."),
    ("Use https://admin:hunter2@db.example.com/path.",
     "Use https://[SECRET 1]@db.example.com/path."),
    ("The PIN is 4 8 2 1, and the door code is four four one nine.",
     "The PIN is [SECRET 1], and the door code is [SECRET 2]."),
    ("My date of birth is 12 May 1980.", "My date of birth is [BIRTH 1]."),
    ("I was born on the twelfth of May nineteen eighty, in Leeds.",
     "I was born on [BIRTH 1], in Leeds."),
    ("DOB 1980-05-12.", "DOB [BIRTH 1]."),
    ("Ship it to 12 Foundry Lane, Leeds LS1 4AP please.", "Ship it to [ADDRESS 1] please."),
    ("It's 1600 Pennsylvania Avenue, Washington DC 20500.", "It's [ADDRESS 1]."),
    ("We are at twelve Foundry Lane.", "We are at [ADDRESS 1]."),
    ("Am Kolpingring 5, 80331 München.", "Am [ADDRESS 1]."),
    ("The password is sunFlower.", "The password is [SECRET 1]."),
    ("We set the password to Sommer2024!", "We set the password to [SECRET 1]"),
    ('The password "sunFlower" works.', 'The password "[SECRET 1]" works.'),
    ("My passport number is 533380006.", "My passport number is [ID 1]."),
    ("My driving licence is MORGA753116SM9IJ.", "My driving licence is [ID 1]."),
    ("Mein Passwort lautet blume sieben sieben drei.", "Mein Passwort lautet [SECRET 1]."),
    ("Geboren am 12.05.1980 in Ulm.", "Geboren am [BIRTH 1] in Ulm."),
    ("Mein Geburtsdatum ist der zwölfte Mai neunzehnhundertachtzig.",
     "Mein Geburtsdatum ist [BIRTH 1]."),
    ("Wir sitzen in der Musterstraße 12, 70173 Stuttgart.", "Wir sitzen in der [ADDRESS 1]."),
    ("Meine Handynummer ist null eins sieben eins, fünf fünf fünf null eins zwei drei.",
     "Meine Handynummer ist [PHONE 1]."),
    ("Die Kartennummer ist fünfundvierzig, neununddreißig, vierzehn achtundachtzig, null drei "
     "dreiundvierzig, vierundsechzig siebenundsechzig.", "Die Kartennummer ist [CARD 1]."),
    ("Schreiben Sie an dana punkt weber at nordwind punkt de.", "Schreiben Sie an [EMAIL 1]."),
)  # fmt: skip

HARMLESS = (
    "We go live in Spring 2026, during 2027 at the latest. During 2026 we add Monitoring 24 hours.",
    "Engineering 12 people, Manufacturing 30, Hiring 5; der Arbeitsplatz 3 und der Parkplatz 4.",
    "Sync 200 Google Drive folders and run the 12 Month End Close tasks.",
    "We need API keys for HubSpot, and access tokens for SAP/R3 or SharePoint.",
    "Passwords are SHA256-hashed, the passwords are 12-character ones, and API keys use OAuth2.",
    "API keys within five business days, new passwords every 90 days, API keys are two per site.",
    "It's $1,250,000 a year, so 1,250,000 over 48 months, 99.95 percent.",
    "Forty-four thousand, one hundred and sixty. Forty-four one-sixty. A year.",
    "958 000 000 euros, or 4155552671 dollars, or £ 207 946 0958.",
    "The order number is 4155552671, ticket 2025550143 and PO 02079460958.",
    "From 2026-10-01 to 2027-09-30, that's 1/10/2026, 30/9/2027, at 10:30, 11:30.",
    "For 2025, 2026, 2027, 2028 it is 4000, 5000, 6000, 8000.",
    "Ten, twenty, thirty, forty, fifty, sixty seats. Call me at ten, twenty, thirty, forty.",
    "It runs on 10.145.229.61, version 3.11.2, ISO 27001, 27017, 27018.",
    "Have a look at acme dot com. We looked at northwind.io.",
    "It's live at blue river dot co dot uk.",
    "One, two, three, four, five, six, seven. Can you hear me on this phone?",
    "The checks on 111222333 and 86095742719 are those of an asset list.",
    "The password is expired, the token is stored in the vault, and we need an API key.",
    "Her birthday is next week, and the company was born in a garage in May.",
    "The pin is in the drawer, 3 Way sync has 2 Square readers, and the code is 200.",
    "Wir brauchen vierzig Lizenzen, fünfzig Plätze und zwölf Monate, für achttausend Euro.",
    "Die Bestellnummer ist 4155552671, die Rechnung 2025550143.",
    "We go live on 12 May 2026. The kickoff is on the twelfth of May.",
)


def call(*texts: str, voices: str = "") -> Transcript:
    """Turns of Ann and Bo in turn, or as ``voices`` says ("AAB")."""
    letters = voices or "AB" * len(texts)
    turns = tuple(
        Turn(n=n, speaker=ANN if letter == "A" else BO, text=text)
        for n, (text, letter) in enumerate(zip(texts, letters, strict=False), start=1)
    )
    return Transcript(call_id="c-1", speakers=(Speaker(id=ANN), Speaker(id=BO)), turns=turns)


def texts(projection: Projection) -> list[str]:
    return [turn.text for turn in projection.transcript.turns]


@pytest.mark.parametrize(("said", "told"), PRIVATE)
def test_private_data_is_hidden_and_comes_back(said: str, told: str) -> None:
    projection = redact(call(said))
    assert texts(projection) == [told]
    assert projection.restore(told) == said


@pytest.mark.parametrize("said", HARMLESS)
def test_other_numbers_stay(said: str) -> None:
    transcript = call(said)
    projection = redact(transcript)
    assert texts(projection) == [said]
    assert projection.transcript is transcript
    assert projection.hidden == {}


def test_the_same_words_have_the_same_placeholder_and_other_words_another() -> None:
    projection = redact(
        call(
            "It's 415-555-2671.",
            "415-555-2671?",
            "Yes, four one five, five five five, two six seven one.",
        )
    )
    assert texts(projection) == ["It's [PHONE 1].", "[PHONE 1]?", "Yes, [PHONE 2]."]
    assert projection.hidden == {"telephone number": 1}


def test_a_number_that_was_named_once_is_known_without_its_name() -> None:
    projection = redact(
        call("My cell is 612 34 66 14.", "I'll note it.", "Good. 612 34 66 14, then.")
    )
    assert texts(projection)[2] == "Good. [PHONE 1], then."


def test_the_question_before_names_the_number() -> None:
    assert (
        texts(redact(call("What's your number?", "Five five five, twelve twelve.")))[1]
        == "[PHONE 1]."
    )
    assert texts(redact(call("How many?", "Five five five, twelve twelve.")))[1].startswith("Five")


@pytest.mark.parametrize(
    ("asked", "answered", "told"),
    [
        ("What's your date of birth?", "May 12th, 1980.", "[BIRTH 1]."),
        ("And the password is?", "Tr0ub4dor.", "[SECRET 1]."),
        ("When do we go live?", "May 12th, 2026.", "May 12th, 2026."),
    ],
)
def test_a_question_names_what_is_answered(asked: str, answered: str, told: str) -> None:
    assert texts(redact(call(asked, answered))) == [asked, told]


def test_a_number_goes_on_over_turns() -> None:
    said = (
        "Card is four one one one",
        "mhm",
        "one one one one",
        "one one one one",
        "and one one one one, one one one one. That's it.",
    )
    projection = redact(call(*said))
    assert texts(projection) == [
        "Card is [CARD 1]", "mhm", "[CARD 2]", "[CARD 2]", "and [CARD 3]. That's it.",
    ]  # fmt: skip
    assert projection.hidden == {"card number": 1}
    assert [projection.restore(text) for text in texts(projection)] == list(said)


def test_digits_of_two_speakers_are_no_one_number() -> None:
    said = ("four one one one", "one one one one", "no", "one one one one one one one one")
    assert texts(redact(call(*said, voices="ABAB"))) == list(said)


def test_words_that_look_like_a_placeholder_are_left_alone() -> None:
    said = ("He typed [card 1] and [HIDDEN ID 2].", "Card 4111111111111111 [CARD 1]")
    projection = redact(call(*said))
    assert texts(projection) == [said[0], "Card [HIDDEN HIDDEN CARD 1] [CARD 1]"]
    assert [projection.restore(text) for text in texts(projection)] == list(said)


def test_a_model_may_copy_a_placeholder_loosely_but_not_invent_one() -> None:
    projection = redact(call("Ring 415-555-2671."))
    assert projection.restore("on [phone  1 ], not [PHONE 2]") == "on 415-555-2671, not [PHONE 2]"


def test_names_titles_and_notes_are_redacted_too() -> None:
    speaker = Speaker(id=ANN, name="+1 415-555-2671", title="Sales, ann@acme.com", side="seller")
    transcript = Transcript(
        call_id="c-1", speakers=(speaker,), notes=("Dialled in from 415-555-2671.",)
    )
    told = redact(transcript).transcript
    assert (told.speakers[0].name, told.speakers[0].title) == ("[PHONE 1]", "Sales, [EMAIL 1]")
    assert told.speakers[0].side == "seller"
    assert told.notes == ("Dialled in from [PHONE 2].",)


def test_only_a_turn_that_changes_loses_the_times_of_its_words() -> None:
    words = (Word("Ring", 0.0, 0.5), Word("415-555-2671.", 0.5, 2.0))
    timed = Turn(n=1, speaker=ANN, text="Ring 415-555-2671.", start=0.0, end=2.0, words=words)
    other = Turn(n=2, speaker=ANN, text="Yes.", start=2.0, end=2.5, words=(Word("Yes.", 2.0, 2.5),))
    transcript = Transcript(call_id="c-1", speakers=(Speaker(id=ANN),), turns=(timed, other))
    told = redact(transcript).transcript
    assert told.turn(1) == Turn(n=1, speaker=ANN, text="Ring [PHONE 1].", start=0.0, end=2.0)
    assert told.turn(2) is other


def test_unredacted_is_the_call_itself() -> None:
    transcript = call("Ring 415-555-2671.")
    projection = unredacted(transcript)
    assert projection.transcript is transcript
    assert projection.restore("[PHONE 1]") == "[PHONE 1]"


PIECES = st.one_of(
    st.sampled_from([said for said, _ in PRIVATE]),
    st.sampled_from(
        re.split(
            " ",
            "four one oh double triple hundred twenty-five 4111 1111 12 555 + plus at dot com dana "
            "a [CARD 1] [HIDDEN PHONE 3] [ id mhm, card cell order € AB . @ then - ( ) K",
        )
    ),
    st.text(max_size=4),
)


@given(
    st.lists(st.lists(PIECES, max_size=8).map(" ".join), max_size=4),
    st.text("AB", min_size=6, max_size=6),
)
def test_every_word_comes_back_and_nothing_is_left_to_hide(said: list[str], voices: str) -> None:
    transcript = call(*said, voices=voices)
    projection = redact(transcript)
    assert [projection.restore(text) for text in texts(projection)] == said
    assert redact(projection.transcript).transcript == projection.transcript
    assert redact(projection.transcript).hidden == {}
    assert projection.transcript.speakers == transcript.speakers


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(PRIVATE), min_size=1, max_size=4), st.randoms(use_true_random=False)
)
def test_planted_values_are_gone(planted: list[tuple[str, str]], chance: random.Random) -> None:
    said = ["Good morning.", *(text for text, _ in planted), "See you on Friday."]
    chance.shuffle(said)
    told = texts(redact(call(*said, voices="AB" * 4)))
    holds = dict(PRIVATE)
    for before, after in zip(said, told, strict=True):
        assert PLACEHOLDER.sub("[]", after) == PLACEHOLDER.sub("[]", holds.get(before, before))


def bench_call(name: str) -> Transcript:
    turns = json.loads((BENCH / f"{name}.json").read_text(encoding="utf-8"))["turns"]
    return call(*(turn["text"] for turn in turns))


@pytest.mark.parametrize(
    "name", ["albion-3", "harborline-3", "octavia-1", "pinebrook-1", "wexford-3"]
)
def test_calls_full_of_prices_are_left_alone(name: str) -> None:
    transcript = bench_call(name)
    assert redact(transcript).transcript is transcript


def test_numbers_that_callers_give_are_hidden() -> None:
    projection = redact(bench_call("redbarn-1"))
    assert projection.hidden == {"telephone number": 1}
    assert set(projection.originals.values()) == {"254 555 01 61"}


@pytest.mark.parametrize("row", ["9,", "9, ", "4111 ", "one "])
def test_a_row_that_is_too_long_to_be_looked_through_is_hidden_as_a_whole(row: str) -> None:
    (told,) = texts(redact(call("Here: " + row * 100 + "and that is all.")))
    assert re.fullmatch(r"Here: \[[A-Z]+ 1\],? *and that is all\.", told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("The password is Sommer2024!", "Okay, Sommer2024 and then?"),
         ("The password is [SECRET 1]", "Okay, [SECRET 2] and then?")),
        (("Hx72kkq9zz, right?", "Yes, the API key is Hx72kkq9zz."),
         ("[SECRET 1], right?", "Yes, the API key is [SECRET 1].")),
        (("I was born on 12 May 1980.", "12 May 1980, noted."),
         ("I was born on [BIRTH 1].", "[BIRTH 1], noted.")),
        (("The PIN is 4711.", "Ticket 4711 is closed."),
         ("The PIN is [SECRET 1].", "Ticket 4711 is closed.")),
        (("My birthday is on May 12.", "We go live on May 12."),
         ("My birthday is on [BIRTH 1].", "We go live on May 12.")),
        (("The password is secret one two.", "Say [SECRET 1] and secret one two."),
         ("The password is [HIDDEN SECRET 1].", "Say [SECRET 1] and [HIDDEN SECRET 1].")),
    ],
)  # fmt: skip
def test_what_is_said_again_is_hidden_where_it_can_mean_nothing_else(said, told) -> None:
    turns = tuple(Turn(n=n, text=text) for n, text in enumerate(said, 1))
    projection = redact(Transcript(call_id="call", turns=turns))
    assert tuple(turn.text for turn in projection.transcript.turns) == told


def test_a_password_that_the_other_side_says_again_is_hidden() -> None:
    said = ("The password is Sommer2024!", "Sommer2024, I have it.", "Right.", "Sommer2024 it is.")
    projection = redact(call(*said))
    assert [turn.speaker for turn in projection.transcript.turns] == [ANN, BO, ANN, BO]
    assert "Sommer2024" not in " ".join(texts(projection))
    assert texts(projection)[1] == "[SECRET 2], I have it."


@pytest.mark.parametrize(
    "said",
    [
        ("The card number is 4539 1488", "Mhm.", "0343 6467."),
        ("Card is four five three nine one four eight eight", "mhm",
         "zero three four three six four six seven."),
        ("Reach me on +44 20", "Yes?", "7946 0958."),
    ],
)  # fmt: skip
def test_half_a_number_that_was_given_in_turns_is_hidden_in_words_about_it(said) -> None:
    """Words about a call quote a turn, or its end alone."""
    half = said[2].rstrip(".")
    notes = (f"- “{half}”", f"They gave {half} at last.")
    told = redacted([call(*said)], notes)
    assert half not in " ".join(turn.text for turn in told.transcripts[0].turns)
    for note in notes:
        assert half not in told.texts[note]


@pytest.mark.parametrize("row", ["3-", "o ", "a-b.", "a_", "a'", "a at b-"])
def test_a_row_that_is_no_address_is_gone_through_quickly(row: str) -> None:
    begun = time.process_time()
    redact(call(row * (600 // len(row))))
    assert time.process_time() - begun < 4  # a row of hyphens took many seconds


def test_a_gap_in_the_tables_of_a_country_is_no_valid_number() -> None:
    said = "one one one one one one one o one one one one one one one one one one"
    assert redact(call(said)).transcript.turns
