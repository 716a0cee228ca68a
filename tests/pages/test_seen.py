"""Two people at one claim: what is shown to the later one, and what comes of the choice."""

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.facts import Promise
from transcript2handoff.journal.fields import Value, values_of
from transcript2handoff.pages.fact_form import same
from transcript2handoff.pages.seen import Seen, by_whom, differences, wanted

_WORDS = st.sampled_from([None, "Ana", "Ben", "2026-05-01", "in May"])
_VALUES = st.fixed_dictionaries(
    {
        "summary": st.sampled_from(["Go live", "Go live in May"]),
        "strength": st.sampled_from(["firm", "hedged"]),
        "type": st.just("timeline"),
        "owner": _WORDS,
        "due": _WORDS,
        "status": st.sampled_from(["open", "done"]),
    }
)


def _seen(values: dict[str, Value]) -> Seen:
    return Seen(kind="promise", values=values, outcome=None, is_rejected=False, deeds=0)


def _mine(was: dict[str, Value], wish: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in wish.items() if not same(was[name], value)}


@given(_VALUES, _VALUES, _VALUES)
def test_nothing_of_either_is_lost(
    was: dict[str, Value], theirs: dict[str, Value], wish: dict[str, Value]
) -> None:
    """Every field that somebody else set is shown, and every one that I would set over theirs."""
    mine = _mine(was, wish)
    shown = {one.field.name: one for one in differences(_seen(was), theirs, mine)}
    for name, value in was.items():
        if not same(value, theirs[name]):
            assert shown[name].is_theirs
        if name in mine and not same(mine[name], theirs[name]):
            assert shown[name].is_mine
    for name, one in shown.items():
        assert (one.was, one.theirs) == (was[name], theirs[name])
        assert one.is_clash == (one.is_theirs and one.is_mine)


@given(_VALUES, _VALUES, _VALUES)
def test_mine_over_theirs_keeps_what_only_they_set(
    was: dict[str, Value], theirs: dict[str, Value], wish: dict[str, Value]
) -> None:
    mine = _mine(was, wish)
    after = {**theirs, **wanted(theirs, mine)}
    for name in was:
        assert same(after[name], mine[name] if name in mine else theirs[name])


@given(_VALUES, _VALUES, _VALUES)
def test_theirs_everywhere_leaves_nothing_to_do(
    was: dict[str, Value], theirs: dict[str, Value], wish: dict[str, Value]
) -> None:
    mine = _mine(was, wish)
    assert wanted(theirs, mine, leave=mine) == {}
    for name in mine:
        assert name not in wanted(theirs, mine, leave=[name])


def test_looking_at_a_claim_changes_nothing_of_it() -> None:
    values = values_of("Go live", Promise(strength="firm", type="timeline"))
    one = _seen(values)
    looked_at = one.model_copy(update={"deeds": 3})
    assert one != looked_at
    assert one.says_the_same_as(looked_at)
    assert not one.says_the_same_as(_seen({**values, "due": "in May"}))
    assert Seen.model_validate_json(one.model_dump_json()) == one


def test_people_are_named_once() -> None:
    assert by_whom([]) == "A new reading of the calls"
    assert by_whom(["Ana", "Ana"]) == "Ana"
    assert by_whom(["Ana", "Ben", "Ana", "Cy"]) == "Ana, Ben and Cy"
