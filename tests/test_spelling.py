"""Names of the trade are spelt as the company spells them; what was said stays as it was said."""

from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call, Deal
from transcript2handoff.facts import Term
from transcript2handoff.handoff import CallRecord, Claim, Handoff, Provenance, spoken_evidence
from transcript2handoff.spelling import Spelling
from transcript2handoff.transcript import Span, Transcript, Turn

NAMES = Spelling(("CargoWise", "CargoWise One", "eAdaptor", "Entra ID", "Apex"))


def test_only_spaces_hyphens_and_capitals_change():
    assert NAMES.mended("your other cargo wise sights") == "your other CargoWise sights"
    assert NAMES.mended("cargo-wise one and the e-adaptor") == "CargoWise One and the eAdaptor"
    assert NAMES.mended("ENTRA ID, entra id's") == "Entra ID, Entra ID's"


def test_what_is_not_the_name_stays():
    for text in ("cargo vice", "wise cargo", "the apex of it", "cargowisely", "entra idea"):
        assert NAMES.mended(text) == text


@given(st.text())
def test_mending_twice_is_mending_once(text):
    assert NAMES.mended(NAMES.mended(text)) == NAMES.mended(text)


def test_evidence_is_never_touched():
    said = "Nine hundred for cargo wise."
    heard = Transcript(call_id="c", turns=(Turn(n=1, text=said),))
    proof = spoken_evidence(heard, 1, Span(0, len(said)), match="exact")
    told = {
        "id": "t",
        "summary": "Nine hundred for cargo wise.",
        "fact": Term(type="price", value="900 for cargo wise"),
        "evidence": [proof.model_dump()],
    }
    claim = Claim.model_validate(told, context={"transcripts": {"c": heard}})
    handoff = Handoff(
        deal=Deal(),
        calls=(CallRecord(call=Call(id="c"), transcript_version=1, turns=1),),
        provenance=(Provenance(call_id="c", engine="local", engine_version="1"),),
        claims=(claim,),
    )
    (spelt,) = NAMES.of(handoff).claims
    assert spelt.summary == "Nine hundred for CargoWise."
    assert spelt.fact.value == "900 for CargoWise"
    assert spelt.evidence == claim.evidence
