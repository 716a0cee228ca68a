"""Who may do what: every operation of the description, asked by everybody that there is.

What is expected stands in ``ACCESS``, by operation: one that is added has to be declared there.
"""

import base64
import datetime
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, fields, replace

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from transcript2handoff.access import links, passwords
from transcript2handoff.api.app import description
from transcript2handoff.audio.steps import WAVEFORM
from transcript2handoff.jobs.paperwork import kept_text
from transcript2handoff.store import (
    Window,
    audit,
    calls,
    corrections,
    deals,
    events,
    papers,
    receipts,
    results,
    runs,
    shares,
    uploads,
    users,
)

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
FILE = ("talk.txt", b"Tom: We go live in May.\nAna: I promise you a trainer.\n", "text/plain")
STATEMENT = {"summary": "A trainer comes", "statement": "I promised it.", "why": "It was missing."}
PROMISE = {"kind": "promise", "strength": "firm", "type": "resource"}
YAML = {"Content-Type": "application/yaml"}
CONTRACT = b"lines: [{type: deliverable, text: Go-live}]\n"
PLAN = b"sponsor: Gareth Pugh\n"
PASSWORD = "correct horse battery staple"
SIGNED = '"by": "Pat", "at": "2026-05-18T09:00:00Z"'
CONFIRMED = f'{{"event": "confirmed", "claim_id": "promise-1", "kind": "promise", {SIGNED}}}'
MOVED = f'{{"event": "turn_moved", "turn": 2, "speaker": "S9", "is_new": true, {SIGNED}}}'
PERSON = {"name": "Nina New", "email": "nina@seller.example", "role": "ae"}


def metadata(**values):
    told = {name: base64.b64encode(text.encode()).decode() for name, text in values.items()}
    return ",".join(f"{name} {value}" for name, value in told.items())


@dataclass(frozen=True)
class Ids:
    """What is there to be asked for."""

    deal_id: str
    other_deal: str
    call_id: str
    run_id: str
    ended_run: str
    claim_id: str
    question: str
    user_id: str
    key_id: str = "key-404"
    upload_id: str = "upload-404"
    share_id: str = "share-404"
    erasure_id: str = "erasure-404"


@dataclass(frozen=True)
class Request:
    """What is sent beside the path."""

    query: dict = field(default_factory=dict)
    json: object = None
    headers: dict = field(default_factory=dict)
    content: bytes | None = None
    data: dict | None = None
    files: dict | None = None
    path: dict = field(default_factory=dict)
    """Parameters of the path that are other than usual."""


PLAIN = Request()


def requests(ids):
    """By operation, what makes it succeed; an operation that is not here needs its path alone."""
    why = {"why": "Asked Tom."}
    return {
        "make_deal": Request(json={"deal": {"deal": "A new one"}}),
        "change_deal": Request(json={"deal": {"tags": ["new"]}}),
        "assign_deal": Request(json={}),
        "change_call": Request(json={"consent": "unknown"}),
        "move_call": Request(json={"deal_id": ids.other_deal}),
        "send_call": Request(data={"deal_id": ids.deal_id}, files={"file": FILE}),
        "begin_upload": Request(
            headers={
                **TUS,
                "Upload-Length": "9",
                "Upload-Metadata": metadata(deal_id=ids.deal_id),
            }
        ),
        "look_at_upload": Request(headers=TUS),
        "send_piece": Request(headers={**OCTETS, "Upload-Offset": "0"}, content=b"Tom"),
        "give_up_upload": Request(headers=TUS),
        "retry_run": Request(path={"run_id": ids.ended_run}),
        "watch_run": Request(path={"run_id": ids.ended_run}),
        "decide_handoff": Request(json={"what": "accepted"}),
        "put_contract": Request(headers=YAML, content=CONTRACT),
        "put_plan": Request(headers=YAML, content=PLAN),
        "add_claim": Request(json={**STATEMENT, "fact": PROMISE}),
        "confirm_claim": Request(json=why),
        "reject_claim": Request(json=why),
        "edit_claim": Request(json={"changes": {"summary": "Shorter."}, **why}),
        "tell_outcome": Request(json={"outcome": "kept"}),
        "undo_event": Request(json=why, path={"number": "1"}),
        "correct": Request(json={"event": "turn_moved", "turn": 1, "speaker": "new"}),
        "undo_correction": Request(json=why, path={"number": "1"}),
        "answer_question": Request(json={"question_id": ids.question, "words": "In May."}),
        "read_document": Request(
            query={"wait": "0"}, path={"name": "internal/kickoff_brief", "format": "md"}
        ),
        "search": Request(query={"q": "freight"}),
        "share": Request(json={"days": 3}),
        "bring_deal": Request(path={"external_id": "4711"}),
        "send_mail": Request(json={"to": ["maeve@foldwell.example"]}),
        "export_person": Request(json={"names": ["Nobody Atall"]}),
        "erase_person": Request(json={"names": ["Nobody Atall"]}),
        "make_key": Request(json={"name": "mine", "scopes": ["deals:read"], "mine": False}),
        "replace_key": Request(json={}),
        "invite_user": Request(json=PERSON),
        "change_user": Request(json={"name": "Another Name"}),
        "choose_password": Request(json={"new": PASSWORD}),
    }


