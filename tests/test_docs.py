"""Documents that follow from the code are what the code says now."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
GENERATED = runpy.run_path(str(DOCS / "generate.py"))["documents"]()


@pytest.mark.parametrize("path", sorted(GENERATED))
def test_is_not_stale(path):
    assert (DOCS / path).read_text(encoding="utf-8") == GENERATED[path], "run `make docs`"
