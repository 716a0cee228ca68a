"""A POST with an Idempotency-Key is done once, and answered alike when it is sent again."""

import datetime
import itertools
import threading

import pytest
from fastapi import Request, Response, UploadFile
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from transcript2handoff.api import limits
from transcript2handoff.api.bodies import StreamDigest
from transcript2handoff.errors import StoreConflictError, StoreUnreachableError
from transcript2handoff.store import answers

ONCE = {"Idempotency-Key": "once"}


class Counting:
    """A service that counts what it has done."""

    def __init__(self, service):
        self.service = service
        self.done = []
        self.error = None
        self.slow = None
        self.key = service.key("deals:write")
        app = service.app

        @app.post("/v1/count", status_code=201)
        def count(body: dict, response: Response):
            self.done.append(body)
            if self.slow:
                self.slow()
            if self.error:
                raise self.error
            response.headers["Location"] = f"/v1/count/{len(self.done)}"
            response.headers["ETag"] = '"1"'
            return {"number": len(self.done)}

        @app.post("/v1/calls/upload")
        async def upload(file: UploadFile):
            self.done.append(len(await file.read()))
            return {"number": len(self.done)}

        @app.post("/v1/calls/unread")
        async def unread(request: Request):
            self.done.append("unread")
            return {"number": len(self.done)}

    def client(self, **options):
        client = TestClient(self.service.app, base_url=self.service.url, **options)
        client.headers["Authorization"] = f"Bearer {self.key}"
        return client


@pytest.fixture(autouse=True)
def _takes_recordings(monkeypatch):
    """The routes of these tests take recordings, as that of calls does."""
    places = frozenset({"/v1/calls/upload", "/v1/calls/unread"})
    monkeypatch.setattr(limits, "_WHOLE", limits._WHOLE | places)


@pytest.fixture
def counting(service):
    return Counting(service)


@pytest.fixture
def sqlite_counting(sqlite_service):
    return Counting(sqlite_service)


def test_the_same_request_is_done_once(counting):
    client = counting.client()
    first = client.post("/v1/count", json={"a": 1}, headers=ONCE)
    again = client.post("/v1/count", json={"a": 1}, headers=ONCE)
    assert counting.done == [{"a": 1}]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == {"number": 1}
    for name in ("location", "etag", "content-type"):
        assert first.headers[name] == again.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != again.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/count", {"a": 2}), ("/v1/count?x=1", {"a": 1}), ("/v1/nothing", {})]
)
def test_another_request_with_the_key_is_refused(counting, problem, path, body):
    client = counting.client()
    client.post("/v1/count", json={"a": 1}, headers=ONCE)
    problem(client.post(path, json=body, headers=ONCE), 422, "key_reused")
    assert len(counting.done) == 1


def test_each_caller_has_keys_of_their_own(counting):
    for _ in range(2):
        client = counting.service.by_key("deals:write")
        assert client.post("/v1/count", json={}, headers=ONCE).status_code == 201
    assert len(counting.done) == 2


def test_without_a_key_each_request_is_done(sqlite_counting):
    client = sqlite_counting.client()
    for _ in range(2):
        client.post("/v1/count", json={})
    assert len(sqlite_counting.done) == 2


def test_a_request_that_is_being_worked_on_is_not_begun_again(counting, problem):
    began, go_on = threading.Event(), threading.Event()
    counting.slow = lambda: (began.set(), go_on.wait(10))
    client, found = counting.client(), []
    thread = threading.Thread(
        target=lambda: found.append(client.post("/v1/count", json={}, headers=ONCE))
    )
    thread.start()
    assert began.wait(10)
    answer = counting.client().post("/v1/count", json={}, headers=ONCE)
    problem(answer, 409, "still_working")
    assert answer.headers["retry-after"] == "1"
    go_on.set()
    thread.join()
    assert found[0].status_code == 201
    assert counting.client().post("/v1/count", json={}, headers=ONCE).json() == {"number": 1}
    assert len(counting.done) == 1


def test_of_many_at_once_one_is_done(counting):
    statuses = []

    def send():
        answer = counting.client().post("/v1/count", json={}, headers=ONCE)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counting.done) == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


@pytest.mark.parametrize(
    "error",
    [StoreConflictError("Not now."), StoreUnreachableError("Gone."), RuntimeError("broken")],
)
def test_a_request_that_fails_may_be_sent_again(counting, error):
    client = counting.client(raise_server_exceptions=False)
    counting.error = error
    assert client.post("/v1/count", json={}, headers=ONCE).status_code >= 400
    counting.error = None
    answer = client.post("/v1/count", json={}, headers=ONCE)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers
    assert len(counting.done) == 2


