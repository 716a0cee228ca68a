"""People, their keys, and the audit: who may do what to whom."""

import datetime
import hashlib
import hmac

import pytest
from sqlalchemy import event

from transcript2handoff.access import keys, links
from transcript2handoff.store import audit, deals, paging, users
from transcript2handoff.store import keys as kept
from transcript2handoff.store.paging import Window

NEW = {"name": "Tom Reed", "email": "Tom@Seller.example", "role": "csm"}


@pytest.fixture
def boss(service):
    return service.signed_in(service.user("boss", "admin"))


def deeds(service):
    with service.store.read() as tx:
        found = audit.listed(tx, Window(limit=200)).items
        audit.verify(tx)
    return [(each.action, each.matter, each.subject) for each in reversed(found)]


def sent_to(store):
    """What the database is sent from now on: statements with their values."""
    sent = []
    event.listen(
        store._engine, "before_cursor_execute", lambda *told: sent.append((told[2], told[3]))
    )
    return sent


def token_in(answer):
    return answer.json()["link"].partition("#")[2]


class TestPeople:
    def test_somebody_is_invited_and_chooses_a_password(self, service, boss, problem):
        answer = boss.post("/v1/users", json=NEW)
        assert answer.status_code == 201, answer.text
        assert answer.json()["link"].startswith("http://t2h.example/invitation#")
        assert answer.json()["user"]["has_password"] is False
        client = service.client()
        body = {"token": token_in(answer), "password": "a password of my own"}
        accepted = client.post("/v1/sign-in/invitation", json=body)
        assert accepted.status_code == 200, accepted.text
        assert client.get("/v1/session").json()["role"] == "csm"
        problem(client.post("/v1/sign-in/invitation", json=body), 401, "not_signed_in")
        tom = answer.json()["user"]["id"]
        assert ("add", "user", tom) in deeds(service)
        assert ("change", "password", tom) in deeds(service)

    def test_a_newer_invitation_takes_the_place_of_the_one_before(self, service, boss, problem):
        first = boss.post("/v1/users", json=NEW)
        tom = first.json()["user"]["id"]
        second = boss.post(f"/v1/users/{tom}/invitation")
        old = {"token": token_in(first), "password": "a password of my own"}
        problem(service.client().post("/v1/sign-in/invitation", json=old), 401, "not_signed_in")
        new = {**old, "token": token_in(second)}
        assert service.client().post("/v1/sign-in/invitation", json=new).status_code == 200

    def test_an_invitation_is_over_after_a_week(self, service, boss, problem):
        body = {"token": token_in(boss.post("/v1/users", json=NEW)), "password": "a password of"}
        now = datetime.datetime.now(datetime.UTC)
        service.store.now = lambda: now + links.INVITATION_LASTS
        problem(service.client().post("/v1/sign-in/invitation", json=body), 401, "not_signed_in")

    def test_a_link_for_the_set_up_is_no_invitation(self, sqlite_service, problem):
        token = sqlite_service.setup_token()
        sqlite_service.user()
        body = {"token": token, "password": "a password of my own"}
        answer = sqlite_service.client().post("/v1/sign-in/invitation", json=body)
        problem(answer, 401, "not_signed_in")

    def test_nobody_has_two_accounts(self, boss, problem):
        assert boss.post("/v1/users", json=NEW).status_code == 201
        twin = {**NEW, "email": "tom@seller.example"}
        problem(boss.post("/v1/users", json=twin), 409, "conflict")

    @pytest.mark.parametrize("role", ["ae", "csm"])
    def test_people_are_for_administrators_alone(self, sqlite_service, problem, role):
        client = sqlite_service.signed_in(sqlite_service.user(role=role))
        for method, path in (
            ("GET", "/v1/users"),
            ("POST", "/v1/users"),
            ("PATCH", "/v1/users/user-1"),
            ("POST", "/v1/users/user-1/invitation"),
            ("GET", "/v1/users/user-1"),
            ("GET", "/v1/audit"),
            ("GET", "/v1/audit/check"),
        ):
            body = NEW if path == "/v1/users" else {}
            answer = client.request(method, path, json=None if method == "GET" else body)
            problem(answer, 403, "not_allowed")

    def test_an_account_is_changed_and_closed_and_opened(self, service, boss, problem):
        user = service.user("tom")
        client = service.signed_in(user)
        change = {"name": "Thomas Reed", "role": "csm"}
        assert boss.patch(f"/v1/users/{user.id}", json=change).json()["name"] == "Thomas Reed"
        assert client.get("/v1/session").json()["role"] == "csm"
        assert boss.patch(f"/v1/users/{user.id}", json={"disabled": True}).json()["disabled"]
        problem(client.get("/v1/session"), 401, "not_signed_in")
        problem(boss.post(f"/v1/users/{user.id}/invitation"), 409, "conflict")
        again = boss.patch(f"/v1/users/{user.id}", json={"disabled": False})
        assert again.json()["disabled"] is None
        problem(client.get("/v1/session"), 401, "not_signed_in")

    @pytest.mark.parametrize("change", [{"disabled": True}, {"role": "ae"}])
    def test_an_administrator_stays(self, service, boss, problem, change):
        me = boss.get("/v1/session").json()["id"]
        problem(boss.patch(f"/v1/users/{me}", json=change), 409, "conflict")
        service.user("second", "admin")
        assert boss.patch(f"/v1/users/{me}", json=change).status_code == 200

    def test_people_are_listed_in_pages(self, service, boss):
        for name in "abcde":
            service.user(name)
        found, after = [], ""
        while after is not None:
            page = boss.get("/v1/users?limit=2" + (after and f"&after={after}")).json()
            found += [each["email"][0] for each in page["items"]]
            assert len(page["items"]) <= 2
            after = page["after"]
        assert found == [*"edcba", "b"]

    @pytest.mark.parametrize("role", ["ae", "csm", "admin"])
    def test_everybody_knows_to_whom_a_deal_can_be_handed(self, service, monkeypatch, role):
        monkeypatch.setattr(paging, "_MOST", 2)
        me = service.user("zoe", role)
        told = [service.user(name, "csm") for name in ("nina", "Tom", "ana")]
        gone = service.user("gone", "csm")
        with service.store.write() as tx:
            users.disable(tx, gone.id)
        answer = service.signed_in(me).get("/v1/colleagues")
        assert answer.json()["items"] == [
            {"id": one.id, "name": one.name, "role": one.role}
            for one in (told[2], told[0], told[1], me)
        ]
        assert "@" not in answer.text

    def test_who_is_not_there_is_not_there(self, boss, problem):
        problem(boss.get("/v1/users/user-0"), 404, "not_found")
        problem(boss.patch("/v1/users/user-0", json={}), 404, "not_found")


