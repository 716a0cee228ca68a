"""The steps of a deal out of a real store: calls put together, documents."""

import datetime
import threading

import pytest

from tests.jobs.by_hand import (
    BESIDE,
    FIRST,
    IMPORTED,
    MONO,
    OF_A_DEAL,
    PUBLIC_URL,
    SECOND,
    deal_row,
    text_of,
)
from transcript2handoff.deal import Deal
from transcript2handoff.errors import (
    Cancelled,
    DocumentMissingError,
    InputError,
    StoreConflictError,
    StoreGoneError,
)
from transcript2handoff.jobs.desk import current_handoff, on_desk
from transcript2handoff.jobs.rendering import parse_wanted
from transcript2handoff.journal import Signature, making, to_line
from transcript2handoff.store import (
    Window as ListWindow,
)
from transcript2handoff.store import (
    audit,
    calls,
    deals,
    documents,
    erasing,
    events,
    keeping,
    moving,
    retaining,
)
from transcript2handoff.watch import Watch

SAID_AGAIN = """WEBVTT

00:00:01.000 --> 00:00:06.000
<v Tamsin Okoro>As I said, I will send you the security questionnaire by Friday.

00:00:07.000 --> 00:00:13.000
<v Gareth Pugh>Our biggest problem is that invoices go out late, and that costs us customers.
"""


def test_a_second_call_joins_the_first_one_and_claims_keep_their_ids(hand):
    deal_id = hand.deal()
    hand.read(hand.spoken(deal_id))
    before = {claim.id for claim in current_handoff(hand.store, deal_id).claims}
    hand.read(hand.spoken(deal_id, "second", SECOND, date="2026-05-12"))
    after = current_handoff(hand.store, deal_id)
    assert [record.call.id for record in after.calls] == ["first", "second"]
    assert before <= {claim.id for claim in after.claims}
    assert len(after.claims) > len(before)
    assert deal_row(hand, deal_id).edition == "2-0"


def test_two_runs_at_once_lose_no_call(hand, monkeypatch):
    deal_id = hand.deal()
    wanted = []
    for ref, text in (("first", FIRST), ("second", SECOND)):
        call = hand.spoken(deal_id, ref, text)
        wanted.append(hand.want("call", deal_id, call.id))
    first, second = wanted
    for name in IMPORTED[:5]:
        hand.do(first, name)

    looks = []

    def another_is_read(share):
        # The first look comes before it is known what there is to put together.
        looks.append(share)
        if len(looks) == 2:
            for name in IMPORTED[:6]:
                hand.do(second, name)

    with pytest.raises(StoreConflictError, match="read meanwhile"):
        hand.do(first, "consolidate", Watch(report=another_is_read))
    assert hand.do(first, "consolidate").state == "reused"
    told = current_handoff(hand.store, deal_id)
    assert {record.call.id for record in told.calls} == {"first", "second"}


