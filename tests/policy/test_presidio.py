"""Presidio beside our own rules: it adds, and takes nothing away; nothing leaves the machine."""

import pytest

from transcript2handoff import assemble, policy, presidio
from transcript2handoff.errors import ExtraMissingError
from transcript2handoff.policy import redact
from transcript2handoff.settings import Settings
from transcript2handoff.transcript import Span, Transcript, Turn

CRYPTO = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SAID = (
    f"Pay to {CRYPTO} and call +44 20 7946 0958.",
    "Write to dana@acme.com, or to Dana Whitfield in Leeds on 12 May 2026.",
    "It costs $1,250,000 for 300 seats; see 10.145.229.61 or acme.com.",
    "four one one one, one one one one, one one one one, one one one one",
)


@pytest.fixture
def both(tmp_path):
    assemble.set_up_redaction(Settings(data=tmp_path, redaction_engine="both"))
    yield
    policy.use(())


def told(*texts):
    turns = tuple(Turn(n=n, text=text) for n, text in enumerate(texts, 1))
    return redact(Transcript(call_id="c", turns=turns))


def test_it_finds_what_our_rules_do_not_know(both):
    projection = told(*SAID)
    assert [turn.text for turn in projection.transcript.turns] == [
        "Pay to [ACCOUNT 1] and call [PHONE 1].",
        "Write to [EMAIL 1], or to Dana Whitfield in Leeds on 12 May 2026.",
        SAID[2],
        "[CARD 1]",
    ]
    assert projection.hidden["bank account"] == 1
    assert projection.restore(projection.transcript.turns[0].text) == SAID[0]
    again = redact(projection.transcript)
    assert again.transcript == projection.transcript


def test_our_rules_alone_know_no_such_number():
    assert CRYPTO in told(*SAID).transcript.turns[0].text


def test_its_own_email_recogniser_asks_nobody(both):
    found = list(presidio.PresidioDetector().find("Write to dana@acme.com or x@y.invalid."))
    assert [kind for kind, _ in found] == ["e-mail address"]


def test_a_find_over_a_placeholder_is_none(both):
    class Greedy:
        def find(self, text):
            yield "national id", Span(0, len(text))

    policy.use((Greedy(),))
    projection = told("Call +44 20 7946 0958.", "Nothing")
    assert [turn.text for turn in projection.transcript.turns] == ["Call [PHONE 1].", "[ID 1]"]


def test_without_the_extra_it_is_said_what_to_install(monkeypatch, tmp_path):
    presidio._analyzer.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "presidio_analyzer", None)
    with pytest.raises(ExtraMissingError, match=r"transcript2handoff\[presidio\]"):
        assemble.set_up_redaction(Settings(data=tmp_path, redaction_engine="both"))
