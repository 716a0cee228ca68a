"""The journal's file: durable, one writer at a time, and clear about what is wrong in it."""

import datetime
import multiprocessing
import os
from pathlib import Path

import pytest

from transcript2handoff import journalling
from transcript2handoff.consolidate import consolidated
from transcript2handoff.deal import Call, DealContext
from transcript2handoff.errors import InputError, JournalError, OutputError
from transcript2handoff.facts import Promise
from transcript2handoff.ground import ground
from transcript2handoff.handoff import Citation, Draft, DraftClaim, Provenance, Window
from transcript2handoff.journal import Asked, Calls, Confirmed, Edited, Rejected, to_line
from transcript2handoff.journalling import JOURNAL, Office, append_event, read_journal, signed
from transcript2handoff.transcript import Transcript, Turn

AT = datetime.datetime(2026, 4, 3, 9, tzinfo=datetime.UTC)


def confirmed(by: str = "Dana Roe", claim_id: str = "promise-1") -> Confirmed:
    return Confirmed(claim_id=claim_id, kind="promise", by=by, at=AT)


@pytest.fixture(scope="module")
def calls() -> Calls:
    """A deal of one call with one promise."""
    said = "The pen test report is with you on Friday."
    transcript = Transcript(call_id="oak-1", turns=(Turn(n=1, text=said),))
    claim = DraftClaim(
        summary="Pen test report on Friday.",
        fact=Promise(strength="firm", type="document", due="Friday"),
        citations=(Citation(turn=1, quote=said),),
    )
    draft = Draft(
        call_id="oak-1",
        transcript_version=1,
        provenance=Provenance(call_id="oak-1", engine="people", engine_version="1"),
        coverage=(Window(first=1, last=1),),
        claims=(claim,),
    )
    whole = consolidated(
        [ground(draft, transcript, DealContext(call=Call(id="oak-1")))], [transcript]
    )
    return Calls(handoff=whole.handoff, transcripts=(transcript,), origin=whole.origin)


@pytest.fixture
def office(tmp_path: Path, calls: Calls) -> Office:
    """The deal's folder, in which nobody has done anything yet."""
    return Office(folder=tmp_path, calls=calls)


def test_a_folder_without_a_journal_holds_no_events(tmp_path):
    assert read_journal(tmp_path).events == ()


def test_events_come_back_in_the_order_in_which_they_were_written(tmp_path):
    events = [confirmed("Dana Roe"), confirmed("Zoë Ødegård"), confirmed("Kim Ode")]
    for event in events:
        append_event(tmp_path, event)
    assert read_journal(tmp_path) == journalling.Journal(events=tuple(events))
    lines = (tmp_path / JOURNAL).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3


def test_a_line_that_was_cut_off_is_reported_and_the_others_stand(tmp_path):
    path = tmp_path / JOURNAL
    append_event(tmp_path, confirmed("Dana Roe"))
    whole = path.read_bytes()
    path.write_bytes(whole + to_line(confirmed("Zoë")).encode()[:-20])
    found = read_journal(tmp_path)
    assert [event.by for event in found.events] == ["Dana Roe"]
    assert "line 2, was cut off" in (found.torn or "")
    append_event(tmp_path, confirmed("Kim Ode"))
    assert path.read_bytes() == whole + to_line(confirmed("Kim Ode")).encode()
    assert read_journal(tmp_path).torn is None


@pytest.mark.parametrize("length", range(1, 40, 7))
def test_wherever_a_line_is_cut_off_nothing_else_is_lost(tmp_path, length):
    line = to_line(confirmed("Zoë")).encode()
    (tmp_path / JOURNAL).write_bytes(line + line[:length])
    append_event(tmp_path, confirmed("Kim Ode"))
    assert [event.by for event in read_journal(tmp_path).events] == ["Zoë", "Kim Ode"]


