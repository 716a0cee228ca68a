"""Each thing that must hold is broken on purpose, and found; on both databases."""

from tests.deep.damage import harmed

_LEFT = '{"what": "words", "where": "x", "number": 1, "why": "x"}'
_COPIED = (
    "created, priority, attempts, next_at, worker, why, ended, target, deal_id, content, digest"
)
_ANOTHER = (
    f"INSERT INTO outbox (id, state, kind, external_key, sent_digest, remote_id, {_COPIED}) "
    "SELECT 'outbox-2', 'done', '{kind}', 'another', 'sent', {remote}, "
    f"{_COPIED} FROM outbox; UPDATE outbox SET sent_digest = digest"
)
# By the name of the matter: what is broken, and in which words that is told.
BREAKS = {
    "references": [("UPDATE calls SET deal_id = 'x'", "one of deals that is not there")],
    "audit": [("UPDATE audit SET actor = 'x' WHERE number = 2", "not as it was written")],
    "deals of the audit": [("DELETE FROM deals", "A deal was added and is not there")],
    "events of the audit": [("DELETE FROM events WHERE number = 3", "noted and is not there")],
    "erasures": [
        ("UPDATE erasures SET digest = 'x'", "cannot be read"),
        ("UPDATE erasures SET \"by\" = 'somebody'", "not the one that was written"),
        ("UPDATE erasures SET proof = NULL, created = '2020-01-01 00:00:00.000000'",
         "Nobody has looked"),
        ("UPDATE erasures SET proof = replace(proof, '\"left\":[]', '\"left\":[" + _LEFT + "]')",
         "left something behind"),
        ("UPDATE erasures SET told = replace(told, 'call-gone', (SELECT min(id) FROM calls))",
         "What was erased is there"),
    ],
    "named blobs": [
        ("DELETE FROM blobs WHERE digest IN (SELECT blob FROM documents)", "documents.blob names"),
        ("UPDATE blobs SET doomed = created", "calls.transcript names"),
    ],
    "bytes of blobs": [("UPDATE blobs SET bytes = bytes + 1", "another length")],
    "orphan blobs": [
        ("DELETE FROM documents", "No row names a blob"),
        ("DELETE FROM documents; DELETE FROM blobs WHERE digest NOT IN (SELECT blob FROM results)",
         "in the blob store that no row names"),
        ("UPDATE blobs SET doomed = created", "was not taken away"),
    ],
    "documents": [("UPDATE documents SET bytes = bytes + 1", "another length")],
    "editions": [("UPDATE documents SET edition = '9-9'", "an edition that its deal has not")],
    "uploads": [("UPDATE uploads SET received = 5", "bytes are missing")],
    "calls": [("DELETE FROM runs; DELETE FROM results", "no run was ever wanted")],
    "numbers": [
        ("DELETE FROM handoffs WHERE version = 2", "Versions of a handoff"),
        ("DELETE FROM handoffs WHERE version = 3", "Versions of a handoff"),
        ("DELETE FROM events WHERE number = 2", "Events of a journal are missing"),
        ("UPDATE deals SET event_number = 2", "goes on after its last event"),
        ("UPDATE corrections SET number = 2", "Corrections of a transcript are missing"),
    ],
    "ids": [
        ("UPDATE ledger SET call_id = 'call-none'", "not of its deal"),
        ("UPDATE runs SET deal_id = 'other' WHERE call_id IS NOT NULL", "A run is of another"),
        ("UPDATE results SET deal_id = 'other'", "A result is of another"),
    ],
    "handoffs": [("UPDATE handoffs SET text = text || ' '", "not the one that was written")],
    "evidence": [
        ("UPDATE handoffs SET text = replace(text, 'questionnaire', 'pony')", "is not proved"),
        ("UPDATE handoffs SET text = '{}'", "cannot be read"),
    ],
    "claims": [("UPDATE events SET text = '{}'", "cannot be read")],
    "decisions": [("UPDATE deals SET decided = 'accepted'", "different decisions")],
    "lists": [
        ("UPDATE deals SET sought = 'x'", "what it does not say"),
        ("UPDATE deals SET waits_on = 'nobody'", "what it does not say"),
    ],
    "promises": [
        ("DELETE FROM ledger", "not what the handoff says"),
        ("UPDATE ledger SET summary = 'x'", "not what the handoff says"),
        ("UPDATE deals SET open_promises = 77", "readiness that it does not have"),
        ("UPDATE deals SET verdict = 'blocked', score = 0", "readiness that it does not have"),
    ],
    "transcripts": [
        ("DELETE FROM said WHERE turn = 2", "by other words"),
        ("UPDATE said SET text = 'x' WHERE turn = 1", "by other words"),
        ("UPDATE calls SET said = digest FROM (SELECT min(digest) AS digest FROM blobs) AS b",
         "by other words"),
    ],
    "runs": [
        ("UPDATE runs SET ended = NULL WHERE state = 'done'", "does not say when"),
        ("UPDATE runs SET ended = created WHERE state = 'waiting'", "goes on after its end"),
        ("UPDATE runs SET state = 'waiting', ended = NULL", "waits twice"),
        ("UPDATE steps SET state = 'working'", "at work in a run that has ended"),
        ("UPDATE steps SET state = 'waiting'", "a step of it is not"),
        ("UPDATE runs SET state = 'working', worker = 'dead'", "not there any more"),
    ],
    "queues": [
        ("UPDATE inbox SET next_at = '2020-01-01 00:00:00.000000'", "Nobody works on a row"),
        ("UPDATE outbox SET state = 'done', ended = NULL", "whether it has ended"),
    ],
    "doubles": [
        (_ANOTHER.format(kind="note", remote="NULL"), "two notes in the same system"),
        (_ANOTHER.format(kind="task", remote="'r'") + "; UPDATE outbox SET remote_id = 'r'",
         "are one in the other system"),
    ],
    "sent": [("UPDATE outbox SET state = 'done', sent_digest = 'x'", "said to be sent")],
}  # fmt: skip


def test_what_does_not_hold_is_found(lived, subtests):
    assert lived.found() == {}
    for name, statement, told in [(name, *one) for name, many in BREAKS.items() for one in many]:
        with (
            subtests.test(name, statement=statement),
            harmed(lived.store, *statement.split("; ")) as store,
        ):
            found = lived.found(store, name)
            assert any(told in what for what in found.get(name, ())), found
    disabled = {"postgresql": "ALTER TABLE audit DISABLE TRIGGER USER"}
    statement = disabled.get(lived.store._engine.dialect.name, "DROP TRIGGER IF EXISTS none")
    with harmed(lived.store, statement) as store:
        assert lived.found(store, "guards")["guards"]
