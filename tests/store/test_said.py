"""What was said is found by its words, the same on both databases, by those who may see it."""

import datetime
import secrets
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from transcript2handoff.deal import Call, Deal
from transcript2handoff.errors import InputError, StoreGoneError
from transcript2handoff.store import Store, Window, calls, copying, deals, erasing, results, said
from transcript2handoff.store.said import SaidFilter
from transcript2handoff.store.tables import UserRow
from transcript2handoff.store.wanted import phrases_of, spans_of
from transcript2handoff.transcript import Speaker, Transcript, Turn

FEW = Window(limit=200)


def transcript(*texts: str) -> Transcript:
    """Odd turns are said by Ana of the seller, even ones by somebody of the customer."""
    speakers = (Speaker(id="S1", name="Ana", side="seller"), Speaker(id="S2", side="customer"))
    turns = tuple(
        Turn(n=n, speaker="S1" if n % 2 else "S2", text=told, start=n, end=n + 1)
        for n, told in enumerate(texts, start=1)
    )
    return Transcript(call_id="kickoff", speakers=speakers, turns=turns)


def heard(store: Store, deal_id: str, ref: str, *texts: str) -> str:
    with store.write() as tx:
        told = Call(id=ref, date=datetime.date(2026, 4, 8))
        call = calls.add(tx, calls.NewCall(deal_id=deal_id, call=told))
        said.put(tx, call.id, transcript(*texts))
    return call.id


def found(store: Store, wanted: str, **told: object) -> list[tuple[str, int]]:
    with store.read() as tx:
        page = said.search(tx, wanted, FEW, **told)
    return [(hit.ref, hit.turn) for hit in page.items]


def test_a_hit_says_where_it_was_said_and_by_whom(store: Store, deal):
    call_id = heard(store, deal.id, "demo", "Hello.", "We need the export by Friday.")
    with store.read() as tx:
        (hit,) = said.search(tx, "export fri", FEW).items
    assert (hit.deal_id, hit.deal_name) == (deal.id, "Harborline renewal")
    assert (hit.call_id, hit.ref, hit.date) == (call_id, "demo", datetime.date(2026, 4, 8))
    assert (hit.turn, hit.speaker, hit.side, hit.start) == (2, "Unknown 2", "customer", 2.0)
    assert [(part.text, part.is_match) for part in hit.parts] == [
        ("We need the ", False),
        ("export", True),
        (" by ", False),
        ("Friday", True),
        (".", False),
    ]


def test_what_is_said_now_takes_the_place_of_what_was_said(store: Store, call):
    with store.write() as tx:
        said.put(tx, call.id, transcript("old words", "the same"), digest="1" * 64)
    with store.write() as tx:
        said.put(tx, call.id, transcript("new words"), digest="2" * 64)
        assert said.is_of(tx, call.id, "2" * 64)
        assert not said.is_of(tx, call.id, "1" * 64)
    assert found(store, "old") == found(store, "same") == []
    assert found(store, "new words") == [("kickoff", 1)]
    with store.write() as tx:
        said.drop(tx, call.id)
        assert not said.is_searched(tx, call.id)
    assert found(store, "new") == []


def test_of_a_call_that_is_not_there_nothing_is_noted(store: Store):
    with store.write() as tx, pytest.raises(StoreGoneError):
        said.put(tx, "call-1", transcript("words"))


def test_it_can_be_looked_for_in_a_deal_and_on_a_side(store: Store, deal):
    heard(store, deal.id, "one", "the price", "the price")
    with store.write() as tx:
        other = deals.add(tx, deals.NewDeal(deal=Deal(deal="Other"), by="import")).id
    heard(store, other, "two", "the price")
    assert found(store, "price") == [("two", 1), ("one", 1), ("one", 2)]
    assert found(store, "price", only=SaidFilter(deal_id=deal.id)) == [("one", 1), ("one", 2)]
    assert found(store, "price", only=SaidFilter(side="customer")) == [("one", 2)]
    assert found(store, "price", only=SaidFilter(deal_id=other, side="customer")) == []


def test_people_find_what_was_said_in_their_own_deals(store: Store, deal, call):
    with store.write() as tx:
        person = {"name": "Ana", "email": "ana@n.example", "role": "ae", "created": tx.now}
        tx.session.add(UserRow(id="ana", **person))
        said.put(tx, call.id, transcript("the price"))
    assert found(store, "price", seen_by="ana") == []
    with store.write() as tx:
        deals.change(tx, deal.id, deals.DealChanges(ae_id="ana"))
    assert found(store, "price", seen_by="ana") == [("kickoff", 1)]


def test_pages_hold_each_hit_once_the_newest_call_first(store: Store, deal, clock):
    for number in range(4):
        heard(store, deal.id, f"call-{number}", *["the price"] * 3)
        clock.move(60)
    seen: list[tuple[str, int]] = []
    after = None
    while True:
        with store.read() as tx:
            page = said.search(tx, "price", Window(limit=5, after=after))
        seen += [(hit.ref, hit.turn) for hit in page.items]
        heard(store, deal.id, f"later-{len(seen)}", "the price")
        clock.move(60)
        if (after := page.after) is None:
            break
    assert seen == [(f"call-{n}", turn) for n in (3, 2, 1, 0) for turn in (1, 2, 3)]
    with store.read() as tx, pytest.raises(InputError, match="cursor"):
        said.search(tx, "price", Window(after=deals.listed(tx, Window(limit=1)).after or "x"))


