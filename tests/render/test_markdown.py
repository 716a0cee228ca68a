"""Text in Markdown stays text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from transcript2handoff.render.markdown import markdown_text

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def squeezed(text: str) -> str:
    """Text as a line shows it: control characters and line breaks are spaces."""
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


def shown(markdown: str) -> tuple[list[str], str]:
    """The types of all blocks, and the text that a reader sees; markup within a line fails."""
    tokens = READER.parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special", "softbreak"}
    blocks = [token.type for token in tokens if token.type != "inline"]
    return blocks, "".join(child.content for child in inline)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, it's fine.", "plain words, it's fine."),
        ("a | b", "a &#124; b"),
        ("*bold* _em_ `code`", r"\*bold\* \_em\_ \`code\`"),
        ("snake_case", "snake_case"),
        ("<script>", "&lt;script&gt;"),
        ("Alder & Finch", "Alder & Finch"),
        ("&lt;", "&amp;lt;"),
        ("two\nlines\r\n\nor three", "two lines or three"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("12. no number", "&#49;2. no number"),
        ("https://evil.example/x", r"https:\//evil.example/x"),
        ("me@example.com", r"me\@example.com"),
        ("[a](b)", r"\[a\](b)"),
        ("abc\u202edef", "abc&#x202e;def"),
        (r"back\slash", r"back\\slash"),
        (7, "7"),
    ],
)
def test_what_is_markup_elsewhere_is_escaped(text, escaped):
    assert markdown_text(text) == escaped


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("|*_`~<>[]()#+-=!&;\\\"'\n\r\t 1.:/@\u202e\u200f\u2028"),
        st.characters(codec="utf-8"),
    )
)


@given(ANY_TEXT)
@example("1)")
@example("\\|")
@example("&#124;")
@example("a\\")
def test_a_reader_sees_the_text_itself_in_a_paragraph(text):
    blocks, seen = shown(f"x {markdown_text(text)} x")
    assert blocks == ["paragraph_open", "paragraph_close"]
    assert squeezed(seen) == squeezed(f"x {text} x")


@given(ANY_TEXT.filter(squeezed))
@example("===")
@example("* * *")
@example("    code")
def test_a_text_at_the_start_of_an_item_is_no_block(text):
    blocks, seen = shown(f"- {markdown_text(text)}")
    assert blocks[:3] == ["bullet_list_open", "list_item_open", "paragraph_open"]
    assert len(blocks) == 6
    assert squeezed(seen) == squeezed(text)


@given(ANY_TEXT, ANY_TEXT)
def test_a_cell_stays_one_cell(first, second):
    table = f"| A | B |\n| --- | --- |\n| {markdown_text(first)} | {markdown_text(second)} |\n"
    tokens = READER.parse(table)
    cells = [tokens[n + 1] for n, token in enumerate(tokens) if token.type == "td_open"]
    seen = ["".join(child.content for child in cell.children or ()) for cell in cells]
    assert [squeezed(text) for text in seen] == [squeezed(first), squeezed(second)]
