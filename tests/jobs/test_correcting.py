"""A call that people correct: what its runs read, and what the desk shows until then."""

import datetime

import pytest

from tests.jobs.by_hand import BESIDE, IMPORTED, made, text_of
from transcript2handoff.corrections import Proof, Signature, Who, making, parsed, to_line
from transcript2handoff.jobs.desk import on_desk
from transcript2handoff.jobs.shelf import heard_before
from transcript2handoff.jobs.telling import transcript_of
from transcript2handoff.journal import making as deeds
from transcript2handoff.journal import to_line as event_line
from transcript2handoff.pipeline import TRANSCRIPT
from transcript2handoff.store import corrections, events, journal_words, runs, said
from transcript2handoff.store.paging import Window

FORM = "I will send you the security questionnaire by Friday."


def signed(by="Maeve Lindqvist"):
    return Signature(by=by, at=datetime.datetime(2026, 5, 18, 9, tzinfo=datetime.UTC))


class Corrected:
    """A call that was read, and what people do to its transcript."""

    def __init__(self, hand) -> None:
        self.hand = hand
        self.store = hand.store
        self.deal_id = hand.deal()
        self.call = hand.spoken(self.deal_id)
        self.read()

    @property
    def proof(self) -> Proof:
        with self.store.read() as tx:
            digest, lines = heard_before(tx, self.call), corrections.of(tx, self.call.id)
        return Proof(heard=transcript_of(self.store.blobs, digest), corrections=parsed(lines))

    def add(self, make, *told) -> int:
        line = to_line(make(self.proof, *told, signed()))
        with self.store.write() as tx:
            there = corrections.count(tx, self.call.id)
            return corrections.append(tx, self.call.id, line, expected=there)

    def fix(self, turn, was, now) -> int:
        begin = self.proof.transcript.turn(turn).text.index(was)
        return self.add(making.words_fixed, (turn, begin, begin + len(was)), (was, now))

    def name(self, speaker, **told) -> int:
        return self.add(making.speaker_changed, speaker, Who(**told))

    def read(self):
        """A run of the call as far as the handoff, without its documents."""
        run = self.hand.want("call", self.deal_id, self.call.id)
        outcomes = {name: self.hand.do(run, name).state for name in IMPORTED[:6]}
        with self.store.write() as tx:
            runs.end(tx, run.id, state="done")
        return outcomes

    @property
    def here(self):
        return on_desk(self.store, self.deal_id)

    def claim(self, words):
        found = [
            one for one in self.here.handoff.claims if any(words in p.quote for p in one.spoken)
        ]
        return found[0] if found else None

    def do(self, make, *told) -> None:
        event = make(self.here.desk, *told, signed())
        with self.store.write() as tx:
            events.append(tx, self.deal_id, [event_line(event)], edition=None)


@pytest.fixture
def corrected(quick):
    return Corrected(quick)


def test_a_fixed_word_is_read_without_hearing_again(hand):
    corrected = Corrected(hand)
    before = corrected.claim("questionnaire")
    number = corrected.fix(3, "questionnaire", "question list")
    outcomes = corrected.read()
    assert outcomes["transcribe"] == "reused"
    assert {outcomes[one] for one in ("correct", "extract", "ground", "consolidate")} == {"done"}
    after = corrected.claim("question list")
    assert (after.id, after.kind) == (before.id, "promise")
    assert after.spoken[0].quote in FORM.replace("questionnaire", "question list")
    assert after.spoken[0].transcript_version == 2
    kept = made(hand, corrected.call, "correct")[1][TRANSCRIPT]
    assert "question list" in text_of(hand, kept)
    with hand.store.read() as tx:
        assert [hit.turn for hit in said.search(tx, "question list", Window()).items] == [3]
        assert said.search(tx, "questionnaire", Window()).items == ()
    corrected.add(making.undone, number)
    outcomes = corrected.read()
    assert {outcomes[one] for one in ("correct", "extract", "ground")} <= {"reused", "done"}
    assert outcomes["extract"] == "reused"
    assert corrected.claim("questionnaire") == before


