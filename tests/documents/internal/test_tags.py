"""Tags: each of the table's names has its reason, and a deal without reasons has none of them."""

import re

import pytest

from transcript2handoff.documents import tags as module
from transcript2handoff.documents.tags import TAGS, tags
from transcript2handoff.facts import Expansion, Objection, Promise, Risk, Stakeholder
from transcript2handoff.handoff import Unread

SIGNED = """
lines:
  - id: sso
    type: deliverable
    text: Single sign-on with Okta by 1 March 2027
    date: 2027-03-01
"""
CATALOG = "features:\n  - {name: Okta sign-on, status: not_offered, also: [sign-on with Okta]}\n"


def promise(strength="firm", **fields):
    return Promise(strength=strength, type="feature", **fields)


def _tags(inside):
    return set(tags(inside.handoff, inside.assessment, inside.review))


@pytest.mark.parametrize(
    ("tag", "fact"),
    [
        ("t2h:promise:hedged", promise("hedged", owner="Ana Reyes")),
        ("t2h:promise:conditional", promise("conditional", owner="Ana Reyes")),
        ("t2h:promise:no_owner", promise()),
        ("t2h:promise:withdrawn", promise(owner="Ana Reyes", status="withdrawn")),
        ("t2h:risk:stated", Risk()),
        ("t2h:risk:blocker", Stakeholder(name="Kai Lund", influence="blocker", present=False)),
        ("t2h:risk:objection", Objection(topic="price")),
        ("t2h:risk:objection", Objection(topic="price", status="deferred")),
        ("t2h:expansion", Expansion()),
    ],
)
def test_a_claim_gives_its_tag_if_it_is_well_supported(talk, tag, fact):
    place = talk.say("alder-1", "Ana Reyes", "Something is said here.")
    talk.claim(place, fact, "Something.")
    sound = talk.inside()
    talk.claims[0][-1]["confidence"] = 0.3

    assert _tags(sound) == {f"t2h:readiness:{sound.assessment.verdict}", tag}
    assert tag not in _tags(talk.inside())


def test_what_is_settled_gives_no_tag(talk):
    talk.hear("Ana Reyes", "I'll do it.", promise(owner="Ana Reyes"))
    talk.hear("Ana Reyes", "It is done.", promise("hedged", status="done"))
    talk.hear("Lena Koch", "Fine then.", Objection(topic="price", status="addressed"))
    talk.hear("Lena Koch", "I decide.", Stakeholder(name="Lena Koch", present=True))
    inside = talk.inside()

    assert _tags(inside) == {f"t2h:readiness:{inside.assessment.verdict}"}


def test_a_changed_promise_and_a_contradiction(talk):
    first = talk.say("alder-1", "Ana Reyes", "You have it in May.")
    later = talk.say("alder-2", "Ana Reyes", "It will be June.")
    one = talk.claim(
        first, promise(owner="Ana Reyes"), "In June.", steps=((first, "open"), (later, "changed"))
    )
    other = talk.hear("Ana Reyes", "We do not do that.", Risk(), call="alder-2")
    talk.contradict(one, other, about="whether it comes")

    assert {"t2h:promise:changed", "t2h:contradiction"} <= _tags(talk.inside())


def test_contract_and_catalog(talk):
    text = "You get single sign-on with Okta by 1 February 2027."
    talk.hear("Ana Reyes", text, promise(owner="Ana Reyes", due="2027-02-01"))
    talk.hear("Ana Reyes", "Sam trains your people.", promise(owner="Sam Osei"))
    inside = talk.inside(signed=SIGNED, catalog=CATALOG)

    assert {
        "t2h:contract:contradicts",
        "t2h:contract:not_in_contract",
        "t2h:catalog:over_promise",
    } <= _tags(inside)
    assert not any(tag.startswith(("t2h:contract", "t2h:catalog")) for tag in _tags(talk.inside()))


def test_turns_that_nobody_read(talk):
    talk.say("alder-1", "Ana Reyes", "Hello.")
    handoff = talk.inside().handoff
    unread = Unread(first=1, last=1, reason="the server was gone")
    record = handoff.calls[0].model_copy(update={"unread": (unread,)})
    inside = talk.inside()

    found = tags(handoff.model_copy(update={"calls": (record,)}), inside.assessment)

    assert "t2h:incomplete" in found


def test_the_tags_of_the_deal_follow_each_once(talk):
    talk.hear("Lena Koch", "Next year we open in Rotterdam.", Expansion())
    inside = talk.inside(tags=("emea", "t2h:expansion", "emea"))

    found = tags(inside.handoff, inside.assessment)

    assert found == (f"t2h:readiness:{inside.assessment.verdict}", "t2h:expansion", "emea")


def test_every_tag_is_documented_and_fit_for_a_crm():
    listed = set(re.findall(r"^``(t2h:[a-z_:]+)``", module.__doc__, re.MULTILINE))

    assert listed == set(TAGS)
    assert "``t2h:readiness:VERDICT``" in module.__doc__
    assert all(re.fullmatch(r"t2h(:[a-z_]+){1,2}", tag) for tag in TAGS)
