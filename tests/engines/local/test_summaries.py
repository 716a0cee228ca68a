import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from transcript2handoff.engines.local.fields import read_fact
from transcript2handoff.engines.local.finder import Candidate
from transcript2handoff.engines.local.reading import read
from transcript2handoff.engines.local.summaries import write
from transcript2handoff.extract.wording import is_quotation, qualifiers, tidy

INES, MAREK, PRIYA, OLU = "Ines Halloran", "Marek Dvorak", "Priya Raman", "Olu Bankole"


class _NoNames:
    """A pipeline that recognises nothing, so that these tests need no model."""

    def pipe(self, _texts, **_options):
        return iter(())


@pytest.fixture
def line(talk, context):
    return lambda kind, *said, **how: _write(talk, context, kind, *said, **how)


def _write(talk, context, kind, *said, **how):
    """The line of the last turn's first sentence (its question the turn before if ``asked``)."""
    asked, sides = how.pop("asked", False), how.pop("sides", True)
    reading = read(talk(*said, sides=sides), context, pipeline=_NoNames())
    support = tuple(reading.of_turn(len(said) - 1)[-1:]) if asked else ()
    candidate = Candidate(
        kind=kind,
        sentence=reading.of_turn(len(said))[0],
        confidence=0.9,
        support=support,
        subject=how.get("subject"),
        detail=how.get("detail"),
    )
    return write(reading, candidate, read_fact(reading, candidate))


@pytest.mark.parametrize(
    ("kind", "speaker", "said", "written"),
    [
        (
            "promise",
            INES,
            "I'll send you the SOC 2 report by Friday",
            "Ines sends the SOC 2 report by Friday 18 September 2026.",
        ),
        (
            "promise",
            INES,
            "ill send you the security summary by friday",
            "Ines sends the security summary by Friday 18 September 2026.",
        ),
        (
            "promise",
            MAREK,
            "So, um, I think we should have the connector ready for you in October.",
            "Marek thinks Brightloop should have the connector ready for Acme Freight in October.",
        ),
        (
            "promise",
            INES,
            "If you sign this month, we'll waive the setup fee.",
            "If Acme Freight signs this month, Brightloop waives the setup fee.",
        ),
        (
            "promise",
            INES,
            "We can't move the date, but I'll ask Marek and I'll call you tomorrow.",
            "Brightloop can't move the date, but Ines asks Marek and Ines calls Acme Freight on "
            "Tuesday 15 September 2026.",
        ),
        (
            "promise",
            MAREK,
            "I'll ping you right after this call.",
            "Marek pings Acme Freight right after this call.",
        ),
        (
            "exclusion",
            MAREK,
            "No, we don't support your on-premises version.",
            "Brightloop doesn't support Acme Freight's on-premises version.",
        ),
        (
            "pain",
            PRIYA,
            "We lose about forty loads a month and I can't see why.",
            "Acme Freight loses about 40 loads a month and Priya can't see why.",
        ),
        (
            "requirement",
            OLU,
            "We're on SAP and we've got two hundred and fifty drivers.",
            "Acme Freight is on SAP and Acme Freight has 250 drivers.",
        ),
        (
            "objection",
            PRIYA,
            "How do we get our data out if you go bust?",
            "Priya asks how Acme Freight gets its data out if Brightloop goes bust.",
        ),
        (
            "customer_commitment",
            OLU,
            "I'll get you our questionnaire tomorrow.",
            "Olu will get Brightloop Acme Freight's questionnaire on Tuesday 15 September 2026.",
        ),
    ],
)
def test_quotes_are_told_in_the_third_person(line, kind, speaker, said, written):
    assert line(kind, (speaker, said)) == (written, False)


def test_a_yes_grants_what_was_asked(line):
    talk = (PRIYA, "Will you migrate our data?"), (INES, "Yep.")
    told = line("promise", *talk, asked=True)
    assert told.text == "Brightloop migrates Acme Freight's data."


def test_a_yes_keeps_what_it_adds(line):
    talk = (PRIYA, "Will you migrate our data?"), (INES, "Yes, if it's clean.")
    told = line("promise", *talk, asked=True)
    assert "if it's clean" in told.text


def test_a_person_is_told_of_by_name_and_role(line):
    said = PRIYA, "Dana Whitfield signs anything over fifty thousand."
    told = line("stakeholder", said, subject="Dana Whitfield", detail="CFO")
    assert told.text == "Dana Whitfield, CFO: signs anything over 50,000."


def test_a_bare_figure_gets_its_label_and_its_question(line):
    said = (PRIYA, "How often do we pay the invoices?"), (INES, "Quarterly, in advance.")
    told = line("term", *said, subject="payment", detail="quarterly")
    assert told.text == "Payment: Quarterly, in advance (“How often do we pay the invoices?”)."


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("pain", "They told us you'll be live in four weeks."),
        ("pain", "You open the drawer and you never find anything."),
        ("promise", "Five days, in writing, the whole package."),
    ],
)
def test_what_may_be_told_wrongly_is_quoted(line, kind, said):
    speaker = INES if kind == "promise" else PRIYA
    told = line(kind, (speaker, said))
    assert told.fell_back
    assert told.text.startswith(f"{speaker}: “")
    assert is_quotation(told.text)


def test_nobody_knows_whose_pain_it_is(line):
    assert line("pain", (None, "We lose forty loads a month."), sides=False).fell_back


def test_a_promise_has_the_sellers_voice_whoever_speaks(line):
    told = line("promise", (None, "We'll send you the list."), sides=False)
    assert told.text == "Brightloop sends the list."


_CLAUSES = st.sampled_from(
    [
        "I think we can do that", "we should have it", "you won't need the module",
        "if you sign", "unless we hear from you", "I'll send you the list",
        "we don't host it", "it's probably in March", "nobody uses it", "we hope so",
        "our team loads your data", "once you've signed", "you might want the gateway",
        "we never lose a file", "I can try", "it's not included",
    ]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_CLAUSES, min_size=1, max_size=4), st.sampled_from(["promise", "pain", "term"]))
@example(clauses=["I think we can do that"] * 4, kind="pain")
def test_no_denial_hedge_or_condition_is_ever_lost(talk, context, clauses, kind):
    said = ", ".join(clauses) + "."
    speaker = INES if kind == "promise" else PRIYA
    how = {"subject": "price", "detail": "ten"} if kind == "term" else {}
    told = _write(talk, context, kind, (speaker, said), **how)
    sentence = read(talk((speaker, said)), context, pipeline=_NoNames()).sentences[0]
    assert not qualifiers(tidy(sentence.text)) - qualifiers(told.text)
    assert len(told.text.split()) <= 25
    outside = re.sub(r"“[^”]*”", "", told.text)
    assert not re.search(r"\b(?:I|me|my|we|us|our|you|your)\b", outside)
