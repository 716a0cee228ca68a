"""``docs/journal.md`` says what the code does."""

import re
from pathlib import Path
from typing import get_args

from transcript2handoff.facts import KINDS
from transcript2handoff.journal import Event, parse_event, to_line
from transcript2handoff.journal.fields import fields_of
from transcript2handoff.journal.notices import Reason
from transcript2handoff.journal.stating import STATING

TEXT = Path(__file__).parents[2].joinpath("docs", "journal.md").read_text(encoding="utf-8")
EVENTS = [event.model_fields["event"].default for event in get_args(Event)]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    found = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in found]


def test_it_tells_of_every_event():
    assert [row[0].strip("`") for row in rows("The events")] == EVENTS


def test_its_examples_are_lines_of_a_journal_one_of_each_event():
    (block,) = re.findall(r"```jsonl\n(.*?)```", TEXT, flags=re.DOTALL)
    events = [parse_event(line) for line in block.splitlines()]
    assert [event.event for event in events] == EVENTS
    assert "".join(map(to_line, events)) == block


def test_its_answer_states_what_it_says():
    (line,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    event = parse_event(line)
    assert to_line(event) == line
    assert [claim.summary for claim in event.stated] == ["Price: 12,000 euros a year."]


def test_it_tells_what_each_answer_can_state():
    told = [row[0].strip("`") for row in rows("What an answer states")]
    assert told == list(STATING)


def test_it_lists_the_fields_of_every_kind():
    told = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in rows("What can be edited")}
    assert told == {kind: list(fields_of(kind)) for kind in KINDS}
    assert list(told) == list(KINDS)


def test_it_gives_every_reason_of_a_notice():
    assert [row[0].strip("`") for row in rows("What is reported")] == list(get_args(Reason))
