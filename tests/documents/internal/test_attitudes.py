"""Attitudes: read off what was said, never guessed."""

import pytest

from transcript2handoff.deal import Participant
from transcript2handoff.documents.attitudes import standings
from transcript2handoff.facts import Objection, Stakeholder


def person(influence="influencer", name="Lena Koch"):
    return Stakeholder(name=name, influence=influence, present=True)


@pytest.mark.parametrize(
    ("influence", "objections", "attitude"),
    [
        ("blocker", (), "against"),
        ("blocker", ("addressed",), "against"),
        ("champion", (), "supportive"),
        ("champion", ("open",), "supportive"),
        ("influencer", ("open", "addressed"), "doubtful"),
        ("economic_buyer", ("deferred",), "doubtful"),
        ("user", ("addressed", "addressed"), "answered"),
        ("economic_buyer", (), "unknown"),
        ("unknown", (), "unknown"),
    ],
)
def test_the_rule(talk, influence, objections, attitude):
    talk.hear("Lena Koch", "I am Lena.", person(influence))
    for status in objections:
        talk.hear("Lena Koch", "Hm.", Objection(topic="price", status=status))

    (who,) = standings(talk.inside())

    assert who.attitude == attitude
    assert len(who.open_objections) == sum(status != "addressed" for status in objections)
    assert len(who.answered_objections) == objections.count("addressed")


def test_objections_count_for_who_raised_them_alone(talk):
    talk.hear("Lena Koch", "I am Lena.", person())
    talk.hear("Lena Koch", "Kai is our CFO.", person(name="Kai Lund"))
    talk.hear("Kai Lund", "Too dear.", Objection(topic="price"))
    talk.hear("Lena Koch", "Shaky.", Objection(topic="price"), confidence=0.2)

    assert [who.attitude for who in standings(talk.inside())] == ["unknown", "doubtful"]


def test_a_first_name_is_the_person_whose_name_it_is_part_of(talk):
    talk.hear("Ana Reyes", "Lena is in.", person(name="Lena"))
    talk.hear("Lena Koch", "Too dear.", Objection(topic="price"))
    people = (Participant(name="Lena Koch", side="customer"),)

    (who,) = standings(talk.inside(participants=people))

    assert who.attitude == "doubtful"


def test_somebody_without_a_name_raised_nothing(talk):
    role = Stakeholder(role="Koch", influence="user", present=False)
    talk.hear("Lena Koch", "Our Koch decides.", role)
    talk.hear("Lena Koch", "Too dear.", Objection(topic="price"))

    (who,) = standings(talk.inside())

    assert (who.name, who.attitude) == ("Koch", "unknown")
