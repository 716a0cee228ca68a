"""Signing in and out with a password, and what a session may be used for."""

import datetime
import time

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr

from transcript2handoff.access import passwords, sessions
from transcript2handoff.errors import TooManyRequestsError
from transcript2handoff.store import audit, users
from transcript2handoff.store.paging import Window
from transcript2handoff.store.users import UserChanges


def test_a_session_begins_and_ends(service, problem):
    client = service.signed_in(service.user())
    me = client.get("/v1/session").json()
    assert (me["name"], me["kind"], me["role"]) == ("Ana", "user", "ae")
    assert me["scopes"] == ["deals:read", "deals:write", "reports:read"]
    cookie = client.cookies["t2h_session"]
    assert client.delete("/v1/session").status_code == 204
    assert "t2h_session" not in client.cookies
    client.cookies["t2h_session"] = cookie
    problem(client.get("/v1/session"), 401, "not_signed_in")


def test_the_cookie_is_kept_from_scripts_and_other_sites(sqlite_service):
    user = sqlite_service.user()
    answer = sqlite_service.client().post(
        "/v1/sign-in", json={"email": user.email, "password": sqlite_service.password}
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_for_https_alone(serve):
    service = serve(url="https://t2h.example")
    user = service.user()
    answer = service.client().post(
        "/v1/sign-in", json={"email": user.email, "password": service.password}
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-t2h_session=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie


def planted(session):
    """What another host below the same domain can have a browser send along."""
    return {"Cookie": f"t2h_session={session}"}


def test_over_https_a_session_that_was_planted_counts_for_nothing(serve, problem):
    service = serve(url="https://t2h.example")
    mallory = service.signed_in(service.user("mallory")).cookies["__Host-t2h_session"]
    problem(service.client().get("/v1/session", headers=planted(mallory)), 401, "not_signed_in")
    ana = service.user()
    client = service.signed_in(ana)
    own = f"__Host-t2h_session={client.cookies['__Host-t2h_session']}"
    for both in (f"t2h_session={mallory}; {own}", f"{own}; t2h_session={mallory}"):
        answer = service.client().get("/v1/session", headers={"Cookie": both})
        assert answer.json()["id"] == ana.id
    assert client.delete("/v1/session").status_code == 204
    assert "__Host-t2h_session" not in client.cookies


@pytest.mark.parametrize("url", ["http://t2h.example", "https://t2h.example"])
def test_whoever_signs_in_beside_a_session_of_somebody_else_gets_their_own(serve, url):
    service = serve(url=url)
    name = f"{'__Host-' if url.startswith('https:') else ''}t2h_session"
    mallory = service.signed_in(service.user("mallory")).cookies[name]
    ana = service.user()
    told = {"email": ana.email, "password": service.password}
    answer = service.client().post("/v1/sign-in", json=told, headers=planted(mallory))
    assert answer.json()["user"]["id"] == ana.id
    assert answer.cookies[name] != mallory
    own = {"Cookie": f"{name}={answer.cookies[name]}"}
    assert service.client().get("/v1/session", headers=own).json()["id"] == ana.id


@pytest.mark.parametrize("email", ["ana@seller.example", "nobody@seller.example"])
def test_a_wrong_password_and_an_unknown_person_look_the_same(sqlite_service, problem, email):
    sqlite_service.user()
    told = {"email": email, "password": "another password"}
    found = problem(sqlite_service.client().post("/v1/sign-in", json=told), 401, "not_signed_in")
    assert found["detail"].startswith("The e-mail address or the password is wrong")


def test_an_unknown_person_costs_as_much_time_as_a_known_one(sqlite_service, earnest):
    user = sqlite_service.user()
    changes = UserChanges(password_hash=passwords.hashed(SecretStr(sqlite_service.password)))
    with sqlite_service.store.write() as tx:
        users.change(tx, user.id, changes)
    passwords.holds(None, SecretStr("warm"))
    took = {}
    for email in (user.email, "nobody@seller.example") * 3:
        began = time.perf_counter()
        told = {"email": email, "password": "another password"}
        assert sqlite_service.client().post("/v1/sign-in", json=told).status_code == 401
        took.setdefault(email, []).append(time.perf_counter() - began)
    known, unknown = (min(each) for each in took.values())
    # Without the hash for nobody it would be a tenth.
    assert 0.4 < unknown / known < 2.5


def test_passwords_are_kept_as_rfc_9106_advises(earnest):
    kept = passwords.hashed(SecretStr("a long password"))
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.holds(kept, SecretStr("a long password"))
    assert not passwords.holds(kept, SecretStr("a long passwore"))
    assert not passwords.holds("no hash at all", SecretStr("a long password"))
    assert not passwords.holds(None, SecretStr("the password of nobody"))


def test_a_closed_account_lets_nobody_in(sqlite_service, problem):
    user = sqlite_service.user()
    client = sqlite_service.signed_in(user)
    key = sqlite_service.by_key("deals:read", user=user)
    sqlite_service.user("boss", "admin")
    with sqlite_service.store.write() as tx:
        users.disable(tx, user.id)
    problem(client.get("/v1/session"), 401, "not_signed_in")
    problem(key.get("/v1/deals"), 401, "not_signed_in")
    told = {"email": user.email, "password": sqlite_service.password}
    problem(sqlite_service.client().post("/v1/sign-in", json=told), 401, "not_signed_in")


def test_a_session_is_over_after_its_time(service, problem):
    client = service.signed_in(service.user())
    now = datetime.datetime.now(datetime.UTC)
    service.store.now = lambda: now + sessions.LASTS
    problem(client.get("/v1/session"), 401, "not_signed_in")


def test_wrong_tries_as_one_person_have_to_wait(sqlite_service, problem):
    user = sqlite_service.user()
    client = sqlite_service.client()
    wrong = {"email": user.email, "password": "another password"}
    for _ in range(10):
        assert client.post("/v1/sign-in", json=wrong).status_code == 401
    right = {"email": user.email, "password": sqlite_service.password}
    answer = client.post("/v1/sign-in", json=right)
    problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 300


def test_those_who_know_the_password_need_not_wait(sqlite_service):
    user = sqlite_service.user()
    for _ in range(25):
        sqlite_service.signed_in(user)


def test_addresses_of_ipv6_are_counted_by_their_network(sqlite_service):
    sqlite_service.user()

    def tried(address, number):
        told = {"email": f"p{number}@seller.example", "password": "wrong password"}
        client = sqlite_service.client(client=(address, 4711))
        return client.post("/v1/sign-in", json=told).status_code

    assert {tried(f"2001:db8:1:2::{number:x}", number) for number in range(20)} == {401}
    assert tried("2001:db8:1:2:ffff::1", 20) == 429
    assert tried("2001:db8:1:3::1", 20) == 401
    assert {tried("::ffff:192.0.2.7", number) for number in range(20, 40)} == {401}
    assert tried("192.0.2.7", 40) == 429
    assert tried("::ffff:192.0.2.8", 40) == 401


def test_a_password_does_not_wait_long_for_those_of_others(sqlite_service, problem, monkeypatch):
    monkeypatch.setattr(passwords, "_PATIENCE", 0.05)
    user = sqlite_service.user()
    told = {"email": user.email, "password": sqlite_service.password}
    with passwords._at_once, passwords._at_once:
        answer = sqlite_service.client().post("/v1/sign-in", json=told)
    problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) >= 1
    sqlite_service.signed_in(user)


def test_not_all_threads_wait_for_passwords(sqlite_service):
    """Other requests need them: whoever comes when the line is long is sent away at once."""
    held = []
    while passwords._in_line.acquire(blocking=False):
        held.append(1)
    began = time.monotonic()
    with pytest.raises(TooManyRequestsError):
        passwords.holds(None, SecretStr("a password"))
    assert time.monotonic() - began < 1
    for _ in held:
        passwords._in_line.release()
    assert len(held) < 40
    assert not passwords.holds(None, SecretStr("a password"))


def test_what_a_page_changes_needs_its_token(service, problem):
    client = service.signed_in(service.user())
    body = {"name": "mine", "scopes": ["deals:read"]}
    assert client.post("/v1/keys", json=body).status_code == 201
    del client.headers["X-CSRF-Token"]
    problem(client.post("/v1/keys", json=body), 403, "cross_site")
    client.headers["X-CSRF-Token"] = "x" * 43
    problem(client.post("/v1/keys", json=body), 403, "cross_site")
    assert client.get("/v1/keys").status_code == 200


def test_the_token_of_another_session_is_none(sqlite_service, problem):
    user = sqlite_service.user()
    client, other = sqlite_service.signed_in(user), sqlite_service.signed_in(user)
    client.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    problem(
        client.post("/v1/keys", json={"name": "x", "scopes": ["deals:read"]}), 403, "cross_site"
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://t2h.example"}, 201),
        ({"Origin": "http://t2h.example:80"}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "https://t2h.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://a.t2h.example"}, 403),
    ],
)
def test_what_a_page_of_another_site_has_made_is_refused(sqlite_service, headers, status):
    client = sqlite_service.signed_in(sqlite_service.user())
    body = {"name": "mine", "scopes": ["deals:read"]}
    assert client.post("/v1/keys", json=body, headers=headers).status_code == status


