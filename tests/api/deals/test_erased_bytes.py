"""A rare name, planted wherever words are taken, is in no byte of the folder once it is erased."""

import io
import json
import zipfile

import pytest

from tests.api.deals.conftest import FIXTURES
from tests.api.deals.test_whole_way import work

NAME, EMAIL = "Ysolde Quibbleworth", "ysolde@quibble.example"
CUSTOMER = "Harborline"


@pytest.fixture
def store(sqlite_store):
    """Of a file, every byte can be looked at."""
    return sqlite_store


@pytest.fixture
def admin(callers):
    """Somebody with an account, so that lists can be saved."""
    return callers.user("admin", "Root Person")


@pytest.fixture
def holding(store, tmp_path):
    """Gives the files below the folder of the service that hold a word, in archives as well."""

    def found(word):
        plain = word.casefold().encode()
        told = []
        for path in sorted(tmp_path.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                if any(plain in each.lower() for each in (data, *members(data))):
                    told.append(path.relative_to(tmp_path).as_posix())
        return told

    return found


def members(data):
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def planted(client, admin):
    """A deal in all of whose parts the name stands; its id and the address of a document."""
    frame = {
        "deal": f"{CUSTOMER} of {NAME}",
        "customer": CUSTOMER,
        "seller": "Foldwell",
        "participants": [
            {"name": NAME, "email": EMAIL, "side": "seller", "title": "Sales"},
            {"name": "Gareth Pugh", "side": "customer"},
        ],
        "tags": [f"met {NAME}"],
    }
    subtitles = (FIXTURES / "harborline-3" / "1_call.vtt").read_text()
    subtitles = subtitles.replace("Rupert Ashdown", NAME).replace("Rupert", "Ysolde")
    sent = client.post(
        "/v1/calls",
        files={"file": (f"{NAME}.vtt", subtitles.encode())},
        data={
            "deal": json.dumps(frame),
            "call": json.dumps({"attendees": [NAME], "consent": "given"}),
        },
        headers={**admin, "Idempotency-Key": "once"},
    )
    assert sent.status_code < 300, sent.text
    return sent.json()


def used(client, admin, services, sent):
    """What people do with a deal, so that the name goes wherever words go."""
    deal = f"/v1/deals/{sent['deal']['id']}"
    call = f"/v1/calls/{sent['call']['id']}"
    claims = client.get(f"{deal}/claims", headers=admin).json()["items"]
    why = {"why": f"{NAME} said so."}
    wishes = [
        ("POST", f"{deal}/claims/{claims[0]['id']}/confirm", why),
        ("POST", f"{deal}/shares", {"days": 3, "audio": False}),
        ("POST", f"{deal}/mails", {"to": [EMAIL]}),
        ("POST", f"{call}/corrections", {"event": "turn_moved", "turn": 1, "speaker": "new"}),
        ("PUT", f"{deal}/plan", f"sponsor: {NAME}\n"),
    ]
    done = {}
    for method, address, body in wishes:
        told = {"content": body} if isinstance(body, str) else {"json": body}
        headers = {**admin, "Idempotency-Key": address[-40:].replace("/", "-")}
        if isinstance(body, str):
            headers["Content-Type"] = "application/yaml"
        done[address] = client.request(method, address, headers=headers, **told).status_code
    work(services)
    for name in ("kickoff_brief.docx", "kickoff_brief.html", "questions.xlsx", "crm_note.txt"):
        client.get(f"{deal}/documents/internal/{name}?wait=0", headers=admin)
    work(services)
    return done


@pytest.mark.slow
@pytest.mark.parametrize("what", ["person", "deal"])
def test_no_byte_of_a_rare_name_is_left(client, admin, services, store, holding, what):
    sent = planted(client, admin)
    assert work(services) == 1
    done = used(client, admin, services, sent)
    if what == "person":
        # A list is its owner's, and stays when a deal goes.
        told = {"name": f"of {NAME}", "query": "text=Ysolde+Quibbleworth"}
        assert client.post("/v1/views", json=told, headers=admin).status_code == 201
    assert max(done.values()) < 300, done
    store.settle()
    before = holding("quibbleworth")
    assert "t2h.db" in before
    assert len(before) > 8
    if what == "person":
        body = {"names": [NAME], "emails": [EMAIL]}
        answer = client.post("/v1/people/erasure", json=body, headers=admin)
    else:
        answer = client.post(f"/v1/deals/{sent['deal']['id']}/erasure", headers=admin)
    assert answer.status_code == 200, answer.text
    assert answer.json()["receipt"]["proof"]["left"] == []
    words = ("quibbleworth", "ysolde", "quibble.example")
    assert [(word, where) for word in words for where in holding(word)] == []
    if what == "person":
        assert work(services) >= 1
        assert [(word, where) for word in words for where in holding(word)] == []
        assert holding("Gareth Pugh")