def ids_in(store, seed, frame, **of):
    """Put into the store what is asked for: a deal of certain people, and what belongs to it."""
    seeded = seed(**of)
    call_id = seeded.calls["harborline-1"]
    with store.write() as tx:
        recording = store.blobs.put([b"OggS" + bytes(5000)]).digest
        changes = calls.CallChanges(recording=recording, playback=recording, media_type="audio/ogg")
        calls.change(tx, call_id, changes)
        put_waveform(store, tx, seeded.deal, call_id)
        ended = runs.start(tx, runs.NewRun(deal_id=seeded.deal, kind="deal"))
        runs.cancel(tx, ended.id)
        waiting = runs.start(tx, runs.NewRun(deal_id=seeded.deal, call_id=call_id, kind="call"))
        person = users.add(tx, users.NewUser(name="Pat Plain", email="pat@b.example", role="ae"))
        for call in calls.of_deal(tx, seeded.deal):
            agreed = call.call.model_copy(update={"consent": "given"})
            calls.change(tx, call.id, calls.CallChanges(call=agreed))
        share = shares.add(tx, new_share(tx, seeded.deal))
        events.append(tx, seeded.deal, [CONFIRMED], edition=None)
        corrections.append(tx, call_id, MOVED, expected=0)
        other = deals.add(tx, deals.NewDeal(deal=frame, by="Pat Plain", **of))
        erasure_id = receipts.add(tx, "call", receipts.Gone(calls=("call-gone",)), by="user-1")
    return Ids(
        deal_id=seeded.deal,
        other_deal=other.id,
        call_id=call_id,
        run_id=waiting.id,
        ended_run=ended.id,
        claim_id="promise-1",
        question="question-1",
        user_id=person.id,
        share_id=share.id,
        erasure_id=erasure_id,
    )


def new_share(tx, deal_id):
    return shares.NewShare(
        deal_id=deal_id,
        digest=secrets.token_hex(32),
        by="Pat",
        by_id="user-1",
        expires=tx.now + datetime.timedelta(days=1),
        audio=True,
        language="en",
    )


def put_waveform(store, tx, deal_id, call_id):
    outline = store.blobs.put([b'{"seconds": 1, "peaks": [0, 0.5]}'])
    made = results.Result(
        deal_id=deal_id,
        call_id=call_id,
        step="decode",
        key="1",
        name=WAVEFORM,
        blob=outline,
        media_type="application/json",
    )
    results.put(tx, made)


NOTHING = Ids(**{one.name: f"{one.name.removesuffix('_id')}-404" for one in fields(Ids)})
"""Ids of nothing that is there."""


def upload_of(store, actor):
    with store.write() as tx:
        about = json.dumps({"file": "talk.txt", "told": {"deal": "{}"}})
        return uploads.add(tx, uploads.NewUpload(actor=actor, length=9, about=about)).id


def put_papers(store, ids):
    with store.write() as tx:
        for name, text in (("contract", CONTRACT), ("plan", PLAN)):
            kept = kept_text(name, text.decode())
            papers.put(tx, papers.NewPaper(deal_id=ids.deal_id, name=name, text=kept, by="Pat"))


