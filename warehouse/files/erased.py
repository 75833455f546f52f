"""Records of erased people do not come back: rows and events that bring one, or refer to one, are refused.

An erasure leaves a keyed hash of each record's key. A load hashes its own keys inside DuckDB, with the key's two HMAC
blocks as they were lent to the transaction; where nobody was ever erased none of it happens.
"""

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import duckdb
import psycopg
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.batch import Batch
from warehouse.files.errors import LoadError
from warehouse.files.expressions import literal, quoted
from warehouse.files.mapped_sql import EntryQuery
from warehouse.files.targets import target
from warehouse.lake import pseudonyms
from warehouse.settings import Settings

ERASED = "erased"
"""The code of a refused row or event."""

OF_COMPANY = frozenset({"department", "requisition"})
"""Tables that are about nobody."""

_ANYBODY = "SELECT EXISTS (SELECT 1 FROM hr.erased_key)"
_BLOCKS = "SELECT current_setting('hiregate.pseudonym_in', true), current_setting('hiregate.pseudonym_out', true)"


class KeyNotLent(LoadError):
    """People were erased, and the transaction cannot tell whom: a fault of the caller."""


def key_hash(key: bytes, kind: str, record: uuid.UUID) -> str:
    """The hash that an erasure keeps of a record's key; `kind` is its table."""
    return hmac.new(key, _message(kind, record).encode(), "sha256").hexdigest()


def lend(session: Session, settings: Settings) -> None:
    """Gives the transaction what it needs to know the erased again; nothing where nobody was erased."""
    if session.execute(text(_ANYBODY)).scalar_one():
        pseudonyms.lend(session, pseudonyms.key_of(settings))


def refuse(
    connection: duckdb.DuckDBPyConnection, records: psycopg.Connection[tuple[object, ...]], batch: Batch
) -> None:
    """Rejects the batch's rows that are of erased people. Raises KeyNotLent where `lend` was forgotten."""
    hashes = [str(row[0]) for row in records.execute("SELECT key_hash FROM hr.erased_key").fetchall()]
    if not hashes:
        return
    inner, outer = _blocks(records)
    connection.register("erased_hashes", pa.table({"hash": pa.array(hashes, pa.string())}))
    connection.execute("CREATE OR REPLACE TABLE brought_keys (kind VARCHAR, key UUID)")
    for item in batch.mapped:
        for kind, column in kept_keys(item.query):
            name = (
                f"SELECT DISTINCT {literal(kind)}, {quoted(column)} FROM {item.name} WHERE {quoted(column)} IS NOT NULL"
            )
            connection.execute(f"INSERT INTO brought_keys {name}")
    connection.execute(
        "CREATE OR REPLACE TABLE erased_keys AS SELECT DISTINCT kind, key FROM brought_keys WHERE"
        " sha256(from_hex($outer) || from_hex(sha256(from_hex($inner)"
        " || encode('erased ' || kind || ':' || CAST(key AS VARCHAR))))) IN (SELECT hash FROM erased_hashes)",
        {"inner": inner, "outer": outer},
    )
    connection.unregister("erased_hashes")
    if connection.execute("SELECT EXISTS (FROM erased_keys)").fetchone() == (True,):
        batch.reject_where(ERASED, lambda query: touching(query, "erased_keys"))


def known(session: Session, keys: Sequence[tuple[str, uuid.UUID]]) -> frozenset[tuple[str, uuid.UUID]]:
    """Those of the keys, each with its table, that are of erased people. Raises KeyNotLent."""
    if not keys or not session.execute(text(_ANYBODY)).scalar_one():
        return frozenset()
    records = cast("psycopg.Connection[tuple[object, ...]]", session.connection().connection.driver_connection)
    inner, outer = (bytes.fromhex(block) for block in _blocks(records))
    hashes = {
        hashlib.sha256(outer + hashlib.sha256(inner + _message(kind, one).encode()).digest()).hexdigest(): (kind, one)
        for kind, one in keys
    }
    query = text("SELECT key_hash FROM hr.erased_key WHERE key_hash = ANY(:hashes)")
    return frozenset(hashes[found] for found in session.scalars(query, {"hashes": list(hashes)}))


def _blocks(records: psycopg.Connection[tuple[object, ...]]) -> tuple[str, str]:
    inner, outer = cast("tuple[str | None, str | None]", records.execute(_BLOCKS).fetchone())
    if not inner or not outer:
        raise KeyNotLent("people were erased and this load cannot tell whom; nothing was written")
    return inner, outer


def rows(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """The numbers of the rows that were refused for it, once the batch's `refused` is made."""
    query = f"SELECT DISTINCT row_no FROM refused WHERE code = {literal(ERASED)} ORDER BY 1"
    return [int(row[0]) for row in connection.execute(query).fetchall()]


def kept_keys(query: EntryQuery) -> list[tuple[str, str]]:
    """Table and column of each key of an entry that leads to a person: the record's own, and those it refers to."""
    described = target(query.entry.table)
    parents = [(column.parent, name) for name, column in described.columns.items() if name in query.mapped]
    own = "candidate" if query.entry.table == "demographics" else query.entry.table
    found = [(own, "key"), *((parent, name) for parent, name in parents if parent is not None)]
    return [(kind, name) for kind, name in found if kind not in OF_COMPANY]


def touching(query: EntryQuery, table: str) -> str:
    """SQL over `m`: whether one of the entry's keys stands in `table` (kind, key); false where it has none."""
    tests = [
        f"m.{quoted(name)} IN (SELECT key FROM {table} WHERE kind = {literal(kind)})" for kind, name in kept_keys(query)
    ]
    return " OR ".join(tests) or "false"


def registered(connection: duckdb.DuckDBPyConnection, table: str, keys: Mapping[str, Iterable[uuid.UUID]]) -> None:
    """Makes `table` (kind, key) of these keys, turned round as DuckDB holds them."""
    listed = [(kind, str(turned(key))) for kind, found in keys.items() for key in found]
    connection.execute(f"CREATE OR REPLACE TABLE {table} (kind VARCHAR, key UUID)")
    arrays = {"kind": [kind for kind, _ in listed], "key": [key for _, key in listed]}
    connection.register("given_keys", pa.table(arrays, pa.schema([("kind", pa.string()), ("key", pa.string())])))
    connection.execute(f"INSERT INTO {table} SELECT kind, CAST(key AS UUID) FROM given_keys")
    connection.unregister("given_keys")


def turned(key: uuid.UUID) -> uuid.UUID:
    """The key with its bytes in reverse: DuckDB's way to hold it, or PostgreSQL's again."""
    return uuid.UUID(bytes=key.bytes[::-1])


def _message(kind: str, record: uuid.UUID) -> str:
    return f"erased {kind}:{turned(record)}"