class TestKeys:
    def test_a_key_is_told_once_and_works_and_is_revoked(self, service, problem):
        user = service.user()
        client = service.signed_in(user)
        made = client.post("/v1/keys", json={"name": "nightly", "scopes": ["deals:read"]}).json()
        assert made["secret"].startswith(f"t2h_{made['key']['id']}_")
        program = service.client(headers={"Authorization": f"Bearer {made['secret']}"})
        me = program.get("/v1/session").json()
        assert (me["kind"], me["role"], me["scopes"]) == ("key", "ae", ["deals:read"])
        assert me["csrf_token"] is None
        (listed,) = client.get("/v1/keys").json()["items"]
        assert listed["used"] is not None
        assert "secret" not in listed
        assert client.delete(f"/v1/keys/{made['key']['id']}").status_code == 200
        problem(program.get("/v1/session"), 401, "not_signed_in")
        key = made["key"]["id"]
        assert [each for each in deeds(service) if each[2] == key] == [
            ("add", "key", key),
            ("change", "key", key),
        ]

    def test_the_store_has_no_secret_of_it(self, sqlite_service):
        shown = sqlite_service.key("admin")
        everything = b"".join(
            file.read_bytes() for file in sqlite_service.settings.data.glob("t2h.db*")
        )
        assert shown.split("_")[1].encode() in everything
        assert shown.split("_", 2)[2].encode() not in everything

    def test_a_secret_is_looked_for_by_its_digest_and_compared_with_nothing(
        self, sqlite_service, monkeypatch
    ):
        """How long the database takes tells of a digest, and so nothing of the secret."""
        right = sqlite_service.key("deals:read")
        begins, secret = right[: -len("x" * 43)], right[-43:]
        asked, real = [], kept.by_digest
        monkeypatch.setattr(kept, "by_digest", lambda tx, one: asked.append(one) or real(tx, one))
        sent = sent_to(sqlite_service.store)
        for each in (secret, secret[:-1] + "_", "x" * 43):
            client = sqlite_service.client(headers={"Authorization": f"Bearer {begins}{each}"})
            assert client.get("/v1/deals").status_code == (200 if each == secret else 401)
            assert asked.pop() == hashlib.sha256(each.encode()).hexdigest()
            assert asked == []
            assert sent
            assert each not in str(sent)

    @pytest.mark.parametrize("kind", ["key", "session"])
    def test_whoever_is_let_in_was_compared_in_constant_time(
        self, sqlite_service, monkeypatch, kind
    ):
        """All hangs on it: of a key its id beside the digest, of a page its token."""
        user = sqlite_service.user()
        client = {
            "key": lambda: sqlite_service.by_key("deals:write", user=user),
            "session": lambda: sqlite_service.signed_in(user),
        }[kind]()
        wrong = sqlite_service.client(headers=client.headers, cookies=client.cookies)
        if kind == "key":
            shown = client.headers["Authorization"]
            wrong.headers["Authorization"] = shown.replace("key-", "kex-")
        else:
            wrong.headers["X-CSRF-Token"] = "y" * 43
        compared, real = [], hmac.compare_digest
        monkeypatch.setattr(
            hmac, "compare_digest", lambda *both: compared.append(both) or real(*both)
        )
        refused = 401 if kind == "key" else 403
        for each, status in ((client, 201), (wrong, refused)):
            assert each.post("/v1/deals", json={"deal": {}}).status_code == status
            assert compared
            compared.clear()
        for fits, each, status in ((False, client, refused), (True, wrong, 201)):
            monkeypatch.setattr(hmac, "compare_digest", lambda *_, fits=fits: fits)
            assert each.post("/v1/deals", json={"deal": {}}).status_code == status

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda key: key[:-1],
            lambda key: key + "x",
            lambda key: key.replace("key-", "kez-"),
            lambda key: key.upper(),
            lambda _: "t2h_",
            lambda _: "t2h_key-1_" + "x" * 43,
            lambda _: "t2h_" + "x" * 5000,
            lambda _: "",
        ],
    )
    def test_a_key_that_is_not_it_does_not_hold(self, sqlite_service, problem, spoil):
        key = spoil(sqlite_service.key("deals:read"))
        client = sqlite_service.client(headers={"Authorization": f"Bearer {key}"})
        problem(client.get("/v1/deals"), 401, "not_signed_in")

    def test_a_key_holds_until_its_time_is_over(self, service, problem):
        now = datetime.datetime.now(datetime.UTC)
        day = datetime.timedelta(days=1)
        client = service.client()
        client.headers["Authorization"] = f"Bearer {service.key('deals:read', expires=now + day)}"
        assert client.get("/v1/deals").status_code == 200
        service.store.now = lambda: now + day
        problem(client.get("/v1/deals"), 401, "not_signed_in")

    def test_a_key_is_replaced_with_an_overlap(self, service, problem):
        client = service.signed_in(service.user())
        old = client.post("/v1/keys", json={"name": "nightly", "scopes": ["deals:read"]}).json()
        path = f"/v1/keys/{old['key']['id']}/replacement"
        new = client.post(path, json={"overlap_hours": 1})
        assert new.status_code == 201, new.text
        assert new.json()["key"]["replaces"] == old["key"]["id"]
        programs = [
            service.client(headers={"Authorization": f"Bearer {each['secret']}"})
            for each in (old, new.json())
        ]
        assert [each.get("/v1/deals").status_code for each in programs] == [200, 200]
        now = datetime.datetime.now(datetime.UTC)
        service.store.now = lambda: now + datetime.timedelta(hours=1)
        problem(programs[0].get("/v1/deals"), 401, "not_signed_in")
        assert programs[1].get("/v1/deals").status_code == 200
        problem(client.post(path, json={}), 409, "conflict")

    @pytest.mark.parametrize("does", ["replace", "revoke"])
    def test_a_key_reaches_no_key_that_can_do_more(self, sqlite_service, problem, does):
        service = sqlite_service
        user = service.user(role="admin")
        broad, equal, narrow = (
            service.key(*scopes, user=user)
            for scopes in (("admin",), ("deals:read",), ("deals:read", "reports:read"))
        )
        client = service.client(headers={"Authorization": f"Bearer {narrow}"})

        def done(key, by):
            path = f"/v1/keys/{key.split('_')[1]}"
            if does == "replace":
                return by.post(f"{path}/replacement", json={"overlap_hours": 0})
            return by.delete(path)

        problem(done(broad, client), 403, "not_allowed")
        headers = {"Authorization": f"Bearer {broad}"}
        assert service.client(headers=headers).get("/v1/users").status_code == 200
        assert done(equal, client).status_code < 300
        assert done(broad, service.signed_in(user)).status_code < 300

    @pytest.mark.parametrize(
        "body",
        [
            {"name": "x", "scopes": ["admin"]},
            {"name": "x", "scopes": ["deals:read", "admin"]},
            {"name": "x", "scopes": ["deals:read"], "mine": False},
        ],
    )
    def test_nobody_gives_what_they_do_not_have(self, sqlite_service, problem, body):
        client = sqlite_service.signed_in(sqlite_service.user())
        problem(client.post("/v1/keys", json=body), 403, "not_allowed")

    @pytest.mark.parametrize(
        "expires", ["2027-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", 7e9]
    )
    def test_a_moment_is_one_that_there_is(self, sqlite_service, problem, expires):
        client = sqlite_service.signed_in(sqlite_service.user())
        body = {"name": "x", "scopes": ["deals:read"], "expires": expires}
        problem(client.post("/v1/keys", json=body), 422, "invalid_request")

    def test_a_key_makes_no_key_that_may_more(self, sqlite_service, problem):
        client = sqlite_service.by_key("deals:read", user=sqlite_service.user())
        body = {"name": "x", "scopes": ["deals:write"]}
        problem(client.post("/v1/keys", json=body), 403, "not_allowed")

    def test_a_key_makes_no_key_that_holds_longer(self, service, problem):
        hour = datetime.timedelta(hours=1)
        ends = datetime.datetime.now(datetime.UTC) + hour
        user = service.user()
        shown = service.key("deals:read", user=user, expires=ends)
        client = service.client(headers={"Authorization": f"Bearer {shown}"})
        body = {"name": "x", "scopes": ["deals:read"]}
        later = {**body, "expires": (ends + hour).isoformat()}
        found = problem(client.post("/v1/keys", json=later), 403, "not_allowed")
        assert ends.isoformat(timespec="seconds") in found["detail"]
        made = [
            client.post("/v1/keys", json={**body, "expires": told}).json()["key"]["expires"]
            for told in (None, (ends - hour / 2).isoformat())
        ]
        assert [datetime.datetime.fromisoformat(each) for each in made] == [ends, ends - hour / 2]
        signed_in = service.signed_in(user)
        assert signed_in.post("/v1/keys", json=body).json()["key"]["expires"] is None

    def test_a_key_replaces_none_that_holds_longer(self, sqlite_service, problem):
        service = sqlite_service
        ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        user = service.user()
        short = service.key("deals:read", user=user, expires=ends)
        lasting = service.key("deals:read", user=user).split("_")[1]
        client = service.client(headers={"Authorization": f"Bearer {short}"})
        problem(client.post(f"/v1/keys/{lasting}/replacement", json={}), 403, "not_allowed")
        own = client.post(f"/v1/keys/{short.split('_')[1]}/replacement", json={})
        assert datetime.datetime.fromisoformat(own.json()["key"]["expires"]) == ends

    def test_what_a_key_has_made_goes_with_it(self, service, problem):
        user = service.user()
        first = service.key("deals:read", user=user)
        body = {"name": "x", "scopes": ["deals:read"]}

        def holder(shown):
            return service.client(headers={"Authorization": f"Bearer {shown}"})

        def made(by):
            return by.post("/v1/keys", json=body).json()["secret"]

        second = made(holder(first))
        third = made(holder(second))
        own = f"/v1/keys/{third.split('_')[1]}/replacement"
        fourth = holder(third).post(own, json={}).json()["secret"]
        other = made(service.signed_in(user))
        revoked = first.split("_")[1]
        assert service.signed_in(user).delete(f"/v1/keys/{revoked}").json()["id"] == revoked
        for shown in (first, second, third, fourth):
            problem(holder(shown).get("/v1/deals"), 401, "not_signed_in")
            assert ("change", "key", shown.split("_")[1]) in deeds(service)
        assert holder(other).get("/v1/deals").status_code == 200

    def test_a_program_takes_away_the_key_that_it_has_replaced(self, sqlite_service, problem):
        service = sqlite_service
        old = service.key("deals:read", user=service.user())
        path = f"/v1/keys/{old.split('_')[1]}"
        client = service.client(headers={"Authorization": f"Bearer {old}"})
        new = client.post(f"{path}/replacement", json={}).json()["secret"]
        program = service.client(headers={"Authorization": f"Bearer {new}"})
        assert program.delete(path).status_code == 200
        problem(client.get("/v1/deals"), 401, "not_signed_in")
        assert program.get("/v1/deals").status_code == 200

    def test_keys_of_others_are_not_there(self, service, boss, problem):
        theirs = service.key("deals:read", user=service.user("tom")).split("_")[1]
        client = service.signed_in(service.user())
        assert client.get("/v1/keys").json()["items"] == []
        problem(client.delete(f"/v1/keys/{theirs}"), 404, "not_found")
        problem(client.post(f"/v1/keys/{theirs}/replacement", json={}), 404, "not_found")
        assert [each["id"] for each in boss.get("/v1/keys").json()["items"]] == [theirs]
        assert boss.delete(f"/v1/keys/{theirs}").status_code == 200

    def test_a_key_of_somebody_may_no_more_than_they(self, service, problem):
        user = service.user("tom", "admin")
        program = service.by_key("admin", user=user)
        assert program.get("/v1/users").status_code == 200
        service.user("second", "admin")
        with service.store.write() as tx:
            users.change(tx, user.id, users.UserChanges(role="ae"))
        problem(program.get("/v1/users"), 403, "not_allowed")

    def test_an_administrator_makes_a_key_of_nobody(self, service, boss, problem):
        body = {"name": "crm", "scopes": ["deals:read"], "mine": False}
        made = boss.post("/v1/keys", json=body).json()
        program = service.client(headers={"Authorization": f"Bearer {made['secret']}"})
        assert program.get("/v1/session").json()["role"] == "service"
        problem(program.get("/v1/keys"), 403, "not_allowed")

    def test_using_a_key_writes_once_a_minute(self, sqlite_service, monkeypatch):
        client = sqlite_service.by_key("deals:read")
        written = []
        used = kept.used
        monkeypatch.setattr(kept, "used", lambda tx, key: written.append(key) or used(tx, key))
        for _ in range(5):
            client.get("/v1/session")
        assert len(written) == 1

    def test_a_made_key_does_not_show_itself(self, sqlite_store):
        with sqlite_store.write() as tx:
            made = keys.make(tx, keys.KeyWish(name="x", scopes=("admin",)))
        assert made.shown not in repr(made)
        assert made.record.digest not in repr(made)


