"""What was erased, with its proof, and what was backed up."""

import datetime
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    _create_erasures()
    _create_backups()
    _create_secrets()


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("secrets", "backups", "erasures"):
        op.drop_table(table)


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=48), nullable=False),
        sa.Column("deed", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proven", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_created_id"), "erasures", ["created", "id"], unique=False)
    op.create_index(op.f("ix_erasures_proven"), "erasures", ["proven"], unique=False)


def _create_backups() -> None:
    op.create_table(
        "backups",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("gone", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    op.create_index(op.f("ix_backups_created_id"), "backups", ["created", "id"], unique=False)


def _create_secrets() -> None:
    """With the key under which names of erased people are kept: backups have it from now on."""
    table = op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    now = datetime.datetime.now(datetime.UTC)
    op.bulk_insert(table, [{"name": "erasure", "value": secrets.token_hex(32), "created": now}])
