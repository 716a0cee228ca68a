"""Erasing a person: from rows, transcripts and accounts; others keep their words."""

import datetime
import json
from typing import Any

import pytest
from sqlalchemy import Text, select

from transcript2handoff.corrections import (
    SpeakerChanged,
    TurnMoved,
    WordsFixed,
    apply,
    parsed,
    to_line,
)
from transcript2handoff.deal import Call, Deal, Participant
from transcript2handoff.erasure import ERASED, Who
from transcript2handoff.errors import ArtifactError, StoreUnreachableError
from transcript2handoff.store import (
    Store,
    Transaction,
    Window,
    answers,
    audit,
    calls,
    corrections,
    deals,
    documents,
    erasing,
    events,
    handoffs,
    inbox,
    keeping,
    keys,
    ledger,
    outbox,
    proving,
    receipts,
    results,
    runs,
    said,
    shares,
    tokens,
    uploads,
    users,
    views,
)
from transcript2handoff.store.ledger import LedgerEntry
from transcript2handoff.store.tables import Base, TokenRow
from transcript2handoff.store.tables.base import PROOF, WORDS
from transcript2handoff.store.tracing import TRANSCRIPT
from transcript2handoff.store.wording import places
from transcript2handoff.transcript import Speaker, Transcript, Turn, read_transcript

PRIYA = Who(names=("Priya Nair",), emails=("priya@hl.example",))
TOM = Participant(name="Tom Nair", side="customer", title="CEO", email="tom@hl.example")
HERS = Participant(name="Priya Nair", side="customer", title="COO", email="Priya@HL.example")


@pytest.fixture
def world(store: Store) -> "World":
    return World(store)


