"""YAML as far as people's settings need it."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.yaml_text import YamlTextError, plain_yaml

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def depth(value):
    inner = value.values() if isinstance(value, dict) else value
    return 0 if isinstance(value, str) else 1 + max(map(depth, inner), default=0)


@given(VALUES.filter(lambda value: depth(value) <= 6))
def test_texts_lists_and_fields_come_back(value):
    assert plain_yaml(yaml.safe_dump(value, allow_unicode=True), where="x") == value


@pytest.mark.parametrize("word", ["no", "12:30", "1_000", "2027-03-05", "1e3", "0x10", "=", "~/a"])
def test_a_value_is_the_text_that_stands_there(word):
    assert plain_yaml(f"key: {word}", where="x") == {"key": word}


@pytest.mark.parametrize("empty", ["", "~", "null"])
def test_nothing_is_none(empty):
    assert plain_yaml(f"key: {empty}", where="x") == {"key": None}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3", "x.yaml, line 3: 'a' stands twice."),
        ("a: 1\n? [b]\n: 2", "x.yaml, line 2: a key is one word."),
        ("a: &b 1\nc: *b", "x.yaml, line 1: anchors and aliases are not used here."),
        ("a: 1\nb: !!int 2", "x.yaml, line 2: tags are not used here."),
        ("[[[[[[[1]]]]]]]", "x.yaml, line 1: nested deeper than 6 levels."),
        (
            "a: [1",
            "x.yaml is not valid YAML: expected ',' or ']', but got '<stream end>' (line 1).",
        ),
        ("a: \x07", "x.yaml is not valid YAML: unacceptable character"),
        ("--- 1\n--- 2", "x.yaml is not valid YAML: but found another document (line 2)."),
    ],
)
def test_what_is_refused_is_named_with_its_line(text, told):
    with pytest.raises(YamlTextError) as caught:
        plain_yaml(text, where="x.yaml")
    assert str(caught.value).startswith(told)
