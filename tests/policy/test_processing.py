"""Which calls are worked on: never against a no, and where a yes is wanted never without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.deal import Call
from transcript2handoff.errors import ConsentMissingError
from transcript2handoff.policy import Gate, ProcessingPolicy, SendingPolicy

CONSENTS = ("unknown", "given", "refused")
ALLOWED = {
    ProcessingPolicy.ALWAYS: {"unknown", "given", "refused"},
    ProcessingPolicy.UNLESS_REFUSED: {"unknown", "given"},
    ProcessingPolicy.WITH_CONSENT: {"given"},
}


@pytest.mark.parametrize("policy", ProcessingPolicy)
@pytest.mark.parametrize("consent", CONSENTS)
def test_what_is_worked_on(policy, consent):
    call = Call(id="first", consent=consent)
    if consent in ALLOWED[policy]:
        policy.check(call)
        assert policy.missing(call) is None
        return
    with pytest.raises(ConsentMissingError, match=rf"first is not .*{policy.value}"):
        policy.check(call)


@pytest.mark.parametrize("policy", ProcessingPolicy)
@pytest.mark.parametrize("consent", CONSENTS)
def test_a_call_is_turned_away_only_where_somebody_said_no(policy, consent):
    call = Call(id="first", consent=consent)
    if consent == "refused" and policy is not ProcessingPolicy.ALWAYS:
        with pytest.raises(ConsentMissingError, match="Do not send"):
            policy.check_at_door(call)
    else:
        policy.check_at_door(call)


@given(st.sampled_from(ProcessingPolicy), st.sampled_from(SendingPolicy), st.sampled_from(CONSENTS))
def test_a_no_is_never_sent_whatever_is_worked_on(processing, sending, consent):
    call = Call(id="first", consent=consent)
    if consent == "refused":
        assert Gate(sending=sending).refuses(call)
        assert processing is ProcessingPolicy.ALWAYS or processing.missing(call) == "refused"
    if consent == "given":
        assert processing.missing(call) is None