OPEN = "open"
KNOWN = "known"
READ, WRITE, REPORT, ADMIN = "deals:read", "deals:write", "reports:read", "admin"
ACCESS = {
    OPEN: "healthz readyz read_setup set_up read_ways sign_in begin_at_provider "
    "return_from_provider accept_invitation describe_uploads deliver deliver_with_key "
    "read_shared hear_shared",
    KNOWN: "read_session sign_out choose_password list_keys make_key replace_key revoke_key "
    "list_views save_view remove_view",
    READ: "list_deals read_deal list_calls read_call hear_call read_waveform read_transcript "
    "list_runs read_run watch_run read_handoff list_handoff_versions list_questions "
    "read_readiness list_claims list_documents read_document read_contract read_plan "
    "search list_promises list_promise_owners list_shares list_journal list_corrections "
    "read_crms find_crm_deals list_mails list_colleagues",
    WRITE: "make_deal change_deal assign_deal start_deal_run change_call move_call start_call_run "
    "send_call begin_upload look_at_upload send_piece give_up_upload cancel_run retry_run "
    "decide_handoff add_claim confirm_claim reject_claim edit_claim tell_outcome answer_question "
    "put_contract remove_contract put_plan remove_plan share withdraw_share undo_event correct "
    "undo_correction bring_deal send_mail",
    REPORT: "report_meeting report_feedback metrics",
    ADMIN: "list_users invite_user invite_again read_user change_user erase_deal erase_call "
    "erase_person export_person list_erasures get_erasure read_audit check_audit export_audit",
}
"""What is asked of whoever asks for an operation: nothing, a proof of who they are, or a scope."""
OF_EVERYBODY = {"list_deals", "make_deal", "list_runs", "report_meeting", "report_feedback"} | {
    "search", "list_promises", "list_promise_owners", "read_crms", "find_crm_deals",
    "list_colleagues",
}  # fmt: skip
"""Those with a scope that ask for no deal; lists show the deals alone that the caller sees."""
NOT_FOR_AN_AE = {"decide_handoff"}
NOT_FOR_PEOPLE = {"metrics"}
"""But for administrators: it counts what is done for all deals."""
OF_ITS_OWNER = {"bring_deal"}
"""Those about a deal of the CRM, which a customer success manager does not own there."""
BEFORE_SET_UP = {"healthz", "readyz", "read_setup", "set_up"}
WITHOUT_A_DEED = {
    "healthz": "nothing of anybody",
    "readyz": "nothing of anybody",
    "metrics": "numbers alone",
    "read_setup": "nothing of anybody",
    "read_crms": "nothing of anybody",
    "read_ways": "nothing of anybody",
    "describe_uploads": "nothing of anybody",
    "list_views": "what the caller has saved themselves",
    "read_session": "what the caller is told of themselves",
    "look_at_upload": "a number; that it was begun is noted, and what it becomes",
    "send_piece": "that it was begun is noted, and what it becomes",
    "deliver": "the inbox has it; what comes of it is noted",
    "deliver_with_key": "the inbox has it; what comes of it is noted",
}
"""Operations that succeed without a line in the audit, and why."""
ELSEWHERE = {"set_up", "sign_in", "begin_at_provider", "return_from_provider"} | {
    "accept_invitation", "sign_out", "choose_password", "invite_again", "replace_key", "revoke_key"
} | {"save_view", "remove_view", "read_shared", "hear_shared"}  # fmt: skip
"""They need a link, a password or a key of somebody's, and have a test of their own; one needs an
identity provider, and has its own beside it."""

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One kind of database is enough where the answer does not come out of it."""


def described():
    """The operations of the description: id, method, path."""
    paths = json.loads(description())["paths"]
    return [
        (operation["operationId"], method.upper(), path)
        for path, item in paths.items()
        for method, operation in item.items()
    ]


OPERATIONS = described()
NEEDED = {name: needs for needs, names in ACCESS.items() for name in names.split()}
with_a_scope = pytest.mark.parametrize(
    ("name", "method", "path"),
    [each for each in OPERATIONS if NEEDED.get(each[0], OPEN) not in (OPEN, KNOWN)],
    ids=lambda value: value if re.fullmatch("[a-z_]+", value) else "",
)


def test_every_operation_is_declared():
    assert sorted(NEEDED) == sorted(name for name, _, _ in OPERATIONS)
    assert len(NEEDED) == sum(len(names.split()) for names in ACCESS.values())


@on_sqlite
def test_every_route_is_described(client):
    """A route that the description hides would be asked by nobody here."""
    described_routes = {(method, path) for _, method, path in OPERATIONS}
    routes = {
        (method, route.path.replace(":path}", "}"))
        for route in iter_route_contexts(client.app.routes)
        for method in route.methods or ()
    }
    assert {path for _, path in routes - described_routes} == {"/v1/openapi.json"}


@pytest.fixture
def ask(client):
    """Asks for an operation."""

    def asked(ids, name, method, path, headers=None):
        request = requests(ids).get(name, PLAIN)
        values = {**asdict(ids), **request.path}
        return client.request(
            method,
            re.sub(r"{(\w+)}", lambda found: values.get(found[1], "x"), path),
            params=request.query,
            json=request.json,
            headers={**request.headers, **(headers or {})},
            content=request.content,
            data=request.data,
            files=request.files,
        )

    return asked


@pytest.fixture
def people(callers):
    """Those to whom the deal belongs, and others of the same trades."""
    names = {"ae": "Own Seller", "csm": "Own Manager", "ae else": "Else Seller"}
    found = {who: callers.user(who.split()[0], name) for who, name in names.items()}
    return {**found, "csm else": callers.user("csm", "Else Manager")}


@pytest.fixture(scope="module")
def known():
    """What is the same in every deal of the fixture, and takes long to find out."""
    return {}


@pytest.fixture
def ids(store, client, admin, seed, callers, people, told_by_harborline, known):
    own = {"ae_id": callers.ids["Own Seller"], "csm_id": callers.ids["Own Manager"]}
    frame = told_by_harborline.deal.model_copy(update={"calls": ()})
    found = ids_in(store, seed, frame, **own)
    if not known:
        deal = f"/v1/deals/{found.deal_id}"
        claims, asked = (
            client.get(f"{deal}/{each}", headers=admin).json()["items"]
            for each in ("claims?kind=promise", "questions")
        )
        known.update(claim_id=claims[0]["id"], question=asked[0]["id"])
    return replace(found, **known)


@pytest.fixture
def own_upload(store, client):
    """Gives the ids with an upload of whoever asks."""

    def made(ids, headers):
        caller = client.get("/v1/session", headers=headers).json()["id"]
        return replace(ids, upload_id=upload_of(store, caller))

    return made


@on_sqlite
@pytest.mark.parametrize("prepared", [False, True], ids=["before set-up", "after it"])
def test_nothing_is_open_to_nobody(client, store, ask, problem_of, prepared, request):
    ids = request.getfixturevalue("ids") if prepared else NOTHING
    for name, method, path in OPERATIONS:
        answer = ask(ids, name, method, path)
        if not prepared and name not in BEFORE_SET_UP:
            assert problem_of(answer) == (503, "not_set_up"), name
        elif NEEDED[name] != OPEN:
            assert problem_of(answer) == (401, "not_signed_in"), name
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert answer.status_code != 503, name


@on_sqlite
@with_a_scope
def test_who_may_do_it(
    store, callers, ask, ids, people, own_upload, problem_of, name, method, path
):
    """Those who may not come first: for those who may it has been done by somebody then."""
    operation, needed = (name, method, path), NEEDED[name]
    lacking = callers.service(*({READ, WRITE, REPORT} - {needed}))
    assert problem_of(ask(ids, *operation, lacking)) == (403, "not_allowed")
    mine = {who: own_upload(ids, headers) for who, headers in people.items()}
    for who in ("ae else", "csm else"):
        others = replace(ids, upload_id=mine["ae"].upload_id)
        answer = ask(others, *operation, people[who])
        if needed == ADMIN or name in forbidden(who):
            assert problem_of(answer) == (403, "not_allowed")
        elif name in OF_EVERYBODY:
            assert answer.status_code < 300, answer.text
            assert not re.search(f"Harborline|{ids.deal_id}", answer.text)
        else:
            assert problem_of(answer) == (404, "not_found"), answer.text
            assert_tells_nothing(ask, answer, others, operation, people[who])
    put_papers(store, ids)
    program = callers.service(needed)
    answer = ask(own_upload(ids, program), *operation, program)
    assert answer.status_code < 300, answer.text
    for who in ("ae", "csm"):
        if name.startswith("remove_"):
            put_papers(store, ids)
        answer = ask(mine[who], *operation, people[who])
        if needed == ADMIN or name in forbidden(who):
            assert problem_of(answer) == (403, "not_allowed")
        elif name in OF_ITS_OWNER and who == "csm":
            assert problem_of(answer) == (404, "not_found")
        else:
            # The program has done it already, where it is done once.
            assert answer.status_code < 300 or answer.status_code == 409, answer.text


def forbidden(who):
    """What nobody of a trade may do, although they have the scope."""
    return NOT_FOR_PEOPLE | (NOT_FOR_AN_AE if who.startswith("ae") else set())


def assert_tells_nothing(ask, answer, ids, operation, headers):
    """That what is not seen looks like what is not there."""
    nothing = ask(NOTHING, *operation, headers)

    def told(one, known):
        values = "|".join({*asdict(known).values(), r'"request_id":"\w+"'})
        return one.status_code, re.sub(values, "…", one.text)

    assert told(answer, ids) == told(nothing, NOTHING)


@on_sqlite
@pytest.mark.parametrize(
    ("name", "method", "path"),
    [each for each in OPERATIONS if each[0] not in ELSEWHERE],
    ids=lambda value: value if re.fullmatch("[a-z_]+", value) else "",
)
def test_what_is_done_stands_in_the_audit(
    store, client, callers, ask, ids, own_upload, name, method, path
):
    # Somebody new: what the same caller reads again within a quarter of an hour is not noted again.
    admin = callers.user("admin", "Nora New")
    mine = own_upload(ids, admin)
    put_papers(store, ids)
    before = deeds(store)
    answer = ask(mine, name, method, path, admin)
    caller = client.get("/v1/session", headers=admin).json()["id"]
    added = [deed for deed in deeds(store) if deed not in before]
    if name in WITHOUT_A_DEED:
        assert added == []
        return
    assert answer.status_code < 300, answer.text
    assert added
    assert {deed.actor for deed in added} == {caller}


@on_sqlite
def test_a_cookie_alone_changes_nothing(store, client, ask, ids, problem_of):
    """Browsers send it along with whatever a page of somebody else makes them send."""
    hashed = passwords.hashed(SecretStr(PASSWORD))
    root = users.NewUser(
        name="Root", email="root@seller.example", role="admin", password_hash=hashed
    )
    with store.write() as tx:
        users.add(tx, root)
    client.cookies.set("__Host-t2h_session", "a session that somebody has planted")
    answer = client.post("/v1/sign-in", json={"email": root.email, "password": PASSWORD})
    assert answer.status_code == 200
    session = answer.cookies["__Host-t2h_session"]
    assert "planted" not in session
    client.cookies.clear()
    cookie = {"Cookie": f"__Host-t2h_session={session}"}
    assert client.get("/v1/deals", headers=cookie).status_code == 200
    before = len(deeds(store))
    for name, method, path in OPERATIONS:
        if method in ("GET", "HEAD", "OPTIONS") or NEEDED[name] == OPEN:
            continue
        for more in ({}, {"X-CSRF-Token": "x"}):
            answer = ask(ids, name, method, path, {**cookie, **more})
            assert problem_of(answer) == (403, "cross_site"), (name, answer.text)
    assert len(deeds(store)) == before


@on_sqlite
def test_what_needs_a_secret_stands_in_the_audit(store, client):
    """What people do by links and passwords; each line names the person."""
    seen = []

    def send(method, path, *, status=200, **body):
        answer = client.request(method, f"/v1/{path}", json=body or None)
        assert answer.status_code == status, answer.text
        if "csrf_token" in answer.text:
            client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        new = [deed for deed in reversed(deeds(store)) if deed not in seen]
        seen.extend(new)
        return answer, [(deed.actor, deed.action, deed.matter) for deed in new]

    token = links.setup_link(store, "").partition("#")[2]
    who = {"name": "Root", "email": "root@seller.example"}
    answer, noted = send("POST", "setup", status=201, **who, token=token, password=PASSWORD)
    root = answer.json()["user"]["id"]
    assert noted == [(root, "add", "user")]
    _, noted = send("POST", "sign-in/password", now=PASSWORD, new=PASSWORD)
    assert noted == [(root, "change", "password")]
    answer, noted = send("POST", "keys", status=201, name="own", scopes=["deals:read"])
    assert noted == [(root, "add", "key")]
    path = f"keys/{answer.json()['key']['id']}"
    assert send("POST", f"{path}/replacement", status=201, overlap_hours=1)[1] == noted
    assert send("DELETE", path)[1] == [(root, "change", "key")]
    answer, noted = send("POST", "users", status=201, **PERSON)
    assert noted == [(root, "add", "user")]
    nina = answer.json()["user"]["id"]
    answer, noted = send("POST", f"users/{nina}/invitation", status=201)
    assert noted == [(root, "send", "invitation")]
    token = answer.json()["link"].partition("#")[2]
    assert send("DELETE", "session", status=204)[1] == [(root, "change", "session")]
    answer, noted = send("POST", "sign-in/invitation", token=token, password=PASSWORD)
    assert noted == [(nina, "change", "password")]
    email = PERSON["email"]
    _, noted = send("POST", "sign-in", email=email, password=PASSWORD)
    assert noted == [(nina, "sign_in", "session")]
    _, noted = send("POST", "sign-in", status=401, email=email, password="another one")
    assert noted == [("nobody", "refuse", "session")]


def deeds(store):
    with store.read() as tx:
        return audit.listed(tx, Window(limit=200)).items


OF_STATUS = {401: "not_signed_in", 403: "not_allowed", 404: "not_found", 503: "not_set_up"}
"""What is answered to HEAD has no body."""


@pytest.fixture
def problem_of():
    """Gives the status and the kind of a problem."""

    def told(answer):
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        if answer.request.method == "HEAD":
            return answer.status_code, OF_STATUS[answer.status_code]
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    return told
