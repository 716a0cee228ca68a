"""A plan says what is new, what is changed, and nothing of what is known."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transcript2handoff.crm import Task, WriteBack, dry_run, plan
from transcript2handoff.crm.salesforce_plan import field_of
from transcript2handoff.words import Words


@pytest.fixture(params=["hubspot", "salesforce"])
def target(request, crms):
    return getattr(crms, f"{request.param}_target")()


def delivered(writes):
    return {write.key: write.content_hash for write in writes}


def body(write):
    return json.loads(write.request.body)


def test_everything_is_written_once_in_this_order(crms, target):
    writes = plan(crms.facts(), {}, target)
    assert [write.kind for write in writes] == ["note", "task", "task", "properties"]
    assert len({write.key for write in writes}) == 4
    assert plan(crms.facts(), delivered(writes), target) == ()


def test_only_what_is_changed_is_written_again(crms, target):
    first = plan(crms.facts(), {}, target)
    changed = crms.facts(note=crms.note + "\n- Tom Reed")
    (again,) = plan(changed, delivered(first), target)
    assert (again.kind, again.key, again.again) == ("note", first[0].key, None)
    assert again.content_hash != first[0].content_hash
    assert again.request.method == "PATCH"


def test_the_order_of_properties_is_no_change(crms, target):
    first = plan(crms.facts(properties={"score": 1, "tags": "a"}), {}, target)
    turned = crms.facts(properties={"tags": "a", "score": 1})
    assert plan(turned, delivered(first), target) == ()


def test_a_later_time_is_no_change(crms):
    first = plan(crms.facts(), {}, crms.hubspot_target())
    later = crms.hubspot_target(at=crms.at + datetime.timedelta(days=3))
    assert plan(crms.facts(), delivered(first), later) == ()


def test_a_change_leaves_to_people_what_is_theirs(crms, target):
    owned = (Task(key="p1", subject="Send it", owner="0055g00000USERXAA1"),)
    first = plan(crms.facts(tasks=owned), {}, target)
    later = (Task(key="p1", subject="Send it now", owner="0055g00000USERXAA1"),)
    (again,) = plan(crms.facts(tasks=later), delivered(first), target)
    told = body(again)
    names = set(told.get("properties", told))
    assert names <= {
        *("hs_task_subject", "hs_task_body"),
        *("Subject", "Description", "ActivityDate"),
    }


def test_both_forms_of_an_id_are_the_same_opportunity(crms):
    short = crms.salesforce_target(opportunity_id=crms.opportunity[:15])
    keys = [write.key for write in plan(crms.facts(), {}, short)]
    assert keys == [write.key for write in plan(crms.facts(), {}, crms.salesforce_target())]


def test_deals_and_crms_have_keys_of_their_own(crms):
    targets = [
        crms.hubspot_target(),
        crms.hubspot_target(deal_id="43"),
        crms.salesforce_target(),
    ]
    keys = [write.key for target in targets for write in plan(crms.facts(), {}, target)]
    assert len(set(keys)) == 12
    assert all(len(key) == 32 and key.isalnum() for key in keys)


def test_a_long_subject_is_cut_and_stands_whole_in_the_task(crms, target):
    subject = "Send the report on security of the year " * 10
    (_, task) = plan(
        crms.facts(tasks=(Task(key="p", subject=subject),), properties={}, link=None), {}, target
    )
    told = body(task).get("properties", body(task))
    cut = told.get("hs_task_subject") or told["Subject"]
    assert len(cut) <= 255
    assert cut.endswith("…")
    assert subject.strip() in (told.get("hs_task_body") or told["Description"])


def test_a_brief_of_any_length_fits(crms, target):
    long = crms.facts(note="Owed\n" + "- <promise> & more\n" * 9000)
    note = plan(long, {}, target)[0]
    told = body(note)
    text = told["properties"]["hs_note_body"] if "properties" in told else told["Brief__c"]
    assert 20_000 < len(text) <= 65_536
    assert " more" in text[-200:]


def test_days_and_moments_are_those_that_the_crms_read(crms):
    hubspot = plan(crms.facts(), {}, crms.hubspot_target())
    moments = [body(write)["properties"].get("hs_timestamp") for write in hubspot]
    assert moments == [
        "2026-11-27T09:30:00.000Z",
        "2026-12-01T12:00:00.000Z",
        "2026-11-27T09:30:00.000Z",
        None,
    ]
    salesforce = plan(crms.facts(), {}, crms.salesforce_target())
    days = [body(write).get("ActivityDate", "-") for write in salesforce]
    assert days == ["-", "2026-12-01", None, "-"]


def test_properties_have_the_names_of_each_crm(crms):
    hubspot = body(plan(crms.facts(), {}, crms.hubspot_target())[-1])["properties"]
    assert hubspot == {
        "handoff_link": "https://handoffs.example/d/42",
        "handoff_readiness": "ask_ae",
        "handoff_score": "62",
        "handoff_tags": "t2h:risk:stated",
    }
    salesforce = body(plan(crms.facts(), {}, crms.salesforce_target())[-1])
    assert salesforce["Handoff_Score__c"] == 62
    assert field_of("map_of_people") == "Handoff_Map_Of_People__c"


def test_newer_versions_have_other_paths(crms):
    writes = plan(crms.facts(), {}, crms.hubspot_target(version="2026-03"))
    assert [write.request.path for write in writes] == [
        "/crm/objects/2026-03/notes",
        "/crm/objects/2026-03/tasks",
        "/crm/objects/2026-03/tasks",
        "/crm/objects/2026-03/deals/42",
    ]


def test_fixed_words_are_in_the_readers_language(crms):
    long = crms.facts(note="Zeile\n" * 9000)
    note = plan(long, {}, crms.hubspot_target(), words=Words.of("de"))[0]
    assert " weitere</p>" in note.request.body.decode()


def test_a_dry_run_shows_each_request_on_lines_of_its_own(crms, target):
    writes = plan(crms.facts(note="ä\u2028\x07<"), {}, target)
    lines = dry_run(writes).split("\n")
    requests = [each for write in writes for each in (write.request, write.again) if each]
    shown = [line for line in lines if line and not line.startswith("# ")]
    expected = [
        line
        for request in requests
        for line in (f"{request.method} {request.path}", request.body.decode())
    ]
    assert shown == expected
    assert dry_run(()) == "Nothing to write: the CRM has all of it.\n"


@pytest.mark.parametrize(
    "wrong",
    [
        {"note": ""},
        {"tasks": (Task(key="a", subject="x"), Task(key="a", subject="y"))},
        {"properties": {"Score": 1}},
        {"properties": {"score": float("nan")}},
        {"link": "javascript:alert(1)"},
        {"link": "https://a.example/<b>"},
        {"link": "https://a.example/" + "x" * 300},
        {"unknown": 1},
    ],
)
def test_what_no_crm_could_take_is_refused_at_once(crms, wrong):
    with pytest.raises(ValidationError):
        crms.facts(**wrong)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("hubspot", {"deal_id": "42/../7"}),
        ("hubspot", {"deal_id": "42\n"}),
        ("hubspot", {"version": "v4/x"}),
        ("hubspot", {"at": datetime.datetime(2026, 11, 27)}),
        ("salesforce", {"opportunity_id": "0065g00000ABCDE' OR"}),
        ("salesforce", {"version": "67"}),
        ("salesforce", {"brief_length": 40}),
    ],
)
def test_an_address_is_nothing_else(crms, kind, wrong):
    with pytest.raises(ValidationError):
        getattr(crms, f"{kind}_target")(**wrong)


@given(note=st.text(min_size=1), subject=st.text(min_size=1), tags=st.text())
def test_whatever_was_said_makes_a_plan(crms, note, subject, tags):
    try:
        facts = WriteBack(
            note=note, tasks=(Task(key="a", subject=subject),), properties={"tags": tags}
        )
    except ValidationError:
        return
    for target in (crms.hubspot_target(), crms.salesforce_target()):
        for write in plan(facts, {}, target):
            assert b"\n" not in write.request.body
            json.loads(write.request.body)