class World:
    """Deals and calls of Harborline, as people and runs make them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def deal(self, *people: Participant, by: str = "import", **other: Any) -> str:
        told = Deal(deal="Renewal", customer="Nair Ltd", participants=people, **other)
        with self.store.write() as tx:
            return deals.add(tx, deals.NewDeal(deal=told, by=by)).id

    def call(self, deal_id: str, ref: str, **other: Any) -> str:
        names = other.pop("attendees", ())
        with self.store.write() as tx:
            new = calls.NewCall(deal_id=deal_id, call=Call(id=ref, attendees=names), **other)
            return calls.add(tx, new).id

    def blob(self, text: str) -> str:
        return self.store.blobs.put([text.encode()]).digest

    def heard(self, deal_id: str, ref: str, *turns: tuple[str | None, str]) -> str:
        """A recorded call whose transcript was made; a turn is who speaks and what."""
        call_id = self.call(deal_id, ref, recording=self.blob(f"the sound of {ref} {deal_id}"))
        speakers = sorted({name for name, _ in turns if name})
        transcript = Transcript(
            call_id=ref,
            speakers=tuple(Speaker(id=f"S{n}", name=name) for n, name in enumerate(speakers)),
            turns=tuple(
                Turn(n=n, speaker=f"S{speakers.index(name)}" if name else None, text=text)
                for n, (name, text) in enumerate(turns, 1)
            ),
        )
        self.made(deal_id, call_id, TRANSCRIPT, transcript.to_json())
        return call_id

    def made(self, deal_id: str, call_id: str | None, name: str, text: str) -> None:
        blob = self.store.blobs.put([text.encode()])
        place = {"deal_id": deal_id, "call_id": call_id, "key": f"key of {call_id}", "name": name}
        with self.store.write() as tx:
            results.put(
                tx,
                results.Result(**place, step="s", blob=blob, media_type="application/json"),
            )

    def erase(self, who: Who = PRIYA, *, prove: bool = True, **other: Any) -> erasing.ErasedPerson:
        with self.store.read() as tx:
            heard_in = erasing.heard(tx, who)
        with self.store.write() as tx:
            erased = erasing.person(tx, who, by="user-1", heard_in=heard_in, **other)
        keeping.collect(self.store)
        self.store.settle()
        if prove:
            self.prove(erased)
        return erased

    def prove(self, erased: erasing.ErasedPerson) -> None:
        """A search that knows nothing of how a person is erased finds nothing of them."""
        with self.store.read() as tx:
            receipt = receipts.get(tx, erased.receipt_id)
        assert proving.look(self.store, receipt, erased.who).left == []

    def transcript(self, call_id: str) -> Transcript:
        digest = self.of(call_id).transcript
        assert digest is not None
        return read_transcript(b"".join(self.store.blobs.read(digest)))

    def of(self, call_id: str) -> calls.CallRecord:
        with self.store.read() as tx:
            return calls.get(tx, call_id)


def test_a_call_on_which_they_speak_is_kept_without_them(world: World, everything):
    deal_id = world.deal(HERS, TOM, by="Priya Nair")
    call_id = world.heard(
        deal_id, "demo", ("Priya Nair", "I run the docks."), ("Tom Nair", "Right, Priya.")
    )
    world.made(deal_id, call_id, "4_handoff.json", '{"claims": []}')
    erased = world.erase()
    (touched,) = erased.calls
    call = world.of(call_id)
    assert (touched.call_id, touched.deal_id) == (call_id, deal_id)
    assert touched.transcript_digest == call.transcript
    assert (call.recording, call.playback, call.fetch) == (None, None, None)
    told = world.transcript(call_id)
    assert [turn.text for turn in told.turns] == [ERASED, "Right, [erased]."]
    assert [speaker.name for speaker in told.speakers] == [ERASED, "Tom Nair"]
    with world.store.read() as tx:
        assert results.of(tx, deal_id, f"key of {call_id}") == {}
    left = everything()
    for word in ("Priya", "priya@", "docks", "the sound of demo", "COO"):
        assert word not in left, word
    for word in ("Tom Nair", "tom@hl.example", "CEO", "Nair Ltd"):
        assert word in left, word


def test_what_is_left_is_worked_on_anew(world: World):
    deal_id = world.deal(HERS)
    call_id = world.heard(deal_id, "demo", ("Priya Nair", "Yes."))
    other = world.deal(TOM, tags=("asked Priya Nair",))
    erased = world.erase()
    assert set(erased.deal_ids) == {deal_id, other}
    with world.store.read() as tx:
        told = [runs.get(tx, run_id) for run_id in erased.started]
    wanted = {(run.kind, run.deal_id, run.call_id, run.state) for run in told}
    assert wanted == {
        ("call", deal_id, call_id, "waiting"),
        ("deal", other, None, "waiting"),
    }


def test_a_call_on_which_they_are_only_named_loses_its_recording_too(world: World):
    deal_id = world.deal(TOM)
    named = world.heard(deal_id, "demo", ("Tom Nair", "Ask Priya Nair, Priya knows."))
    other = world.heard(deal_id, "close", ("Tom Nair", "Nothing else."))
    before = world.of(other)
    assert [call.call_id for call in world.erase().calls] == [named]
    assert world.transcript(named).turns[0].text == "Ask [erased], [erased] knows."
    assert world.of(other) == before
    with world.store.read() as tx:
        assert TRANSCRIPT in results.of(tx, deal_id, f"key of {other}")


def test_in_their_own_deal_a_part_of_the_name_is_enough(world: World):
    deal_id = world.deal(HERS, TOM)
    first = world.heard(deal_id, "demo", ("Tom Nair", "I ask Priya."))
    second = world.heard(deal_id, "close", ("Tom Nair", "Nobody else."))
    made = world.heard(deal_id, "last", ("Tom Nair", "As before."))
    world.made(deal_id, made, "4_handoff.json", '{"owner": "Priya"}')
    elsewhere = world.heard(world.deal(), "demo", ("Ana", "Priya is another one here."))
    assert {call.call_id for call in world.erase().calls} == {first, made}
    for call_id in (second, elsewhere):
        assert world.of(call_id).recording is not None


def test_a_call_that_nobody_has_written_down_goes_if_they_may_be_on_it(world: World):
    deal_id = world.deal(HERS, TOM)
    sound = world.blob("sound")
    invited = world.call(deal_id, "a", recording=sound, attendees=("Priya Nair", "Tom Nair"))
    perhaps = world.call(deal_id, "b", recording=sound, fetch='{"url": "x"}')
    without = world.call(deal_id, "c", recording=sound, attendees=("Tom Nair",))
    erased = world.erase()
    assert {call.call_id for call in erased.calls} == {invited, perhaps}
    assert {call.transcript_digest for call in erased.calls} == {None}
    assert world.of(invited).call.attendees == (ERASED, "Tom Nair")
    assert [world.of(each).recording for each in (invited, perhaps)] == [None, None]
    assert world.of(perhaps).fetch is None
    assert world.of(without).recording == sound


def test_what_was_heard_before_the_speakers_were_told_apart_counts_too(world: World):
    deal_id = world.deal(TOM)
    named = world.call(deal_id, "a", recording=world.blob("sound"), attendees=("Tom Nair",))
    other = world.call(deal_id, "b", recording=world.blob("sound"), attendees=("Tom Nair",))
    world.made(deal_id, named, "words.json", '["Hello,", "Priya Nair."]')
    world.made(deal_id, other, "words.json", '["Hello."]')
    world.heard(deal_id, "c", ("Tom Nair", "Priya Nair, please."))
    touched = {call.call_id: call.transcript_digest for call in world.erase().calls}
    assert touched[named] is None
    assert other not in touched
    assert len(touched) == 2


def test_a_transcript_of_another_tool_needs_its_reader(world: World, everything):
    deal_id = world.deal(HERS)
    text = "Priya Nair: I run the docks.\nTom: Fine."
    read, unread = (
        world.call(deal_id, ref, transcript=world.blob(f"{ref}\n{text}")) for ref in "ab"
    )

    def reader(ref: str, data: bytes) -> Transcript:
        if ref == "b":
            raise ArtifactError("no transcript")
        assert data.startswith(b"a\n")
        speakers = (Speaker(id="Priya Nair"), Speaker(id="Tom"))
        turns = (
            Turn(n=1, speaker="Priya Nair", text="I run the docks."),
            Turn(n=2, speaker="Tom", text="Fine."),
        )
        return Transcript(call_id=ref, speakers=speakers, turns=turns)

    world.erase(reader=reader)
    assert [turn.text for turn in world.transcript(read).turns] == [ERASED, "Fine."]
    assert world.of(unread).transcript is None
    assert "docks" not in everything()


def test_handoffs_documents_and_what_was_sent_of_their_deals_go(world: World):
    mine, other = world.deal(HERS), world.deal(TOM)
    for deal_id in (mine, other):
        blob = world.blob(f"brief of {deal_id}")
        world.made(deal_id, None, "consolidated.json", "{}")
        with world.store.write() as tx:
            handoffs.add(tx, deal_id, '{"a": 1}', run_id=None)
            place = {"deal_id": deal_id, "edition": "1-0", "name": "brief", "language": "en"}
            new = documents.NewDocument(**place, format="md", media_type="t/m", blob=blob)
            documents.put(tx, new)
            told = {"target": "crm", "external_key": deal_id, "kind": "note"}
            outbox.put(tx, outbox.OutboxWish(**told, deal_id=deal_id, content="{}", digest="a"))
    world.erase()
    with world.store.read() as tx:
        for deal_id, is_left in ((mine, False), (other, True)):
            assert (handoffs.newest(tx, deal_id) is not None) == is_left
            assert bool(documents.of(tx, deal_id, "1-0")) == is_left
            assert bool(results.of(tx, deal_id, "key of None")) == is_left
            (item,) = outbox.listed(tx, Window(), deal_id=deal_id).items
            assert (item.content is not None) == is_left
        assert deals.get(tx, mine).handoff_version == 1
        assert (deals.get(tx, mine).version, deals.get(tx, other).version) == (2, 1)


def test_what_was_answered_about_their_deals_and_calls_goes(world: World):
    mine, other = world.deal(HERS), world.deal(TOM)
    call_id = world.heard(mine, "demo", ("Priya Nair", "I worry."))
    left = {f"/v1/deals/{mine}": False, f"/v1/calls/{call_id}": False, f"/v1/deals/{other}": True}
    with world.store.write() as tx:
        for about in left:
            headers = {"t2h-about": about}
            told = answers.Answer(status=200, body="Priya worries.", headers=headers)
            answers.begin(tx, "key-1", about, "r")
            answers.answer(tx, "key-1", about, told)
    world.erase()
    with world.store.write() as tx:
        for about, is_left in left.items():
            known = answers.begin(tx, "key-1", about, "r")
            assert (known.answer.body is not None) == is_left, about


def test_what_is_on_its_way_to_their_deals_goes(world: World):
    ids = {}
    for name, deal_id in (("mine", world.deal(HERS)), ("other", world.deal(TOM))):
        with world.store.write() as tx:
            new = uploads.NewUpload(actor="key-1", deal_id=deal_id, length=9)
            ids[name] = uploads.add(tx, new).id
    assert world.erase().uploads == (ids["mine"],)


def test_the_journal_keeps_what_others_said(world: World):
    deal_id = world.deal(HERS, TOM)
    world.heard(deal_id, "demo", ("Priya Nair", "I run the docks."), ("Tom Nair", "Good."))
    quoted = [
        {"event": "added", "evidence": [{"call_id": "demo", "turn": n, "quote": q}]}
        for n, q in ((1, "I run the docks."), (2, "Good."))
    ]
    said = {"event": "answered", "by": "Priya Nair", "words": "Priya and Tom Nair agree."}
    with world.store.write() as tx:
        events.append(tx, deal_id, [json.dumps(e) for e in (*quoted, said)], edition=None)
    world.erase()
    with world.store.read() as tx:
        first, second, third = map(json.loads, events.of(tx, deal_id))
    assert first["evidence"][0]["quote"] == ERASED
    assert second == quoted[1]
    assert third == {"event": "answered", "by": ERASED, "words": "[erased] and Tom Nair agree."}


@pytest.mark.parametrize("ref", ["demo", "call-with-priya"])
def test_the_journal_does_not_retell_what_they_said(world: World, ref: str):
    """Edits repeat what they said, and questions that somebody has answered."""
    deal_id = world.deal(HERS, TOM)
    world.heard(deal_id, ref, ("Priya Nair", "I run the docks."), ("Tom Nair", "Good."))
    claims = [
        {"id": name, "evidence": [{"call_id": ref, "turn": turn} for turn in turns]}
        for name, turns in {"hers": (1,), "both": (1, 2), "his": (2,)}.items()
    ]
    told = [
        {"event": "edited", "claim_id": name, "changes": {"summary": {"was": words}}}
        for name, words in {"hers": "runs the docks", "both": "the docks", "his": "Good"}.items()
    ]
    told += [
        {"event": "answered", "question": words, "words": "Yes.", "claim_ids": names}
        for names, words in ((["hers"], "Docks?"), (["hers", "his"], "Docks?"), (["his"], "Good?"))
    ]
    with world.store.write() as tx:
        run = runs.start(tx, runs.NewRun(deal_id=deal_id, kind="deal"))
        handoffs.add(tx, deal_id, json.dumps({"handoff": {"claims": claims}}), run_id=run.id)
        events.append(tx, deal_id, [json.dumps(e) for e in told], edition=None)
    world.erase()
    with world.store.read() as tx:
        left = [json.loads(line) for line in events.of(tx, deal_id)]
    assert left == [told[2], {**told[4], "question": ERASED, "claim_ids": ["his"]}, told[5]]


def test_edits_stay_where_somebody_else_is_erased(world: World):
    """Who is only named has said nothing."""
    deal_id = world.deal(HERS, TOM)
    world.heard(deal_id, "demo", ("Tom Nair", "Priya Nair runs the docks."))
    edit = {"event": "edited", "claim_id": "of-nobody-knows", "changes": {}}
    with world.store.write() as tx:
        events.append(tx, deal_id, [json.dumps(edit)], edition=None)
    world.erase()
    with world.store.read() as tx:
        assert [json.loads(line) for line in events.of(tx, deal_id)] == [edit]


def test_names_in_the_queues_and_elsewhere_are_put_out(world: World):
    soon = world.store.now() + datetime.timedelta(hours=1)
    told = json.dumps({"who": "Nair, Priya", "email": "PRIYA@hl.example", "other": "Priya"})
    with world.store.write() as tx:
        inbox.add(tx, inbox.NewItem(source="zoom", key="1", event=told, endpoint="zoom"))
        key = keys.add(tx, keys.NewKey(name="Priya Nair's", scopes=(), digest="a" * 64))
        token = tokens.NewToken(digest="b" * 64, purpose="invitation", expires=soon, data=told)
        tokens.add(tx, token)
    assert world.erase().deal_ids == ()
    with world.store.read() as tx:
        (item,) = inbox.listed(tx, Window()).items
        assert json.loads(item.event or "") == {"who": ERASED, "email": ERASED, "other": "Priya"}
        assert item.state == "waiting"
        assert keys.get(tx, key.id).name == "[erased]'s"
        found = tokens.find(tx, "b" * 64, "invitation")
        assert found is not None
        assert "priya@" not in (found.data or "").lower()


def test_an_account_goes_with_its_address_and_not_with_a_name(world: World):
    with world.store.write() as tx:
        hers = users.add(
            tx,
            users.NewUser(
                name="P. N.", email=HERS.email or "", role="ae", subject="oidc", password_hash="x"
            ),
        )
        named = users.add(tx, users.NewUser(name="Priya Nair", email="b@c.example", role="ae"))
        key = keys.add(tx, keys.NewKey(name="laptop", scopes=(), digest="a" * 64, user_id=hers.id))
        expires = world.store.now() + datetime.timedelta(hours=1)
        told = {"purpose": "session", "expires": expires, "user_id": hers.id}
        tokens.add(tx, tokens.NewToken(digest="b" * 64, **told))
        deal = deals.NewDeal(deal=Deal(), by="import", ae_id=hers.id)
        deal_id = deals.add(tx, deal).id
    erased = world.erase(prove=False)
    with world.store.read() as tx:
        receipt = receipts.get(tx, erased.receipt_id)
    (left,) = proving.look(world.store, receipt, erased.who).left
    assert (left.where, left.number) == ("users.name", 1)
    with world.store.read() as tx:
        gone = users.get(tx, hers.id)
        assert (gone.name, gone.email) == (ERASED, f"{hers.id}@erased.invalid")
        assert (gone.subject, gone.password_hash) == (None, None)
        assert gone.disabled is not None
        assert users.get(tx, named.id) == named
        assert keys.get(tx, key.id).expires is not None
        assert keys.get(tx, key.id).name == ERASED
        assert tx.session.scalars(select(TokenRow)).all() == []
        assert deals.get(tx, deal_id).ae_id == hers.id


def test_an_address_finds_the_name_that_stands_beside_it(world: World):
    deal_id = world.deal(HERS, TOM)
    call_id = world.heard(deal_id, "demo", ("Priya Nair", "I run the docks."))
    elsewhere = world.deal(tags=("met Priya Nair",))
    world.erase(Who(emails=("priya@hl.example",)))
    assert world.transcript(call_id).turns[0].text == ERASED
    with world.store.read() as tx:
        assert deals.get(tx, deal_id).deal.participants == (
            Participant(name=ERASED, side="customer"),
            TOM,
        )
        assert deals.get(tx, elsewhere).deal.tags == ("met [erased]",)


def test_a_name_finds_the_address_that_stands_beside_it(world: World):
    deal_id = world.deal(HERS, TOM, glossary=("priya@hl.example",))
    elsewhere = world.deal(tags=("priya@hl.example",))
    world.erase(Who(names=("Priya Nair",)))
    with world.store.read() as tx:
        assert deals.get(tx, deal_id).deal.glossary == (ERASED,)
        # There, nothing says whose address it is.
        assert deals.get(tx, elsewhere).deal.tags == ("priya@hl.example",)


def test_a_first_name_reaches_no_further_than_the_address(world: World):
    mine, other = world.deal(HERS), world.deal(tags=("Priya",))
    call_id = world.heard(mine, "demo", ("Ana", "Bye, Priya."))
    erased = world.erase(Who(names=("Priya",), emails=("priya@hl.example",)))
    assert erased.deal_ids == (mine,)
    assert world.transcript(call_id).turns[0].text == "Bye, [erased]."
    with world.store.read() as tx:
        assert deals.get(tx, other).deal.tags == ("Priya",)


def test_a_second_erasure_finds_nothing_more(world: World, everything):
    deal_id = world.deal(HERS, TOM)
    world.heard(deal_id, "demo", ("Priya Nair", "Yes."), ("Tom Nair", "Priya, no."))
    world.erase()
    before = everything()
    again = world.erase()
    assert (again.deal_ids, again.calls, again.blobs) == ((), (), ())
    assert "Tom Nair" in before
    # Of all that stands there, the audit alone has changed, and there is one receipt more.
    assert len(set(everything().splitlines()) - set(before.splitlines())) == 3


@pytest.mark.parametrize("ref", ["Priya-Nair", "priya_nair-2", "call-with-priya"])
def test_a_call_that_is_called_after_them_is_called_otherwise(world: World, everything, ref: str):
    """Calls are called after the files that were sent in."""
    deal_id = world.deal(HERS, TOM)
    call_id = world.heard(deal_id, ref, ("Tom Nair", "Just me."))
    kept = world.heard(deal_id, "call-1", ("Tom Nair", "Me again."))
    quote = {"calls": [ref], "evidence": [{"call_id": ref, "turn": 1, "quote": "Just me."}]}
    with world.store.write() as tx:
        events.append(tx, deal_id, [json.dumps(quote)], edition=None)
    world.erase()
    assert world.of(call_id).ref == world.of(call_id).call.id == "call-2"
    assert world.transcript(call_id).call_id == "call-2"
    assert world.of(kept).ref == "call-1"
    assert "priya" not in everything().lower()
    with world.store.read() as tx:
        (event,) = events.of(tx, deal_id)
    evidence = [{**quote["evidence"][0], "call_id": "call-2"}]
    assert json.loads(event) == {"calls": ["call-2"], "evidence": evidence}


def test_the_audit_says_that_somebody_was_erased_and_not_who(world: World):
    world.heard(world.deal(HERS), "demo", ("Priya Nair", "Yes."))
    receipt_id = world.erase().receipt_id
    with world.store.read() as tx:
        (deed,) = audit.listed(tx, Window()).items
        assert audit.verify(tx) == 1
    assert (deed.action, deed.matter, deed.subject) == ("erase", "person", "-")
    assert deed.details == {"deals": 1, "calls": 1, "accounts": 0, "receipt": receipt_id}


def found(world: World, wanted: str) -> list[tuple[str, int]]:
    with world.store.read() as tx:
        return [(hit.call_id, hit.turn) for hit in said.search(tx, wanted, Window()).items]


def searched(world: World, call_id: str) -> None:
    """Have a call be searched in by what was heard."""
    with world.store.write() as tx:
        key = f"key of {call_id}"
        digest = results.of(tx, calls.get(tx, call_id).deal_id, key)[TRANSCRIPT]
        told = read_transcript(b"".join(world.store.blobs.read(digest)))
        said.put(tx, call_id, told, digest=digest)


def test_what_others_said_is_still_found_and_their_words_are_not(world: World, everything):
    deal_id = world.deal(HERS, TOM)
    spoken = world.heard(
        deal_id, "demo", ("Priya Nair", "I run the docks."), ("Tom Nair", "Right, Priya, docks.")
    )
    elsewhere = world.heard(deal_id, "other", ("Tom Nair", "The docks are mine."))
    for call_id in (spoken, elsewhere):
        searched(world, call_id)
    world.erase()
    assert set(found(world, "docks")) == {(spoken, 2), (elsewhere, 1)}
    assert found(world, "priya") == found(world, "run") == []
    assert "Priya" not in everything()
    with world.store.read() as tx:
        assert said.is_of(tx, spoken, calls.get(tx, spoken).transcript or "")


def test_a_call_whose_words_are_searched_and_gone_is_searched_no_more(world: World):
    """What is searched in may be older than what was made since."""
    deal_id = world.deal(HERS)
    call_id = world.heard(deal_id, "demo", (None, "Nobody is named here."))
    searched(world, call_id)
    unreadable = world.call(deal_id, "gone", attendees=("Priya Nair",))
    with world.store.write() as tx:
        turns = (Turn(n=1, text="Priya Nair runs the docks."),)
        for one in (call_id, unreadable):
            said.put(tx, one, Transcript(call_id="demo", turns=turns), digest="1" * 64)
        line = to_line(TurnMoved(turn=1, speaker="S1", **BY_TOM))
        corrections.append(tx, unreadable, line, expected=0)
    world.erase()
    assert found(world, "docks") == []
    with world.store.read() as tx:
        assert said.missing(tx) == (call_id,)
        assert corrections.of(tx, unreadable) == ()


AT = datetime.datetime(2026, 4, 8, 9, tzinfo=datetime.UTC)
BY_TOM: dict[str, Any] = {"by": "Tom Nair", "at": AT}


def test_who_speaks_may_be_known_from_a_correction_alone(world: World, everything):
    deal_id = world.deal(TOM)
    call_id = world.heard(deal_id, "demo", ("Unknown", "I run the docks."), ("Zoe", "Good."))
    told = (
        SpeakerChanged(speaker="S0", name="Priya Nair", **BY_TOM),
        SpeakerChanged(speaker="S1", name="Zoe Brown", side="customer", **BY_TOM),
        WordsFixed(turn=2, start=0, end=4, was="Good", now="Very good", **BY_TOM),
    )
    with world.store.write() as tx:
        for number, one in enumerate(told):
            corrections.append(tx, call_id, to_line(one), expected=number)
    (touched,) = world.erase().calls
    assert touched.call_id == call_id
    left = world.transcript(call_id)
    assert [turn.text for turn in left.turns] == [ERASED, "Very good."]
    assert [speaker.name for speaker in left.speakers] == [ERASED, "Zoe Brown"]
    with world.store.read() as tx:
        lines = corrections.of(tx, call_id)
    (kept,) = parsed(lines)
    assert isinstance(kept, SpeakerChanged)
    assert (kept.speaker, kept.name, kept.by) == ("S1", "Zoe Brown", "Tom Nair")
    # Applied to what is left, it makes it no other one.
    assert apply(left, (kept,)).transcript.turns == left.turns
    for word in ("Priya", "docks"):
        assert word not in everything()


def test_lists_and_links_know_them_no_more(world: World, everything):
    deal_id = world.deal(HERS, tags=("x",))
    far = world.deal(TOM, tags=("x",))
    with world.store.write() as tx:
        deals.change(tx, far, deals.DealChanges(deal=Deal(deal="Deal of Priya Nair")))
        told = dict.fromkeys(LedgerEntry.model_fields)
        fixed = {"deal_id": deal_id, "claim_id": "c", "position": 0, "summary": "Priya promises"}
        rest = {"state": "open", "strength": "firm", "is_reviewed": False}
        ledger.put(tx, deal_id, [LedgerEntry.model_validate({**told, **fixed, **rest})])
        link = {"by": "Priya Nair", "by_id": "u", "audio": False, "language": "en"}
        expires = tx.now + datetime.timedelta(days=1)
        new = shares.NewShare(deal_id=far, digest="a" * 64, expires=expires, **link)
        shares.add(tx, new)
        hers = users.add(tx, users.NewUser(name="P", email=HERS.email or "", role="csm"))
        views.add(tx, views.NewView(user_id=hers.id, name="Docks of mine", query="text=docks"))
        assert [one.id for one in listed(tx, "priya")] == [far]
    world.erase()
    with world.store.read() as tx:
        assert listed(tx, "priya") == []
        assert [one.id for one in listed(tx, "deal of")] == [far]
        assert ledger.listed(tx, Window()).items == ()
        assert [one.by for one in shares.of_deal(tx, far)] == [ERASED]
        assert views.listed(tx, hers.id) == ()
    for word in ("priya", "docks"):
        assert word not in everything().lower()


def test_lists_of_others_that_are_about_them_go(world: World, everything):
    with world.store.write() as tx:
        ana = users.add(tx, users.NewUser(name="Ana", email="ana@example.com", role="csm")).id
        for name, query in [
            ("Priya Nair", "verdict=ready"),
            ("Nair, Priya", "verdict=blocked"),
            ("Docks", "text=Priya+Nair&verdict=ready"),
            ("Ports", "text=Priya%20Nair"),
            ("Mine", "ae_id=me"),
        ]:
            views.add(tx, views.NewView(user_id=ana, name=name, query=query))
    world.erase()
    with world.store.read() as tx:
        assert [view.name for view in views.listed(tx, ana)] == ["Mine"]
    assert "priya" not in everything().lower()


def listed(tx: Transaction, text: str) -> list[deals.DealRecord]:
    return list(deals.listed(tx, Window(), only=deals.DealFilter(text=text)).items)


def test_nothing_is_erased_while_the_blobs_cannot_be_read(world: World, tmp_path, monkeypatch):
    deal_id = world.deal(HERS)
    call_id = world.heard(deal_id, "demo", ("Priya Nair", "Yes."))
    before = world.of(call_id)

    def broken(*_: object) -> None:
        raise StoreUnreachableError("The blobs are away.")

    with monkeypatch.context() as patch:
        patch.setattr(world.store.blobs, "put", broken)
        with pytest.raises(StoreUnreachableError), world.store.write() as tx:
            erasing.person(tx, PRIYA, by="user-1")
    assert world.of(call_id) == before
    with world.store.read() as tx:
        assert deals.get(tx, deal_id).deal.participants == (HERS,)
        assert audit.verify(tx) == 0
    assert len(world.erase().calls) == 1


def test_a_name_in_other_letters_is_found_in_rows(world: World):
    anywhere = world.deal(tags=("Иван Петров", "José Núñez", "Ng Wu"))
    for name in ("Иван Петров", "José Núñez", "Ng Wu"):
        assert world.erase(Who(names=(name,))).deal_ids == (anywhere,)
    with world.store.read() as tx:
        assert deals.get(tx, anywhere).deal.tags == (ERASED,) * 3


def test_every_column_that_may_hold_words_says_so():
    """A new table is looked through by itself; this fails where it does not say which words."""
    known = {"blobs", "audit_head", "counts", "erasures"}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Text) and table.name not in known:
                assert WORDS in column.info, f"{table.name}.{column.name}"
    # What cannot be put out goes as a whole, and only these are known to go so.
    assert {p.table.name for p in places() if p.column.info == PROOF} == {"handoffs", "said"}
