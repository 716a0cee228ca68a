"""Unwritten expectations: what is one, what is none, and why."""

from transcript2handoff.documents.unwritten import MOST, unwritten
from transcript2handoff.facts import Goal, Objection, Promise
from transcript2handoff.words import Message

SIGNED = """
lines:
  - {id: training, type: deliverable, text: Two training days for planners}
"""


def promise(strength="firm", type_="feature", **fields):
    return Promise(strength=strength, type=type_, **fields)


def _groups(inside):
    soft, unsold, alone, answered = unwritten(inside)
    return {"soft": soft, "unsold": unsold, "alone": alone, "answered": answered}


def _texts(group):
    return [line.text for line in group.lines]


def _notes(line):
    return [str(note) if isinstance(note, Message) else note for note in line.notes]


def test_hedged_promises_come_first_and_say_when_they_are_due(talk):
    talk.hear("Ana Reyes", "If you sign, it is free.", promise("conditional"))
    talk.hear("Ana Reyes", "SSO should be there.", promise("hedged", due="2026-10-01"))
    talk.hear("Ana Reyes", "We send the files.", promise())
    talk.hear("Ana Reyes", "That was wrong.", promise("hedged", status="withdrawn"))

    soft = _groups(talk.inside())["soft"]

    assert _texts(soft) == ["SSO should be there.", "If you sign, it is free."]
    assert _notes(soft.lines[0]) == ["hedged", "due Thu 1 Oct 2026"]
    assert soft.lines[0].proofs[0].words == "SSO should be there."


def test_what_was_signed_is_written(talk):
    talk.hear("Ana Reyes", "Maybe two training days for planners.", promise("hedged", "resource"))
    talk.hear("Ana Reyes", "You get a sandbox for your testers.", promise())
    talk.hear("Ana Reyes", "I send you the whitepaper.", promise(type_="document"))
    talk.hear("Ana Reyes", "I find out about the ports.", promise(type_="support"))

    without, signed = _groups(talk.inside()), _groups(talk.inside(signed=SIGNED))

    assert _texts(without["soft"]) == ["Maybe two training days for planners."]
    assert _texts(without["unsold"]) == []
    assert str(without["unsold"].nothing).startswith("No contract was given.")
    assert _texts(signed["soft"]) == []
    assert _texts(signed["unsold"]) == ["You get a sandbox for your testers."]


def test_a_goal_is_alone_if_no_standing_promise_speaks_of_it(talk):
    talk.hear("Lena Koch", "Customs entries in four minutes.", Goal(target="four minutes"))
    talk.hear("Lena Koch", "No demurrage invoices any more.", Goal())
    talk.hear("Ana Reyes", "Customs entries will be quick.", promise())
    talk.hear("Ana Reyes", "Demurrage invoices end.", promise(status="withdrawn"))

    assert _texts(_groups(talk.inside())["alone"]) == ["No demurrage invoices any more."]


def test_the_names_of_the_companies_lead_to_no_goal(talk):
    talk.hear("Lena Koch", "Alder Freight loses no container.", Goal())
    talk.hear("Ana Reyes", "Alder Freight gets a sandbox.", promise())

    assert _texts(_groups(talk.inside())["alone"]) == ["Alder Freight loses no container."]


def test_an_objection_is_answered_by_the_promise_that_follows_soon(talk):
    talk.hear("Lena Koch", "Who trains my people?", Objection(topic="change_management"))
    talk.hear("Ana Reyes", "Sam does.", promise(type_="resource"))
    talk.hear("Lena Koch", "And the price is high.", Objection(topic="price"))
    for _ in range(3):
        talk.say("alder-1", "Lena Koch", "Hm.")
    talk.hear("Ana Reyes", "Ten per cent off.", promise(type_="commercial"))

    (line,) = _groups(talk.inside())["answered"].lines

    assert line.text == "Who trains my people?"
    assert _notes(line) == ["answered with “Sam does.”"]
    assert [proof.words for proof in line.proofs] == ["Who trains my people?", "Sam does."]


def test_a_promise_of_another_call_is_no_answer(talk):
    talk.hear("Lena Koch", "Who trains my people?", Objection(topic="change_management"))
    talk.say("alder-2", "Ana Reyes", "Hello.")
    talk.hear("Ana Reyes", "Sam does.", promise(), call="alder-2")

    assert not _groups(talk.inside())["answered"].lines


def test_more_than_a_meeting_can_hold_is_counted(talk):
    for number in range(MOST + 2):
        talk.hear("Ana Reyes", f"Part {number} should come.", promise("hedged"))

    soft = _groups(talk.inside())["soft"]

    assert len(soft.lines) == MOST
    assert str(soft.more) == "2 more stand in the kickoff brief"
