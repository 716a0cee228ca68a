import json
import random
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from transcript2handoff.extract.doubles import Source, join_doubles, same_facts
from transcript2handoff.extract.merge import MOST_CITATIONS
from transcript2handoff.facts import (
    Competitor,
    Fact,
    Pain,
    Promise,
    Requirement,
    Stakeholder,
    Term,
)
from transcript2handoff.handoff import Citation, DraftClaim, Window

BENCH = Path(__file__).parents[2] / "fixtures" / "bench"
BOTH = "I'll send the SOC 2 report and the DPA."
SENT = Promise(strength="firm", type="document")


def claim(summary, quote="We lose forty parcels a week.", *, turn=10, fact=None, confidence=0.5):
    return DraftClaim(
        summary=summary,
        fact=fact or Pain(),
        citations=(Citation(turn=turn, quote=quote),),
        confidence=confidence,
    )


def person(name, *, role=None, turn=10):
    said = name or role
    fact = Stakeholder(name=name, role=role, present=False)
    return claim(f"{said} takes part.", f"Ask {said}.", turn=turn, fact=fact)


def source(*claims, window=None):
    return Source(claims, Window(first=window[0], last=window[1]) if window else None)


def joined(*sources):
    """The summaries of each group that holds several claims, in any order."""
    groups = same_facts([source(*claims) for claims in sources])
    return [{claim.summary for claim in group} for group in groups if len(group) > 1]


def test_two_promises_of_one_quote_pair_up_by_their_summaries():
    report, dpa = "Dana sends the SOC 2 report.", "Dana sends the DPA."
    again, dpa_again = "Dana will send a SOC 2 report.", "Dana will send the signed DPA."
    ours = [claim(text, BOTH, fact=SENT) for text in (report, dpa)]
    theirs = [claim(text, BOTH, fact=SENT) for text in (dpa_again, again)]
    assert joined(ours, theirs) == [{dpa, dpa_again}, {report, again}]


def test_two_claims_of_one_source_are_never_joined():
    twice = claim("Parcels are lost.")
    assert [len(group) for group in same_facts([source(twice, twice)])] == [1, 1]
    assert [len(group) for group in same_facts([source(twice, twice), source(twice)])] == [1, 2]


def test_kinds_stay_apart():
    loses = "The depot loses forty parcels."
    assert joined([claim(loses)], [claim(loses, fact=Requirement())]) == []


@pytest.mark.parametrize(("turn", "same"), [(10, True), (11, True), (9, True), (12, False)])
def test_a_model_may_miscount_by_one_turn(turn, same):
    ours, theirs = claim("Forty parcels are lost."), claim("The depot loses forty.", turn=turn)
    assert bool(joined([ours], [theirs])) == same


def test_one_quote_with_one_claim_in_each_source_is_one_fact_in_any_words():
    ours = claim("The depot loses forty parcels.", "We lose forty parcels a week, easily.")
    theirs = claim("Shrinkage is a problem.", "lose forty parcels a week")
    assert joined([ours], [theirs]) != []


def test_a_crowded_quote_needs_summaries_that_are_alike():
    ours = [claim(text, BOTH, fact=SENT) for text in ("The SOC 2 report.", "The DPA.")]
    assert joined(ours, [claim("Paperwork follows.", BOTH, fact=SENT)]) == []


def test_a_request_that_is_cited_first_is_the_same_turn_cited_second():
    asked = Citation(turn=9, quote="Could we see a reference?")
    said = Citation(turn=10, quote="Yes, I'll find you one in rail.")
    told = claim("Dana finds a reference in rail.", said.quote, fact=SENT)
    whole = told.model_copy(
        update={"summary": "Dana will find a rail reference.", "citations": (asked, said)}
    )
    elsewhere = whole.model_copy(update={"citations": (asked,)})
    assert joined([told], [whole]) != []
    assert joined([told], [elsewhere]) == []


def test_other_figures_are_another_fact():
    ours = claim("Phase 1 covers the depots in Hull.", "Hull and Goole, one each.")
    theirs = claim("Phase 2 covers the depots in Hull.", "one each, then Hull later.")
    assert joined([ours], [theirs]) == []


def test_people_are_the_same_by_name_wherever_they_are_named():
    assert joined([person("Ann Lee", turn=3)], [person("ANN LEE", turn=90)]) != []
    assert joined([person("Ann Lee")], [person("Bob Lee")]) == []
    assert joined([person(None, role="our CFO")], [person(None, role="the CFO", turn=70)]) != []
    assert joined([person(None, role="our CFO")], [person("Ann Lee", role="our CFO")]) == []


def test_part_of_a_name_will_do_if_it_fits_one_name_only():
    assert joined([person("Ann")], [person("Dr Ann Lee", turn=50)]) != []
    assert joined([person("Ann")], [person("Ann Lee"), person("Ann Moe")]) == []


def test_vendors_are_the_same_by_name():
    def vendor(name, turn):
        return claim(f"{name} is used.", turn=turn, fact=Competitor(name=name, status="mentioned"))

    assert joined([vendor("Parsewell", 4)], [vendor("parsewell", 80)]) != []
    assert joined([vendor("Parsewell", 4)], [vendor("Scanlio", 4)]) == []


def test_terms_are_the_same_by_type_and_value():
    def term(kind, value, turn):
        fact = Term(type=kind, value=value)
        return claim(f"{kind}: {value}", f"So {value}, per bed.", turn=turn, fact=fact)

    assert joined([term("seats", "ninety-six beds", 4)], [term("seats", "96 beds", 60)]) != []
    assert joined([term("seats", "96 beds", 4)], [term("seats", "40 beds", 60)]) == []


