"""Won deals of which no message came are found, each change of them once."""

import pytest

from transcript2handoff.errors import StoreUnreachableError
from transcript2handoff.intake import poll, polling
from transcript2handoff.store import inbox
from transcript2handoff.testing.crm_faults import CrmStatus

OPPORTUNITY = "0065g00000ABCDEAA1"


@pytest.fixture
def asking(store, hubspot, salesforce, world):
    """Both CRMs are connected, and to be asked."""
    crms = world(store, hubspot, salesforce).service.crm
    told = {
        "hubspot": crms.hubspot.model_copy(update={"poll": True}),
        "salesforce": crms.salesforce.model_copy(update={"poll": True}),
    }
    new = world(store, hubspot, salesforce, crm=crms.model_copy(update=told))
    stamp = store.now().isoformat()
    hubspot.objects.find("deals", "42").properties["hs_lastmodifieddate"] = stamp
    salesforce.objects.find("Opportunity", OPPORTUNITY).fields["SystemModstamp"] = stamp
    return new


def ask(world):
    assert poll(world.store, world.services) is False
    return world.work()


def test_won_deals_are_found_in_both(asking):
    assert ask(asking) == 2
    assert {(deal.source, deal.external_id) for deal in asking.deals()} == {
        ("hubspot", "42"),
        ("salesforce", OPPORTUNITY),
    }
    assert all(deal.won for deal in asking.deals())
    assert {item.endpoint for item in asking.items()} == {"poller"}


def test_what_is_known_is_not_worked_on_again(asking):
    ask(asking)
    assert ask(asking) == 0
    later = asking.store.now().isoformat()
    asking.hubspot.objects.find("deals", "42").properties["hs_lastmodifieddate"] = later
    before = asking.everything()
    assert ask(asking) == 1
    assert asking.everything() == before


def test_open_and_old_deals_are_not_found(asking):
    asking.hubspot.objects.find("deals", "42").properties["hs_is_closed_won"] = "false"
    opportunity = asking.salesforce.objects.find("Opportunity", OPPORTUNITY)
    opportunity.fields["SystemModstamp"] = "2026-01-01T00:00:00Z"
    assert ask(asking) == 0


def test_nobody_is_asked_unless_it_is_switched_on(connected):
    assert ask(connected) == 0
    assert not connected.hubspot.requests
    assert not connected.salesforce.requests


def test_a_crm_that_does_not_answer_does_not_keep_the_other_from_being_asked(asking):
    asking.hubspot.script = lambda _: CrmStatus(status=503, body={})
    assert ask(asking) == 1
    assert asking.deal().source == "salesforce"


def test_many_deals_come_page_by_page(asking):
    stamp = asking.store.now().isoformat()
    for number in range(100, 320):
        asking.hubspot.objects.add(
            "deals", str(number), hs_is_closed_won="true", hs_lastmodifieddate=stamp
        )
    asking.salesforce.page = 2
    for number in range(5):
        id_ = f"0065g0000{number:06d}AAA"
        asking.salesforce.objects.add("Opportunity", id_, IsWon=True, SystemModstamp=stamp)
    poll(asking.store, asking.services)
    with asking.store.read() as tx:
        assert inbox.queue(tx).waiting == 221 + 6


def test_what_cannot_be_kept_is_found_the_next_time(asking, monkeypatch):
    def broken(*_):
        raise StoreUnreachableError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(polling.inbox, "add_many", broken)
        with pytest.raises(StoreUnreachableError):
            poll(asking.store, asking.services)
    assert ask(asking) == 2
