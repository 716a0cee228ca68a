"""The client stops in time, goes nowhere else, and says no secret."""

import time
import traceback

import pytest
from pydantic import SecretStr

from transcript2handoff.crm import CrmLimits, HubSpot, Salesforce, plan
from transcript2handoff.crm.waiting import Pace
from transcript2handoff.errors import (
    CrmAccessError,
    CrmError,
    CrmRefusedError,
    CrmSetupError,
    CrmUnreachableError,
)
from transcript2handoff.testing.crm_faults import (
    CrmDrip,
    CrmRedirect,
    CrmReset,
    CrmStall,
    CrmStatus,
    HubSpotBusy,
)

SHORT = CrmLimits(
    request_seconds=0.3,
    deadline_seconds=1,
    attempts=99,
    first_wait_seconds=0.001,
    per_second=10_000,
)


def note_of(crms):
    return plan(crms.facts(), {}, crms.hubspot_target())[0]


@pytest.mark.parametrize(
    "fault",
    [
        CrmStall(seconds=30),
        CrmDrip(seconds=30),
        CrmReset(),
        CrmStatus(status=503),
        HubSpotBusy(policy="SECONDLY", retry_after=0.2),
    ],
)
def test_the_deadline_holds_whatever_the_crm_does(crms, fault):
    with (
        crms.hubspot_server(script=lambda request: fault) as server,
        crms.hubspot(server, limits=SHORT) as hubspot,
    ):
        begun = time.monotonic()
        with pytest.raises(CrmError):
            hubspot.execute(note_of(crms))
        assert time.monotonic() - begun < 2
        assert len(server.requests) > 1


def test_one_deadline_holds_for_all_requests_of_a_read(crms):
    with (
        crms.hubspot_server(script=lambda request: CrmStall(seconds=0.2)) as server,
        crms.hubspot(server, limits=SHORT) as hubspot,
    ):
        begun = time.monotonic()
        with pytest.raises(CrmUnreachableError, match="in time"):
            hubspot.read_deal("42")
        assert time.monotonic() - begun < 2


def test_nobody_there_is_said_so(crms):
    with crms.hubspot_server() as server:
        url = server.url
    with (
        HubSpot(SecretStr("t"), url=url, limits=SHORT) as hubspot,
        pytest.raises(CrmUnreachableError, match=r"127\.0\.0\.1 cannot be reached"),
    ):
        hubspot.execute(note_of(crms))


def test_the_token_follows_no_redirect(crms):
    with crms.hubspot_server() as other:
        script = [CrmRedirect(to=f"{other.url}/crm/v3/objects/notes")]
        with (
            crms.hubspot_server(script=script) as server,
            crms.hubspot(server) as hubspot,
            pytest.raises(CrmRefusedError, match="307"),
        ):
            hubspot.execute(note_of(crms))
        assert other.requests == ()


@pytest.mark.parametrize("url", ["http://api.hubapi.com", "ftp://127.0.0.1.evil.example", "x", ""])
def test_a_token_is_sent_over_tls_alone(url):
    with pytest.raises(CrmSetupError, match="https://"):
        HubSpot(SecretStr("t"), url=url)


@pytest.mark.parametrize(
    "fault", [CrmStatus(status=401), CrmStatus(status=400), CrmReset(), CrmStall(seconds=30)]
)
def test_no_trace_shows_a_secret_not_even_with_variables(crms, fault):
    secret = "very-secret-words"
    token = SecretStr(secret)
    with (
        crms.hubspot_server(script=lambda request: fault) as server,
        HubSpot(token, url=server.url, limits=SHORT) as hubspot,
        pytest.raises(CrmError) as caught,
    ):
        hubspot.execute(note_of(crms))
    assert secret not in shown(caught.value)
    with (
        crms.salesforce_server(script=lambda request: fault) as server,
        crms.salesforce(server, secret=secret, limits=SHORT) as salesforce,
        pytest.raises(CrmError) as caught,
    ):
        salesforce.brief_length()
    assert secret not in shown(caught.value)


def shown(error):
    """A trace as a logger shows it that prints the variables of each frame of ours."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    trace.stack[:] = [frame for frame in trace.stack if "/tests/" not in frame.filename]
    assert len(trace.stack) > 2
    return "".join(trace.format())


def test_requests_go_at_an_even_pace():
    pace = Pace(per_second=100)
    begun = time.monotonic()
    for _ in range(11):
        pace.wait()
    assert 0.09 < time.monotonic() - begun < 1


def test_an_access_of_ones_own_may_be_used(crms):
    class Given:
        def token(self, errand):
            return SecretStr("no-such-token")

        def renew(self):
            return False

    with (
        crms.salesforce_server() as server,
        Salesforce(Given(), url=server.url, limits=SHORT) as salesforce,
        pytest.raises(CrmAccessError, match="Session expired"),
    ):
        salesforce.brief_length()
