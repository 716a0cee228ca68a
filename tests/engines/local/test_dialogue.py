import re

import pytest

from transcript2handoff.engines.local.dialogue import AnswerFinder, turned_down, with_request
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.tables import load_table

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"


def promise(reading, turn):
    return Candidate(kind="promise", sentence=reading.of_turn(turn)[0], confidence=0.9)


def answers(reading):
    return [(c.sentence.turn, [s.turn for s in c.support]) for c in AnswerFinder().find(reading)]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("You'll bring over our old tickets as well, right?", "Yep."),
        ("Could you send me the audit report?", "Consider it done."),
        ("Can we get the training recorded?", "Sure, of course."),
        ("We need thirty days to pay.", "Thirty days we can do."),
        ("And the second training day?", "That's on us."),
        ("can you put that in the order form", "will do"),
    ],
)
def test_a_yes_to_a_request_is_a_promise_that_rests_on_the_request(reading, asked, answered):
    assert answers(reading((PRIYA, asked), (MAREK, answered))) == [(2, [1])]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("And then the printer jams and everybody shouts.", "Okay."),
        ("Can you hear me?", "Yes, loud and clear."),
        ("Can you send me the logs of June?", "Yes, but not the ones of June."),
        ("Is it stored in Dublin?", "Yes."),
    ],
)
def test_a_yes_that_only_listens_or_informs_is_no_promise(reading, said, answered):
    assert answers(reading((PRIYA, said), (MAREK, answered))) == []


def test_a_backchannel_between_request_and_answer_does_no_harm(reading):
    talked = reading(
        (PRIYA, "Could you send us the price list?"), (MAREK, "Mm."), (OLU, "Please."),
        (MAREK, "Consider it done."),
    )  # fmt: skip
    assert answers(talked) == [(4, [1])]


def test_nobody_grants_what_he_asks_for_himself(reading):
    asked = (MAREK, "Can you send me the export?")
    assert answers(reading(asked, (PRIYA, "Sure, will do."))) == []
    assert answers(reading(asked, (INES, "Will do."))) == []


def test_an_answer_of_an_unknown_voice_is_less_sure(reading):
    said = (PRIYA, "Could you send us the price list?"), (MAREK, "Consider it done.")
    (known,) = AnswerFinder().find(reading(*said))
    (unknown,) = AnswerFinder().find(reading(*said, sides=False))
    assert unknown.confidence < known.confidence


def test_a_thin_promise_gets_the_request_that_it_answers(reading):
    talked = reading((PRIYA, "Could we have the sandbox on Monday?"), (MAREK, "Monday it is."))
    assert [s.turn for s in with_request(talked, promise(talked, 2)).support] == [1]
    full = reading(
        (PRIYA, "Could we have the sandbox on Monday?"),
        (MAREK, "I'll mail the security questionnaire to your auditor tonight."),
    )
    assert with_request(full, promise(full, 2)).support == ()


@pytest.mark.parametrize(
    ("offer", "reply", "expected"),
    [
        ("I can send a trainer to you for a day.", "No thanks, we have our own.", True),
        ("I can send a trainer to you for a day.", "No, leave it.", True),
        ("We could add a second sandbox.", "We don't need that.", True),
        ("Shall I invite your auditor to the review?", "No.", True),
        ("I can send a trainer to you for a day.", "Great, do that.", False),
        ("You'll have the paper on Monday.", "No adjectives, please. I'll hold you to it.", False),
        ("You'll have the paper on Monday.", "Not a day too early.", False),
    ],
)
def test_only_a_refusal_ends_an_offer(reading, offer, reply, expected):
    talked = reading((INES, offer), (PRIYA, reply))
    assert turned_down(talked, promise(talked, 1)) is expected


def test_a_refusal_may_come_after_a_backchannel_but_not_after_other_talk(reading):
    offer, no = (INES, "I can send a trainer to you."), (PRIYA, "No, leave it.")
    late = reading(offer, (OLU, "Hm, okay."), no)
    other = reading(offer, (OLU, "How large is the room that he would need?"), no)
    late_candidate, other_candidate = promise(late, 1), promise(other, 1)
    assert turned_down(other, other_candidate) is False
    assert turned_down(late, late_candidate) is True


def test_every_pattern_of_the_table_compiles():
    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                yield from strings(item)

    found = list(strings(load_table("dialogue.toml")))
    assert len(found) > 30
    for text in found:
        re.compile(text)
        assert not re.search(r"(?<!\?)<[a-z_]+>", text)
