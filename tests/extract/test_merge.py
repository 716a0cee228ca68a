from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.merge import MOST_CITATIONS, merge_repeats
from transcript2handoff.facts import Pain, Risk, Stakeholder
from transcript2handoff.handoff import Citation, DraftClaim


def claim(summary, *, turn=1, confidence=0.5, fact=None):
    return DraftClaim(
        summary=summary,
        fact=fact or Pain(),
        citations=(Citation(turn=turn, quote=summary),),
        confidence=confidence,
    )


def test_the_same_fact_said_twice_is_one_claim_with_both_turns():
    first = claim("The warehouse loses forty parcels every week.", turn=3)
    again = claim("Every week the warehouse loses forty parcels.", turn=40, confidence=0.8)
    (merged,) = merge_repeats([first, again])
    assert merged.summary == again.summary
    assert [citation.turn for citation in merged.citations] == [40, 3]


def test_other_facts_and_other_kinds_stay_apart():
    claims = [
        claim("The warehouse loses forty parcels every week."),
        claim("The drivers refuse to carry a second phone."),
        claim("The warehouse loses forty parcels every week.", fact=Risk()),
    ]
    assert merge_repeats(claims) == tuple(claims)


def test_thin_summaries_are_never_joined():
    claims = [claim("Friday.", turn=1), claim("Friday.", turn=9)]
    assert merge_repeats(claims) == tuple(claims)


def test_people_are_the_same_by_name_and_not_by_what_is_said_of_them():
    def person(name, summary):
        return claim(summary, fact=Stakeholder(name=name, role=None, present=False))

    ann, bob = (
        person("Ann", "Signs for all of the sites"),
        person("Bob", "Signs for all of the sites"),
    )
    assert len(merge_repeats([ann, bob, person("ann", "Leads the rollout")])) == 2


def test_citations_are_capped():
    claims = [claim("The warehouse loses forty parcels.", turn=n) for n in range(1, 9)]
    (merged,) = merge_repeats(claims)
    assert len(merged.citations) == MOST_CITATIONS


@given(st.lists(st.text(alphabet="abc ", min_size=1).map(lambda t: f"x{t}"), max_size=12))
def test_merging_adds_nothing(summaries):
    claims = [claim(summary, turn=n + 1) for n, summary in enumerate(summaries)]
    merged = merge_repeats(claims)
    assert {m.summary for m in merged} <= {c.summary for c in claims}
    cited = [citation for m in merged for citation in m.citations]
    assert len(set(cited)) == len(cited)
    assert set(cited) <= {citation for c in claims for citation in c.citations}