class TestSight:
    """Account executives see their deals, managers those assigned to them, administrators all."""

    @pytest.fixture
    def deal_of(self, service):
        from transcript2handoff.deal import Deal

        def add(**people):
            with service.store.write() as tx:
                new = deals.NewDeal(deal=Deal(deal="Harbour Lane"), by="test", **people)
                return deals.add(tx, new).id

        return add

    @pytest.mark.parametrize(
        ("role", "seen"), [("ae", {"mine"}), ("csm", {"assigned"}), ("admin", None)]
    )
    def test_who_sees_which(self, service, deal_of, problem, role, seen):
        user, other = service.user(role=role), service.user("other")
        ids = {
            "mine": deal_of(ae_id=user.id if role == "ae" else other.id),
            "assigned": deal_of(ae_id=other.id, csm_id=user.id if role == "csm" else None),
            "neither": deal_of(),
        }
        seen = ids.keys() if seen is None else seen
        for client in (service.signed_in(user), service.by_key("deals:read", user=user)):
            listed = {each["id"] for each in client.get("/v1/deals").json()["items"]}
            assert listed == {ids[name] for name in seen}
            for name, deal_id in ids.items():
                answer = client.get(f"/v1/deals/{deal_id}")
                if name in seen:
                    assert answer.status_code == 200
                else:
                    problem(answer, 404, "not_found")

    def test_a_deal_of_others_looks_like_none(self, service, deal_of):
        client = service.signed_in(service.user())
        there, gone = deal_of(), "deal-0000"
        told = [client.get(f"/v1/deals/{each}").json()["detail"] for each in (there, gone)]
        assert told[0].replace(there, "") == told[1].replace(gone, "")

    @pytest.mark.parametrize("scope", ["deals:write", "reports:read"])
    def test_other_scopes_do_not_read_deals(self, sqlite_service, problem, scope):
        problem(sqlite_service.by_key(scope).get("/v1/deals"), 403, "not_allowed")


