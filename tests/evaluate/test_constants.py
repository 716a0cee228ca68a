import pytest

from transcript2handoff.evaluate.constants import constants
from transcript2handoff.evaluate.gold import GoldCall
from transcript2handoff.evaluate.sections import field_table

DANA, MAREK = "Dana Whitfield", "Marek Dvorak"


def gold(*promises):
    """A call in which Dana speaks every turn; each promise is (turn, strength, owner, due)."""
    return GoldCall.model_validate(
        {
            "id": "acme-1",
            "participants": [{"name": DANA, "side": "seller"}],
            "turns": [{"n": n, "speaker": DANA, "text": f"Say {n}."} for n in range(1, 60)],
            "gold": [
                {
                    "kind": "promise", "turns": [turn], "summary": "s", "strength": strength,
                    "type": "document", "owner": owner, "due": due, "status": "open",
                }
                for turn, strength, owner, due in promises
            ],
        }
    )  # fmt: skip


def found(turn, **fields):
    return {
        "kind": "promise",
        "summary": "s",
        "strength": "firm",
        "type": "document",
        "status": "open",
        "evidence": [{"turn": turn, "quote": f"Say {turn}."}],
        **fields,
    }


CALL = gold(
    (10, "firm", DANA, "2026-09-18"),
    (20, "firm", MAREK, None),
    (30, "hedged", DANA, None),
)
ITEMS = [found(10, owner=DANA), found(20, owner=DANA), found(30, owner=DANA)]


def test_the_constant_is_the_commonest_value_of_what_was_matched():
    steady = constants([(CALL, ITEMS)])
    assert steady["promise", "strength"] == ("firm", pytest.approx(2 / 3))
    assert steady["promise", "status"] == ("open", 1.0)


def test_the_constant_of_an_owner_is_the_speaker_and_of_a_date_none():
    steady = constants([(CALL, ITEMS)])
    assert steady["promise", "owner"] == ("the speaker", pytest.approx(2 / 3))
    assert steady["promise", "due"] == ("none", 0.0)


def test_what_was_not_found_does_not_count():
    assert constants([(CALL, ITEMS[:2])])["promise", "strength"] == ("firm", 1.0)


def test_the_table_sets_the_figures_beside_the_constants():
    lines = field_table([(CALL, ITEMS)]).splitlines()
    assert lines[0].split() == ["field", "asked", "right", "constant"]
    assert "promise.strength                  3   0.667     0.667  firm" in lines
