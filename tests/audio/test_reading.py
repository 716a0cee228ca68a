from transcript2handoff.audio.reading import (
    Reading,
    is_better,
    is_recited,
    is_sound,
    knows_more,
    merged,
    nearly_holds,
    trusted,
    unheard,
)
from transcript2handoff.audio.stretches import Stretch
from transcript2handoff.transcript import Word

TERMS = ("Foldwell", "Harborline Freight", "Devinder Sahota")


def reading(text="", *, start=0.0, speech=((0.0, 6.0),), **figures):
    words = [Word(w, start + 0.5 * n, start + 0.5 * n + 0.4) for n, w in enumerate(text.split())]
    figures = {"logprob": -0.2, "no_speech": 0.1, "compression": 1.3, **figures}
    return Reading(words=tuple(words), speech=tuple(Stretch(*s) for s in speech), **figures)


WHOLE = reading("one two three four five six seven eight nine ten eleven twelve")


def test_a_reading_that_covers_its_speech_is_sound():
    assert is_sound(WHOLE)


def test_speech_without_words_is_found():
    half = reading("one two three four")
    assert [(round(g.start, 2), g.end) for g in unheard(half)] == [(2.25, 6.0)]
    assert not is_sound(half)
    assert is_better(WHOLE, half)
    assert not is_better(half, WHOLE)


def test_a_word_stretched_over_speech_does_not_hide_it():
    stretched = Reading(
        words=(Word("one", 0.0, 6.0),), speech=(Stretch(0, 6),), logprob=-0.2, no_speech=0.1,
        compression=1.0,
    )  # fmt: skip
    assert any(unheard(stretched))


def test_words_where_the_model_hears_nobody_are_not_trusted():
    assert trusted(reading("Thank you.", no_speech=0.8, logprob=-1.2)) is None
    assert trusted(reading("Thank you.", no_speech=0.8, logprob=-0.3)) is not None


def test_words_that_loop_are_not_trusted():
    assert trusted(reading("and the " * 60)) is None
    assert trusted(reading("no", compression=3.0)) is None


def test_the_vocabulary_recited_is_seen_and_a_name_said_is_not():
    assert is_recited("so Foldwell, Harborline Freight, and", TERMS)
    assert not is_recited("Foldwell reads what Harborline Freight sends", TERMS)


def test_something_like_a_name_is_noticed():
    assert nearly_holds("Let me put Divinda Sahoda on that", TERMS)
    assert nearly_holds("we are Fold well", ("Foldwell",))
    assert not nearly_holds("Devinder Sahota of Foldwell, for Harborline Freight", TERMS)
    assert not nearly_holds("eleven minutes an entry", TERMS)


def test_a_name_is_taken_only_if_nothing_is_lost_for_it():
    before = reading("ask Divinda Sahoda what the other ones cost you in a year")
    named = reading("ask Devinder Sahota what the other ones cost you in a year")
    assert knows_more(named, before, vocabulary=TERMS)
    assert not knows_more(before, named, vocabulary=TERMS)
    assert not knows_more(reading("ask Devinder Sahota"), before, vocabulary=TERMS)
    recited = reading("Foldwell Harborline Freight what the other ones cost you in a year")
    assert not knows_more(recited, before, vocabulary=TERMS)


def test_pieces_become_one_without_those_that_loop():
    first, loop = reading("one two", speech=((0, 1),)), reading("no", compression=9.0)
    both = merged([first, loop])
    assert both.text == "one two"
    assert both.speech == (*first.speech, *loop.speech)