def test_a_whole_last_line_without_its_end_counts(tmp_path):
    (tmp_path / JOURNAL).write_text(to_line(confirmed()).rstrip("\n"), encoding="utf-8")
    assert len(read_journal(tmp_path).events) == 1
    append_event(tmp_path, confirmed("Kim Ode"))
    assert [event.by for event in read_journal(tmp_path).events] == ["Dana Roe", "Kim Ode"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Invalid JSON"),
        ('{"event": "eaten"}', "eaten"),
        (to_line(confirmed()).replace('"schema_version":1', '"schema_version":2').strip(), "1"),
        (to_line(confirmed()).replace("2026-04-03T09:00:00Z", "2026-04-03T09:00:00").strip(), "at"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tmp_path, line, why):
    good = to_line(confirmed())
    (tmp_path / JOURNAL).write_text(f"{good}\n{line}\n{good}", encoding="utf-8")
    with pytest.raises(JournalError, match=rf"journal\.jsonl, line 3, is no event.*{why}"):
        read_journal(tmp_path)


def test_a_folder_in_the_place_of_the_journal_is_an_error(tmp_path):
    (tmp_path / JOURNAL).mkdir()
    with pytest.raises(InputError, match="Cannot read"):
        read_journal(tmp_path)
    with pytest.raises(OutputError, match="Cannot write"):
        append_event(tmp_path, confirmed())


def test_what_cannot_be_put_on_the_disk_leaves_the_journal_as_it_was(tmp_path, monkeypatch):
    append_event(tmp_path, confirmed())
    before = (tmp_path / JOURNAL).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        append_event(tmp_path, confirmed("Kim Ode"))
    assert (tmp_path / JOURNAL).read_bytes() == before


def _write_many(folder: Path, by: str) -> None:
    for n in range(25):
        append_event(folder, confirmed(by, claim_id=f"promise-{n}-{'x' * 5000}"))


def test_several_processes_can_write_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    names = ["Dana Roe", "Kim Ode", "Ann Lee"]
    writers = [context.Process(target=_write_many, args=(tmp_path, name)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = read_journal(tmp_path)
    assert found.torn is None
    for name in names:
        ids = [event.claim_id for event in found.events if event.by == name]
        assert [claim_id.split("-")[1] for claim_id in ids] == [str(n) for n in range(25)]


def test_a_review_is_noted_and_shown(office):
    claim = office.calls.handoff.claims[0]
    noted = office.review(claim.id, signed("Dana Roe", "Asked."), verdict="confirm")
    assert isinstance(noted.event, Confirmed)
    assert noted.claim is not None
    assert noted.claim.review is not None
    assert noted.claim.review.why == "Asked."
    assert noted.line == f"{claim.id} confirmed: Pen test report on Friday."
    assert read_journal(office.folder).events == (noted.event,)
    edit = office.review(
        claim.id[:10],
        signed("Dana Roe"),
        changes=["due=Monday", "owner=Ann Lee", "summary=On Monday."],
    )
    emptied = office.review(claim.id, signed("Dana Roe"), changes=["owner="])
    assert emptied.line == f"{claim.id} edited: owner is empty now"
    assert edit.line.endswith(" edited: due is Monday, owner is Ann Lee, summary is On Monday.")
    assert isinstance(edit.event, Edited)
    assert edit.claim is not None
    assert (edit.claim.summary, edit.claim.fact.due) == ("On Monday.", "Monday")
    out = office.review(claim.id, signed("Dana Roe"), verdict="reject")
    assert isinstance(out.event, Rejected)
    assert out.claim is None
    assert out.line == f"{claim.id} rejected"
    assert office.desk().applied.handoff.claims == ()


def test_an_answer_and_an_outcome_are_noted(office):
    claim = office.calls.handoff.claims[0]
    asked = [Asked(id="due:x", text="Which Friday?", claim_ids=(claim.id,))]
    answer = office.answer("due:x", "The tenth.", signed("Ann Lee"), asked=asked)
    assert answer.handoff.answers[0].evidence.words == "The tenth."
    assert answer.line == "due:x answered: The tenth."
    told = office.outcome(claim.id, "late", signed("Dana Roe"))
    assert told.line == f"{claim.id} late: Pen test report on Friday."
    assert told.claim is not None
    assert told.claim.outcome == "late"
    assert len(office.desk().events) == 2


def test_an_answer_where_the_calls_are_silent_is_a_claim(office):
    asked = [Asked(id="no_scope", text="What is to be delivered?")]
    told = office.answer("no_scope", "The SAP connector, I think.", signed("Ann Lee"), asked=asked)
    (claim,) = told.handoff.claims[1:]
    assert claim.fact == Promise(strength="hedged", type="feature")
    assert told.line == f"no_scope answered, which states {claim.id}: The SAP connector, I think."
    assert office.review(claim.id, signed("Dana Roe"), verdict="confirm").claim is not None
    assert office.undo(1, signed("Ann Lee")).handoff.claims == office.calls.handoff.claims


def test_what_was_done_is_taken_back(office):
    claim = office.calls.handoff.claims[0]
    office.review(claim.id, signed("Dana Roe"), verdict="reject")
    told = office.undo(1, signed("Dana Roe", "Misread"))
    assert told.line == "event 1 taken back"
    assert told.handoff.claims[0] == claim
    assert [one.event for one in office.desk().events] == ["rejected", "undone"]
    with pytest.raises(JournalError, match="taken back already, by number 2"):
        office.undo(1, signed("Dana Roe"))


@pytest.mark.parametrize(
    "order", [{}, {"verdict": "confirm", "changes": ["due=Monday"]}], ids=["nothing", "both"]
)
def test_one_thing_at_a_time(office, order):
    claim = office.calls.handoff.claims[0]
    with pytest.raises(JournalError, match="one of --confirm, --reject or --set"):
        office.review(claim.id, signed("Dana Roe"), **order)
    assert not (office.folder / JOURNAL).exists()


def test_a_line_that_was_cut_off_is_told_to_the_next_writer(office):
    (office.folder / JOURNAL).write_text('{"event"', encoding="utf-8")
    claim = office.calls.handoff.claims[0]
    noted = office.review(claim.id, signed("Dana Roe"), verdict="confirm")
    assert "was cut off" in noted.notes[0]
    assert office.desk().events == (noted.event,)
