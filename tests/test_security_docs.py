"""The table of threats names modules and tests that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
OWN = ("api/", "pages/", "templates/", "prompts/", "supply/", "locks/")
HEAD = "| way | stopped in | shown by |"


def rows():
    """The rows of all tables of ways: their chapter, and their cells."""
    for chapter in GUIDE.split("\n## ")[1:]:
        _, found, table = chapter.partition(f"{HEAD}\n| --- | --- | --- |\n")
        if found:
            for line in table.split("\n\n")[0].splitlines():
                yield [cell.strip() for cell in line.strip("|").split(" | ")]


ROWS = list(rows())


@cache
def functions(path):
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_there_are_rows_of_three_cells():
    assert len(ROWS) >= 40
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:50])
def test_every_row_names_modules_and_tests_that_there_are(row):
    _, modules, tests = (re.findall(r"`([^`]+)`", cell) for cell in row)
    assert modules
    assert tests
    for module in modules:
        place = ROOT / module if module.startswith(OWN) else ROOT / "transcript2handoff" / module
        assert place.exists(), module
    for test in tests:
        path, _, name = test.partition("::")
        assert name in functions(path), test


def test_nothing_but_tests_is_named_as_one():
    for *_, tests in ROWS:
        assert not re.sub(r"`[a-z_/]+\.py::test_\w+`|, ", "", tests), tests
