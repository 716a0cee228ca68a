"""The annotated deals, consolidated from what people found in their calls."""

from pathlib import Path

import pytest

from transcript2handoff.deal_bench import deal_sections, read_bench
from transcript2handoff.errors import InputError
from transcript2handoff.evaluate.deal_gold import is_held_out
from transcript2handoff.evaluate.deals import score_deals

FOLDER = Path(__file__).parents[1] / "fixtures" / "bench"


@pytest.mark.parametrize("held_out", [True, False])
def test_from_gold_items_the_floors_hold(held_out: bool) -> None:
    bench = read_bench(FOLDER)
    names = [name for name in bench.deals if is_held_out(name) is held_out]
    assert len(names) >= 6
    report = score_deals(map(bench.found_from_gold, names))
    assert report.promises.f1 >= 0.70
    assert report.items.f1 >= 0.70
    assert report.accuracy >= 0.80
    assert report.states[("withdrawn", "open")] == 0
    baseline = score_deals(map(bench.baseline, names))
    assert 0.60 < baseline.accuracy < report.accuracy


def test_tables_name_the_deals_of_their_half_and_where_the_claims_are_from() -> None:
    bench = read_bench(FOLDER)
    gold = {name: call.handoff() for name, call in bench.calls.items()}
    titles = [section.title for section in deal_sections(bench, gold)]
    assert titles[0] == (
        "6 deals held out (beacon, foxhollow, ridgeback, sapphire, thornbury, wexford), "
        "from gold items"
    )
    assert [title.rpartition(", ")[2] for title in titles] == [
        "from gold items",
        "from the engine's handoffs",
    ] * 2


def test_a_folder_without_deals_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_bench(tmp_path)
