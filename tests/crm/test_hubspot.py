"""HubSpot over real HTTP: a deal is read, and what is written is there once."""

import datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from transcript2handoff.crm import DEAL_FIELDS, HubSpot, HubSpotAssociations, dry_run, plan
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
    CrmCut,
    CrmReset,
    CrmStall,
    CrmStatus,
    HubSpotBusy,
)
from transcript2handoff.testing.hubspot_objects import CUSTOM, HubSpotObjects
from transcript2handoff.testing.hubspot_server import SCOPES, HubSpotLimits, HubSpotServer


@pytest.fixture
def server(crms):
    with crms.hubspot_server() as running:
        yield running


@pytest.fixture
def hubspot(crms, server):
    with crms.hubspot(server) as client:
        yield client


def note_of(crms, **changes):
    return plan(crms.facts(**changes), {}, crms.hubspot_target())[0]


def test_a_deal_is_read_with_its_people(hubspot):
    deal = hubspot.read_deal("42")
    assert (deal.won, deal.stage, deal.customer_id) == (True, "1177", "7")
    assert deal.owner_email == "ana@seller.example"
    facts = deal.facts
    assert (facts.amount, facts.currency) == (Decimal("48000.50"), "EUR")
    assert (facts.customer, facts.signed) == ("Harbour Lane Ltd", datetime.date(2026, 11, 20))
    assert deal.deal.owners == {"account_executive": "Ana Reyes"}
    assert deal.deal.participants == (
        Participant(name="Tom", side="customer", email="t@hl.example"),
        Participant(name="Priya Shah", side="customer", title="CFO", email="p@hl.example"),
        Participant(name="Ana Reyes", side="seller", email="ana@seller.example"),
    )


def test_reading_changes_nothing(server, hubspot):
    hubspot.read_deal("42")
    assert server.written == ()


def test_a_mapping_names_other_properties(crms, server, hubspot):
    fields = DEAL_FIELDS.model_copy(
        update={
            "product": ("properties", "bought"),
            "country": ("company", "properties", "country"),
        }
    )
    deal, company = server.objects.find("deals", "42"), server.objects.find("companies", "7")
    deal.properties["bought"], company.properties["country"] = "Portal", "GB"
    facts = hubspot.read_deal("42", fields=fields).facts
    assert (facts.product, facts.country) == ("Portal", "GB")


@pytest.mark.parametrize(
    ("metadata", "won"),
    [
        ({"isClosed": "true", "probability": "1.0"}, True),
        ({"isClosed": "true", "probability": "0.0"}, False),
        ({"isClosed": "false", "probability": "0.9"}, False),
        (None, False),
    ],
)
def test_won_is_looked_up_and_not_guessed(server, hubspot, metadata, won):
    deal = server.objects.find("deals", "42")
    deal.properties |= {"hs_is_closed_won": None, "dealstage": "closedwon"}
    if metadata:
        server.stages["default", "closedwon"] = metadata
    assert hubspot.read_deal("42").won is won


def test_what_hubspot_has_worked_out_counts_before_the_stage(server, hubspot):
    server.objects.find("deals", "42").properties |= {
        "hs_is_closed_won": "false",
        "dealstage": "closedwon",
    }
    server.stages["default", "closedwon"] = {"isClosed": "true", "probability": "1.0"}
    assert hubspot.read_deal("42").won is False


def test_a_bare_deal_is_read(server, hubspot):
    server.objects.add("deals", "43", dealname="Bare")
    facts = hubspot.read_deal("43").facts
    assert (facts.deal, facts.people, facts.owners) == ("Bare", (), {})
    assert "customer: nothing at company.properties.name" in facts.missing


def test_people_come_in_pages_and_batches(server, hubspot):
    ids = [str(1000 + n) for n in range(150)]
    for id_ in ids:
        server.objects.add("contacts", id_, firstname="Person", lastname=id_)
    server.objects.find("deals", "42").links["contacts"] = ids
    server.objects.page = 40
    people = hubspot.read_deal("42").facts.people
    assert [person.name for person in people[:-1]] == [f"Person {id_}" for id_ in ids]
    batches = [each for each in server.requests if each.path.endswith("/batch/read")]
    assert [len(each.body["inputs"]) for each in batches] == [100, 50]


def test_more_people_than_can_be_are_counted(server, hubspot):
    ids = [str(1000 + n) for n in range(230)]
    for id_ in ids:
        server.objects.add("contacts", id_, firstname="Person", lastname=id_)
    server.objects.find("deals", "42").links["contacts"] = ids
    facts = hubspot.read_deal("42").facts
    assert len(facts.people) == 200
    assert facts.missing[-1] == "people: 31 contacts more than can be read"


def test_who_was_deleted_meanwhile_is_left_out(server, hubspot):
    server.objects.delete("contacts", "2")
    server.owners.clear()
    assert [person.name for person in hubspot.read_deal("42").facts.people] == ["Priya Shah"]


