import numpy as np
import pytest

from transcript2handoff.engines.local.decisions import NameDecision, Recall
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.named import NameCandidate, weighed
from transcript2handoff.engines.local.reading import Sentence
from transcript2handoff.transcript import Span

SENTENCE = Sentence(
    turn=1,
    span=Span(0, 5),
    text="Marta",
    plain="marta",
    side="customer",
    speaker=None,
    first=True,
)
DECISION = NameDecision(
    weights=(1.0, 0.0), offset=0.0, least={Recall.BALANCED: 0.6, Recall.HIGH: 0.2}
)


def named(name, mark):
    candidate = Candidate(kind="competitor", sentence=SENTENCE, confidence=0.5, subject=name)
    return NameCandidate(candidate=candidate, traits=(mark, 9.0), heard=np.ones(4, np.float32))


@pytest.mark.parametrize(
    ("recall", "kept"), [(Recall.BALANCED, ["Doorly"]), (Recall.HIGH, ["Doorly", "Excel"])]
)
def test_names_are_kept_from_the_probability_of_the_operating_point_on(recall, kept):
    names = [named("Doorly", 2.0), named("Excel", -0.5), named("Gurugram", -4.0)]
    found = list(weighed(names, DECISION, recall))
    assert [one.candidate.subject for one in found] == kept


def test_the_confidence_is_the_probability():
    (found,) = weighed([named("Doorly", 2.0)], DECISION, Recall.BALANCED)
    assert found.candidate.confidence == pytest.approx(0.881, abs=0.001)


def test_people_and_vendors_of_a_call(engine, talk, context):
    draft = engine.extract(
        talk(
            ("Ines Halloran", "Who do you use for this today?"),
            ("Priya Raman", "We're on Loadpilot, have been for three years, and we hate it."),
            ("Ines Halloran", "And who signs?"),
            ("Priya Raman", "Our CFO, Dana Whitfield, signs anything over fifty thousand."),
        ),
        context,
    )
    names = {(claim.kind, claim.fact.name) for claim in draft.claims if hasattr(claim.fact, "name")}
    assert ("competitor", "Loadpilot") in names
    assert ("stakeholder", "Dana Whitfield") in names
    assert ("stakeholder", "Ines Halloran") not in names