def test_a_key_needs_no_token_whatever_the_browser_says(sqlite_service):
    client = sqlite_service.by_key("deals:read", user=sqlite_service.user())
    body = {"name": "mine", "scopes": ["deals:read"]}
    answer = client.post("/v1/keys", json=body, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 201


def test_another_password_ends_all_sessions(service, problem):
    user = service.user()
    client, other = service.signed_in(user), service.signed_in(user)
    new = {"now": service.password, "new": "quite another password"}
    problem(client.post("/v1/sign-in/password", json={**new, "now": "wrong"}), 403, "not_allowed")
    answer = client.post("/v1/sign-in/password", json=new)
    assert answer.status_code == 200, answer.text
    assert client.get("/v1/session").status_code == 200
    problem(other.get("/v1/session"), 401, "not_signed_in")
    told = {"email": user.email, "password": new["new"]}
    assert service.client().post("/v1/sign-in", json=told).status_code == 200


def test_a_password_that_was_kept_in_a_weaker_way_is_kept_anew(sqlite_service):
    user = sqlite_service.user()
    weak = PasswordHasher(time_cost=1, memory_cost=512).hash(sqlite_service.password)
    with sqlite_service.store.write() as tx:
        users.change(tx, user.id, UserChanges(password_hash=weak))
    sqlite_service.signed_in(user)
    with sqlite_service.store.read() as tx:
        kept = users.get(tx, user.id).password_hash
    assert kept != weak
    assert not passwords.is_outdated(kept)
    sqlite_service.signed_in(user)


def test_sign_ins_and_refusals_stand_in_the_audit(service):
    user = service.user()
    service.client().post("/v1/sign-in", json={"email": user.email, "password": "wrong"})
    service.client().post("/v1/sign-in", json={"email": "no@one.example", "password": "wrong"})
    service.signed_in(user)
    with service.store.read() as tx:
        deeds = audit.listed(tx, Window()).items
        assert audit.verify(tx) == len(deeds)
    assert [(each.actor, each.action, each.subject) for each in reversed(deeds)] == [
        ("nobody", "refuse", user.id),
        ("nobody", "refuse", "-"),
        (user.id, "sign_in", "-"),
    ]


def test_where_passwords_are_off_nobody_signs_in_with_one(serve, problem):
    service = serve(access={"passwords": "no"})
    user = service.user()
    assert service.client().get("/v1/sign-in").json() == {"password": False, "provider": False}
    told = {"email": user.email, "password": service.password}
    problem(service.client().post("/v1/sign-in", json=told), 403, "not_allowed")