def test_a_batch_that_fails_in_part_is_no_deal_without_people(crms, server, hubspot):
    fault = {"category": "VALIDATION_ERROR", "message": "jobtitle cannot be read"}
    part = CrmStatus(status=207, body={"results": [], "errors": [fault]})
    server.script = lambda request: part if "batch" in request.path else None
    with pytest.raises(CrmRefusedError, match="jobtitle cannot be read"):
        hubspot.read_deal("42")


def test_a_deal_that_is_not_there_is_gone(hubspot):
    with pytest.raises(CrmGoneError, match="does not have this record"):
        hubspot.read_deal("4711")
    with pytest.raises(CrmRefusedError, match="is a number"):
        hubspot.read_deal("42/../7")


def test_a_deal_that_cannot_be_understood_says_why(server, hubspot):
    server.objects.find("deals", "42").properties["amount"] = "many"
    with pytest.raises(CrmRefusedError, match="amount"):
        hubspot.read_deal("42")


@pytest.mark.parametrize("version", ["v3", "2026-03"])
def test_what_is_sent_is_what_the_dry_run_shows(crms, server, version):
    writes = plan(crms.facts(), {}, crms.hubspot_target(version=version))
    with crms.hubspot(server, version=version) as hubspot:
        written = [hubspot.execute(write) for write in writes]
    assert [each.created for each in written] == [True, True, True, False]
    shown = dry_run(writes).encode()
    assert len(server.written) == 4
    for request in server.written:
        assert f"{request.method} {request.path}\n".encode() + request.raw + b"\n" in shown
    sent = [(each.method, each.path, each.raw) for each in server.written]
    assert sent == [(w.request.method, w.request.path, w.request.body) for w in writes]


def test_note_and_tasks_are_at_deal_and_company(crms, server, hubspot):
    for write in plan(crms.facts(), {}, crms.hubspot_target(owner_id="11")):
        hubspot.execute(write)
    (note,) = server.objects.all("notes")
    assert note.links == {"deals": ["42"], "companies": ["7"]}
    assert note.properties["hubspot_owner_id"] == "11"
    assert [task.links for task in server.objects.all("tasks")] == [note.links] * 2
    assert server.objects.find("deals", "42").properties["handoff_score"] == "62"


def test_a_changed_brief_changes_the_same_note(crms, server, hubspot):
    first = plan(crms.facts(), {}, crms.hubspot_target())
    ids = [hubspot.execute(write).remote_id for write in first]
    known = {write.key: write.content_hash for write in first}
    (again,) = plan(crms.facts(note="All kept."), known, crms.hubspot_target())
    written = hubspot.execute(again)
    assert (written.remote_id, written.created) == (ids[0], False)
    (note,) = server.objects.all("notes")
    assert note.properties["hs_note_body"].startswith("<p>All kept.</p>")
    assert note.properties["hs_timestamp"] == "2026-11-27T09:30:00.000Z"


def test_a_task_that_somebody_has_done_stays_done(crms, server, hubspot):
    writes = plan(crms.facts(), {}, crms.hubspot_target())
    for write in writes:
        hubspot.execute(write)
    server.objects.all("tasks")[0].properties["hs_task_status"] = "COMPLETED"
    hubspot.execute(writes[1])
    assert server.objects.all("tasks")[0].properties["hs_task_status"] == "COMPLETED"
    assert len(server.objects.all("tasks")) == 2


@pytest.mark.parametrize(
    "fault", [CrmReset(done=True), CrmCut(), CrmStatus(status=502, body="<html>", done=True)]
)
def test_an_answer_that_was_lost_makes_no_second_note(crms, fault):
    with crms.hubspot_server(script=[fault]) as server, crms.hubspot(server) as hubspot:
        written = hubspot.execute(note_of(crms))
    (note,) = server.objects.all("notes")
    assert (written.remote_id, written.created) == (note.id, False)
    assert [each.method for each in server.requests] == ["POST", "POST", "PATCH"]


def test_a_crash_before_it_was_noted_makes_no_second_note(crms, server):
    for text in ("one", "one", "two"):
        with crms.hubspot(server) as hubspot:
            hubspot.execute(note_of(crms, note=text, link=None))
    (note,) = server.objects.all("notes")
    assert note.properties["hs_note_body"] == "<p>two</p>"


def test_a_note_that_a_person_has_deleted_is_gone(crms, server, hubspot):
    first = plan(crms.facts(), {}, crms.hubspot_target())
    hubspot.execute(first[0])
    server.objects.delete("notes", server.objects.all("notes")[0].id)
    known = {write.key: write.content_hash for write in first}
    (again,) = plan(crms.facts(note="new"), known, crms.hubspot_target())
    with pytest.raises(CrmGoneError):
        hubspot.execute(again)
    assert server.objects.all("notes") == []


