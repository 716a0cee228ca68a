"""A deal is handed on: once, as it stands, and only where somebody switched it on."""

import dataclasses
import datetime

import pytest

from transcript2handoff.crm import Task, WriteBack
from transcript2handoff.errors import CrmRefusedError, CrmSetupError
from transcript2handoff.outgoing import dry_run
from transcript2handoff.outgoing.facts import hidden
from transcript2handoff.store import Window, audit, deals, outbox
from transcript2handoff.testing.crm_faults import CrmReset, CrmStatus, HubSpotBusy
from transcript2handoff.transcript import Speaker, Transcript, Turn

SOURCES = ["hubspot", "salesforce"]


def notes(office):
    if office.deal.source == "hubspot":
        return [each.properties["hs_note_body"] for each in office.server.objects.all("notes")]
    return [each.fields["Brief__c"] for each in office.server.objects.all("Handoff__c")]


def tasks(office):
    kind = "tasks" if office.deal.source == "hubspot" else "Task"
    return office.server.objects.all(kind)


def renamed(dossier, customer):
    """The same deal, of which something else is known by now."""
    deal = dossier.handoff.deal.model_copy(update={"customer": customer, "tags": (customer,)})
    handoff = dossier.handoff.model_copy(update={"deal": deal})
    return dataclasses.replace(dossier, handoff=handoff)


@pytest.mark.parametrize("source", SOURCES)
def test_one_note_however_often_the_deal_is_run(office, source):
    here = office(source)
    count = here.queue()
    assert count == here.send()
    (note,) = notes(here)
    assert "What we owe" in note
    assert "https://handoffs.example/deals/" in note
    assert len(tasks(here)) == count - 2
    assert here.states() == {"done"}
    before = len(here.server.written)
    assert here.queue() == 0
    assert here.send() == 0
    assert len(here.server.written) == before


@pytest.mark.parametrize("source", SOURCES)
def test_a_changed_brief_changes_the_same_note(office, dossier, source):
    here = office(source)
    here.queue()
    here.send()
    (before,) = notes(here)
    assert here.queue(renamed(dossier, "Northgate")) == 2
    here.send()
    (after,) = notes(here)
    assert after != before
    assert "Northgate" in after
    ids = {item.kind: item.remote_id for item in here.items() if item.kind == "note"}
    assert ids["note"]


def test_properties_of_the_deal_are_written_last(office):
    here = office()
    here.queue()
    here.send()
    assert [each.path.rpartition("/")[0][-6:] for each in here.server.written][-1] == "/deals"
    deal = here.server.objects.find("deals", "42")
    assert deal.properties["handoff_readiness"] == "ask_ae"
    assert deal.properties["handoff_score"] == "60"
    assert deal.properties["handoff_tags"].startswith("t2h:readiness:ask_ae\n")


def test_note_and_tasks_hang_at_the_company_too(office):
    here = office()
    here.queue()
    here.send()
    (note,) = here.server.objects.all("notes")
    assert note.links["companies"] == ["7"]
    assert note.links["deals"] == ["42"]


def test_nothing_is_written_unless_it_is_switched_on(office):
    here = office(write=False)
    assert here.queue() == 0
    assert here.items() == ()


def test_what_waits_when_it_is_switched_off_is_not_sent(office):
    here = office()
    here.queue()
    off = here.service.crm.hubspot.model_copy(update={"write": False})
    crms = here.service.crm.model_copy(update={"hubspot": off})
    sender = dataclasses.replace(here.sender, service=here.service.model_copy(update={"crm": crms}))
    while sender.send():
        pass
    assert not here.server.written
    assert {item.why for item in here.items()} == {"crm.hubspot.write is off in the service file."}
    assert here.states() == {"waiting"}


@pytest.mark.parametrize("source", ["gong", None])
def test_a_deal_that_is_from_no_crm_is_left_alone(office, source):
    here = office()
    with here.store.write() as tx:
        changes = deals.DealChanges(source=source, external_id=source and "7")
        here.deal = deals.change(tx, here.deal.id, changes)
    assert here.queue() == 0


def test_an_id_that_is_none_of_the_crm_is_told(office):
    here = office()
    with here.store.write() as tx:
        here.deal = deals.change(tx, here.deal.id, deals.DealChanges(external_id="no number"))
    with pytest.raises(CrmRefusedError, match="'no number' in hubspot, which is no id"):
        here.queue()


def test_without_consent_no_words_leave_this_machine(office):
    here = office(sending=None)
    here.consent("given")
    here.consent("unknown", of="harborline-2")
    assert here.queue() == 2
    here.send()
    (note,) = notes(here)
    assert "What was said on the calls is not written here" in note
    assert "60" in note
    assert "Tamsin" not in note
    assert tasks(here) == []
    here.consent("given")
    assert here.queue() > 2
    here.send()
    (note,) = notes(here)
    assert "Tamsin" in note


def test_a_refusal_holds_under_every_setting(office):
    here = office(sending="unless_refused")
    here.consent("refused", of="harborline-3")
    assert here.queue() == 2


def test_tasks_that_wait_are_taken_back_when_consent_is(office):
    here = office()
    assert here.queue() > 2
    here.consent("refused")
    here.queue()
    assert {item.kind for item in here.items()} == {"note", "properties"}


