"""Annotated calls as the trainer wants them: where each item stands, and what should be told."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transcript2handoff.engines.local.labels import FIELDS, NAMES
from transcript2handoff.engines.local.reading import Sentence, cut
from transcript2handoff.engines.local.windows import Piece
from transcript2handoff.errors import InputError
from transcript2handoff.facts import KINDS
from transcript2handoff.importers import import_transcript
from transcript2handoff.transcript import Span, Transcript

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

UNSAID: Final = -1
"""Stands where a field has no right answer."""


class Place(NamedTuple):
    """A stretch of a turn: its number, and characters of its text."""

    turn: int
    span: Span


@dataclass(frozen=True, kw_only=True)
class Item:
    """A gold item: the place of its quote, its other turns, and the values of its fields."""

    kind: str
    at: Place
    also: tuple[int, ...]
    values: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class AnnotatedCall:
    """A call with what people found in it.

    Attributes:
        names: where names of stakeholders and competitors are said, by kind.
    """

    transcript: Transcript
    deal: str
    items: tuple[Item, ...]
    names: dict[str, tuple[Place, ...]]

    @property
    def id(self) -> str:
        """The id of the call."""
        return self.transcript.call_id


@dataclass(frozen=True)
class Targets:
    """What the reader should tell of the sentences of a call (S sentences).

    Attributes:
        kinds: 1 where a sentence states a fact of a kind, else 0; (S, kinds).
        counted: 0 where nobody can say, else 1; (S, kinds).
        fields: the right value of each field, ``UNSAID`` where none is; each (S,).
        names: for each sentence 1 where a token belongs to a name; each (tokens, names).
    """

    kinds: Floats
    counted: Floats
    fields: dict[str, Ints]
    names: list[Floats]


def annotated_calls(folder: Path, *, without: Iterable[str] = ()) -> list[AnnotatedCall]:
    """The annotated calls of a folder by id, those of the deals ``without`` left out.

    Raises:
        InputError: there is none.
    """
    left_out = frozenset(without)
    paths = sorted(path for path in folder.rglob("*-*.json"))
    calls = [call for path in paths if (call := _annotated(path)) and call.deal not in left_out]
    if not calls:
        raise InputError(f"{folder} holds no annotated call (CALLID.json with `gold`).")
    return calls


def _annotated(path: Path) -> AnnotatedCall | None:
    data = json.loads(path.read_bytes())
    if "gold" not in data:
        return None
    texts = {turn["n"]: turn["text"] for turn in data["turns"]}
    items = tuple(_item(entry, texts) for entry in data["gold"])
    return AnnotatedCall(
        transcript=import_transcript(path, path.stem).transcript,
        deal=data["deal"],
        items=items,
        names={kind: tuple(_names(data["gold"], kind, texts)) for kind in NAMES},
    )


def _item(entry: dict[str, Any], texts: dict[int, str]) -> Item:
    turn = entry["turns"][0]
    begin = texts[turn].index(entry["quote"])
    values = {
        field: entry[name]
        for field in FIELDS
        if field.startswith(f"{entry['kind']}.") and (name := field.split(".")[1]) in entry
    }
    return Item(
        kind=entry["kind"],
        at=Place(turn, Span(begin, begin + len(entry["quote"]))),
        also=tuple(entry["turns"][1:]),
        values=values,
    )


def _names(gold: list[dict[str, Any]], kind: str, texts: dict[int, str]) -> Iterator[Place]:
    """Where the people that are not on the call, or the vendors, are named."""
    for entry in gold:
        if entry["kind"] != kind or entry.get("present"):
            continue
        name = entry.get("name") or entry.get("role") or ""
        found = list(_said(name, texts))
        near = {turn: texts[turn] for turn in entry["turns"]}
        for word in re.findall(r"\w{3,}", name):
            if kind == "stakeholder" and entry.get("name"):
                found.extend(_said(word, texts))
            elif not found:
                yield from _said(word, near)
        yield from found


def _said(name: str, texts: dict[int, str]) -> Iterator[Place]:
    form = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    for turn, text in texts.items():
        if name:
            yield from (Place(turn, Span(*m.span())) for m in form.finditer(text))


def owner_class(owner: str | None, speaker: str | None) -> str:
    """Who does what is promised, as one of the values of ``promise.owner``."""
    if not owner:
        return "nobody"
    same = speaker and set(owner.lower().split()) & set(speaker.lower().split())
    return "speaker" if same else "other"


def targets(call: AnnotatedCall, sentences: list[Sentence], said: list[Piece]) -> Targets:
    """What the reader should tell of a call that is cut into ``sentences``."""
    size = len(sentences)
    kinds = np.zeros((size, len(KINDS)), np.float32)
    counted = np.ones_like(kinds)
    fields = {field: np.full(size, UNSAID, np.int64) for field in FIELDS}
    by_turn: dict[int, list[int]] = {}
    for place, sentence in enumerate(sentences):
        by_turn.setdefault(sentence.turn, []).append(place)
    for item in call.items:
        column = KINDS.index(item.kind)
        best, touched = _stated(item, sentences, by_turn)
        side = sentences[best].side
        again = [
            p for turn in item.also for p in by_turn.get(turn, []) if sentences[p].side == side
        ]
        counted[[*touched, *again], column] = 0
        kinds[best, column] = 1
        _set_fields(item, fields, best, sentences[best])
    counted[kinds > 0] = 1
    return Targets(kinds, counted, fields, _name_marks(call, sentences, said))


def _set_fields(item: Item, fields: dict[str, Ints], best: int, sentence: Sentence) -> None:
    for field, value in item.values.items():
        told = owner_class(value, sentence.speaker) if field == "promise.owner" else value
        if told in FIELDS[field]:
            fields[field][best] = FIELDS[field].index(told)


def _stated(
    item: Item, sentences: list[Sentence], by_turn: dict[int, list[int]]
) -> tuple[int, list[int]]:
    """The sentence that holds most of an item's quote, and all that it touches."""
    shares = {
        place: _overlap(sentences[place].span, item.at.span) for place in by_turn[item.at.turn]
    }
    best = max(shares, key=lambda place: (shares[place], -place))
    return best, [place for place, share in shares.items() if share > 0]


