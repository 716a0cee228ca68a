"""Won deals: from an event to a row and a run, and what keeps it from being more than that."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call
from transcript2handoff.intake import NO_CALL
from transcript2handoff.intake.deals import same_id
from transcript2handoff.store import calls, deals, inbox, runs
from transcript2handoff.testing.crm_faults import CrmStatus
from transcript2handoff.webhooks import DealChanged

OPPORTUNITY = "0065g00000ABCDEAA1"


def changed(number=1, **told):
    fields = {"deal_id": "42", "account": "33"} | told
    return DealChanged(key=f"event-{number}", **fields)


def won_in_salesforce(number=1):
    return changed(number, deal_id=OPPORTUNITY, account="00D5g000004XyZz", won=True)


def add_call(world, name="demo"):
    with world.store.write() as tx:
        return calls.add(tx, calls.NewCall(deal_id=world.deal().id, call=Call(id=name)))


def test_a_won_deal_without_calls_waits_and_says_for_what(connected):
    ana = connected.user()
    connected.do("hubspot", changed())
    deal = connected.deal()
    assert (deal.source, deal.external_id, deal.won) == ("hubspot", "42", True)
    assert deal.deal.customer == "Harbour Lane Ltd"
    assert deal.deal.signed == datetime.date(2026, 11, 20)
    assert deal.deal.owners == {"account_executive": "Ana Reyes"}
    assert {person.name for person in deal.deal.participants} == {
        "Priya Shah",
        "Tom Reed",
        "Ana Reyes",
    }
    assert deal.ae_id == ana.id
    assert deal.waits_for == NO_CALL
    assert connected.runs() == []
    assert connected.states() == ["done"]
    assert connected.items()[0].deal_id == deal.id


def test_the_same_in_salesforce(connected):
    connected.do("salesforce_flow", won_in_salesforce())
    deal = connected.deal()
    assert (deal.source, deal.external_id, deal.won) == ("salesforce", OPPORTUNITY, True)
    assert deal.deal.customer == "Harbour Lane Ltd"
    assert deal.waits_for == NO_CALL


@pytest.mark.parametrize("source", ["hubspot", "salesforce_message"])
def test_a_deal_that_is_not_won_is_nothing(connected, source):
    connected.hubspot.objects.find("deals", "42").properties["hs_is_closed_won"] = "false"
    connected.salesforce.objects.find("Opportunity", OPPORTUNITY).fields["IsWon"] = False
    connected.do(source, changed() if source == "hubspot" else won_in_salesforce())
    assert connected.deals() == ()
    assert connected.states() == ["done"]


def test_a_won_deal_whose_calls_are_here_gets_its_run_at_once(connected):
    connected.do("hubspot", changed())
    call = add_call(connected)
    with connected.store.write() as tx:
        deal = connected.deal()
        deals.change(tx, deal.id, deals.DealChanges(won=False))
        runs.start(tx, runs.NewRun(deal_id=deal.id, call_id=call.id, kind="call"))
    connected.do("hubspot", changed(2))
    assert connected.deal().waits_for is None
    assert sorted(connected.runs()) == [("call", 1, "waiting"), ("deal", 1, "waiting")]


def test_a_repetition_changes_nothing(connected):
    connected.do("hubspot", changed())
    add_call(connected)
    before = connected.everything()
    assert not connected.put("hubspot", changed())
    connected.do("hubspot", changed(2, fields={"dealstage": "again"}))
    assert connected.everything() == before
    assert connected.states() == ["done", "done"]


def test_what_has_changed_in_the_crm_makes_another_run(connected):
    connected.do("hubspot", changed())
    add_call(connected)
    connected.hubspot.objects.find("deals", "42").properties["closedate"] = "2026-11-23T10:00:00Z"
    connected.do("hubspot", changed(2))
    assert connected.deal().deal.signed == datetime.date(2026, 11, 23)
    assert connected.runs() == [("deal", 1, "waiting")]


def test_whom_somebody_put_in_charge_stays_so_until_the_crm_has_another_owner(connected):
    ana, tom = connected.user(), connected.user("Tom Reed", "tom@seller.example")
    connected.do("hubspot", changed())
    assert connected.deal().ae_id == ana.id
    with connected.store.write() as tx:
        deals.change(tx, connected.deal().id, deals.DealChanges(ae_id=tom.id))
    connected.do("hubspot", changed(2))
    assert connected.deal().ae_id == tom.id
    eve = connected.user("Eve Long", "eve@seller.example")
    connected.hubspot.owners["11"] = {"firstName": "Eve", "lastName": "Long", "email": eve.email}
    connected.do("hubspot", changed(3))
    assert connected.deal().ae_id == eve.id


def test_an_event_that_its_workers_die_of_is_given_up(connected, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(*_):
        raise Killed

    monkeypatch.setattr(connected.services.connections, "read_deal", dies)
    clock = [connected.store.now()]
    monkeypatch.setattr(connected.store, "now", lambda: clock[0])
    connected.put("hubspot", changed())
    while connected.items()[0].state != "failed":
        clock[0] += datetime.timedelta(seconds=301)
        with contextlib.suppress(Killed):
            connected.work()
    assert connected.items()[0].attempts == 51
    assert "again and again" in connected.items()[0].why


def test_the_mapping_is_taken_alone_where_no_crm_is_connected(alone):
    fields = {
        "deal_id": 4711,
        "name": "Harbour Lane, 40 seats",
        "customer": {"name": "Harbour Lane Ltd"},
        "won_on": "2026-11-20",
        "people": [{"name": "Priya Shah", "email": "priya@hl.example"}],
    }
    alone.do("standard", DealChanged(key="m1", won=True, fields=fields))
    deal = alone.deal()
    assert (deal.source, deal.external_id, deal.won) == ("standard", "4711", True)
    assert deal.deal.customer == "Harbour Lane Ltd"
    assert deal.waits_for == NO_CALL


def test_what_the_crm_says_now_goes_before_what_was_sent(connected):
    fields = {"id": "42", "properties": {"dealname": "An older name", "customer_name": "Harbour"}}
    connected.do("hubspot_workflow", DealChanged(key="w1", fields=fields))
    assert connected.deal().deal.deal == "Harbour Lane, 40 seats"


def test_a_flow_that_nobody_is_connected_for_is_believed(alone):
    alone.do("salesforce_flow", won_in_salesforce())
    assert alone.deal().won


def test_hubspot_alone_does_not_tell_whether_a_deal_is_won(alone):
    alone.do("hubspot", changed())
    (item,) = alone.items()
    assert item.state == "waiting"
    assert "Connect HubSpot in the service file" in item.why
    assert alone.deals() == ()


def test_nothing_says_which_deal_it_is(alone):
    alone.do("standard", DealChanged(key="m1", won=True, fields={"name": "Harbour Lane"}))
    (item,) = alone.items()
    assert "Name the place of deal_id in the field mapping of the webhook standard" in item.why


def test_an_id_without_end_is_none(alone):
    alone.do("standard", DealChanged(key="m1", won=True, fields={"deal_id": "4" * 256}))
    (item,) = alone.items()
    assert "not in few words" in item.why


def test_a_payload_that_does_not_fit_the_mapping_waits_for_a_person(alone):
    fields = {"deal_id": "1", "won_on": "soon"}
    alone.do("standard", DealChanged(key="m1", won=True, fields=fields))
    (item,) = alone.items()
    assert item.state == "waiting"
    assert "signed" in item.why


def test_events_of_another_portal_are_put_aside(store, hubspot, world):
    mine = world(store, hubspot)
    connection = mine.service.crm.hubspot.model_copy(update={"portal": "34"})
    mine = world(store, hubspot, crm=mine.service.crm.model_copy(update={"hubspot": connection}))
    mine.do("hubspot", changed())
    assert mine.deals() == ()
    assert mine.states() == ["done"]
    assert not hubspot.requests


def test_a_deal_that_is_gone_is_given_up(connected):
    connected.do("hubspot", changed(deal_id="43"))
    (item,) = connected.items()
    assert item.state == "failed"
    assert "43" in item.why


def test_what_fails_is_tried_later_each_time_and_given_up_after_a_day(connected, monkeypatch):
    connected.hubspot.script = lambda _: CrmStatus(status=503, body={})
    now = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
    clock = [now]
    monkeypatch.setattr(connected.store, "now", lambda: clock[0])
    connected.put("hubspot", changed())
    waits = []
    while connected.items()[0].state == "waiting":
        clock[0] = max(clock[0], connected.items()[0].next_at)
        assert connected.work() == 1
        waits.append((connected.items()[0].next_at - clock[0]).total_seconds())
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits[:-1]) == 3600
    item = connected.items()[0]
    assert item.state == "failed"
    assert item.why.startswith("Given up after a day. HubSpot failed with status 503")
    assert clock[0] - now <= datetime.timedelta(days=1)


def test_a_crm_that_says_when_to_come_again_is_heard(connected):
    connected.hubspot.script = lambda _: CrmStatus(
        status=429, body={"policyName": "DAILY"}, headers={"retry-after": "600"}
    )
    connected.do("hubspot", changed())
    (item,) = connected.items()
    assert item.state == "waiting"
    assert (item.next_at - connected.store.now()).total_seconds() > 500


def test_an_event_that_cannot_be_read_is_given_up_and_not_shown(alone):
    with alone.store.write() as tx:
        inbox.add(
            tx,
            inbox.NewItem(source="zoom", key="k", event='{"token":"secret"}', endpoint="zoom"),
        )
    assert alone.work() == 1
    (item,) = alone.items()
    assert item.state == "failed"
    assert "secret" not in item.why


def test_what_was_sent_is_not_kept_for_ever_and_still_known(alone):
    alone.do("salesforce_flow", won_in_salesforce())
    alone.put("salesforce_flow", won_in_salesforce(2))
    day = datetime.timedelta(days=1)
    with alone.store.write() as tx:
        assert inbox.drop_words(tx, older=day) == 0
        assert inbox.drop_words(tx, older=-day) == 1
    assert {(item.state, item.event is None) for item in alone.items()} == {
        ("done", True),
        ("waiting", False),
    }
    assert not alone.put("salesforce_flow", won_in_salesforce())


def test_a_worker_that_lost_its_event_changes_nothing(connected, monkeypatch):
    """Another one has taken it meanwhile, because this one was too slow."""
    connected.put("hubspot", changed())
    read = connected.services.connections.read_deal

    def slow(*asked):
        later = connected.store.now() + datetime.timedelta(hours=1)
        with monkeypatch.context() as patch:
            patch.setattr(connected.store, "now", lambda: later)
            with connected.store.write() as tx:
                assert inbox.claim(tx, "worker-2", 1, 300)
        return read(*asked)

    monkeypatch.setattr(connected.services.connections, "read_deal", slow)
    connected.work()
    assert connected.deals() == ()
    assert connected.items()[0].worker == "worker-2"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001A000001GiPx6", "001A000001GiPx6IAF"),
        ("0065g00000ABCDE", "0065g00000ABCDEAA5"),
        ("001A000001GiPx6IAF", "001A000001GiPx6IAF"),
    ],
)
def test_an_id_of_salesforce_is_written_in_one_way(short, long):
    assert same_id("salesforce", short) == long


@given(st.from_regex(r"\A[0-9A-Za-z]{15}\Z"))
def test_ids_stay_different(short):
    long = same_id("salesforce", short)
    assert long[:15] == short
    assert same_id("salesforce", long) == long
    assert same_id("hubspot", short) == short