def test_in_the_language_of_those_who_read_it(office):
    here = office(language="de")
    here.queue()
    here.send()
    (note,) = notes(here)
    assert "Der ganze Übergabebericht" in note
    assert "Zuerst den Vertrieb fragen" in note


def test_private_data_is_hidden_in_everything_that_leaves():
    facts = WriteBack(
        note="Send it to jane@customer.example\n\n- Card 4111 1111 1111 1111 [Jane]",
        tasks=(
            Task(key="a", subject="Write to jane@customer.example", body="Jane,\n+49 30 901820"),
            Task(key="b", subject="Nothing to hide"),
        ),
    )
    told = hidden(facts)
    assert told.note == "Send it to [EMAIL 1]\n\n- Card [CARD 1] [Jane]"
    assert told.tasks[0].subject == "Write to [EMAIL 1]"
    assert told.tasks[0].body.startswith("Jane,\n[PHONE")
    assert told.tasks[1] == facts.tasks[1]


def test_a_part_of_a_number_that_was_given_in_turns_is_hidden():
    said = ("The card number is 4539 1488", "Mhm.", "0343 6467", "We go live in May.")
    turns = tuple(Turn(n=n, speaker=f"S{n % 2}", text=text) for n, text in enumerate(said, 1))
    speakers = (Speaker(id="S0"), Speaker(id="S1"))
    call = Transcript(call_id="c", speakers=speakers, turns=turns)
    note = "- “0343 6467”\n- “We go live in May.”"
    told = hidden(WriteBack(note=note, tasks=(Task(key="a", subject="4539 1488"),)), (call,))
    assert told.note == "- “[CARD 2]”\n- “We go live in May.”"
    assert "4539" not in told.tasks[0].subject


@pytest.mark.parametrize(
    "fault",
    [CrmReset(done=True), CrmReset(), CrmStatus(status=503, body={}), HubSpotBusy(policy="DAILY")],
)
def test_what_passes_is_sent_later_and_makes_no_second_note(office, fault, monkeypatch):
    here = office()
    here.queue()
    here.server.script = lambda request: fault if request.path.endswith("/notes") else None
    here.send()
    (note,) = [item for item in here.items() if item.kind == "note"]
    assert note.state == "waiting"
    assert (note.next_at - here.store.now()).total_seconds() > 60
    here.server.script = ()
    monkeypatch.setattr(here.store, "now", lambda: note.next_at)
    here.send()
    assert len(notes(here)) == 1
    assert here.states() == {"done"}


def test_a_worker_that_dies_before_it_notes_that_it_was_sent_makes_no_second_note(
    office, monkeypatch
):
    here = office()
    here.queue()

    class Killed(BaseException):
        pass

    def dies(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "sent", dies)
        with pytest.raises(Killed):
            here.sender.send()
    assert len(notes(here)) == 1
    later = here.store.now() + datetime.timedelta(hours=1)
    monkeypatch.setattr(here.store, "now", lambda: later)
    here.send()
    assert len(notes(here)) == 1
    assert here.states() == {"done"}


def test_what_people_delete_stays_deleted(office, dossier):
    here = office()
    here.queue()
    here.send()
    (note,) = here.server.objects.all("notes")
    here.server.objects.delete("notes", note.id)
    here.queue(renamed(dossier, "Northgate"))
    here.send()
    assert here.server.objects.all("notes") == []
    (item,) = [item for item in here.items() if item.kind == "note"]
    assert item.state == "gone"
    assert here.queue(renamed(dossier, "Southgate")) == 1, "the properties alone"


def test_what_a_person_has_to_mend_says_so(office):
    here = office()
    here.server.scopes = frozenset(here.server.scopes) - {"crm.objects.contacts.write"}
    here.queue()
    here.send()
    (note,) = [item for item in here.items() if item.kind == "note"]
    assert note.state == "failed"
    assert "crm.objects.contacts.write" in note.why


def test_a_deal_that_is_gone_in_the_crm(office):
    here = office()
    here.queue()
    here.server.objects.delete("deals", "42")
    here.send()
    assert here.states() == {"gone"}


def test_each_sending_is_a_deed(office):
    here = office("salesforce")
    here.queue()
    count = here.send()
    with here.store.read() as tx:
        deeds = [
            each for each in audit.listed(tx, Window(limit=200)).items if each.action == "send"
        ]
    assert len(deeds) == count
    assert {each.subject for each in deeds} == {here.deal.id}


@pytest.mark.parametrize("source", SOURCES)
def test_a_dry_run_shows_exactly_what_is_sent(office, source):
    here = office(source)

    def shown():
        return dry_run(
            here.store,
            here.deal,
            here.dossier,
            delivery=here.delivery,
            connections=here.connections,
        )

    told = shown()
    assert not here.server.written
    here.queue()
    here.send()
    sent = [f"{each.method} {each.path}\n{each.raw.decode()}" for each in here.server.written]
    assert sent
    for each in sent:
        assert each in told
    assert told.count("\n# ") + 1 == len(sent) + told.count("# and if the CRM says")
    assert shown() == "Nothing to write: the CRM has all of it.\n"


def test_a_dry_run_of_a_deal_that_is_from_no_crm(office):
    here = office()
    elsewhere = here.deal.model_copy(update={"source": "gong"})
    with pytest.raises(CrmSetupError, match="from no CRM"):
        dry_run(
            here.store,
            elsewhere,
            here.dossier,
            delivery=here.delivery,
            connections=here.connections,
        )
