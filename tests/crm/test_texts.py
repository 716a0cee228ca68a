"""Texts are cut between lines, escaped whole, and never longer than the CRM takes."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.crm.texts import (
    Form,
    clean,
    html,
    one_line,
    plain,
    shortened,
    stored_bytes,
    units,
)
from transcript2handoff.errors import CrmRefusedError
from transcript2handoff.words import ENGLISH, Words

LINK = "https://handoffs.example/d/42"
LINES = st.lists(
    st.one_of(
        st.just(""),
        st.text(alphabet="ab <>&\"'é😀\t", max_size=30).map(clean),
        st.text(alphabet="ab <>&;😀", max_size=30).map(lambda text: f"- {text}"),
    ),
    max_size=30,
)


class Shown(HTMLParser):
    """The lines of HTML as a reader sees them, and its tags."""

    def __init__(self, text):
        super().__init__()
        self.lines, self.tags, self.open = [""], set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)
        else:
            self.lines.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in ("p", "li"):
            self.lines.append("")

    def handle_data(self, data):
        self.lines[-1] += data


def shown_lines(text):
    shown = Shown(text)
    assert not shown.open
    assert shown.tags <= {"p", "br", "strong", "ul", "li", "a"}
    return [line for line in shown.lines if line.strip()]


def said(lines):
    return [text for line in lines if (text := line.removeprefix("- ")).strip()]


def test_a_note_has_paragraphs_headings_and_lists():
    lines = ["Handoff: A & B", "", "Owed", "- <b>SSO</b>", "- x", "", "one", "two"]
    assert html(lines, LINK, ENGLISH) == (
        "<p>Handoff: A &amp; B</p>"
        "<p><strong>Owed</strong></p><ul><li>&lt;b&gt;SSO&lt;/b&gt;</li><li>x</li></ul>"
        "<p>one<br>two</p>"
        '<p><a href="https://handoffs.example/d/42">The whole brief</a></p>'
    )


def test_plain_text_stays_and_ends_with_the_link():
    assert plain(["a", "- b", ""], LINK, ENGLISH) == f"a\n- b\n\nThe whole brief: {LINK}"
    assert plain([], LINK, ENGLISH) == f"The whole brief: {LINK}"
    assert plain(["a"], None, ENGLISH) == "a"


@pytest.mark.parametrize("show", [html, plain])
def test_what_has_no_room_is_counted(show):
    text = "\n".join(["Owed", *(f"- promise {n}" for n in range(100)), "", "People", "- Priya"])
    whole = Form(limit=500, size=units, shown=show).fitted(text, link=LINK, words=ENGLISH)
    assert units(whole) <= 500
    kept = sum(f"promise {n}" in whole for n in range(100))
    assert 5 < kept < 40
    assert f"and {103 - kept - 1} more" in whole
    assert LINK in whole


def test_the_count_is_in_the_readers_language():
    form = Form(limit=30, size=units, shown=plain)
    assert form.fitted("eins\n" * 30, link=None, words=Words.of("de")).endswith(" weitere")


def test_a_text_without_any_room_is_an_error():
    with pytest.raises(CrmRefusedError, match="has no room"):
        Form(limit=20, size=units, shown=html).fitted("a\n" * 99, link=LINK, words=ENGLISH)


@given(lines=LINES, limit=st.integers(130, 700), link=st.sampled_from([None, LINK]))
def test_no_line_tag_or_entity_is_ever_cut(lines, limit, link):
    fitted = Form(limit=limit, size=units, shown=html).fitted(
        "\n".join(lines), link=link, words=ENGLISH
    )
    assert units(fitted) <= limit
    shown = shown_lines(fitted)
    if link:
        assert shown.pop() == "The whole brief"
    whole = said(lines)
    if shown == whole:
        return
    *kept, more = shown
    assert kept == whole[: len(kept)]
    assert more == f"and {len(whole) - len(kept)} more"


@given(lines=LINES, limit=st.integers(130, 700))
def test_as_many_lines_stand_as_have_room(lines, limit):
    text = "\n".join(lines)
    form = Form(limit=limit, size=stored_bytes, shown=plain)
    fitted = form.fitted(text, link=LINK, words=ENGLISH)
    assert stored_bytes(fitted) <= limit
    if fitted == plain(lines, LINK, ENGLISH):
        return
    head = fitted.removesuffix(f"\n\nThe whole brief: {LINK}").split("\n")[:-1]
    assert lines[: len(head)] == head
    further = next(n for n in range(len(head) + 1, len(lines) + 1) if said([lines[n - 1]]))
    left = len(said(lines[further:]))
    more = [f"and {left} more"] if left else []
    assert stored_bytes(plain([*lines[:further], *more], LINK, ENGLISH)) > limit


@given(st.text())
def test_clean_text_has_no_control_characters_and_stays_clean(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert all(each.isprintable() or each in "\n\t" or not each.isascii() for each in cleaned)
    assert len(cleaned.split("\n")) == len(cleaned.splitlines()) or cleaned[-1:] in ("\n", "")
    assert "\n" not in one_line(text)


@given(
    st.text(alphabet="ab é😀e\u0301\u200d👩<&", max_size=80),
    st.integers(12, 60),
    st.sampled_from([units, stored_bytes]),
)
def test_one_line_is_cut_between_characters(line, limit, size):
    cut = shortened(line, limit, size=size)
    assert size(cut) <= limit
    if cut == line:
        return
    kept = cut.removesuffix(" …")
    assert line.startswith(kept)
    rest = line[len(kept) :]
    assert (
        not kept
        or rest.startswith(" ")
        or not (rest.startswith(("\u0301", "\u200d")) or kept.endswith("\u200d"))
    )


def test_one_line_is_cut_between_words():
    assert shortened("Send the report on security", 19, size=units) == "Send the report …"
    assert shortened("Send", 20, size=units) == "Send"


def test_lengths_are_counted_as_strictly_as_any_server_does():
    assert units("a😀") == 3
    assert stored_bytes("<é\n") == len("&lt;") + 2 + 2
