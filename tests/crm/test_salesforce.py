"""Salesforce over real HTTP: an opportunity is read, and what is written is there once."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from transcript2handoff.crm import OPPORTUNITY_FIELDS, ClientCredentials, dry_run, plan
from transcript2handoff.deal import Participant
from transcript2handoff.errors import (
    CrmAccessError,
    CrmBusyError,
    CrmGoneError,
    CrmRefusedError,
    CrmSetupError,
    CrmUnreachableError,
)
from transcript2handoff.testing.crm_faults import (
    CROWDED,
    ROW_LOCKED,
    USED_UP,
    CrmCut,
    CrmReset,
    CrmStatus,
    SalesforceFault,
)
from transcript2handoff.testing.salesforce_rules import CUSTOM, SalesforceField

TOKEN_PATH = "/services/oauth2/token"


@pytest.fixture
def server(crms):
    with crms.salesforce_server() as running:
        yield running


@pytest.fixture
def salesforce(crms, server):
    with crms.salesforce(server) as client:
        yield client


def writes_of(crms, known=(), **changes):
    return plan(crms.facts(**changes), dict(known), crms.salesforce_target())


def after(fault):
    """The fault, for the first request that is not for a token."""
    left = [fault]
    return lambda request: left.pop() if left and request.path != TOKEN_PATH else None


def test_an_opportunity_is_read_with_its_people(crms, salesforce):
    deal = salesforce.read_deal(crms.opportunity)
    assert (deal.won, deal.stage) == (True, "Signed")
    assert (deal.customer_id, deal.owner_email) == ("0015g00000ACCNTAA1", "ana@seller.example")
    facts = deal.facts
    assert (facts.deal, facts.customer) == ("Harbour Lane, 40 seats", "Harbour Lane Ltd")
    assert (facts.amount, facts.signed) == (Decimal("48000.5"), datetime.date(2026, 11, 20))
    assert deal.deal.owners == {"account_executive": "Ana Reyes"}
    assert deal.deal.participants == (
        Participant(name="Priya Shah", side="customer", title="CFO", email="p@hl.example"),
        Participant(name="Tom Reed", side="customer", email="t@hl.example"),
        Participant(name="Ana Reyes", side="seller", email="ana@seller.example"),
    )


def test_a_stage_that_is_called_won_is_not_won(crms, server, salesforce):
    server.objects.find("Opportunity", crms.opportunity).fields |= {
        "StageName": "Closed Won",
        "IsWon": False,
    }
    assert salesforce.read_deal(crms.opportunity).won is False


def test_an_opportunity_without_account_and_people_is_read(server, salesforce):
    server.objects.add("Opportunity", "0065g00000BAREXAA1", Name="Bare", IsWon=False)
    deal = salesforce.read_deal("0065g00000BAREXAA1")
    assert (deal.facts.deal, deal.facts.people, deal.customer_id) == ("Bare", (), None)


def test_people_come_in_pages(crms, server, salesforce):
    server.page = 1
    names = [person.name for person in salesforce.read_deal(crms.opportunity).facts.people]
    assert names == ["Priya Shah", "Tom Reed", "Ana Reyes"]


def test_the_token_goes_to_no_other_address(crms, server, salesforce):
    page = {"records": [], "nextRecordsUrl": "//evil.example/query/1"}
    server.script = lambda request: (
        CrmStatus(status=200, body=page) if request.path != TOKEN_PATH else None
    )
    with pytest.raises(CrmUnreachableError, match="another address"):
        salesforce.read_deal(crms.opportunity)


def test_a_field_that_is_not_there_needs_a_person(crms, salesforce):
    fields = OPPORTUNITY_FIELDS.model_copy(update={"currency": ("CurrencyIsoCode",)})
    with pytest.raises(CrmSetupError, match="CurrencyIsoCode"):
        salesforce.read_deal(crms.opportunity, fields=fields)
    fields = OPPORTUNITY_FIELDS.model_copy(update={"product": ("Name FROM User --",)})
    with pytest.raises(CrmSetupError, match="is no field"):
        salesforce.read_deal(crms.opportunity, fields=fields)


def test_an_opportunity_that_is_not_there_is_gone(salesforce):
    with pytest.raises(CrmGoneError, match="no opportunity"):
        salesforce.read_deal("0065g00000NOSUCAA1")
    with pytest.raises(CrmRefusedError, match="15 or 18"):
        salesforce.read_deal("' OR Name != '")


def test_what_is_sent_is_what_the_dry_run_shows(crms, server, salesforce):
    writes = writes_of(crms)
    written = [salesforce.execute(write) for write in writes]
    assert [each.created for each in written] == [True, True, True, False]
    sent = [(each.method, each.path, each.raw) for each in server.written]
    assert sent == [(w.request.method, w.request.path, w.request.body) for w in writes]
    shown = dry_run(writes).encode()
    for method, path, body in sent:
        assert f"{method} {path}\n".encode() + body + b"\n" in shown


def test_everything_is_there_once_however_often_it_is_sent(crms, server, salesforce):
    for _ in range(3):
        ids = [salesforce.execute(write).remote_id for write in writes_of(crms)]
    (handoff,) = server.objects.all("Handoff__c")
    assert handoff.id == ids[0]
    assert handoff.fields["Opportunity__c"] == crms.opportunity
    assert handoff.fields["Brief__c"].startswith(crms.note)
    tasks = server.objects.all("Task")
    assert [task.fields["Subject"] for task in tasks] == [
        "Send the SOC 2 report",
        "Who signs off the migration?",
    ]
    assert {task.fields["WhatId"] for task in tasks} == {crms.opportunity}
    opportunity = server.objects.find("Opportunity", crms.opportunity).fields
    assert (opportunity["Handoff_Score__c"], opportunity["Handoff_Readiness__c"]) == (62, "ask_ae")


def test_a_changed_brief_changes_the_same_record(crms, server, salesforce):
    first = writes_of(crms)
    for write in first:
        salesforce.execute(write)
    known = {write.key: write.content_hash for write in first}
    (again,) = writes_of(crms, known, note="All kept.")
    assert salesforce.execute(again).created is False
    (handoff,) = server.objects.all("Handoff__c")
    assert handoff.fields["Brief__c"].startswith("All kept.")


def test_a_change_works_under_a_master_that_does_not_change(crms, server, salesforce):
    master = SalesforceField(type="id", to="Opportunity", only_once=True)
    server.objects.custom = {
        **CUSTOM,
        "Handoff__c": CUSTOM["Handoff__c"] | {"Opportunity__c": master},
    }
    first = writes_of(crms)
    salesforce.execute(first[0])
    known = {first[0].key: first[0].content_hash}
    salesforce.execute(writes_of(crms, known, note="new")[0])
    with pytest.raises(CrmSetupError, match="Opportunity__c"):
        salesforce.execute(first[0])


def test_what_a_person_has_deleted_is_gone_and_not_made_anew(crms, server, salesforce):
    first = writes_of(crms)
    for write in first:
        salesforce.execute(write)
    known = {write.key: write.content_hash for write in first}
    server.objects.delete("Handoff__c", server.objects.all("Handoff__c")[0].id)
    with pytest.raises(CrmGoneError):
        salesforce.execute(writes_of(crms, known, note="new")[0])
    assert server.objects.all("Handoff__c") == []


def test_an_opportunity_that_was_deleted_is_gone(crms, server, salesforce):
    server.objects.delete("Opportunity", crms.opportunity)
    for write in writes_of(crms):
        with pytest.raises(CrmGoneError):
            salesforce.execute(write)
    assert server.objects.all("Task") == []


@pytest.mark.parametrize("fault", [CrmReset(done=True), CrmCut(), ROW_LOCKED, CrmReset()])
def test_what_passes_is_tried_again_with_one_effect(crms, server, salesforce, fault):
    server.script = after(fault)
    salesforce.execute(writes_of(crms)[0])
    assert len(server.objects.all("Handoff__c")) == 1
    assert len(server.written) == 2


@pytest.mark.parametrize(("fault", "wait"), [(USED_UP, 900), (CROWDED, 10), (ROW_LOCKED, None)])
def test_a_limit_without_retry_after_says_when_to_come_again(crms, server, salesforce, fault, wait):
    server.script = lambda request: None if request.path == TOKEN_PATH else fault
    with pytest.raises(CrmBusyError) as caught:
        salesforce.execute(writes_of(crms)[0])
    assert caught.value.wait == wait
    assert len(server.written) == (4 if wait is None else 1)


def test_the_limit_of_a_day_is_that_of_salesforce(crms, server, salesforce):
    server.day_limit = 0
    with pytest.raises(CrmBusyError, match="TotalRequests"):
        salesforce.execute(writes_of(crms)[0])


def test_a_token_that_has_ended_is_fetched_anew(crms):
    with crms.salesforce_server(token_uses=1) as server, crms.salesforce(server) as salesforce:
        for write in writes_of(crms):
            salesforce.execute(write)
    assert len(server.tokens) == 4
    assert len(server.objects.all("Handoff__c")) == 1


def test_a_user_without_rights_is_not_asked_again_and_again(crms, server, salesforce):
    server.script = after(
        SalesforceFault(code="INSUFFICIENT_ACCESS_OR_READONLY", message="no", status=403)
    )
    with pytest.raises(CrmAccessError, match="permission set"):
        salesforce.execute(writes_of(crms)[0])
    assert len(server.written) == 1


def test_a_wrong_secret_is_not_shown(crms, server):
    with (
        crms.salesforce(server, secret="very-secret-words") as salesforce,
        pytest.raises(CrmAccessError, match="invalid_client") as caught,
    ):
        salesforce.execute(writes_of(crms)[0])
    assert "very-secret" not in str(caught.value) + repr(salesforce.__dict__)
    access = ClientCredentials("id", SecretStr("very-secret-words"))
    assert "very-secret" not in repr(access.__dict__)
    assert server.written == ()


def test_tokens_that_cannot_be_had_for_now_are_tried_again(crms):
    page = "<html>"
    script = [CrmStatus(status=503, body=page), CrmReset(), CrmStatus(status=200, body=page)]
    with crms.salesforce_server(script=script) as server, crms.salesforce(server) as salesforce:
        assert salesforce.brief_length() == 32_768
    assert len(server.tokens) == 1


def test_a_version_that_is_not_served_needs_a_person(crms, server):
    with (
        crms.salesforce(server, version="v12.0") as salesforce,
        pytest.raises(CrmSetupError, match="version"),
    ):
        salesforce.read_deal(crms.opportunity)
    target = crms.salesforce_target(version="v12.0")
    with crms.salesforce(server) as salesforce, pytest.raises(CrmSetupError):
        salesforce.execute(plan(crms.facts(), {}, target)[0])


def test_objects_and_fields_that_nobody_has_made_are_named(crms, server, salesforce):
    server.objects.custom = {}
    for write in writes_of(crms):
        name = {"note": "resource", "task": "Handoff_Key__c", "properties": "Handoff_Link__c"}
        with pytest.raises(CrmSetupError, match=name[write.kind]):
            salesforce.execute(write)
    with pytest.raises(CrmSetupError):
        salesforce.brief_length()


def test_a_brief_field_is_needed(server, salesforce):
    server.objects.custom = {"Handoff__c": {"Handoff_Key__c": SalesforceField(external_id=True)}}
    with pytest.raises(CrmSetupError, match="Brief__c"):
        salesforce.brief_length()


def test_several_records_of_a_key_need_a_person(crms, server, salesforce):
    write = writes_of(crms)[1]
    for n in range(2):
        server.objects.add("Task", f"00T5g0000DOUBL{n}", Handoff_Key__c=write.key)
    with pytest.raises(CrmRefusedError, match="several records of the same key"):
        salesforce.execute(write)


def test_a_value_that_is_too_long_needs_a_person(crms, salesforce):
    write = writes_of(crms, properties={"readiness": "x" * 300})[-1]
    with pytest.raises(CrmRefusedError, match="STRING_TOO_LONG"):
        salesforce.execute(write)


@pytest.mark.parametrize("line", ["- <a> & \"b\" 'c'", "- émoji 😀", "x"])
def test_a_long_text_fits_as_salesforce_counts(crms, server, salesforce, line):
    long = "\n".join([line] * 9000)
    facts = crms.facts(note=long)
    task = facts.tasks[0].model_copy(update={"body": long})
    facts = facts.model_copy(update={"tasks": (task,)})
    for write in plan(facts, {}, crms.salesforce_target()):
        salesforce.execute(write)
    assert len(server.objects.all("Task")) == 1


def test_two_at_once_find_each_other(crms, server, salesforce):
    double = SalesforceFault(code="DUPLICATE_VALUE", message="duplicate value found")
    server.script = after(double)
    assert salesforce.execute(writes_of(crms)[0]).created


def test_a_write_is_a_value(crms):
    (first, *_), (second, *_) = writes_of(crms), writes_of(crms)
    assert first == second
    assert dataclasses.replace(first, key="x") != second
