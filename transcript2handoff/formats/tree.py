"""Markdown as the tree of pandoc, with nothing in it that acts: no raw code, no picture.

What was said on a call may look like code. It is shown as the text that it is.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from transcript2handoff.formats.pandoc import pandoc

_READER: Final = "--from=commonmark+pipe_tables+strikeout"
_ANCHOR: Final = re.compile(r'<a id="([^"]*)">', re.IGNORECASE)
_RULE: Final = re.compile(
    r"^[ >]*(?:\|[ ]*)?:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*(?:\|[ ]*)?$", re.MULTILINE
)
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""

Node = dict[str, Any]
Tree = Any
"""A value of JSON: a node, a list of such values, a text or a number."""
NO_ATTRIBUTES: Final = ["", [], []]


def legal(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def tree(markdown: str, *, for_typst: bool = False) -> bytes:
    """The document as JSON for pandoc; links and anchors fit each other.

    Args:
        markdown: the text.
        for_typst: anchors become labels on nothing, as pandoc alone would lose them there.

    Raises:
        DocumentError: the Markdown cannot be read.
    """
    text = legal(markdown)
    document = json.loads(pandoc(text.encode(), _READER, "--to=json"))
    anchors = _anchors(document["blocks"])
    document["blocks"] = _tamed(document["blocks"], anchors)
    _once(document["blocks"])
    if for_typst:
        _label(document["blocks"])
    rules = (_shares(rule.group()) for rule in _RULE.finditer(text))
    for table in _nodes(document["blocks"], "Table"):
        _widen(table, rules)
    return json.dumps(document).encode()


def _nodes(value: Tree, *kinds: str) -> Iterator[Node]:
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part, *kinds)
    elif isinstance(value, dict):
        if value.get("t") in kinds:
            yield value
        yield from _nodes(value.get("c"), *kinds)


def _anchors(blocks: Tree) -> dict[str, str]:
    """Each anchor with the name that it gets: short, and legal in every format."""
    raw = (node["c"][1] for node in _nodes(blocks, "RawInline", "RawBlock"))
    found = dict.fromkeys(name for html in raw for name in _ANCHOR.findall(html))
    return {name: f"anchor-{number}" for number, name in enumerate(found, start=1)}


def _tamed(value: Tree, anchors: dict[str, str]) -> Tree:
    if isinstance(value, list):
        return [_tamed(part, anchors) for part in value]
    if not isinstance(value, dict):
        return value
    return _tamed_node(value, anchors)


def _tamed_node(node: Node, anchors: dict[str, str]) -> Node:
    match node:
        case {"t": "RawInline", "c": [_, html]}:
            node = _shown_raw(html, anchors)
        case {"t": "RawBlock", "c": [_, html]}:
            node = {"t": "Para", "c": [_shown_raw(html.rstrip("\n"), anchors)]}
        case {"t": "Code" | "CodeBlock" as kind, "c": [_, text]}:
            node = {"t": kind, "c": [NO_ATTRIBUTES, text]}
        case {"t": "Image", "c": [_, shown, [address, _]]}:
            node = _span([*_tamed(shown, anchors), *_words(f" ({address})")])
        case {"t": "Link", "c": [_, shown, target]}:
            node = _link(_tamed(shown, anchors), target, anchors)
        case {"c": content}:
            node = {**node, "c": _tamed(content, anchors)}
    return node


def _shown_raw(html: str, anchors: dict[str, str]) -> Node:
    if html == "</a>":
        return _span([])
    if known := _ANCHOR.fullmatch(html.removesuffix("</a>")):
        return _span([], identifier=anchors[known[1]])
    return _span(_words(html))


def _link(shown: list[Node], target: list[str], anchors: dict[str, str]) -> Node:
    address = target[0]
    if address.startswith("#"):
        if address[1:] not in anchors:
            return _span(shown)
        address = f"#{anchors[address[1:]]}"
    elif not _may_be_followed(address):
        return _span(shown)
    return {"t": "Link", "c": [NO_ATTRIBUTES, shown, [address, ""]]}


def _may_be_followed(address: str) -> bool:
    """Whether it leads to the web, to a mailbox, or to a file by a relative path."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in _SCHEMES
    beside = not address.startswith(("/", "\\", "%"))
    return bool(address) and beside and ":" not in parts.path and "\\" not in address


def _span(content: list[Node], *, identifier: str = "") -> Node:
    return {"t": "Span", "c": [[identifier, [], []], content]}


def _words(text: str) -> list[Node]:
    spaced: list[Node] = []
    for part in re.split(r"([ \n]+)", text):
        if part:
            spaced.append({"t": "Space"} if part.isspace() else {"t": "Str", "c": part})
    return spaced


def _once(blocks: Tree) -> None:
    """Of anchors with the same name only the first stays one."""
    seen: set[str] = set()
    for span in _nodes(blocks, "Span"):
        if (name := span["c"][0][0]) in seen:
            span["c"][0][0] = ""
        elif name:
            seen.add(name)


def _label(blocks: Tree) -> None:
    for span in _nodes(blocks, "Span"):
        if name := span["c"][0][0]:
            # Our own name, never one of the text.
            label = {"t": "RawInline", "c": ["typst", f"#metadata(none)<{name}>"]}
            span["c"] = [NO_ATTRIBUTES, [label]]


def _shares(rule: str) -> list[int]:
    """How many dashes each column of a separator row has."""
    return [len(dashes) for dashes in re.findall("-+", rule)]


def _widen(table: Node, rules: Iterator[list[int]]) -> None:
    columns = table["c"][2]
    shares = next((shares for shares in rules if len(shares) == len(columns)), None)
    for number, column in enumerate(columns):
        share = shares[number] / sum(shares) if shares else 1 / len(columns)
        column[1] = {"t": "ColWidth", "c": share}
