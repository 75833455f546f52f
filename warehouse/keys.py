"""Deterministic keys: the same source record has the same key on every load, and on a rebuild from raw."""

import hashlib
import uuid

SEPARATOR = "\x1f"


def key(table: str, source: str, record_id: str) -> uuid.UUID:
    """The key of a record: md5 of table, source and record id, joined by the ASCII unit separator.

    DuckDB computes the same in bulk: `md5(concat_ws(chr(31), 'table', source, record_id))::uuid`.
    """
    text = SEPARATOR.join((table, source, record_id))
    return uuid.UUID(bytes=hashlib.md5(text.encode(), usedforsecurity=False).digest())
