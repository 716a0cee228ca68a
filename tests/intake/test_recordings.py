"""Calls of recorders: on the right deal or on one of their own, fetched, once."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr

from transcript2handoff.deal import Deal, Participant
from transcript2handoff.intake import NO_CALL, NO_DEAL
from transcript2handoff.intake.matching import is_named
from transcript2handoff.store import deals
from transcript2handoff.webhooks import CallReady, DealChanged, RecordingFile, RecordingReady

OPPORTUNITY = "0065g00000ABCDEAA1"
ANA = "ana@seller.example"


def zoom(number=1, *, meeting="m1", topic="Harbour Lane, demo", host=ANA):
    return RecordingReady(
        key=f"recording-{number}",
        account="AAAA",
        meeting_id=meeting,
        topic=topic,
        host_email=host,
        started=datetime(2026, 11, 20, 23, 30, tzinfo=UTC) + timedelta(minutes=number),
        sound=RecordingFile(id=f"f{number}", type="M4A", url=SecretStr("https://zoom.us/rec/f1")),
        token=SecretStr("token-of-zoom"),
    )


def gong(number=1, *ids):
    return CallReady(
        key=f"call-{number}",
        call_id=f"77823{number}",
        title="Harbour Lane, demo",
        started=datetime(2026, 11, 20, 10, tzinfo=UTC),
        deal_ids=ids,
    )


def add_deal(world, *, customer="Harbour Lane Ltd", ae=None, won=False, **told):
    with world.store.write() as tx:
        deal = Deal(deal="Forty seats", customer=customer, **told)
        added = deals.add(tx, deals.NewDeal(deal=deal, by="test", ae_id=ae and ae.id))
        changes = deals.DealChanges(won=won, waits_for=NO_CALL if won else None)
        return deals.change(tx, added.id, changes)


def test_a_recording_of_the_hosts_deal_that_the_topic_names(alone):
    deal = add_deal(alone, ae=alone.user(), timezone="Europe/Vienna")
    add_deal(alone, customer="Northgate plc", ae=None)
    alone.do("zoom", zoom())
    (call,) = alone.calls(deal.id)
    assert (call.ref, call.call.date) == ("zoom-2026-11-21", date(2026, 11, 21))
    assert (call.source, call.external_id) == ("zoom", "recording-1")
    wanted = json.loads(call.fetch)
    assert wanted["token"] == "token-of-zoom"
    assert wanted["file"]["url"] == "https://zoom.us/rec/f1"
    assert alone.runs() == [("call", 4, "waiting")]
    assert (alone.items()[0].deal_id, alone.items()[0].call_id) == (deal.id, call.id)


def test_a_time_zone_that_nobody_knows_is_no_reason_to_lose_a_call(alone):
    deal = add_deal(alone, ae=alone.user(), timezone="Nowhere/Near")
    alone.do("zoom", zoom())
    assert alone.calls(deal.id)[0].call.date == date(2026, 11, 20)


def test_a_won_deal_is_not_kept_waiting(alone):
    deal = add_deal(alone, ae=alone.user(), won=True)
    alone.do("zoom", zoom())
    assert alone.runs() == [("call", 1, "waiting")]
    assert alone.deal().waits_for is None
    assert len(alone.calls(deal.id)) == 1


def test_the_host_as_the_crm_names_them(alone):
    ana = Participant(name="Ana Reyes", side="seller", email="Ana@seller.example")
    deal = add_deal(alone, participants=(ana,), owners={"account_executive": "Ana Reyes"})
    alone.do("zoom", zoom())
    assert len(alone.calls(deal.id)) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"topic": "Weekly"},
        {"topic": None},
        {"topic": "Harbour Lanes"},
        {"host": "tom@seller.example"},
        {"host": None},
    ],
)
def test_what_is_not_certain_is_a_deal_of_its_own(alone, told):
    ana = alone.user()
    deal = add_deal(alone, ae=ana)
    alone.do("zoom", zoom(**told))
    assert alone.calls(deal.id) == ()
    (own,) = [each for each in alone.deals() if each.id != deal.id]
    assert own.waits_for == NO_DEAL
    assert own.deal.deal == (told.get("topic", "Harbour Lane, demo") or "unnamed")
    assert own.ae_id == (ana.id if told.get("host", ANA) == ANA else None)
    assert len(alone.calls(own.id)) == 1


def test_of_two_deals_none_is_guessed(alone):
    ana = alone.user()
    both = [add_deal(alone, ae=ana), add_deal(alone, ae=ana)]
    alone.do("zoom", zoom())
    assert [alone.calls(deal.id) for deal in both] == [(), ()]
    assert len(alone.deals()) == 3


def test_a_colleague_on_the_deal_is_not_its_account_executive(alone):
    people = (
        Participant(name="Ana Reyes", side="seller", email=ANA),
        Participant(name="Tom Reed", side="seller", email="tom@seller.example"),
    )
    deal = add_deal(alone, participants=people, owners={"account_executive": "Tom Reed"})
    alone.do("zoom", zoom())
    assert alone.calls(deal.id) == ()


def test_the_stretches_of_a_meeting_are_together(alone):
    alone.do("zoom", zoom(1, topic="Weekly"))
    alone.do("zoom", zoom(2, topic="Weekly"))
    alone.do("zoom", zoom(3, meeting="m2", topic="Weekly"))
    assert sorted(len(alone.calls(deal.id)) for deal in alone.deals()) == [1, 2]
    refs = {call.ref for deal in alone.deals() for call in alone.calls(deal.id)}
    assert refs == {"zoom-2026-11-20", "zoom-2026-11-20-2"}


def test_a_recording_comes_once(alone):
    alone.do("zoom", zoom())
    before = alone.everything()
    assert not alone.put("zoom", zoom())
    # Another endpoint, or an inbox that was cleared, may bring it again.
    repeated = zoom().model_copy(update={"key": "recording-1"})
    alone.put("zoom_again", repeated)
    alone.work()
    assert alone.everything() == before


def test_gong_names_the_opportunity(connected):
    connected.do("gong", gong(1, OPPORTUNITY))
    deal = connected.deal()
    assert (deal.source, deal.external_id, deal.won) == ("salesforce", OPPORTUNITY, False)
    assert deal.deal.customer == "Harbour Lane Ltd"
    (call,) = connected.calls()
    assert call.ref == "gong-2026-11-20"
    assert json.loads(call.fetch) == {"source": "gong", "call_id": "778231"}
    assert connected.runs() == [("call", 4, "waiting")]
    won = DealChanged(key="e", deal_id=OPPORTUNITY, won=True)
    connected.do("salesforce_flow", won)
    assert connected.deal().won
    assert sorted(connected.runs()) == [("call", 1, "waiting"), ("deal", 1, "waiting")]


def test_gong_names_a_deal_of_hubspot(connected):
    connected.do("gong", gong(1, "42"))
    assert (connected.deal().source, connected.deal().external_id) == ("hubspot", "42")


def test_gong_names_a_deal_that_is_here(alone):
    alone.do("salesforce_flow", DealChanged(key="e", deal_id=OPPORTUNITY, won=True))
    alone.do("gong", gong(1, OPPORTUNITY))
    assert alone.deal().waits_for is None
    assert alone.runs() == [("call", 1, "waiting")]


def test_of_several_opportunities_the_one_that_is_here(alone):
    alone.do("salesforce_flow", DealChanged(key="e", deal_id=OPPORTUNITY, won=True))
    alone.do("gong", gong(1, "0065g00000OTHERAA1", OPPORTUNITY))
    assert len(alone.calls(alone.deal().id)) == 1


def test_of_several_opportunities_none_is_guessed(alone):
    alone.do("gong", gong(1, "0065g00000OTHERAA1", OPPORTUNITY))
    assert (alone.deal().source, alone.deal().waits_for) == ("gong", NO_DEAL)


def test_an_opportunity_that_is_gone_is_no_reason_to_lose_a_call(connected):
    connected.do("gong", gong(1, "0065g00000NOBODAA1"))
    assert connected.deal().deal.deal == "Harbour Lane, demo"
    assert len(connected.calls()) == 1


def test_a_call_with_an_id_without_end_is_a_call(alone):
    endless = gong(1, "0" * 300).model_copy(update={"call_id": "7" * 300})
    alone.do("gong", endless)
    alone.do("gong", endless.model_copy(update={"key": "again"}))
    assert len(alone.calls()) == 1


def test_gong_without_an_opportunity(alone):
    alone.do("gong", gong(1))
    assert (alone.deal().source, alone.deal().waits_for) == ("gong", NO_DEAL)


@pytest.mark.parametrize(
    ("customer", "topic", "named"),
    [
        ("Harbour Lane Ltd", "Harbour Lane, demo", True),
        ("Harbour Lane Ltd", "HARBOUR LANE", True),
        ("Harbour Lane Ltd", "Re: harbour-lane kickoff", True),
        ("Harbour Lane Ltd", "Lane Harbour", False),
        ("Harbour Lane Ltd", "Harbour", False),
        ("Muster GmbH & Co. KG", "Demo Muster", True),
        ("Ltd", "Ltd", True),
        ("AB", "AB testing", False),
        ("", "", False),
        (None, "anything", False),
    ],
)
def test_what_names_a_deal(customer, topic, named):
    assert is_named(Deal(customer=customer or None), topic) is named


def test_the_name_of_the_deal_counts_too():
    assert is_named(Deal(deal="Forty seats"), "Forty seats, closing")
    assert not is_named(Deal(), "unnamed")
