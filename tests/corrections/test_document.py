"""``docs/corrections.md`` says what the code does."""

import re
from pathlib import Path
from typing import get_args

from transcript2handoff.corrections import Correction, parsed, to_line
from transcript2handoff.corrections.notices import Reason

TEXT = Path(__file__).parents[2].joinpath("docs", "corrections.md").read_text(encoding="utf-8")
EVENTS = [event.model_fields["event"].default for event in get_args(Correction)]


def test_it_tells_of_every_correction_and_of_every_reason():
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == [*EVENTS, *get_args(Reason)]


def test_its_examples_are_lines_one_of_each_correction():
    (block,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    told = parsed(block.splitlines())
    assert [one.event for one in told] == EVENTS
    assert "".join(map(to_line, told)) == block
