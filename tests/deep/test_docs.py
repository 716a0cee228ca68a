"""The document of the audit names every matter that is looked at."""

import re
from pathlib import Path

from transcript2handoff.deep.looks import LOOKS

TEXT = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()


def test_every_matter_is_explained_in_its_order():
    table = TEXT.partition("| matter | what must hold |")[2]
    assert re.findall(r"^\| (?!---)([^|]+) \|", table, re.M) == [*LOOKS]
