"""Signing in by an identity provider, over real HTTP, and all that must be refused."""

import datetime
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest

from transcript2handoff.access.oidc import TIME_FOR_IT
from transcript2handoff.store import audit, users
from transcript2handoff.store.paging import Window
from transcript2handoff.testing.oidc_server import OidcServer

RETURN = "http://t2h.example/v1/sign-in/provider/return"


@pytest.fixture
def provider():
    with OidcServer(redirect=RETURN) as server:
        yield server


@pytest.fixture
def by_provider(serve, provider):
    """A service with a provider, in which Ana has an account."""

    def start(**changes):
        oidc = {
            "issuer": provider.url,
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
        }
        service = serve(access={"oidc": {**oidc, **changes}})
        service.ana = service.user()
        return service

    return start


def to_provider(client, back_to="/"):
    """Open the provider's page, and what it sends the browser back with."""
    answer = client.get("/v1/sign-in/provider", params={"back_to": back_to}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    back = httpx.get(answer.headers["location"])
    assert back.status_code == 302, back.text
    return back.headers["location"].removeprefix("http://t2h.example")


def came_back(client, address):
    return client.get(address, follow_redirects=False)


def test_somebody_who_is_known_signs_in(by_provider):
    service = by_provider()
    client = service.client()
    assert client.get("/v1/sign-in").json()["provider"] is True
    answer = came_back(client, to_provider(client, "/deals/deal-1?x=1"))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/deals/deal-1?x=1"
    assert client.get("/v1/session").json()["id"] == service.ana.id
    with service.store.read() as tx:
        deeds = [each for each in audit.listed(tx, Window()).items if each.action == "sign_in"]
    assert deeds[0].details == {"way": "provider"}


def test_afterwards_they_are_known_by_what_the_provider_calls_them(by_provider, provider):
    service = by_provider()
    client = service.client()
    came_back(client, to_provider(client))
    provider.person |= {"email": "ana.reyes@seller.example", "email_verified": False}
    client = service.client()
    assert came_back(client, to_provider(client)).status_code == 303
    assert client.get("/v1/session").json()["id"] == service.ana.id


@pytest.mark.parametrize(
    "person",
    [
        {"email": "new@seller.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
    ],
)
def test_a_stranger_stays_outside(by_provider, provider, problem, person):
    provider.person |= person
    provider.person = {name: told for name, told in provider.person.items() if told is not None}
    client = by_provider().client()
    problem(came_back(client, to_provider(client)), 403, "not_allowed")
    problem(client.get("/v1/session"), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("email", "comes_in"),
    [
        ("new@seller.example", True),
        ("New@SELLER.example", True),
        ("new@evil-seller.example", False),
        ("new@seller.example.evil.example", False),
    ],
)
def test_new_people_of_the_company_get_an_account(by_provider, provider, email, comes_in):
    service = by_provider(new_people="csm", hosts=["seller.example"])
    provider.person |= {"email": email, "sub": "another", "name": "Tom\nReed"}
    client = service.client()
    answer = came_back(client, to_provider(client))
    assert answer.status_code == (303 if comes_in else 403)
    if comes_in:
        me = client.get("/v1/session").json()
        assert (me["name"], me["role"]) == ("Tom Reed", "csm")


def test_nobody_takes_over_an_account_by_its_address(by_provider, provider, problem):
    service = by_provider()
    client = service.client()
    came_back(client, to_provider(client))
    provider.person |= {"sub": "somebody else"}
    client = service.client()
    problem(came_back(client, to_provider(client)), 403, "not_allowed")


def test_a_closed_account_stays_closed(by_provider, problem):
    service = by_provider()
    with service.store.write() as tx:
        users.disable(tx, service.ana.id)
    client = service.client()
    problem(came_back(client, to_provider(client)), 401, "not_signed_in")


def with_claims(**told):
    return lambda claims: {**claims, **told}


def without(name):
    return lambda claims: {key: value for key, value in claims.items() if key != name}


NOW = int(time.time())


@pytest.mark.parametrize(
    "change",
    [
        with_claims(iss="https://evil.example"),
        with_claims(aud="another"),
        with_claims(aud=["t2h", "another"]),
        with_claims(aud=[]),
        with_claims(azp="another"),
        with_claims(nonce="x" * 43),
        with_claims(exp=NOW - 3600),
        with_claims(iat=NOW + 3600),
        with_claims(exp="tomorrow"),
        with_claims(sub=""),
        with_claims(sub=7),
        *(without(name) for name in ("iss", "sub", "aud", "exp", "iat", "nonce")),
    ],
)
def test_a_proof_that_does_not_hold_is_refused(by_provider, provider, problem, change):
    provider.change = change
    client = by_provider().client()
    problem(came_back(client, to_provider(client)), 401, "not_signed_in")


def test_a_proof_for_several_services_names_ours(by_provider, provider):
    provider.change = with_claims(aud=["another", "t2h"], azp="t2h")
    client = by_provider().client()
    assert came_back(client, to_provider(client)).status_code == 303


def unsigned(_server, claims):
    return jwt.encode(claims, None, algorithm="none")


def by_secret(server, claims):
    (name,) = server.keys
    return jwt.encode(claims, server.client_secret * 3, algorithm="HS256", headers={"kid": name})


def by_foreign_key(server, claims):
    with OidcServer(redirect=RETURN) as other:
        foreign = other.signed(claims)
    (name,) = server.keys
    ((_, key),) = other.keys.items()
    assert foreign
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": name})


def by_unknown_key(server, claims):
    with OidcServer(redirect=RETURN) as other:
        return other.signed(claims)


def tampered(server, claims):
    head, body, signature = server.signed(claims).split(".")
    return ".".join((head, body[:-4] + "AAAA", signature))


@pytest.mark.parametrize(
    "sign",
    [unsigned, by_secret, by_foreign_key, by_unknown_key, tampered, lambda *_: "nonsense"],
)
def test_a_signature_that_does_not_hold_is_refused(by_provider, provider, problem, sign):
    provider.sign = sign
    client = by_provider().client()
    problem(came_back(client, to_provider(client)), 401, "not_signed_in")


def test_new_keys_of_the_provider_are_asked_for(by_provider, provider):
    service = by_provider()
    now = datetime.datetime.now(datetime.UTC)
    client = service.client()
    came_back(client, to_provider(client))
    provider.new_key()
    service.store.now = lambda: now + datetime.timedelta(minutes=1)
    client = service.client()
    assert came_back(client, to_provider(client)).status_code == 303


def test_strangers_do_not_make_us_ask_for_keys_again_and_again(by_provider, provider):
    service = by_provider()
    provider.sign = by_unknown_key
    for _ in range(3):
        client = service.client()
        came_back(client, to_provider(client))
    assert [each.path for each in provider.requests].count("/keys") == 1


def spoilt(address, **changes):
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    query = {name: value for name, value in {**query, **changes}.items() if value is not None}
    return f"{urlsplit(address).path}?{urlencode(query)}"


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "x" * 43},
        {"code": "x" * 32},
        {"code": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"error": "access_denied"},
    ],
)
def test_what_was_changed_on_the_way_back_is_refused(by_provider, problem, changes):
    client = by_provider().client()
    address = spoilt(to_provider(client), **changes)
    problem(came_back(client, address), 401, "not_signed_in")