WORDS = st.sampled_from(["ship", "Ship", "shipping", "Zoë", "zoe", "3.5", "o'clock", "Straße", "é"])
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join)
ASKED = st.lists(
    st.one_of(
        WORDS, st.sampled_from(['"', "AND", "OR", "NOT", "*", "(", ":", "sh", "&", "|", "!"])
    ),
    max_size=5,
).map(" ".join)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(SENTENCES, st.text(max_size=60)), min_size=1, max_size=12), ASKED)
def test_exactly_the_turns_are_found_that_hold_it(store: Store, deal, texts: list[str], asked: str):
    ref = secrets.token_hex(8)
    call_id = heard(store, deal.id, ref, *texts)
    wanted = phrases_of(asked)
    holding = [(ref, n) for n, told in enumerate(texts, 1) if spans_of(told, wanted)]
    assert found(store, asked) == holding
    with store.write() as tx:
        said.drop(tx, call_id)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_whatever_people_type_is_looked_for(store: Store, deal, typed: str):
    ref = secrets.token_hex(8)
    call_id = heard(store, deal.id, ref, typed, "something else")
    assert ((ref, 1) in found(store, typed)) == bool(spans_of(typed, phrases_of(typed)))
    with store.write() as tx:
        said.drop(tx, call_id)


def test_a_turn_may_be_longer_than_a_database_counts(store: Store, deal):
    long = " ".join(f"word{n}" for n in range(16_500))
    heard(store, deal.id, "long", long, "word " * 16_500)
    assert found(store, "word15999 word1") == [("long", 1)]
    assert found(store, '"word15998 word15999"') == [("long", 1)]
    assert ("long", 2) in found(store, "word")


def test_what_is_not_searched_in_yet_is_known(store: Store, deal, clock):

    call_id = heard(store, deal.id, "old", "words")
    heard(store, deal.id, "unmade", "words")
    blob = store.blobs.put([b"{}"])
    place = {"deal_id": deal.id, "call_id": call_id, "step": "diarize", "key": "k"}
    with store.write() as tx:
        name = {"name": "2_transcript.json", "media_type": "application/json"}
        results.put(tx, results.Result(**place, **name, blob=blob))
        assert said.missing(tx) == (call_id,)
        said.put(tx, call_id, transcript("words"), digest=blob.digest)
        assert said.missing(tx) == ()


def index_of_sqlite(store: Store) -> int:
    """How many words stand in the index, of rows that are gone too."""
    with store.write() as tx:
        tx.session.execute(
            text("CREATE VIRTUAL TABLE vocabulary USING fts5vocab('said_index', 'instance')")
        )
        count = tx.session.scalar(text("SELECT count(*) FROM vocabulary"))
        tx.session.execute(text("DROP TABLE vocabulary"))
    return count


def test_the_index_of_sqlite_follows_its_rows(sqlite_store: Store):
    with sqlite_store.write() as tx:
        deal_id = deals.add(tx, deals.NewDeal(deal=Deal(deal="Renewal"), by="import")).id
    call_id = heard(sqlite_store, deal_id, "one", "the secret price")
    heard(sqlite_store, deal_id, "two", "the other price")
    assert index_of_sqlite(sqlite_store) == 6
    with sqlite_store.write() as tx:
        erasing.call(tx, call_id, by="user-1")
    assert index_of_sqlite(sqlite_store) == 3
    with sqlite_store.write() as tx:
        erasing.deal(tx, deal_id, by="user-1")
        tx.session.execute(text("INSERT INTO said_index (said_index) VALUES ('integrity-check')"))
    assert index_of_sqlite(sqlite_store) == 0


def test_words_that_were_erased_stand_nowhere_in_the_file_of_sqlite(sqlite_store: Store, tmp_path):
    with sqlite_store.write() as tx:
        deal_id = deals.add(tx, deals.NewDeal(deal=Deal(deal="Renewal"), by="import")).id
    call_id = heard(sqlite_store, deal_id, "one", *["the secretword price"] * 200)
    for number in range(5):
        heard(sqlite_store, deal_id, f"other {number}", *["the other price"] * 50)

    def is_there() -> bool:
        sqlite_store.settle()
        return b"secretword" in b"".join(file.read_bytes() for file in tmp_path.glob("t2h.db*"))

    assert is_there()
    with sqlite_store.write() as tx:
        erasing.call(tx, call_id, by="user-1")
    assert not is_there()
    assert len(found(sqlite_store, "price")) == 200


def test_a_copy_of_the_file_is_searched_in_as_well(sqlite_store: Store, tmp_path):
    with sqlite_store.write() as tx:
        deal_id = deals.add(tx, deals.NewDeal(deal=Deal(deal="Renewal"), by="import")).id
    heard(sqlite_store, deal_id, "one", "the price")
    copying.snapshot(tmp_path / "t2h.db", tmp_path / "copy.db")
    heard(sqlite_store, deal_id, "two", "the price")
    with closing(Store.open(f"sqlite:///{tmp_path / 'copy.db'}", str(tmp_path / "blobs"))) as copy:
        assert found(copy, "price") == [("one", 1)]
        heard(copy, deal_id, "three", "another price")
        assert found(copy, "price") == [("three", 1), ("one", 1)]
