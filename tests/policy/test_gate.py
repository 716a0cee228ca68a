"""Which calls may be sent, and what the refusal says."""

import re
from itertools import product

import pytest

from transcript2handoff.deal import Call, Consent
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.policy import Gate, SendingPolicy
from transcript2handoff.transcript import Transcript, Turn

TO = "https://models.example.com"
TRANSCRIPT = Transcript(call_id="acme-1", turns=(Turn(n=1, text="Ring 415-555-2671."),))
CONSENTS: tuple[Consent, ...] = ("unknown", "given", "refused")
ADMITTED = {
    (SendingPolicy.WITH_CONSENT, "given"),
    (SendingPolicy.UNLESS_REFUSED, "given"),
    (SendingPolicy.UNLESS_REFUSED, "unknown"),
}


@pytest.mark.parametrize(("sending", "consent"), [*product(SendingPolicy, CONSENTS)])
def test_only_what_is_allowed_goes_out(sending: SendingPolicy, consent: Consent) -> None:
    gate, call = Gate(sending=sending), Call(id="acme-1", consent=consent)
    if (sending, consent) in ADMITTED:
        projection = gate.admit(TRANSCRIPT, call, to=TO)
        assert projection.transcript.turn(1).text == "Ring [PHONE 1]."
        return
    with pytest.raises(
        SendingRefusedError, match=f"acme-1 is not sent to {re.escape(TO)}"
    ) as error:
        gate.admit(TRANSCRIPT, call, to=TO)
    assert "T2H_SENDING" in str(error.value)
    assert "--engine local" in str(error.value)


def test_a_bare_gate_wants_consent_and_redacts() -> None:
    with pytest.raises(
        SendingRefusedError, match=r'consent = "given" under its \[\[calls\]\] in deal'
    ):
        Gate().admit(TRANSCRIPT, Call(id="acme-1"), to=TO)
    assert Gate().redaction


def test_without_redaction_the_whole_call_goes_out() -> None:
    call = Call(id="acme-1", consent="given")
    assert Gate(redaction=False).admit(TRANSCRIPT, call, to=TO).transcript is TRANSCRIPT


def test_the_consent_of_one_call_does_not_admit_another() -> None:
    with pytest.raises(ValueError, match="acme-2"):
        Gate().admit(TRANSCRIPT, Call(id="acme-2", consent="given"), to=TO)
