"""Whoever runs the service makes keys, lets people in and keeps the data from the command line."""

import json
import re
from contextlib import closing

import pytest
from typer.testing import CliRunner

from transcript2handoff.access.keys import KeyWish, make, proven
from transcript2handoff.cli import access, app, operate
from transcript2handoff.erasure import Who
from transcript2handoff.errors import NotSignedInError
from transcript2handoff.settings import read_settings
from transcript2handoff.startup import open_store
from transcript2handoff.store import Deed, Window, audit, erasing

assert access.app is operate.app is app


@pytest.fixture(autouse=True)
def installation(tmp_path, monkeypatch):
    monkeypatch.setenv("T2H_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("T2H_PUBLIC_URL", "https://handoff.example")


def t2h(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)


def told(*args):
    """What a command says to machines."""
    done = t2h(*args, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def principal(key):
    with closing(open_store(read_settings())) as store, store.read() as tx:
        return proven(tx, key)[1]


def deeds():
    with closing(open_store(read_settings())) as store, store.read() as tx:
        found = audit.listed(tx, Window(limit=100)).items
    return [(deed.action, deed.matter, deed.actor) for deed in reversed(found)]


def test_a_key_is_shown_once_and_opens():
    made = t2h("keys", "create", "--name", "importer")
    key = made.stdout.removesuffix("\n")
    assert re.fullmatch(r"t2h_key-[0-9a-f]+_[\w-]+", key)
    assert made.stderr == "Keep this key; it is not shown again.\n"
    assert principal(key).scopes == {"deals:read", "deals:write", "reports:read"}
    assert key not in t2h("keys", "list").output
    assert "importer" in t2h("keys", "list").output
    assert deeds() == [("add", "key", "command_line")]


def test_a_key_may_do_what_it_is_made_for():
    made = told("keys", "create", "--name", "watcher", "--scope", "reports:read", "--days", "30")
    assert principal(made["key"]).scopes == {"reports:read"}
    assert made["expires"] > made["created"]
    assert "digest" not in made


def test_a_key_may_not_do_what_nobody_knows():
    failed = t2h("keys", "create", "--name", "watcher", "--scope", "everything")
    assert failed.exit_code == 3
    assert "deals:read" in failed.output


def test_a_key_of_somebody_is_theirs():
    user = told("users", "create", "sam@seller.example", "--name", "Sam", "--role", "ae")
    made = told("keys", "create", "--name", "laptop", "--user", "Sam@Seller.example")
    assert principal(made["key"]).seen_by == user["id"]
    failed = t2h("keys", "create", "--name", "laptop", "--user", "pat@seller.example")
    assert failed.exit_code == 3
    assert "t2h users list" in failed.output


def test_a_key_that_is_revoked_opens_no_more():
    made = told("keys", "create", "--name", "importer")
    told("keys", "revoke", made["id"])
    with pytest.raises(NotSignedInError):
        principal(made["key"])
    assert "over" in t2h("keys", "list").output
    assert t2h("keys", "revoke", "key-unknown").exit_code == 9


def test_what_was_made_with_a_key_is_revoked_with_it():
    first = told("keys", "create", "--name", "importer")
    with closing(open_store(read_settings())) as store, store.write() as tx:
        second = make(tx, KeyWish(name="another", scopes=("deals:read",)))
        tx.note(Deed(actor=first["id"], action="add", matter="key", subject=second.record.id))
    assert principal(second.shown)
    assert told("keys", "revoke", first["id"])["id"] == first["id"]
    with pytest.raises(NotSignedInError):
        principal(second.shown)
    assert deeds().count(("change", "key", "command_line")) == 2


def test_a_key_that_is_replaced_holds_for_a_while():
    first = told("keys", "create", "--name", "importer", "--scope", "deals:read")
    second = told("keys", "rotate", first["id"])
    assert principal(first["key"]).scopes == principal(second["key"]).scopes == {"deals:read"}
    third = told("keys", "rotate", second["id"], "--overlap", "0")
    with pytest.raises(NotSignedInError):
        principal(second["key"])
    assert principal(third["key"])


def test_somebody_is_let_in_by_a_link_and_then_no_more():
    first = told("users", "create", "lee@seller.example", "--name", "Lee", "--role", "admin")
    assert first["link"].startswith("https://handoff.example/invitation#")
    told("users", "create", "sam@seller.example", "--name", "Sam", "--role", "csm")
    assert told("users", "disable", "sam@seller.example")["disabled"]
    states = {user["email"]: bool(user["disabled"]) for user in told("users", "list")}
    assert states == {"lee@seller.example": False, "sam@seller.example": True}
    assert "password_hash" not in t2h("users", "list", "--json").output
    failed = t2h("users", "disable", "lee@seller.example")
    assert failed.exit_code == 9
    assert "only administrator" in failed.output


def test_nobody_has_two_accounts():
    t2h("users", "create", "sam@seller.example", "--name", "Sam", "--role", "ae")
    again = t2h("users", "create", "SAM@seller.example", "--name", "Sam", "--role", "ae")
    assert again.exit_code == 9


def test_what_is_no_address_is_refused_in_words():
    failed = t2h("users", "create", "sam", "--name", "Sam", "--role", "ae")
    assert failed.exit_code == 3
    assert "Traceback" not in failed.output


def test_the_audit_is_checked():
    t2h("keys", "create", "--name", "importer")
    assert told("audit", "verify") == {"deeds": 1}
    assert "1 deeds" in t2h("audit", "verify").output


def test_the_schema_is_made_and_told():
    assert told("migrate")["schema"]
    assert "schema" in t2h("migrate").output


def test_a_backup_is_made_and_put_back(tmp_path, monkeypatch):
    key = told("keys", "create", "--name", "importer")["key"]
    made = told("backup", tmp_path / "t2h.tar")
    monkeypatch.setenv("T2H_DATA", str(tmp_path / "other"))
    assert told("restore", tmp_path / "t2h.tar") == made
    assert principal(key).name == "importer"
    assert deeds()[-1] == ("add", "restored", "command_line")
    again = t2h("restore", tmp_path / "t2h.tar")
    assert again.exit_code == 6
    assert "empty folder" in again.output
    assert "1 files" in t2h("backup", tmp_path / "second.tar").output


def test_an_erasure_is_listed_shown_and_looked_for_again(tmp_path):
    who = Who(names=("Ysolde Quibbleworth",))
    told("keys", "list")
    told("backup", tmp_path / "t2h.tar")
    with closing(open_store(read_settings())) as store, store.write() as tx:
        receipt_id = erasing.person(tx, who, by="user-1").receipt_id
    name = ["--name", "Ysolde Quibbleworth"]
    (receipt,) = told("erasure", "list", *name)
    assert (receipt["id"], receipt["kind"], receipt["proof"]) == (receipt_id, "person", None)
    assert told("erasure", "list", "--name", "Ann Other") == []
    assert "not proven yet" in t2h("erasure", "list").output
    assert t2h("erasure", "verify", receipt_id, "--name", "Ann Other").exit_code == 3
    proven = told("erasure", "verify", receipt_id, *name)
    assert (proven["proof"]["clean"], proven["proof"]["with_names"]) == (True, True)
    assert [each["name"] for each in proven["held_by"]] == ["t2h.tar"]
    assert told("erasure", "verify", receipt_id)["proof"]["with_names"] is False
    assert told("erasure", "show", receipt_id)["digest"] == proven["digest"]
    shown = t2h("erasure", "show", receipt_id).output
    assert "clean" in shown
    assert "still in the backup t2h.tar" in shown
    assert "uibbleworth" not in shown
    (backup,) = told("backups", "list")
    assert "is gone" in t2h("backups", "gone", backup["id"]).output
    assert told("erasure", "show", receipt_id)["held_by"] == []
    assert "gone since" in t2h("backups", "list").output
    assert t2h("erasure", "show", "erasure-none").exit_code == 9


def test_what_an_erasure_left_is_an_error(tmp_path):
    who = Who(emails=("ysolde@quibble.example",))
    with closing(open_store(read_settings())) as store:
        with store.write() as tx:
            receipt_id = erasing.person(tx, who, by="user-1").receipt_id
        store.blobs.put([b"Mail to Ysolde@quibble.example."])
    found = t2h("erasure", "verify", receipt_id, "--email", "ysolde@quibble.example")
    assert found.exit_code == 9
    assert "left: 1 in blobs" in found.output


def test_erasures_are_taken_along_to_a_backup_that_is_put_back(tmp_path, monkeypatch):
    told("keys", "list")
    told("backup", tmp_path / "t2h.tar")
    with closing(open_store(read_settings())) as store, store.write() as tx:
        receipt_id = erasing.person(tx, Who(names=("Ann Other",)), by="user-1").receipt_id
    assert told("erasure", "export", tmp_path / "erasures.json") == {"erasures": 1}
    monkeypatch.setenv("T2H_DATA", str(tmp_path / "other"))
    restored = t2h("restore", tmp_path / "t2h.tar", "--erasures", tmp_path / "erasures.json")
    assert restored.exit_code == 0, restored.output
    assert f"Erase again by hand, for the name is not kept: {receipt_id}" in restored.output
    assert [each["id"] for each in told("erasure", "list")] == [receipt_id]


def test_a_wrong_setting_is_told_in_words(monkeypatch):
    monkeypatch.setenv("T2H_DATABASE", "mysql://t2h:pass-word@db/t2h")
    for command in (["migrate"], ["keys", "list"], ["audit", "verify"], ["backup", "t2h.tar"]):
        done = t2h(*command)
        assert done.exit_code == 3
        assert "Error:" in done.output
        assert "pass-word" not in done.output


@pytest.mark.parametrize("command", [["migrate"], ["keys", "list"]])
def test_what_is_made_is_readable_for_its_owner_alone(tmp_path, command):
    (tmp_path / "data").mkdir(mode=0o755)
    assert t2h(*command).exit_code == 0
    made = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert made
    assert not [path for path in made if path.stat().st_mode & 0o077]


def test_the_audit_is_taken_elsewhere_and_proves_itself_there(tmp_path):
    t2h("keys", "create", "--name", "one")
    head = t2h("audit", "head").stdout.strip()
    assert re.fullmatch("1:[0-9a-f]{64}", head)
    t2h("keys", "create", "--name", "two")
    assert t2h("audit", "verify", "--since", head).stdout == "2 deeds, as they were written.\n"
    file = tmp_path / "audit.jsonl"
    assert told("audit", "export", file)["number"] == 3
    assert told("audit", "verify", file, "--since", head) == {"deeds": 3}
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:]))
    refused = t2h("audit", "verify", file)
    assert refused.exit_code == 9
    assert "from deed 1 on" in refused.output
    gone = t2h("audit", "verify", tmp_path / "none.jsonl")
    assert gone.exit_code == 3
    odd = t2h("audit", "verify", "--since", "5")
    assert odd.exit_code == 3
    assert "t2h audit head" in odd.output


def test_a_deep_look_tells_what_does_not_hold(tmp_path):
    missing = t2h("doctor", "--deep")
    assert missing.exit_code == 9
    assert "no database" in missing.output
    assert not (tmp_path / "data" / "t2h.db").exists()
    t2h("keys", "create", "--name", "one")
    sound = t2h("doctor", "--deep")
    assert sound.exit_code == 0, sound.output
    assert sound.stderr.endswith("Everything holds.\n")
    with closing(open_store(read_settings())) as store:
        orphan = store.blobs.put([b"nobody names this"])
    assert told("doctor", "--deep")["sound"]
    found = t2h("doctor", "--deep", "--grace", "0", "--json")
    assert found.exit_code == 4
    (matter,) = [one for one in json.loads(found.stdout)["matters"] if one["faults"]]
    assert matter["name"] == "orphan blobs"
    assert orphan.digest in matter["faults"][0]["where"][0]
    assert "faults: 1" in t2h("doctor", "--deep", "--grace", "0").stdout
