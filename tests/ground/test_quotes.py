"""Finding words: planted in text with noise of every kind, and what must hold for any text."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.ground.quotes import Contrary, Found, Text, find_quote

BEFORE = "Right, so where were we, Gareth? "
AFTER = " And then lunch, I suppose."


def planted(said: str) -> str:
    return BEFORE + said + AFTER


PLANTED = {
    "exact": ("We'll migrate all your data by Friday", "We'll migrate all your data by Friday"),
    "case": ("WE'LL MIGRATE all your data by friday", "We'll migrate all your data by Friday"),
    "spacing": ("We'll  migrate\nall your\tdata", "We'll migrate all your data"),
    "no-break space": ("We'll migrate\u00a0all your data", "We'll migrate all your data"),
    "punctuation": (
        "We'll migrate, well: all... your data",
        "We'll migrate - well - all your data",
    ),
    "quotation marks": ("I said “all” your data", 'I said "all" your data'),
    "apostrophe": ("We\u2019ll migrate it, that\u2019s sure", "We'll migrate it, thats sure"),
    "dashes": ("a follow\u2011up\u2014next week", "a follow-up - next week"),
    "fillers": ("We'll um migrate, you know, all uh your data", "We'll migrate all your data"),
    "fillers in the quote": ("We'll migrate all your data", "We'll, erm, migrate all your data"),
    "repeated word": (
        "Yes we'll we'll migrate all all your data",
        "Yes we'll migrate all your data",
    ),
    "repeated start": ("so we can we can migrate your data", "so we can migrate your data"),
    "compatibility": ("the \ufb01le of \uff21\uff23\uff2d\uff25", "the file of ACME"),
    "composed letters": ("Zoe\u0308 at the cafe\u0301", "Zo\u00eb at the caf\u00e9"),
    "zero width": ("We'll mig\u200brate all your\ufeff data", "We'll migrate all your data"),
    "thousands": ("it is $25,000 a year", "it is $25000 a year"),
    "per cent sign": ("a 15% discount", "a 15 percent discount"),
    "right to left": ("שלום, עולם טוב", "שלום עולם טוב"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_words_are_found_to_the_letter(name):
    said, quote = PLANTED[name]
    text = planted(said)
    found = find_quote(quote, text)
    assert found is not None
    assert text[found.span.begin : found.span.end] == said
    assert found.match == ("exact" if said == quote else "normalised")


ALIKE_WORDS = {
    "grammar": ("we was going to migrate all your data", "we were going to migrate all your data"),
    "a word left out": ("we will really migrate all your data", "we will migrate all your data"),
    "a word put in": ("we will migrate all your data", "we will migrate all of your data"),
    "misheard": ("we will my great all your data", "we will migrate all your data"),
    "a word after the first": ("we really said it was in there", "we said it was in there"),
    "typo": ("we migrate your custmer records", "we migrate your customer records"),
    "vowels misheard": ("it covers every costumer we have", "it covers every customer we have"),
    "written out": ("you will have it on your desk soon", "you'll have it on your desk soon"),
    "contraction": ("I do not think we migrate your data", "I don't think we migrate your data"),
}


@pytest.mark.parametrize("name", ALIKE_WORDS)
def test_nearly_the_same_words_are_found_whole(name):
    said, quote = ALIKE_WORDS[name]
    text = planted(said)
    found = find_quote(quote, text)
    assert found is not None
    assert found.match == "fuzzy"
    assert text[found.span.begin : found.span.end] == said


TURNED = {
    "not": ("we will not migrate all your data", "we will migrate all your data", ("not",)),
    "contracted": ("we won't be migrating your data", "we will be migrating your data", ("not",)),
    "ahead": ("I don't think we migrate all your data", "I think we migrate all your data", None),
    "never": ("we never said it was included", "we said it was included", ("never",)),
    "figure": ("a discount of 15 percent for you", "a discount of 10 percent for you", None),
    "number word": ("it takes twenty days at least", "it takes thirty days at least", None),
    "day": ("you get the report on Friday", "you get the report on Monday", ("friday", "monday")),
    "prefix": ("I think it is impossible", "I think it is possible", ("impossible", "possible")),
    "prefix of the same letter": ("the export is unusable for us", "the export is usable", None),
    "able": ("we are unable to host it", "we are able to host it", ("able", "unable")),
    "suffix": ("the pricing is limitless here", "the pricing is limit here", None),
    "short word": ("you get it for a fee for now", "you get it for free for now", ("fee", "free")),
    "one letter": ("we will fire ten people", "we will hire ten people", ("fire", "hire")),
    "one letter of six": ("they start firing people", "they start hiring people", None),
    "another subject": ("Ajax will pay the whole bill", "Acme will pay the whole bill", None),
    "subject left out": ("will pay the whole bill", "Acme will pay the whole bill", None),
    "end left out": ("We will pay the whole bill", "We will pay the whole bill late", ("late",)),
    "two words at once": ("we cut consultents here", "we cat consultants here", ("cat", "cut")),
    "softened": ("we might pay the whole bill", "we will pay the whole bill", ("might", "will")),
    "hedged": ("we will try to pay the whole bill", "we will pay the whole bill", ("try",)),
    "order": ("we pay after you deliver goods", "we pay before you deliver goods", None),
    "currency": ("we charge you $500 a month", "we charge you £500 a month", None),
}


@pytest.mark.parametrize("name", TURNED)
def test_words_that_turn_the_sense_are_no_proof(name):
    said, quote, differs = TURNED[name]
    assert find_quote(quote, planted(said)) is None
    why = Text(planted(said)).find_alike(Text(quote))
    assert isinstance(why, Contrary)
    assert set(differs or why.differs) <= set(why.differs)
    assert why.differs


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("", "anything at all"),
        ("…!", "anything …!"),
        ("oft pears", "soft pears"),
        ("we ship on Mond", "no, we ship on Monday"),
        ("$5", "it is $50"),
        ("anything", ""),
        ("the price", "the prize"),
        ("we will migrate all your data", "migrate"),
        ("twenty", "twenty-twenty"[:5]),
    ],
)
def test_what_is_not_there_is_not_found(quote, text):
    assert find_quote(quote, text) is None


def test_the_first_whole_word_is_taken_not_the_first_letters():
    text = "The art of the start, and art."
    assert find_quote("art", text).span == (4, 7)
    assert find_quote("art.", text).span == (26, 30)


def test_a_figure_said_twice_is_no_stumble():
    assert find_quote("gate twenty", "gate twenty twenty") == ((0, 11), "exact")
    assert find_quote("Gate twenty now", "gate twenty twenty now") is None


LETTERS = string.ascii_letters + "àéßçıİשלم中ไทย'’-.,$%0123456789\u200d\u0301 "
words = st.text(alphabet=LETTERS, max_size=60)


@given(words, words, words)
def test_an_exact_quote_equals_the_text_at_its_span(before, quote, after):
    text = f"{before} {quote} {after}"
    found = find_quote(quote, text)
    if not Text(quote).plain.words:
        assert found is None
        return
    assert found is not None
    proof = text[found.span.begin : found.span.end]
    assert found.match in ("exact", "normalised")
    assert found.match == "normalised" or proof == quote.strip()


@given(words, words)
def test_what_is_found_is_a_stretch_that_cuts_no_word(quote, text):
    found = find_quote(quote, text)
    if found is not None:
        begin, end = found.span
        assert 0 <= begin < end <= len(text)
        assert not Text(text).cuts(begin)
        assert not Text(text).cuts(end)


@given(words, words)
def test_what_was_found_is_found_again_letter_for_letter(quote, text):
    found = find_quote(quote, text)
    if found is not None:
        proof = text[found.span.begin : found.span.end]
        again = find_quote(proof, text)
        assert again is not None
        assert again.match == "exact"
        assert text[again.span.begin : again.span.end] == proof


plain_words = st.lists(st.text(string.ascii_lowercase[:13], min_size=4, max_size=9), min_size=4)
other_words = st.lists(st.text(string.ascii_lowercase[13:], min_size=4, max_size=9), min_size=4)


@given(plain_words, other_words)
def test_unrelated_words_are_not_found(quote, text):
    assert find_quote(" ".join(quote), " ".join(text)) is None


@given(plain_words, st.data())
def test_a_run_of_words_is_found_however_it_is_written(said, data):
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first, len(said) - 1))
    marks = st.sampled_from([" ", ", ", "\u2014", "... ", "  ", "\n"])
    quote = said[first].upper() + "".join(
        data.draw(marks) + word for word in said[first + 1 : last + 1]
    )
    text = " ".join(said)
    found = find_quote(quote, text)
    assert isinstance(found, Found)
    proof = text[found.span.begin : found.span.end]
    assert re.findall(r"\w+", proof) == re.findall(r"\w+", quote.lower())
