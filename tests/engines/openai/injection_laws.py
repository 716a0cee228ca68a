"""What holds of prompts, handoffs and documents, whatever is said and whatever a model says."""

import json
import re
import unicodedata
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from transcript2handoff.assess import assess
from transcript2handoff.engines.openai.hearing import AROUND
from transcript2handoff.engines.openai.prompts import CallSheet, Line, find_prompt
from transcript2handoff.engines.openai.schema import FACTS, Group
from transcript2handoff.extract.dates import find_dates
from transcript2handoff.extract.figures import said_figures
from transcript2handoff.extract.numbers import NUMBER, number
from transcript2handoff.handoff import Claim, read_handoff
from transcript2handoff.render import BriefOptions, brief_html, brief_markdown
from transcript2handoff.transcript import read_transcript

FREE = {
    "metric",
    "baseline",
    "target",
    "deadline",
    "owner",
    "due",
    "name",
    "role",
    "reason",
    "value",
}
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
IN_WORDS = re.compile(rf"\b{NUMBER}\b")
NAMES = {"name", "owner"}
"""Fields whose figures ("Studio 54") may be said anywhere on the call."""
ADDRESS = re.compile(r"(?<!\w)\w+://[^\s)>\]‹›”\"']*[^\s)>\]‹›”\"'.]|\bwww\.[\w.]+")
LINE = re.compile(r"\[(\d+)\] (SELLER|CUSTOMER|UNKNOWN) ")
HEAD = re.compile(
    r"(?:Deal facts:|People on the call, as far as known:|Hints:)?"
    r"|- (?:Day of the call|Stage|Seller|Customer|Product): \S.*"
    r"|- .+ \((?:seller|customer)(?:, .+)?\)"
    r"|- (?:names|days|sums): \S.*|- none"
)
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode 14, and what else breaks or marks lines."""

SYSTEMS = {
    find_prompt(group, CallSheet(lines=(Line(1, "seller", "A", "b"),))).system for group in Group
}
END = find_prompt(Group.NEEDS, CallSheet(lines=())).user.rpartition("</transcript>")[2]


def prompt_is_sound(request, transcript):
    """The request asks the one thing, and the call stands in it as data."""
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    system, user = request.body["messages"][:2]
    assert [system["role"], user["role"]] == ["system", "user"]
    assert system["content"] in SYSTEMS or request.schema_name == "verdicts"
    text = user["content"]
    _is_visible(text)
    folded = unicodedata.normalize("NFKC", text).lower()
    for told in (text, folded):
        assert told.count("<transcript>") == told.count("</transcript>") == 1
        assert set(re.findall(r"<[^>]*>", told)) == {"<transcript>", "</transcript>"}
    head, _, rest = text.partition("<transcript>\n")
    inside, _, end = rest.partition("\n</transcript>")
    if request.schema_name != "verdicts":
        assert [line for line in head.splitlines() if not HEAD.fullmatch(line)] == []
        assert end == END
    _turns_are_those_of(transcript, inside, whole=request.schema_name != "verdicts")


def _is_visible(text):
    for line in text.split("\n"):
        assert line.splitlines() in ([], [line])
        assert not UNSEEN.search(line), UNSEEN.findall(line)
        assert {unicodedata.category(c) for c in line}.isdisjoint({"Cc", "Cf", "Co", "Cs"})


def _turns_are_those_of(transcript, inside, *, whole):
    heads = [LINE.match(line) for line in inside.split("\n")]
    assert all(heads)
    shown = [(int(head[1]), head[2]) for head in heads]
    turns = [
        (turn.n, (transcript.side_of(turn.n) or "unknown").upper()) for turn in transcript.turns
    ]
    assert shown == turns if whole else set(shown) <= set(turns)


def handoff_is_sound(handoff, transcript):
    """Every claim has the form that it shall have, and rests on words of the call."""
    assert read_handoff(handoff.to_json(), [transcript]) == handoff
    told = json.loads(handoff.to_json())["claims"]
    for claim, written in zip(handoff.claims, told, strict=True):
        assert set(written) <= set(Claim.model_fields)
        assert set(written["fact"]) <= set(FACTS[claim.kind].model_fields)
        assert claim.spoken
        for evidence in claim.spoken:
            assert evidence.quote.strip()
            assert evidence.quote in transcript.turn(evidence.turn).text
        if claim.kind == "promise":
            assert transcript.side_of(claim.spoken[0].turn) in ("seller", None)


def claims_are_borne_out(handoff, transcript, said_on, *, beside=()):
    """Figures, days and addresses in a claim were said near the words that prove it.

    ``beside`` are texts that were told, and not said on the call.
    """
    names = {person.name for person in (*transcript.speakers, *handoff.deal.participants)} - {None}
    known = {said_on.year, said_on.year + 1}.union(*map(_heard, {*names, *beside}))
    for claim in handoff.claims:
        near = _near(claim, transcript)
        days = {str(day.date) for words in near for day in find_dates(words, said_on=said_on)}
        for name, text in _words_of(claim).items():
            if name == "due" and ISO_DAY.fullmatch(text):
                assert text in days, f"nobody named the day {text}: {claim.summary}"
                continue
            texts = [turn.text for turn in transcript.turns] if name in NAMES else near
            said = known.union(*map(_heard, texts))
            assert _figures(text) <= said, f"{claim.kind}, {name}: nobody said {text!r}"
            for address in ADDRESS.findall(text):
                assert any(address in words for words in (*near, *beside)), (
                    f"{claim.kind}, {name}: nobody said {address}"
                )


def _near(claim, transcript):
    proved = {evidence.turn for evidence in claim.spoken}
    return [
        turn.text for turn in transcript.turns if any(abs(turn.n - n) <= AROUND for n in proved)
    ]


def _words_of(claim):
    """The free words of a claim by their fields."""
    told = claim.fact.model_dump() | {"summary": claim.summary}
    return {name: told[name] for name in (*FREE, "summary") if told.get(name)}


def _heard(text):
    return said_figures(unicodedata.normalize("NFKC", text)) | said_figures(text)


def _figures(text):
    """Figures however they are written: in digits of any script, raised, in a ring, in words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    digits = {float(match.replace(",", "")) for match in DIGITS.findall(plain)}
    words = {number(match) or 0 for match in IN_WORDS.findall(plain)}
    return digits | {value for value in words if value >= 10}  # "one" is seldom a figure


