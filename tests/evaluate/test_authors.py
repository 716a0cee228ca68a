from types import SimpleNamespace

from transcript2handoff.evaluate.authors import read_authors

TEXT = """# Authors

| author | style | deals |
|---|---|---|
| A | British; chatty | acme, bolt |
| B | laconic | cask |

Calls in raw recogniser style (hardly any punctuation): bolt-1, cask-2.
"""


def test_authors_by_deal_and_calls_in_raw_style():
    authors = read_authors(TEXT)
    assert authors.by_deal == {"acme": "A", "bolt": "A", "cask": "B"}
    assert authors.raw == {"bolt-1", "cask-2"}
    assert (authors.of("acme-3"), authors.of("dune-1")) == ("A", None)


def test_groups_are_by_author_and_by_style_and_never_empty():
    calls = [(SimpleNamespace(id=call), []) for call in ("acme-1", "bolt-1")]
    groups = read_authors(TEXT).groups(calls)
    assert {name: [c.id for c, _ in found] for name, found in groups.items()} == {
        "author A": ["acme-1", "bolt-1"],
        "raw style": ["bolt-1"],
        "punctuated": ["acme-1"],
    }