def test_a_deal_that_was_deleted_is_gone(crms, server, hubspot):
    server.objects.delete("deals", "42")
    for write in plan(crms.facts(), {}, crms.hubspot_target()):
        with pytest.raises(CrmGoneError):
            hubspot.execute(write)
    assert server.objects.all("notes") == []


def test_associations_are_looked_up(hubspot):
    assert hubspot.associations() == HubSpotAssociations()


def test_another_kind_of_association_needs_a_person(crms, hubspot):
    wrong = crms.hubspot_target(associations=HubSpotAssociations(note_to_deal=215))
    with pytest.raises(CrmSetupError, match="215"):
        hubspot.execute(plan(crms.facts(), {}, wrong)[0])


def test_a_property_that_nobody_has_made_is_named(crms):
    objects = HubSpotObjects(custom={**CUSTOM, "deals": {}})
    objects.add("deals", "42")
    with (
        HubSpotServer(objects=objects) as server,
        crms.hubspot(server) as hubspot,
        pytest.raises(CrmSetupError, match="handoff_link"),
    ):
        hubspot.execute(plan(crms.facts(), {}, crms.hubspot_target())[-1])
    assert len(server.requests) == 1


def test_a_missing_scope_is_named(crms):
    scopes = SCOPES - {"crm.objects.contacts.write"}
    with (
        crms.hubspot_server(scopes=scopes) as server,
        crms.hubspot(server) as hubspot,
        pytest.raises(CrmAccessError, match=r"crm\.objects\.contacts\.write"),
    ):
        hubspot.execute(note_of(crms))
    assert len(server.requests) == 1


def test_a_wrong_token_is_not_shown(crms, server):
    token = "pat-eu1-very-secret"
    echo = {"message": f"{token} is not valid", "category": "INVALID_AUTHENTICATION"}
    server.script = [CrmStatus(status=401, body=echo)]
    with HubSpot(SecretStr(token), url=server.url, limits=crms.quick) as hubspot:
        for _ in range(2):
            with pytest.raises(CrmAccessError) as caught:
                hubspot.execute(note_of(crms))
            assert token not in str(caught.value) + repr(caught.value) + repr(hubspot.__dict__)
            assert caught.value.__cause__ is None
    assert len(server.requests) == 2


def test_a_version_that_is_not_served_needs_a_person(crms, server):
    with (
        crms.hubspot(server, version="2031-09") as hubspot,
        pytest.raises(CrmSetupError, match="version of the API"),
    ):
        hubspot.read_deal("42")


@pytest.mark.parametrize(
    "fault",
    [
        HubSpotBusy(policy="SECONDLY", retry_after=0.01),
        CrmStatus(status=423, body={"message": "locked"}, headers={"retry-after": "0"}),
        CrmStatus(status=503, body="<html>Bad gateway</html>"),
        CrmStatus(status=200, body="<html>Maintenance</html>"),
        CrmReset(),
        CrmStall(seconds=2.5, done=False),
    ],
)
def test_what_passes_is_tried_again(crms, fault):
    with crms.hubspot_server(script=[fault]) as server, crms.hubspot(server) as hubspot:
        assert hubspot.execute(note_of(crms)).remote_id
    assert len(server.objects.all("notes")) == 1


@pytest.mark.parametrize("body", [[], "", None])
def test_an_answer_that_is_no_record_is_a_failure_of_the_crm(crms, body):
    script = [CrmStatus(status=200, body=body)] * 9
    with (
        crms.hubspot_server(script=script) as server,
        crms.hubspot(server) as hubspot,
        pytest.raises(CrmUnreachableError, match="no answer"),
    ):
        hubspot.execute(note_of(crms))


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (HubSpotBusy(policy="DAILY"), 3600),
        (HubSpotBusy(policy="TEN_SECONDLY_ROLLING"), 10),
        (HubSpotBusy(policy="TEN_SECONDLY_ROLLING", retry_after=77), 77),
    ],
)
def test_a_longer_wait_is_left_to_whoever_delivers(crms, fault, wait):
    with (
        crms.hubspot_server(script=[fault] * 9) as server,
        crms.hubspot(server) as hubspot,
        pytest.raises(CrmBusyError, match=fault.policy) as caught,
    ):
        hubspot.execute(note_of(crms))
    assert caught.value.wait == wait
    assert len(server.requests) == 1


def test_used_up_limits_are_answered_as_hubspot_does(crms):
    with (
        crms.hubspot_server(limits=HubSpotLimits(ten_seconds=2)) as server,
        crms.hubspot(server) as hubspot,
    ):
        hubspot.execute(note_of(crms))
        hubspot.execute(plan(crms.facts(), {}, crms.hubspot_target())[1])
        with pytest.raises(CrmBusyError, match="TEN_SECONDLY_ROLLING"):
            hubspot.read_deal("42")