def test_the_claim_farther_from_where_its_window_breaks_off_is_told_first():
    near = claim("Forty are lost a week.", turn=39, confidence=0.9)
    deep = claim("The depot loses forty parcels.", turn=39, confidence=0.4)
    sources = [source(near, window=(1, 40)), source(deep, window=(36, 80))]
    assert same_facts(sources) == ((deep, near),)
    at_the_end = [source(near, window=(1, 40)), source(deep, window=(38, 40))]
    assert same_facts(at_the_end)[0][0] == near


def test_without_windows_the_surer_claim_is_told_first():
    sure, unsure = claim("Forty are lost.", confidence=0.9), claim("It loses forty.")
    assert same_facts([source(unsure), source(sure)]) == ((sure, unsure),)


def test_a_double_is_told_once_with_the_citations_of_both():
    more = Citation(turn=30, quote="Forty again last week.")
    best = claim("The depot loses forty parcels.", confidence=0.9)
    again = claim("It loses forty parcels.", "lose forty parcels a week", turn=11)
    again = again.model_copy(update={"citations": (*again.citations, more)})
    (told,) = join_doubles([source(again), source(best)])
    assert (told.summary, told.confidence) == (best.summary, 0.9)
    assert told.citations == (*best.citations, more)


def test_citations_are_capped():
    def cited(first):
        more = [Citation(turn=n, quote=f"Lost again, {n}.") for n in range(first, first + 8, 2)]
        told = claim("The depot loses forty parcels.")
        return told.model_copy(update={"citations": (*told.citations, *more[:3])})

    (told,) = join_doubles([source(cited(20)), source(cited(50))])
    assert len(told.citations) == MOST_CITATIONS


def test_claims_stand_in_the_order_of_the_call():
    turns = [claim(f"Reason {n}.", f"Word{n} word.", turn=n) for n in (50, 7, 12)]
    told = join_doubles([source(*turns[:2]), source(turns[2])])
    assert [found.citations[0].turn for found in told] == [7, 12, 50]


WORDS = st.sampled_from(["dana", "sends", "the", "report", "friday", "dpa", "40", "41"])
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
FACTS = st.one_of(
    st.sampled_from([Pain(), SENT, Term(type="price", value="40"), Term(type="seats", value="41")]),
    st.sampled_from(["Ann", "Ann Lee", "Ann Moe", None]).map(
        lambda name: Stakeholder(name=name, role="CFO", present=True)
    ),
)
CLAIMS = st.builds(
    DraftClaim,
    summary=TEXTS,
    fact=FACTS,
    citations=st.lists(
        st.builds(Citation, turn=st.integers(1, 6), quote=TEXTS), min_size=1, max_size=2
    ).map(tuple),
    confidence=st.sampled_from([0.4, 0.8]),
)
WINDOWS = st.none() | st.builds(Window, first=st.integers(1, 3), last=st.integers(4, 6))
SOURCES = st.lists(st.builds(Source, st.lists(CLAIMS, max_size=5).map(tuple), WINDOWS), max_size=4)


@given(SOURCES, st.randoms(use_true_random=False))
def test_the_order_of_sources_and_claims_changes_nothing(sources, shuffler):
    def shuffled(items):
        return tuple(shuffler.sample(items, len(items)))

    other = shuffled([Source(shuffled(each.claims), each.window) for each in sources])
    assert same_facts(other) == same_facts(sources)
    assert join_doubles(other) == join_doubles(sources)


@given(SOURCES)
def test_every_claim_is_in_one_group_of_one_kind(sources):
    groups = same_facts(sources)
    given_claims = [told.model_dump_json() for each in sources for told in each.claims]
    found = [told.model_dump_json() for group in groups for told in group]
    assert sorted(found) == sorted(given_claims)
    assert all(len({told.kind for told in group}) == 1 for group in groups)
    assert all(len(group) <= len(sources) for group in groups)


def annotated(path):
    """The gold of a call as claims, by the id of their item."""
    own = {"id", "turns", "quote", "summary"}
    for item in json.loads(path.read_text(encoding="utf-8"))["gold"]:
        fact = TypeAdapter(Fact).validate_python({k: item[k] for k in item.keys() - own})
        yield item["id"], claim(item["summary"], item["quote"], turn=item["turns"][0], fact=fact)


def reading(path, seed):
    """A careless reader: a fifth is overlooked, words are left out, turns are miscounted."""
    chance = random.Random(f"{path.stem} {seed}")
    found = {}
    for item, told in annotated(path):
        if chance.random() < 0.2:
            continue
        words = told.summary.split()
        kept = [word for word in words if chance.random() > 0.25] or words
        turn = max(1, told.citations[0].turn + chance.choice((0, 0, 0, 0, -1, 1)))
        cited = Citation(turn=turn, quote=told.citations[0].quote)
        update = {"summary": " ".join(kept), "citations": (cited,)}
        found[told.model_copy(update=update)] = item
    return found


def is_for_tuning(path):
    deal = json.loads(path.read_text(encoding="utf-8"))["deal"]
    return sha256(deal.encode()).hexdigest()[0] in "01234567"


def test_two_careless_readings_of_annotated_calls_are_put_together():
    right = wrong = both = 0
    for path in [path for path in sorted(BENCH.glob("*-*.json")) if is_for_tuning(path)][:10]:
        first, second = reading(path, 1), reading(path, 2)
        both += len(set(first.values()) & set(second.values()))
        item = {**first, **second}
        for group in same_facts([source(*first), source(*second)]):
            if len(group) == 2:
                same = item[group[0]] == item[group[1]]
                right, wrong = right + same, wrong + (not same)
    assert both > 200
    assert right >= 0.97 * both
    assert wrong <= 0.01 * both
