"""The audit only grows: no row is put in place of another, and its head only goes on."""

from typing import Final

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSED: Final = "the audit is only ever added to"
_OF_SQLITE: Final = {
    # A row that is put in place of another one fires no trigger of deletion.
    "audit_in_order": "INSERT ON audit WHEN NEW.number <> "
    "(SELECT coalesce(max(number), 0) + 1 FROM audit)",
    "audit_head_forward": "UPDATE ON audit_head WHEN NEW.id <> OLD.id OR NEW.number <= OLD.number",
    "audit_head_no_delete": "DELETE ON audit_head",
    "audit_head_no_insert": "INSERT ON audit_head",
}


def upgrade() -> None:
    """Go to this version."""
    if op.get_bind().dialect.name == "postgresql":
        _seal_postgresql()
        return
    for name, when in _OF_SQLITE.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )


def downgrade() -> None:
    """Go back to the version before."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("audit_head_forward", "audit_head_stays"):
            op.execute(f"DROP TRIGGER {name} ON audit_head")
        return
    for name in _OF_SQLITE:
        op.execute(f"DROP TRIGGER {name}")


def _seal_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.id <> OLD.id OR NEW.number <= OLD.number) "
        "EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