def test_without_corrections_nothing_is_read_again(corrected):
    outcomes = corrected.read()
    assert {outcomes[one] for one in ("transcribe", "correct", "extract", "ground")} == {"reused"}


def test_the_desk_shows_a_correction_before_its_run(corrected):
    before = corrected.here
    corrected.fix(3, "Friday", "Monday")
    corrected.name("S1", name="Tamara Okoro")
    here = corrected.here
    (transcript,) = here.told.transcripts
    assert transcript.turn(3).text == FORM.replace("Friday", "Monday")
    assert [one.id for one in here.handoff.claims] == [one.id for one in before.handoff.claims]
    claim = corrected.claim("Monday")
    assert claim.fact.owner == "Tamara Okoro"
    assert here.dossier(BESIDE).handoff == here.handoff
    assert here.edition == before.edition


def test_a_new_name_follows_into_owners_and_the_brief(corrected):
    claim_id = corrected.claim("questionnaire").id
    assert corrected.claim("questionnaire").fact.owner == "Tamsin Okoro"
    corrected.name("S1", name="Dee Day", side="seller")
    corrected.read()
    claim = corrected.claim("questionnaire")
    assert (claim.id, claim.fact.owner) == (claim_id, "Dee Day")
    whole = corrected.here.documents(BESIDE, language="en", public_url="https://t2h.example")
    brief = whole.make("internal/kickoff_brief", "md").decode()
    assert "Dee Day" in brief
    assert "Tamsin Okoro:" not in brief


def test_a_flipped_side_takes_its_promises_along(corrected):
    assert corrected.claim("questionnaire").kind == "promise"
    corrected.name("S1", side="customer")
    corrected.read()
    claim = corrected.claim("questionnaire")
    assert claim is None or claim.kind != "promise"


def test_voices_that_are_merged_are_one_in_the_handoff(corrected):
    corrected.add(making.speakers_merged, "S2", "S1")
    corrected.read()
    speakers = {piece.speaker for one in corrected.here.handoff.claims for piece in one.spoken}
    assert speakers == {"S1"}


def test_a_claim_that_somebody_confirmed_stays_when_no_engine_finds_it(corrected):
    claim = corrected.claim("questionnaire")
    corrected.do(deeds.confirmed, claim.id)
    corrected.fix(3, "I will send you", "you sand view")
    for _ in range(2):
        corrected.read()
        kept = corrected.claim("security questionnaire")
        assert (kept.id, kept.review.by) == (claim.id, "Maeve Lindqvist")
        assert kept.spoken[0].transcript_version == 2
        assert corrected.here.dossier(BESIDE).notes == ()


def test_a_claim_that_nobody_looked_at_goes_with_its_words(corrected):
    corrected.fix(3, "I will send you", "you sand view")
    corrected.read()
    assert corrected.claim("security questionnaire") is None


def test_a_confirmed_promise_does_not_stay_in_the_mouth_of_the_other_side(corrected):
    claim = corrected.claim("questionnaire")
    corrected.do(deeds.confirmed, claim.id)
    corrected.name("S1", side="customer")
    corrected.read()
    assert claim.id not in {one.id for one in corrected.here.handoff.claims}
    assert any("not there any more" in note for note in corrected.here.dossier(BESIDE).notes)


def test_numbers_of_the_journal_follow_when_events_of_a_call_are_dropped(corrected):
    first, second = corrected.here.handoff.claims[:2]
    other = corrected.hand.spoken(corrected.deal_id, "other")
    corrected.do(deeds.confirmed, first.id)
    corrected.do(deeds.undone, 1)
    with corrected.store.write() as tx:
        line = event_line(corrected.here.events[0]).replace(first.id, "promise-of-another")
        events.append(tx, corrected.deal_id, [line], edition=None)
    corrected.do(deeds.undone, 3)
    with corrected.store.write() as tx:
        journal_words.put_out(tx, corrected.deal_id, {corrected.call.ref: None})
    told = [(one.event, getattr(one, "number", None)) for one in corrected.here.events]
    assert told == [("confirmed", None), ("undone", 1)]
    assert second.id
    assert other.ref == "other"
