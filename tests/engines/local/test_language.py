import pytest

from transcript2handoff.engines.local.language import refuse_other_languages
from transcript2handoff.errors import ExtractionRefusedError
from transcript2handoff.transcript import Transcript, Turn

GERMAN = "Wir möchten das System im März einführen und brauchen dafür eine Schnittstelle zu SAP."
FRENCH = "Nous voulons changer de logiciel parce que le système actuel est trop lent pour tous."
DUTCH = "We willen graag de offerte bespreken voordat we tekenen, want de prijs is nogal hoog."
SCOTS = "naebody touched it i told them no to and id tell them again what would you have done"


def call(*texts, language=None):
    turns = tuple(Turn(n=n, text=text) for n, text in enumerate(texts, start=1))
    return Transcript(call_id="c-1", language=language, turns=turns)


@pytest.mark.parametrize(
    ("text", "name"), [(GERMAN, "German"), (FRENCH, "French"), (DUTCH, "Dutch")]
)
def test_a_call_in_another_language_is_refused_by_name(text, name):
    with pytest.raises(ExtractionRefusedError, match=name):
        refuse_other_languages(call(*[text] * 12))


@pytest.mark.parametrize(
    "texts",
    [
        [SCOTS] * 12,
        ["Okay."],
        [GERMAN],
        ["Guten Tag!", *["So what would you like to see in the report that we send?"] * 12],
        ["xyzzy 12 34"] * 60,
        ["..."] * 300,
    ],
)
def test_english_and_whatever_cannot_be_told_pass(texts):
    refuse_other_languages(call(*texts))


def test_a_language_without_a_name_is_given_by_its_code():
    with pytest.raises(ExtractionRefusedError, match="xh"):
        refuse_other_languages(call("Molo.", language="xh"))


def test_the_transcripts_own_language_counts_before_the_text():
    refuse_other_languages(call(*[GERMAN] * 12, language="en"))