def _overlap(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.begin, other.begin)


def _name_marks(call: AnnotatedCall, sentences: list[Sentence], said: list[Piece]) -> list[Floats]:
    marks = [np.zeros((len(piece.offsets), len(NAMES)), np.float32) for piece in said]
    by_turn: dict[int, list[tuple[int, Span]]] = {}
    for column, kind in enumerate(NAMES):
        for place in call.names[kind]:
            by_turn.setdefault(place.turn, []).append((column, place.span))
    for mark, sentence, piece in zip(marks, sentences, said, strict=True):
        for column, name in by_turn.get(sentence.turn, []):
            for token, (begin, end) in enumerate(piece.offsets):
                at = Span(sentence.span.begin + begin, sentence.span.begin + end)
                if _overlap(at, name) > 0:
                    mark[token, column] = 1
    return marks


def roughened(call: AnnotatedCall) -> AnnotatedCall:
    """The call as a plain recogniser would write it: lower case, no punctuation."""
    kept = {turn.n: _letters(turn.text) for turn in call.transcript.turns}
    turns = tuple(
        turn.model_copy(update={"text": "".join(turn.text[i] for i in kept[turn.n]).lower()})
        for turn in call.transcript.turns
    )
    if any(not turn.text.strip() for turn in turns):
        return call

    def moved(place: Place) -> Place:
        letters = kept[place.turn]
        begin = int(np.searchsorted(letters, place.span.begin))
        return Place(place.turn, Span(begin, int(np.searchsorted(letters, place.span.end))))

    return replace(
        call,
        transcript=call.transcript.model_copy(update={"turns": turns}),
        items=tuple(replace(item, at=moved(item.at)) for item in call.items),
        names={kind: tuple(map(moved, places)) for kind, places in call.names.items()},
    )


def _letters(text: str) -> list[int]:
    """The characters of a text that a recogniser would write."""
    return [
        place
        for place, letter in enumerate(text)
        if letter.isalnum()
        or letter in " '’$£€%"
        or text[place - 1 : place + 2].strip(letter).isdigit()
    ]


def side_unknown(call: AnnotatedCall) -> AnnotatedCall:
    """The call as if nobody could tell the voices apart."""
    speakers = tuple(
        speaker.model_copy(update={"side": None, "name": None})
        for speaker in call.transcript.speakers
    )
    return replace(call, transcript=call.transcript.model_copy(update={"speakers": speakers}))


def sentences_of(call: AnnotatedCall) -> list[Sentence]:
    """The call cut into sentences."""
    return list(cut(call.transcript))


def digest(calls: Iterable[AnnotatedCall]) -> str:
    """A SHA-256 over calls and annotations, in hexadecimal digits."""
    hashed = hashlib.sha256()
    for call in calls:
        hashed.update(call.transcript.to_json().encode())
        hashed.update(repr(call.items).encode())
    return hashed.hexdigest()
