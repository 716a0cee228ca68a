import re

import pytest

from transcript2handoff.engines.local.finder import load_cues
from transcript2handoff.engines.local.tables import load_table


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@pytest.mark.parametrize("name", ["cues.toml", "lexicon.toml", "dialogue.toml"])
def test_every_pattern_compiles_and_no_building_block_is_left(name):
    found = list(strings(load_table(name)))
    assert len(found) > 30
    for text in found:
        re.compile(text)
        assert not re.search(r"(?<!\?)(?<!\?P)<[a-z_]+>", text)


def test_cues_have_sane_weights():
    for cues in load_cues().values():
        assert 0 < cues.least < 1
        assert len(cues.when) == 5
        weights = [
            w for table in (cues.cues, cues.asked, cues.cased, cues.unless) for _, w in table
        ]
        assert all(0 < weight < 1 for weight in weights)