def test_a_request_whose_process_has_died_may_be_sent_again(sqlite_counting, monkeypatch):
    client = sqlite_counting.client()
    store = sqlite_counting.service.store
    with monkeypatch.context() as dying:
        dying.setattr(answers, "answer", lambda *_: None)
        client.post("/v1/count", json={}, headers=ONCE)
    assert client.post("/v1/count", json={}, headers=ONCE).status_code == 409
    now = datetime.datetime.now(datetime.UTC)
    store.now = lambda: now + datetime.timedelta(seconds=answers.GIVEN_UP_SECONDS + 1)
    assert client.post("/v1/count", json={}, headers=ONCE).status_code == 201


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(sqlite_counting, monkeypatch):
    def fails(*_):
        raise StoreUnreachableError("The disk is full.")

    monkeypatch.setattr(answers, "answer", fails)
    answer = sqlite_counting.client().post("/v1/count", json={}, headers=ONCE)
    assert answer.json() == {"number": 1}


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü"])
def test_a_key_in_no_form_is_refused(sqlite_counting, problem, key):
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = sqlite_counting.client().post("/v1/count", json={}, headers=headers)
    problem(answer, 400, "request")


def test_a_recording_is_known_again_whatever_the_border_of_the_form(counting, problem):
    client = counting.client()
    recording, other = b"RIFF" + bytes(300_000), b"RIFX" + bytes(300_000)
    answers_ = [
        client.post("/v1/calls/upload", files={"file": ("a.wav", recording)}, headers=ONCE)
        for _ in range(2)
    ]
    assert [each.json() for each in answers_] == [{"number": 1}] * 2
    assert answers_[1].headers["idempotency-replayed"] == "true"
    assert "t2h-body-digest" not in answers_[1].headers
    answer = client.post("/v1/calls/upload", files={"file": ("a.wav", other)}, headers=ONCE)
    problem(answer, 422, "key_reused")
    assert counting.done == [len(recording)]


def test_a_recording_that_no_route_has_read_is_compared_all_the_same(sqlite_counting, problem):
    client = sqlite_counting.client()
    for body, status in ((b"a" * 100_000, 200), (b"a" * 100_000, 200), (b"b" * 100_000, 422)):
        answer = client.post("/v1/calls/unread", content=body, headers=ONCE)
        assert answer.status_code == status, answer.text
    assert sqlite_counting.done == ["unread"]


def test_the_secret_of_a_key_is_not_kept(service):
    client = service.signed_in(service.user())
    body = {"name": "nightly", "scopes": ["deals:read"]}
    first = client.post("/v1/keys", json=body, headers=ONCE).json()
    again = client.post("/v1/keys", json=body, headers=ONCE)
    assert again.status_code == 201
    assert again.json() == {**first, "secret": None}
    assert len(client.get("/v1/keys").json()["items"]) == 1


def test_who_has_not_said_who_they_are_has_nothing_kept(sqlite_service):
    user = sqlite_service.user()
    told = {"email": user.email, "password": sqlite_service.password}
    cookies = {
        sqlite_service.client().post("/v1/sign-in", json=told, headers=ONCE).cookies["t2h_session"]
        for _ in range(2)
    }
    assert len(cookies) == 2


def test_a_get_takes_no_notice(sqlite_service):
    client = sqlite_service.by_key("deals:read")
    for _ in range(2):
        assert "idempotency-replayed" not in client.get("/v1/deals", headers=ONCE).headers


@given(body=st.binary(max_size=400), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_a_digest_does_not_depend_on_how_a_body_is_cut(body, cuts):
    def digest(border, cuts):
        framed = b"--%s\r\n%s\r\n--%s--" % (border, body, border)
        taken = StreamDigest(f"multipart/form-data; boundary={border.decode()}")
        places = [0, *sorted(min(cut, len(framed)) for cut in cuts), len(framed)]
        for start, end in itertools.pairwise(places):
            taken.feed(framed[start:end])
        return taken.hexdigest()

    whole = digest(b"----border-of-one-request", [])
    assert digest(b"----border-of-one-request", cuts) == whole
    assert digest(b"----edge-of-another-one!", cuts) == whole


@given(body=st.binary(min_size=1, max_size=400), place=st.integers(0, 399))
def test_another_body_has_another_digest(body, place):
    place %= len(body)
    other = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    digests = []
    for each in (body, other):
        taken = StreamDigest("multipart/form-data; boundary=the-border-of-it")
        taken.feed(each)
        digests.append(taken.hexdigest())
    assert digests[0] != digests[1]
