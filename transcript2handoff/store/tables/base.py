"""What all tables share: names of constraints, moments, ids, and which columns hold words."""

import datetime
import secrets
from typing import Annotated, Final

from sqlalchemy import DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

WORDS: Final = "words"
"""The key in ``Column.info`` that says whether people's words stand there, and in which form."""
PLAIN: Final = {WORDS: "plain"}
"""Words as they are; a name in them can be put out."""
JSON: Final = {WORDS: "json"}
"""A Record as JSON; a name in its texts can be put out, and it is still that Record."""
PROOF: Final = {WORDS: "proof"}
"""JSON in which quotes must stay letter for letter: it goes as a whole or not at all."""


class Moment(TypeDecorator[datetime.datetime]):
    """A moment with its time zone, in UTC; SQLite keeps none, so it is taken off and put on."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """What the database is given."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        told = value.astimezone(datetime.UTC)
        return told.replace(tzinfo=None) if dialect.name == "sqlite" else told

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """What the database gives."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=datetime.UTC)
        return value.astimezone(datetime.UTC)


class Base(DeclarativeBase):
    """The root of all rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as it stands here
        datetime.datetime: Moment(),
        str: Text(),
    }


Id = Annotated[str, mapped_column(String(48))]
"""Ours, and opaque: it says nothing of whom or what it names."""
Key = Annotated[str, mapped_column(String(255))]
"""What somebody else calls a thing."""
Word = Annotated[str, mapped_column(String(32))]
"""One of a few fixed words: a state, a role."""
Digest = Annotated[str, mapped_column(String(64))]
"""SHA-256 in hexadecimal."""
Words = Annotated[str, mapped_column(Text(), info=PLAIN)]
Json = Annotated[str, mapped_column(Text(), info=JSON)]
Proof = Annotated[str, mapped_column(Text(), info=PROOF)]


class Dated(Base):
    """The root of rows that are listed by when they came."""

    __abstract__ = True

    id: Mapped[Id] = mapped_column(primary_key=True)
    created: Mapped[datetime.datetime]


def new_id(kind: str) -> str:
    """An id that nobody can guess: ``deal-3f2a…``."""
    return f"{kind}-{secrets.token_hex(10)}"