def test_a_provider_that_does_not_name_itself_need_not(by_provider, provider):
    provider.says_issuer = False
    client = by_provider().client()
    assert came_back(client, to_provider(client)).status_code == 303


def test_what_another_browser_has_begun_is_refused(by_provider, problem):
    service = by_provider()
    address = to_provider(service.client())
    problem(came_back(service.client(), address), 401, "not_signed_in")
    other = service.client()
    to_provider(other)
    problem(came_back(other, address), 401, "not_signed_in")


def test_it_works_once(by_provider, provider, problem):
    client = by_provider().client()
    address = to_provider(client)
    assert came_back(client, address).status_code == 303
    problem(came_back(client, address), 401, "not_signed_in")
    assert [each.path for each in provider.requests].count("/token") == 1


def test_nobody_begins_without_end(by_provider, problem):
    """Each is remembered for a while, and takes a row."""
    service = by_provider()
    client = service.client()

    def begun():
        return client.get("/v1/sign-in/provider", follow_redirects=False)

    assert {begun().status_code for _ in range(20)} == {303}
    answer = begun()
    problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) >= 1


def test_those_whom_the_provider_knows_need_not_wait(by_provider):
    service = by_provider()
    for _ in range(25):
        client = service.client()
        assert came_back(client, to_provider(client)).status_code == 303


def test_it_may_not_take_too_long(by_provider, problem):
    service = by_provider()
    client = service.client()
    address = to_provider(client)
    now = datetime.datetime.now(datetime.UTC)
    service.store.now = lambda: now + TIME_FOR_IT
    problem(came_back(client, address), 401, "not_signed_in")


@pytest.mark.parametrize(
    "back_to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "e", "", "/a\r\nX: y", "/\t/e"],
)
def test_nobody_is_sent_to_another_site(by_provider, back_to):
    client = by_provider().client()
    assert came_back(client, to_provider(client, back_to)).headers["location"] == "/"


def test_a_wrong_secret_is_named_and_not_told(by_provider, provider, problem):
    client = by_provider(client_secret="not the one at all").client()
    answer = came_back(client, to_provider(client))
    problem(answer, 401, "not_signed_in")
    assert "not the one at all" not in answer.text


def test_without_a_provider_there_is_no_such_way(sqlite_service, problem):
    sqlite_service.user()
    client = sqlite_service.client()
    problem(client.get("/v1/sign-in/provider"), 403, "not_allowed")
    problem(client.get("/v1/sign-in/provider/return?state=x"), 403, "not_allowed")


def test_a_provider_that_is_gone_is_a_problem_in_words(by_provider, provider, problem):
    service = by_provider()
    provider.__exit__(None, None, None)
    found = problem(service.client().get("/v1/sign-in/provider"), 502, "identity_provider")
    assert "cannot be reached" in found["detail"]


def test_a_provider_that_calls_itself_otherwise_is_none(by_provider, provider, problem):
    service = by_provider(issuer=f"{provider.url}/")
    found = problem(service.client().get("/v1/sign-in/provider"), 502, "identity_provider")
    assert "calls itself" in found["detail"]


def test_no_secret_of_a_sign_in_stands_in_the_log(by_provider, provider, log):
    client = by_provider().client()
    address = to_provider(client)
    code = parse_qs(urlsplit(address).query)["code"][0]
    came_back(client, address)
    came_back(client, address)
    assert "/v1/sign-in/provider/return" in log.text()
    for secret in (code, provider.client_secret, client.cookies["t2h_session"]):
        assert secret not in log.text()
