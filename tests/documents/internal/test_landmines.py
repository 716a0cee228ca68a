"""Landmines: each group finds its own, says why, and shows the words."""

import pytest

from transcript2handoff.documents.landmines import landmines
from transcript2handoff.facts import (
    Competitor,
    Objection,
    Promise,
    Requirement,
    Risk,
    Stakeholder,
)
from transcript2handoff.words import Message

SIGNED = """
lines:
  - {id: sso, type: deliverable, text: Single sign-on with Okta, date: 2027-03-01}
"""
CATALOG = "features:\n  - {name: nightly export, status: not_offered}\n"


def _lines(inside, title):
    return next(group.lines for group in landmines(inside) if str(group.title) == title)


def _shown(line):
    return [str(note) if isinstance(note, Message) else note for note in (line.text, *line.notes)]


def test_who_may_block_and_what_they_doubt(talk):
    talk.hear(
        "Lena Koch",
        "I am against it.",
        Stakeholder(name="Lena Koch", influence="blocker", present=True),
    )
    talk.hear("Lena Koch", "It is too dear.", Objection(topic="price"))
    talk.hear(
        "Lena Koch",
        "Kai is for it.",
        Stakeholder(name="Kai Lund", influence="champion", present=False),
    )

    (line,) = _lines(talk.inside(), "People who may block")

    assert _shown(line) == ["I am against it.", "1 open objection"]


def test_unanswered_objections_stand_before_those_that_were_put_off(talk):
    talk.hear("Lena Koch", "Later.", Objection(topic="legal", status="deferred"))
    talk.hear("Lena Koch", "Too dear.", Objection(topic="price"))
    talk.hear("Lena Koch", "Fine.", Objection(topic="price", status="addressed"))

    lines = _lines(talk.inside(), "Objections without an answer")

    assert [_shown(line) for line in lines] == [
        ["Too dear.", "price", "unanswered"],
        ["Later.", "contract and law", "put off"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We have a freeze from October.",
        "Nothing about our entries changes before Christmas.",
        "On Sundays we have a full shift in.",
        "Month-end is sacred.",
        "The audit in November must be quiet.",
    ],
)
def test_times_when_nothing_may_change_stand_among_no_other_risks(talk, text):
    talk.hear("Lena Koch", text, Risk())
    talk.hear("Lena Koch", "We have 40 sites.", Requirement())
    talk.hear("Lena Koch", "My planners hate change.", Risk())
    inside = talk.inside()

    assert [x.text for x in _lines(inside, "Times when nothing may change or be down")] == [text]
    assert [line.text for line in _lines(inside, "Risks")] == ["My planners hate change."]


def test_a_promise_that_moved_shows_every_step_with_its_words(talk):
    first = talk.say("alder-1", "Ana Reyes", "You have it in May.")
    later = talk.say("alder-2", "Ana Reyes", "It will be June.")
    fact = Promise(strength="firm", type="feature", owner="Ana Reyes")
    talk.claim(first, fact, "It comes in June.", steps=((first, "open"), (later, "changed")))
    talk.hear("Ana Reyes", "It stays.", fact)
    title = "Promises that were taken back, replaced or changed"

    (line,) = _lines(talk.inside(), title)

    assert _shown(line) == [
        "It comes in June.",
        "changed",
        "Mon 14 Sep 2026: open, “You have it in May.”",
        "Mon 21 Sep 2026: changed, “It will be June.”",
    ]
    assert [proof.words for proof in line.proofs] == ["You have it in May.", "It will be June."]


def test_contradictions_show_both_sides(talk):
    one = talk.hear("Ana Reyes", "It costs ten.", Risk())
    other = talk.hear("Sam Osei", "It costs twelve.", Risk())
    talk.contradict(one, other, about="the price")

    (line,) = _lines(talk.inside(), "Contradictions")

    assert _shown(line) == ["the price", "It costs ten.", "It costs twelve."]
    assert [proof.speaker for proof in line.proofs] == ["Ana Reyes", "Sam Osei"]


def test_an_answer_that_never_came(talk):
    fact = Promise(strength="firm", type="support", owner="Ana Reyes")
    talk.hear("Ana Reyes", "I'll find out about the ports and come back to you.", fact)
    talk.say("alder-2", "Ana Reyes", "Hello again.")

    (line,) = _lines(talk.inside(), "Answers that we owe and no later call came back to")

    assert line.text.startswith("I'll find out")


def test_what_was_promised_otherwise_than_signed_or_beyond_the_product(talk):
    fact = Promise(strength="firm", type="feature", owner="Ana Reyes", due="2027-02-01")
    talk.hear("Ana Reyes", "You get single sign-on with Okta on 1 February 2027.", fact)
    talk.hear("Ana Reyes", "You get a nightly export.", fact)
    title = "Promised otherwise than signed, or beyond the product"

    lines = _lines(talk.inside(signed=SIGNED, catalog=CATALOG), title)

    assert [_shown(line)[1].split(":")[0] for line in lines] == ["contract", "catalogue"]
    assert _lines(talk.inside(), title) == ()


def test_earlier_vendors_and_why(talk):
    talk.hear(
        "Lena Koch",
        "We had Scanleo, it died.",
        Competitor(name="Scanleo", status="rejected", reason="their consultant left"),
    )

    (line,) = _lines(talk.inside(), "Vendors before us and beside us")

    assert _shown(line) == ["We had Scanleo, it died.", "rejected", "their consultant left"]


def test_every_group_says_something_where_nothing_was_found(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")

    for group in landmines(talk.inside()):
        assert not group.lines
        assert str(group.nothing).endswith(".")