def test_many_runs_in_threads_lose_no_call(hand):
    deal_id = hand.deal()
    refs = [f"call-{n}" for n in range(4)]
    wanted = [hand.want("call", deal_id, hand.spoken(deal_id, ref, FIRST).id) for ref in refs]

    def until_it_works(run, name):
        while True:
            try:
                return hand.do(run, name)
            except StoreConflictError:
                continue

    def whole(run):
        for name in (*IMPORTED[:7],):
            until_it_works(run, name)

    threads = [threading.Thread(target=whole, args=(run,)) for run in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = current_handoff(hand.store, deal_id)
    assert sorted(record.call.id for record in told.calls) == refs


def test_what_people_did_is_in_the_documents_of_the_next_edition(quick):
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    here = on_desk(quick.store, deal_id)
    claim = here.handoff.claims[0]
    signature = Signature(by="Maeve", at=quick.store.now(), why=None)
    event = making.rejected(here.desk, claim.id, signature)
    with quick.store.write() as tx:
        events.append(tx, deal_id, [to_line(event)], edition=here.edition)
    outcomes = quick.play(quick.want("deal", deal_id))
    assert tuple(outcomes) == OF_A_DEAL
    assert outcomes["consolidate"] == "reused"
    assert claim.id not in {one.id for one in current_handoff(quick.store, deal_id).claims}
    with quick.store.read() as tx:
        assert documents.of(tx, deal_id, "1-0") == ()
        assert len(documents.of(tx, deal_id, "1-1")) > 10


@pytest.mark.parametrize("leave", ["erased", "moved"])
def test_deeds_follow_a_claim_when_the_call_goes_that_gave_it_its_id(quick, leave):
    deal_id = quick.deal()
    first = quick.spoken(deal_id)
    quick.read(first)
    quick.read(quick.spoken(deal_id, "second", SAID_AGAIN, date="2026-05-12"))
    here = on_desk(quick.store, deal_id)
    claims = [claim for claim in here.handoff.claims if len(calls_of(claim)) == 2]
    assert claims
    signature = Signature(by="Maeve", at=quick.store.now(), why=None)
    deeds = [making.rejected(here.desk, claim.id, signature) for claim in claims]
    with quick.store.write() as tx:
        events.append(tx, deal_id, list(map(to_line, deeds)), edition=here.edition)
    with quick.store.write() as tx:
        if leave == "erased":
            erasing.call(tx, first.id, by="tester")
        else:
            other = Deal(deal="other", seller="Foldwell", customer="Marlow")
            there = deals.add(tx, deals.NewDeal(deal=other, by="tester", external_id="2")).id
            moving.call(tx, first.id, there)
    quick.play(quick.want("deal", deal_id))
    after = on_desk(quick.store, deal_id)
    assert [one.call.id for one in after.handoff.calls] == ["second"]
    assert after.desk.applied.notices == ()
    told = after.desk.applied.handoff
    assert len(told.rejected) >= len(claims)
    assert {claim.kind for claim in claims}.isdisjoint(claim.kind for claim in told.claims)


def calls_of(claim):
    return {piece.call_id for piece in claim.spoken}


def test_what_somebody_does_meanwhile_is_not_passed_over(quick):
    """A claim that was just looked at has to be kept, even if no engine finds it any more."""
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    run, here = quick.want("deal", deal_id), on_desk(quick.store, deal_id)
    signature = Signature(by="M", at=quick.store.now(), why=None)
    event = making.confirmed(here.desk, here.handoff.claims[0].id, signature)
    looks = []

    def report(share):
        # The first look comes before anything is read, the second between reading and writing.
        looks.append(share)
        if len(looks) == 2:
            with quick.store.write() as tx:
                events.append(tx, deal_id, [to_line(event)], edition=None)

    with pytest.raises(StoreConflictError, match="done to it meanwhile"):
        quick.do(run, "consolidate", Watch(report=report))
    assert quick.do(run, "consolidate").state == "reused"


def test_an_edition_that_is_gone_gets_no_documents(quick):
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    run, here = quick.want("deal", deal_id), on_desk(quick.store, deal_id)
    event = making.confirmed(
        here.desk, here.handoff.claims[0].id, Signature(by="M", at=quick.store.now(), why=None)
    )

    def somebody_confirms(_):
        if deal_row(quick, deal_id).event_number == 0:
            with quick.store.write() as tx:
                events.append(tx, deal_id, [to_line(event)], edition=None)

    # The first look comes before the handoff is opened, the second between two documents.
    looks = []

    def report(share):
        looks.append(share)
        if len(looks) == 2:
            somebody_confirms(share)

    with pytest.raises(StoreConflictError, match="1-1"):
        quick.do(run, "render", Watch(report=report))
    with quick.store.read() as tx:
        assert documents.of(tx, deal_id, "1-1") == ()
        assert len(documents.of(tx, deal_id, "1-0")) > 10


def test_one_heavy_document_is_made_for_whoever_wants_it(hand):
    deal_id = hand.deal()
    hand.read(hand.spoken(deal_id))
    for state in ("done", "reused"):
        run = hand.want("documents", deal_id, wanted="internal/questions.docx de")
        assert hand.play(run) == {"render": state}
    with hand.store.read() as tx:
        found = [one for one in documents.of(tx, deal_id, "1-0") if one.format == "docx"]
    assert [(one.name, one.language) for one in found] == [("internal/questions", "de")]
    assert next(hand.store.blobs.read(found[0].blob)).startswith(b"PK")


@pytest.mark.parametrize(
    "wanted", ["internal/poem.md en", "internal/questions.odt en", "internal/questions.md xx", ""]
)
def test_a_document_that_there_is_not_is_refused(wanted, quick):
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    with pytest.raises(DocumentMissingError):
        quick.play(quick.want("documents", deal_id, wanted=wanted))


def test_what_is_wanted_is_read_back():
    name, language = parse_wanted("internal/transcripts/call.1 of 2.vtt en")
    assert (name.path, name.format, language) == ("internal/transcripts/call.1 of 2", "vtt", "en")


def test_a_deal_without_calls_that_were_read_says_so(quick):
    deal_id = quick.deal()
    quick.spoken(deal_id)
    with pytest.raises(InputError, match="None of the calls"):
        quick.play(quick.want("deal", deal_id))
    with pytest.raises(StoreGoneError, match="no handoff yet"):
        on_desk(quick.store, deal_id)


def test_an_earlier_version_is_read_with_its_own_transcripts(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    other = quick.store.blobs.put([SECOND.encode()])
    with quick.store.write() as tx:
        calls.change(tx, call.id, calls.CallChanges(transcript=other.digest))
    quick.read(call)
    now, before = on_desk(quick.store, deal_id), on_desk(quick.store, deal_id, 1)
    assert "forty seats" in now.told.transcripts[0].text
    assert "forty seats" not in before.told.transcripts[0].text
    assert (now.edition, before.edition) == ("2-0", "1-0")


def test_a_handoff_of_an_engine_that_was_used_before_is_the_latest_again(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    first = call.transcript
    other = quick.store.blobs.put([SECOND.encode()]).digest
    for digest in (first, other, first):
        with quick.store.write() as tx:
            calls.change(tx, call.id, calls.CallChanges(transcript=digest))
        quick.read(call)
    assert "two days a month" in on_desk(quick.store, deal_id).told.transcripts[0].text
    assert deal_row(quick, deal_id).handoff_version == 3


def test_recordings_are_played_from_the_service(quick):
    deal_id = quick.deal()
    sound = quick.store.blobs.put([MONO.read_bytes()]).digest
    call = quick.spoken(deal_id, recording=sound)
    without = quick.spoken(deal_id, "second", SECOND)
    for one in (call, without):
        quick.read(one)
    made = on_desk(quick.store, deal_id).documents(BESIDE, language="en", public_url=PUBLIC_URL)
    assert made.recordings == {"first": f"{PUBLIC_URL}/v1/calls/{call.id}/audio"}
    with quick.store.read() as tx:
        brief = next(d for d in documents.of(tx, deal_id, "2-0") if d.format == "html")
    page = text_of(quick, brief.blob)
    assert f'href="{PUBLIC_URL}/v1/calls/{call.id}/audio#t=' in page
    assert without.id not in page


def test_a_handoff_is_not_made_anew_without_a_call_that_it_rests_on(quick):
    deal_id = quick.deal()
    first = quick.spoken(deal_id)
    quick.read(first)
    quick.store.now = lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=200)
    with quick.store.write() as tx:
        assert retaining.drop_transcripts(tx, older=datetime.timedelta(days=180)) == 1
    keeping.collect(quick.store)
    with pytest.raises(StoreGoneError, match="kept no longer"):
        on_desk(quick.store, deal_id)
    with pytest.raises(InputError, match="transcript of first is kept no longer"):
        quick.read(quick.spoken(deal_id, "second", SECOND))
    assert deal_row(quick, deal_id).edition == "1-0"


def test_cancelled_between_documents(quick):
    deal_id = quick.deal()
    quick.read(quick.spoken(deal_id))
    with quick.store.write() as tx:
        documents.drop_older(tx, deal_id, "2-0")
    keeping.collect(quick.store)
    shares = []
    watch = Watch(report=shares.append, cancelled=lambda: len(shares) > 3)
    before = {one.name for one in quick.store.blobs.everything()}
    with pytest.raises(Cancelled):
        quick.do(quick.want("deal", deal_id), "render", watch)
    assert {one.name for one in quick.store.blobs.everything()} == before


def test_a_version_is_noted_in_the_audit_once(quick):
    deal_id = quick.deal()
    call = quick.spoken(deal_id)
    quick.read(call)
    quick.read(call)
    with quick.store.read() as tx:
        found = audit.listed(tx, ListWindow(), only=audit.AuditFilter(subject=deal_id)).items
    noted = [(one.actor, one.action, one.matter) for one in found]
    assert noted == [("worker", "add", "handoff")]
