"""What people search, go through and share."""

import datetime
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LONGEST: Final = 400
_DECISIONS: Final = (
    "SELECT deal_id, decision FROM handoffs AS h WHERE decision IS NOT NULL AND version = "
    "(SELECT max(version) FROM handoffs WHERE deal_id = h.deal_id)"
)


def upgrade() -> None:
    """Go to this version."""
    _extend_deals()
    op.add_column("calls", sa.Column("said", sa.String(length=64), nullable=True))
    _create_corrections()
    _create_ledger()
    _create_said()
    _create_shares()
    _create_views()
    if _is_postgresql():
        op.create_index("ix_said_words", "said", ["words"], postgresql_using="gin")
    else:
        _index_words_of_sqlite()
    _fill_deals()


def downgrade() -> None:
    """Go back to the version before."""
    if not _is_postgresql():
        op.drop_table("said_index")
    for table in ("views", "shares", "said", "ledger", "corrections"):
        op.drop_table(table)
    op.drop_column("calls", "said")
    for column in (
        "waits_on",
        "kickoff",
        "sought",
        "decided_edition",
        "decided",
        "open_questions",
        "open_promises",
    ):
        op.drop_column("deals", column)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _extend_deals() -> None:
    # Not in a batch, which would make the table anew: what belongs to its rows would go with them.
    sought = sa.Text(collation="C") if _is_postgresql() else sa.Text()
    for column in (
        sa.Column("open_promises", sa.Integer(), nullable=True),
        sa.Column("open_questions", sa.Integer(), nullable=True),
        sa.Column("decided", sa.String(length=32), nullable=True),
        sa.Column("decided_edition", sa.String(length=32), nullable=True),
        sa.Column("sought", sought, server_default="", nullable=False),
        sa.Column("kickoff", sa.Date(), nullable=True),
        sa.Column("waits_on", sa.String(length=32), server_default="service", nullable=False),
    ):
        op.add_column("deals", column)


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("call_id", sa.String(length=48), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_corrections_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_corrections")),
    )


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("claim_id", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("strength", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("call_id", sa.String(length=48), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("start", sa.Double(), nullable=True),
        sa.Column("end", sa.Double(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_ledger_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "claim_id", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_due_day"), "ledger", ["due_day"], unique=False)


def _create_said() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    words = sa.Text().with_variant(TSVECTOR(), "postgresql")
    op.create_table(
        "said",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=48), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("side", sa.String(length=32), nullable=True),
        sa.Column("start", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", words, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_said_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
        sa.UniqueConstraint("call_id", "turn", name=op.f("uq_said_call_id_turn")),
    )


def _create_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deal_id", sa.String(length=48), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=48), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audio", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last_opened", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_shares_deal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
        sa.UniqueConstraint("digest", name=op.f("uq_shares_digest")),
    )
    op.create_index(op.f("ix_shares_deal_id"), "shares", ["deal_id"], unique=False)
    op.create_index(op.f("ix_shares_expires"), "shares", ["expires"], unique=False)


def _create_views() -> None:
    op.create_table(
        "views",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_views_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_views_user_id_name")),
    )


def _index_words_of_sqlite() -> None:
    """An index that takes the words as they are written, between spaces, and keeps no copy."""
    op.execute(
        "CREATE VIRTUAL TABLE said_index USING fts5"
        "(words, content='said', content_rowid='id', tokenize='ascii')"
    )
    add = "INSERT INTO said_index (rowid, words) VALUES (new.id, new.words);"
    drop = "INSERT INTO said_index (said_index, rowid, words) VALUES ('delete', old.id, old.words);"
    for name, when, what in (
        ("said_added", "AFTER INSERT", add),
        ("said_dropped", "AFTER DELETE", drop),
        ("said_changed", "AFTER UPDATE OF id, words", drop + add),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} ON said BEGIN {what} END")


def _fill_deals() -> None:
    """Let the deals that are there say of themselves what new ones do."""
    connection = op.get_bind()
    decisions = {
        deal_id: json.loads(decision)
        for deal_id, decision in connection.execute(sa.text(_DECISIONS))
    }
    columns = "id, deal, verdict, waits_for, handoff_version, event_number, paper_number"
    rows = connection.execute(sa.text(f"SELECT {columns} FROM deals"))  # noqa: S608
    told = [_told(row._asdict(), decisions.get(row.id, {})) for row in rows]
    if told:
        deals = sa.table("deals", *(sa.column(name, _type_of(name)) for name in told[0]))
        values: dict[str, Any] = {
            name: sa.bindparam(f"new_{name}") for name in told[0] if name != "id"
        }
        change = sa.update(deals).where(deals.c.id == sa.bindparam("new_id")).values(values)
        rows_of_values = [{f"new_{name}": v for name, v in each.items()} for each in told]
        connection.execute(change, rows_of_values)


def _type_of(name: str) -> sa.types.TypeEngine[Any]:
    return sa.Date() if name == "kickoff" else sa.Text()


def _told(row: Mapping[str, Any], decision: Mapping[str, Any]) -> dict[str, Any]:
    deal = json.loads(row["deal"])
    names = (deal.get("deal", "unnamed"), deal.get("customer") or "")
    kickoff = deal.get("kickoff")
    return {
        "id": row["id"],
        "sought": "\n".join(map(_plain, names))[:_LONGEST],
        "kickoff": None if kickoff is None else datetime.date.fromisoformat(kickoff),
        "decided": decision.get("what"),
        "decided_edition": decision.get("edition"),
        "waits_on": _turn(row, decision),
    }


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def _turn(row: Mapping[str, Any], decision: Mapping[str, Any]) -> str:
    if row["verdict"] is None or row["waits_for"]:
        return "service"
    if decision.get("what") == "accepted":
        return "nobody"
    if decision.get("what") == "returned":
        return "ae" if decision.get("edition") == _edition(row) else "csm"
    return "csm" if row["verdict"] == "ready" else "ae"


def _edition(row: Mapping[str, Any]) -> str:
    told = f"{row['handoff_version']}-{row['event_number']}"
    return f"{told}-{row['paper_number']}" if row["paper_number"] else told
