import numpy as np
import pytest

from transcript2handoff.engines.local.labels import FIELDS, NAMES
from transcript2handoff.engines.local.windows import Piece
from transcript2handoff.errors import InputError
from transcript2handoff.facts import KINDS
from transcript2handoff.training.annotated import (
    UNSAID,
    annotated_calls,
    owner_class,
    roughened,
    sentences_of,
    side_unknown,
    targets,
)
from transcript2handoff.training.folds import fold_of

FOLDER = "fixtures/bench"


@pytest.fixture(scope="module")
def calls(request):
    return annotated_calls(request.config.rootpath / FOLDER)


def words(call, place):
    return call.transcript.turn(place.turn).text[place.span.begin : place.span.end]


def by_word(sentences):
    """Tokens that are words, as a tokenizer would give them."""
    pieces = []
    for sentence in sentences:
        offsets, at = [], 0
        for word in sentence.text.split():
            begin = sentence.text.index(word, at)
            at = begin + len(word)
            offsets.append((begin, at))
        pieces.append(Piece((0,) * len(offsets), 0, tuple(offsets)))
    return pieces


def test_quotes_stand_where_the_items_say(calls):
    call = next(call for call in calls if call.id == "halcyon-1")
    goal = next(item for item in call.items if item.kind == "goal")
    assert words(call, goal.at).startswith("under nine by year end")


def test_deals_can_be_left_out(calls, request):
    left = annotated_calls(request.config.rootpath / FOLDER, without=["harborline", "redfern"])
    assert {c.deal for c in calls} - {c.deal for c in left} == {"harborline", "redfern"}


def test_a_folder_without_calls_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match=str(tmp_path)):
        annotated_calls(tmp_path)


def test_raw_style_keeps_every_quote_in_place(calls):
    for call in calls[:12]:
        raw = roughened(call)
        for clean, rough in zip(call.items, raw.items, strict=True):
            kept = [letter for letter in words(call, clean.at).lower() if letter.isalnum()]
            assert [letter for letter in words(raw, rough.at) if letter.isalnum()] == kept


def test_raw_style_has_neither_capitals_nor_full_stops(calls):
    said = " ".join(turn.text for turn in roughened(calls[0]).transcript.turns)
    assert said == said.lower()
    assert not set(said) & set(".,?!")


def test_unknown_sides_leave_the_words(calls):
    hidden = side_unknown(calls[0])
    assert hidden.transcript.text == calls[0].transcript.text
    assert {s.side for s in sentences_of(hidden)} == {None}


def test_targets_name_the_sentence_that_holds_the_quote(calls):
    for call in calls[:5]:
        sentences = sentences_of(call)
        wanted = targets(call, sentences, by_word(sentences))
        stated = {(s.turn, k) for s, row in zip(sentences, wanted.kinds, strict=True)
                  for k, one in zip(KINDS, row, strict=True) if one}  # fmt: skip
        assert stated == {(item.at.turn, item.kind) for item in call.items}
        assert wanted.counted[wanted.kinds > 0].all()
        for name, values in wanted.fields.items():
            assert set(values) <= {UNSAID, *range(len(FIELDS[name]))}


def test_names_are_marked_token_by_token(calls):
    call = next(call for call in calls if call.names["competitor"])
    sentences = sentences_of(call)
    pieces = by_word(sentences)
    marks = targets(call, sentences, pieces).names
    column = NAMES.index("competitor")
    marked = {
        sentence.text[slice(*piece.offsets[n])].strip(".,?!'s").lower()
        for sentence, piece, mark in zip(sentences, pieces, marks, strict=True)
        for n in np.flatnonzero(mark[:, column])
    }
    said = {w for place in call.names["competitor"] for w in words(call, place).lower().split()}
    assert {word.strip(".,?!'s") for word in said} <= marked


@pytest.mark.parametrize(
    ("owner", "speaker", "told"),
    [
        ("Dana Whitfield", "Dana Whitfield", "speaker"),
        ("Dana", "Dana Whitfield", "speaker"),
        ("Marek Dvorak", "Dana Whitfield", "other"),
        (None, "Dana Whitfield", "nobody"),
        ("Dana Whitfield", None, "other"),
    ],
)
def test_who_owns_a_promise(owner, speaker, told):
    assert owner_class(owner, speaker) == told


def test_a_deal_is_in_one_fold_and_folds_are_about_as_large(calls):
    folds = fold_of(call.deal for call in calls)
    sizes = np.bincount(list(folds.values()))
    assert len(sizes) == 4
    assert sizes.max() - sizes.min() <= 1
    assert folds == fold_of(call.deal for call in reversed(calls))