class TestAudit:
    def test_it_tells_who_did_what(self, service, boss):
        user = service.user("tom")
        boss.get(f"/v1/users/{user.id}")
        boss.patch(f"/v1/users/{user.id}", json={"name": "Thomas"})
        page = boss.get("/v1/audit", params={"subject": user.id}).json()
        me = boss.get("/v1/session").json()["id"]
        told = [(each["actor"], each["action"]) for each in page["items"]]
        assert told == [(me, "change"), (me, "read")]
        assert boss.get("/v1/audit", params={"actor": me, "limit": 1}).json()["after"]

    def test_it_is_checked(self, service, boss):
        answer = boss.get("/v1/audit/check").json()
        assert answer["whole"] is True
        assert answer["deeds"] == 1
        assert boss.get("/v1/audit/check").json()["deeds"] == 2

    def test_a_changed_row_is_found(self, sqlite_service):
        import sqlite3

        boss = sqlite_service.signed_in(sqlite_service.user("boss", "admin"))
        boss.get("/v1/users")
        with sqlite3.connect(sqlite_service.settings.data / "t2h.db") as database:
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
            ).fetchall():
                database.execute(f"DROP TRIGGER {name}")
            database.execute("UPDATE audit SET actor = 'nobody' WHERE number = 2")
        database.close()
        answer = boss.get("/v1/audit/check").json()
        assert answer["whole"] is False
        assert "from deed 2 on" in answer["fault"]
