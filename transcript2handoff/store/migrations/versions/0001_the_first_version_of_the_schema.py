"""The first version of the schema."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_HEAD: Final = f"INSERT INTO audit_head (id, number, digest) VALUES (1, 0, '{'0' * 64}')"  # noqa: S608
"""What the chain of the audit begins with."""


def upgrade() -> None:
    """Go to this version."""
    _create_answers()
    _create_audit()
    _create_audit_head()
    _create_blobs()
    _create_counts()
    _create_users()
    _create_workers()
    _create_deals()
    _create_keys()
    _create_tokens()
    _create_calls()
    _create_contacts()
    _create_documents()
    _create_events()
    _create_outbox()
    _create_papers()
    _create_inbox()
    _create_results()
    _create_runs()
    _create_uploads()
    _create_handoffs()
    _create_steps()
    op.execute(_HEAD)
    _seal_audit()


def downgrade() -> None:
    """Go back to the version before."""
    for table in (
        "steps",
        "handoffs",
        "uploads",
        "runs",
        "results",
        "inbox",
        "papers",
        "outbox",
        "events",
        "documents",
        "contacts",
        "calls",
        "tokens",
        "keys",
        "deals",
        "workers",
        "users",
        "counts",
        "blobs",
        "audit_head",
        "audit",
        "answers",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_created"), "answers", ["created"], unique=False)


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("details", sa.String(length=255), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_actor"), "audit", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)


def _create_audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _create_blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doomed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blobs")),
    )
    op.create_index(op.f("ix_blobs_doomed"), "blobs", ["doomed"], unique=False)


def _create_counts() -> None:
    op.create_table(
        "counts",
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("what", "label", name=op.f("pk_counts")),
    )


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("disabled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("subject", name=op.f("uq_users_subject")),
    )
    op.create_index(op.f("ix_users_created_id"), "users", ["created", "id"], unique=False)


def _create_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_seen"), "workers", ["seen"], unique=False)


def _create_deals() -> None:
    op.create_table(
        "deals",
        sa.Column("deal", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("ae_id", sa.String(length=48), nullable=True),
        sa.Column("csm_id", sa.String(length=48), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("handoff_version", sa.Integer(), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("paper_number", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ae_id"], ["users.id"], name=op.f("fk_deals_ae_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["csm_id"], ["users.id"], name=op.f("fk_deals_csm_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_deals_source_external_id")),
    )
    op.create_index(op.f("ix_deals_ae_id"), "deals", ["ae_id"], unique=False)
    op.create_index(op.f("ix_deals_created_id"), "deals", ["created", "id"], unique=False)
    op.create_index(op.f("ix_deals_csm_id"), "deals", ["csm_id"], unique=False)


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=48), nullable=True),
        sa.Column("scopes", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.String(length=48), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
    )
    op.create_index(op.f("ix_keys_created_id"), "keys", ["created", "id"], unique=False)
    op.create_index(op.f("ix_keys_user_id"), "keys", ["user_id"], unique=False)


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=48), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_expires"), "tokens", ["expires"], unique=False)
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"], unique=False)


def _create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("recording", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=255), nullable=True),
        sa.Column("playback", sa.String(length=64), nullable=True),
        sa.Column("transcript", sa.String(length=64), nullable=True),
        sa.Column("upload_id", sa.String(length=48), nullable=True),
        sa.Column("fetch", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_calls_deal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["playback"], ["blobs.digest"], name=op.f("fk_calls_playback")),
        sa.ForeignKeyConstraint(["recording"], ["blobs.digest"], name=op.f("fk_calls_recording")),
        sa.ForeignKeyConstraint(["transcript"], ["blobs.digest"], name=op.f("fk_calls_transcript")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("deal_id", "ref", name=op.f("uq_calls_deal_id_ref")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_calls_source_external_id")),
    )
    op.create_index(op.f("ix_calls_created_id"), "calls", ["created", "id"], unique=False)
    op.create_index(op.f("ix_calls_playback"), "calls", ["playback"], unique=False)
    op.create_index(op.f("ix_calls_recording"), "calls", ["recording"], unique=False)
    op.create_index(op.f("ix_calls_transcript"), "calls", ["transcript"], unique=False)


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_contacts_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "source", "external_id", name=op.f("pk_contacts")),
    )
    op.create_index(
        op.f("ix_contacts_source_external_id"), "contacts", ["source", "external_id"], unique=False
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blobs.digest"], name=op.f("fk_documents_blob")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_documents_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "deal_id", "edition", "name", "language", "format", name=op.f("pk_documents")
        ),
    )
    op.create_index(op.f("ix_documents_blob"), "documents", ["blob"], unique=False)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_events_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "number", name=op.f("pk_events")),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("external_key", sa.String(length=255), nullable=False),
        sa.Column("deal_id", sa.String(length=48), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sent_digest", sa.String(length=64), nullable=True),
        sa.Column("remote_id", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_outbox_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("target", "external_key", name=op.f("uq_outbox_target_external_key")),
    )
    op.create_index(op.f("ix_outbox_created_id"), "outbox", ["created", "id"], unique=False)
    op.create_index(op.f("ix_outbox_deal_id"), "outbox", ["deal_id"], unique=False)
    op.create_index(
        op.f("ix_outbox_state_priority_next_at"),
        "outbox",
        ["state", "priority", "next_at"],
        unique=False,
    )


def _create_papers() -> None:
    op.create_table(
        "papers",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_papers_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "name", name=op.f("pk_papers")),
    )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("endpoint", sa.String(length=255), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("deal_id", sa.String(length=48), nullable=True),
        sa.Column("call_id", sa.String(length=48), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_inbox_call_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_inbox_deal_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_inbox_source_key")),
    )
    op.create_index(op.f("ix_inbox_call_id"), "inbox", ["call_id"], unique=False)
    op.create_index(op.f("ix_inbox_created_id"), "inbox", ["created", "id"], unique=False)
    op.create_index(op.f("ix_inbox_deal_id"), "inbox", ["deal_id"], unique=False)
    op.create_index(
        op.f("ix_inbox_state_priority_next_at"),
        "inbox",
        ["state", "priority", "next_at"],
        unique=False,
    )


def _create_results() -> None:
    op.create_table(
        "results",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("call_id", sa.String(length=48), nullable=True),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blobs.digest"], name=op.f("fk_results_blob")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_results_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_results_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "key", "name", name=op.f("pk_results")),
    )
    op.create_index(op.f("ix_results_blob"), "results", ["blob"], unique=False)
    op.create_index(op.f("ix_results_call_id"), "results", ["call_id"], unique=False)


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("call_id", sa.String(length=48), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_runs_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_runs_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_call_id"), "runs", ["call_id"], unique=False)
    op.create_index(op.f("ix_runs_created_id"), "runs", ["created", "id"], unique=False)
    op.create_index(op.f("ix_runs_deal_id"), "runs", ["deal_id"], unique=False)
    op.create_index(
        op.f("ix_runs_state_priority_created"),
        "runs",
        ["state", "priority", "created"],
        unique=False,
    )


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("deal_id", sa.String(length=48), nullable=True),
        sa.Column("call_id", sa.String(length=48), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_uploads_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_uploads_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_call_id"), "uploads", ["call_id"], unique=False)
    op.create_index(op.f("ix_uploads_deal_id"), "uploads", ["deal_id"], unique=False)
    op.create_index(op.f("ix_uploads_updated"), "uploads", ["updated"], unique=False)


def _create_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=48), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_handoffs_deal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_handoffs_run_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("deal_id", "version", name=op.f("pk_handoffs")),
    )
    op.create_index(op.f("ix_handoffs_run_id"), "handoffs", ["run_id"], unique=False)


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("run_id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Double(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_steps_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_steps")),
    )


def _seal_audit() -> None:
    """Have the database itself refuse to change the audit."""
    if op.get_bind().dialect.name == "postgresql":
        _seal_audit_of_postgresql()
    else:
        _seal_audit_of_sqlite()


def _seal_audit_of_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def _seal_audit_of_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{deed.lower()} BEFORE {deed} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
        )
