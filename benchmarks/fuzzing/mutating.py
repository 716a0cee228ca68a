"""Inputs out of examples: bytes, text and JSON are changed where each of them is fragile."""

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any, Final

ODD_TEXTS: Final = (
    "",
    " ",
    "\0",
    "\x1b[31m",
    "\r\n",
    "\n\n",
    "\t",
    "\u2028",
    "\u0085",
    "\u00a0",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\U0001f600",
    "a\u0301" * 3,
    "\u0130",  # its lower case is two characters
    "\u00df",  # so is its upper case
    "\ufb01",
    "\u00b2",  # a digit that int() does not read
    "\u0663\u0664\u0665",  # digits that it does
    "\u00bd",
    "\u0e01\u0e33",
    "\u4f60\u597d",
    "../../etc/passwd",
    "%00",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "${x}",
    "<script>alert(1)</script>",
    "&amp;&#0;&#xD800;&#99999999999;",
    '"',
    "'",
    "\\",
    "`",
    "[x](javascript:y)",
    "=1+1",
    "#set page()",
    "NaN",
    "Infinity",
    "-1",
    "1e999",
    "0",
    "00",
    "9" * 25,
    "9" * 5000,
    "1_000",
    "0x10",
    "1,5",
    "1.000.000,00",
    "-->",
    "00:00:00.000 --> 99:59:59.999",
    "99:99:99.999",
    "2024-02-30",
    "0000-00-00",
    "9999-12-31",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00",
    "a@b.example",
    "4111 1111 1111 1111",
    "A: ",
    ":",
    "null",
    "true",
    "x" * 300,
    "word " * 200,
    "(" * 120,
    "[" * 3000,
)
ODD_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63,
    10**30,
    0.1,
    -0.0,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    [],
    {},
    [None],
    [[]],
    {"": ""},
    *ODD_TEXTS,
)
ODD_BYTES: Final = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\xf4\x90\x80\x80",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
)
_MOST: Final = 20_000
"""Characters of a text after which it does not grow any more."""


