"""The declarative base, the schemas' names and the columns that every canonical row carries."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, MetaData, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

SCHEMAS = ("landing", "hr", "vault", "governance", "app")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which tells a refresh exactly which rows it has not seen."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in DDL."""
        return "xid8"

    def bind_processor(self, dialect: object) -> Callable[[int | None], str | None]:  # noqa: ARG002 - SQLAlchemy's hook
        """A number goes in as text, whose type PostgreSQL finds out: no number casts to xid8."""
        return lambda value: None if value is None else str(value)

    def result_processor(self, dialect: object, coltype: object) -> Callable[[str | None], int | None]:  # noqa: ARG002
        """It comes out as text."""
        return lambda value: None if value is None else int(value)


ischema_names["xid8"] = Xid8  # so that the drift check recognises the type in the database


Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Key = Annotated[uuid.UUID, mapped_column(UUID(as_uuid=True), primary_key=True)]
Words = Annotated[str, mapped_column(Text)]
Document = Annotated[dict[str, object], mapped_column(JSONB)]
Small = Annotated[int, mapped_column(SmallInteger)]
Big = Annotated[int, mapped_column(BigInteger)]


class Base(DeclarativeBase):
    """All tables; names of constraints follow one convention so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a class attribute
        str: Text,
        dt.datetime: DateTime(timezone=True),
        uuid.UUID: UUID(as_uuid=True),
        dict[str, object]: JSONB,
    }


class Provenance:
    """Where a canonical row came from and when we learned it.

    `event_time` is when it happened, `loaded_at` when we learned it, `payload_hash` the md5 of the raw record that it
    was mapped from (change detection; files themselves are kept under their sha256), `changed_xid` the transaction
    that wrote it last.
    """

    source: Mapped[str]
    source_record_id: Mapped[str]
    event_time: Mapped[dt.datetime | None]
    loaded_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    mapping_version: Mapped[int] = mapped_column(SmallInteger)
    payload_hash: Mapped[uuid.UUID]
    changed_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"), index=True)
