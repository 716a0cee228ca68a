from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.extract.merge import MOST_CITATIONS, merge_repeats
from transcript2handoff.facts import CustomerCommitment, Pain, Risk, Stakeholder
from transcript2handoff.handoff import Citation, DraftClaim


def claim(summary, *, turn=1, confidence=0.5, fact=None, quote=None):
    return DraftClaim(
        summary=summary,
        fact=fact or Pain(),
        citations=(Citation(turn=turn, quote=quote or summary),),
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


OTHERS = (
    claim("Two vans have no tachograph.", turn=4, fact=CustomerCommitment()),
    claim("The depot closes at six in winter.", turn=5, fact=CustomerCommitment()),
)


def repeats(due, due_again, *, turn=60):
    first = claim(
        "Olu uploads the escrow annex.",
        turn=10,
        quote="I'll upload the escrow annex, with the stamps.",
        fact=CustomerCommitment(due=due),
    )
    again = claim(
        "Asked once more, Olu says yes.",
        turn=turn,
        quote="So the escrow annex goes up then.",
        fact=CustomerCommitment(due=due_again),
    )
    return len(merge_repeats([first, *OTHERS, again])) - len(OTHERS)


def test_the_same_matter_in_other_words_is_joined_by_rare_words_and_the_day():
    assert repeats("2026-09-18", "2026-09-18") == 1
    assert repeats("2026-09-18", None) == 2
    assert repeats("2026-09-18", "2026-09-25") == 2


def test_two_facts_of_one_turn_stay_apart():
    assert repeats("2026-09-18", "2026-09-18", turn=10) == 2


def test_common_days_and_numbers_join_nothing():
    claims = [
        claim("Sam brings laminated cards.", turn=2, quote="twenty cards on monday the third"),
        claim("Ann resets the gateway.", turn=9, quote="twenty resets on monday the third"),
    ]
    assert merge_repeats(claims) == tuple(claims)


@given(st.lists(st.text(alphabet="abc ", min_size=1).map(lambda t: f"x{t}"), max_size=12))
def test_merging_adds_nothing(summaries):
    claims = [claim(summary, turn=n + 1) for n, summary in enumerate(summaries)]
    merged = merge_repeats(claims)
    assert {m.summary for m in merged} <= {c.summary for c in claims}
    cited = [citation for m in merged for citation in m.citations]
    assert len(set(cited)) == len(cited)
    assert set(cited) <= {citation for c in claims for citation in c.citations}