def of_bytes(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Bytes changed in a few places, cut, doubled, or joined with another example."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        _change_bytes(chance, content, seeds)
    return bytes(content)


def _change_bytes(chance: Random, content: bytearray, seeds: Sequence[bytes]) -> None:
    begin, end = _stretch(chance, len(content))
    match chance.randrange(8):
        case 0 | 1 if content:
            content[min(begin, len(content) - 1)] ^= 1 << chance.randrange(8)
        case 2 if content:
            content[min(begin, len(content) - 1)] = chance.randrange(256)
        case 3:
            content[begin:begin] = chance.choice(ODD_BYTES)
        case 4:
            odd = chance.choice(ODD_BYTES)
            content[begin : begin + len(odd)] = odd
        case 5:
            del content[begin:end]
        case 6:
            content[begin:begin] = content[begin:end]
        case _:
            other = chance.choice(seeds)
            first, last = _stretch(chance, len(other))
            content[begin:begin] = other[first:last]


def _stretch(chance: Random, size: int) -> tuple[int, int]:
    """A place, and one behind it that is mostly near."""
    begin = chance.randint(0, size)
    most = size if chance.random() < 0.1 else min(size, begin + 40)
    return begin, chance.randint(begin, most)


def of_text(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Text changed by characters, words and lines."""
    text = chance.choice(seeds).decode(errors="replace")
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        text = changed_text(chance, text, seeds)
    content = text.encode(errors="surrogatepass")
    return of_bytes(chance, [content]) if chance.random() < 0.1 else content


def changed_text(chance: Random, text: str, seeds: Sequence[bytes]) -> str:
    """A text with one thing changed."""
    text = text[:_MOST]
    begin, end = _stretch(chance, len(text))
    before, inside, after = text[:begin], text[begin:end], text[end:]
    match chance.randrange(9):
        case 0 | 1:
            return f"{before}{chance.choice(ODD_TEXTS)}{inside}{after}"
        case 2:
            return f"{before}{chance.choice(ODD_TEXTS)}{after}"
        case 3:
            return before + after
        case 4:
            return before + inside * chance.choice((2, 2, 3, 51)) + after
        case 5:
            other = chance.choice(seeds).decode(errors="replace")
            first, last = _stretch(chance, len(other))
            return before + other[first:last] + inside + after
        case way:
            return (_by_lines, _by_words, _by_case)[way - 6](chance, text)


def _by_case(chance: Random, text: str) -> str:
    """A stretch in capitals or in small letters."""
    begin, end = _stretch(chance, len(text))
    kind = chance.choice((str.upper, str.lower, str.title, str.swapcase))
    return text[:begin] + kind(text[begin:end]) + text[end:]


def _by_lines(chance: Random, text: str) -> str:
    """Lines taken away, doubled, or put elsewhere."""
    lines = text.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines.pop(at)
    if chance.random() < 0.6:
        lines.insert(to, line)
    if chance.random() < 0.3:
        lines.insert(at, line)
    return chance.choice(("\n", "\n", "\n", "\r\n", "\r", "\n\n")).join(lines)


def _by_words(chance: Random, text: str) -> str:
    """A word, or what stands between two, replaced by something odd."""
    words = text.split(" ")
    at = chance.randrange(len(words))
    words[at] = str(chance.choice((*ODD_TEXTS, chance.choice(words))))
    return chance.choice((" ", " ", " ", "  ", "\u00a0")).join(words)


def of_json(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """JSON whose values, keys and shape are changed; sometimes no JSON any more."""
    try:
        data = json.loads(chance.choice(seeds))
    except ValueError:
        return of_text(chance, seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        data = changed_json(chance, data)
    text = json.dumps(data, ensure_ascii=chance.random() < 0.5)
    content = text.encode(errors="surrogatepass")
    odds = chance.random()
    if odds < 0.06:
        return of_text(chance, [content])
    return of_bytes(chance, [content]) if odds < 0.1 else content


def changed_json(chance: Random, data: Any) -> Any:
    """Data with one thing changed, in place but for the outermost value."""
    holder, key = _place(chance, data)
    if holder is None:
        return _odd_value(chance) if chance.random() < 0.3 else [data]
    match chance.randrange(10):
        case 0:
            del holder[key]
        case 1:
            _another_key(chance, holder, key)
        case 2:
            other, where = _place(chance, data)
            holder[key] = json.loads(json.dumps(other[where])) if other is not None else None
        case 3 | 4 | 5 | 6:
            holder[key] = _near(chance, holder[key])
        case _:
            holder[key] = _odd_value(chance)
    return data


def _odd_value(chance: Random) -> Any:
    """One of ``ODD_VALUES``, of its own: it may be changed further."""
    return deepcopy(chance.choice(ODD_VALUES))


def _another_key(chance: Random, holder: Any, key: Any) -> None:
    """The value stands under another name too, or more often in its list."""
    if isinstance(holder, dict):
        holder[chance.choice(ODD_TEXTS)[:400]] = holder[key]
    else:
        holder[key:key] = [holder[key]] * chance.choice((1, 2, 30))


def _near(chance: Random, value: Any) -> Any:
    """Something that is like a value: changed a little, or wrapped."""
    if isinstance(value, str) and chance.random() < 0.7:
        return changed_text(chance, value, [value.encode(errors="replace")])
    if isinstance(value, int | float) and chance.random() < 0.7:
        return value * chance.choice((-1, 0, 2, 1000, 1e9, 0.5)) + chance.choice((0, 1))
    wrapped = ([value], {"x": value}, [value, value], str(value)[:500], _deep(chance))
    return chance.choice(wrapped)


def _place(chance: Random, data: Any) -> tuple[Any, Any]:
    """Somewhere in the data: what holds it, and its key there."""
    holder, key, here = None, None, data
    while isinstance(here, dict | list) and here:
        if holder is not None and chance.random() < 0.15:
            break
        holder = here
        key = chance.choice(list(here)) if isinstance(here, dict) else chance.randrange(len(here))
        here = holder[key]
    return holder, key


def _deep(chance: Random) -> Any:
    """Something nested deeply."""
    value: Any = 1
    for _ in range(chance.choice((10, 100, 400))):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def one_of(*kinds: "tuple[float, Any]") -> Any:
    """A mutation that is now one, now another, as often as their weights say."""
    weights = [weight for weight, _ in kinds]
    ways = [way for _, way in kinds]

    def mutate(chance: Random, seeds: Sequence[bytes]) -> bytes:
        way = chance.choices(ways, weights)[0]
        return bytes(way(chance, seeds))

    return mutate