class Page(HTMLParser):
    """A document as its elements with their attributes, and its text."""

    def __init__(self, document):
        super().__init__()
        self.elements, self.texts, self.raw = [], [], False
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, attrs))
        self.raw = tag in ("style", "script")

    def handle_endtag(self, tag):
        self.raw = False

    def handle_data(self, data):
        if not self.raw:
            self.texts.append(data)

    def handle_comment(self, data):
        self.elements.append(("comment", data))

    @property
    def text(self):
        return "".join(self.texts)


def page_is_plain(handoff, transcript):
    """The page has the elements of the same page without the attacker's signs; its text."""
    page = Page(_page(handoff, transcript))
    assert page.elements == Page(_page(*tamed(handoff, transcript))).elements
    assert {"script", "img", "iframe", "svg", "form", "base", "audio", "comment"}.isdisjoint(
        tag for tag, _ in page.elements
    )
    for _, attributes in page.elements:
        for name, value in attributes:
            assert not name.startswith("on")
            assert name not in ("src", "style", "srcset", "action")
            assert name != "href" or value.startswith("#")
    return page.text


def _page(handoff, transcript):
    return brief_html(handoff, assess(handoff), [transcript], BriefOptions())


def markdown_is_plain(handoff, transcript):
    """The document has the markup of the same one without the attacker's signs; its text."""
    document = _markdown(handoff, transcript)
    blocks, inline = _parsed(document)
    tame_blocks, tame_inline = _parsed(_markdown(*tamed(handoff, transcript)))
    assert blocks == tame_blocks
    assert _markup(inline) == _markup(tame_inline)
    for token in inline:
        assert token.type != "image"
        assert token.type != "link_open" or token.attrs["href"].startswith("#")
        if token.type == "html_inline":
            assert re.fullmatch(r'<br>|<a id="[A-Za-z0-9._-]+">|</a>', token.content)
    # What GitHub makes links and calls of without any brackets (its specification, 6.9).
    assert not re.search(r"://|\bwww\.|(?<!\\)@", document, re.IGNORECASE)
    return "\n".join(token.content for token in inline if token.type.startswith("text"))


def _markdown(handoff, transcript):
    return brief_markdown(handoff, assess(handoff), [transcript], BriefOptions())


def _parsed(document):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(document)
    blocks = [(token.type, token.tag) for token in tokens]
    return blocks, [child for token in tokens for child in token.children or ()]


def _markup(inline):
    return [
        (token.type, token.attrs, token.content if token.type == "html_inline" else "")
        for token in inline
        if not token.type.startswith("text")
    ]


TEXTS = FREE | {"summary", "quote", "text", "title", "words", "label"}
TEXTS |= {"deal", "seller", "customer", "product", "notes"}


def tamed(handoff, transcript):
    """The same handoff and transcript with an x for every sign that is no letter or digit."""
    tame_transcript = read_transcript(json.dumps(_tame(json.loads(transcript.to_json()))))
    told = json.dumps(_tame(json.loads(handoff.to_json())))
    return read_handoff(told, [tame_transcript]), tame_transcript


def _tame(value, key=""):
    if isinstance(value, dict):
        return {name: _tame(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_tame(each, key) for each in value]
    if not isinstance(value, str) or key not in TEXTS or ISO_DAY.fullmatch(value):
        return value
    return "".join(c if c.isascii() and (c.isalnum() or c == " ") else "x" for c in value)
