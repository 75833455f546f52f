"""The records that may be the same person, with their identifiers in one spelling.

Addresses and numbers are replaced by keyed hashes at once; only names stay readable, in memory, for as long as they are
compared.
"""

import datetime as dt
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.identity_resolution import normal

CANDIDATE, EMPLOYEE = "candidate", "employee"

_CANDIDATES = text(
    "SELECT c.candidate_id AS key, c.full_name, c.full_name_local, c.email, c.phone,"
    " (SELECT array_agg(o.accepted_at::date) FROM hr.application a JOIN hr.offer o USING (application_id)"
    "  WHERE a.candidate_id = c.candidate_id AND o.accepted_at IS NOT NULL) AS days FROM hr.candidate c"
).execution_options(yield_per=10_000)
_EMPLOYEES = text(
    "SELECT e.employee_id AS key, e.full_name, e.full_name_local, e.email, e.phone,"
    " CASE WHEN e.started_on IS NULL THEN NULL ELSE ARRAY[e.started_on] END AS days FROM hr.employee e"
).execution_options(yield_per=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One record. `days` are the days on which a candidate accepted offers, or on which an employee began.

    `phones` holds a hash for each length that the same number may be written in.
    """

    kind: str
    key: uuid.UUID
    email: bytes | None = field(repr=False)
    phone_block: bytes | None = field(repr=False)
    phones: tuple[bytes, ...] = field(repr=False)
    latin: str | None = field(repr=False)
    han: str | None = field(repr=False)
    days: tuple[dt.date, ...] = ()


def people(session: Session, key: bytes) -> Sequence[Person]:
    """Every candidate and every employee; the session reads them all. `key` is that of the pseudonyms."""
    return [_person(kind, row, key) for kind, query in _QUERIES for row in session.execute(query)]


_QUERIES = ((CANDIDATE, _CANDIDATES), (EMPLOYEE, _EMPLOYEES))


def person(
    kind: str,
    record_key: uuid.UUID,
    *,
    key: bytes,
    email: str | None = None,
    phone: str | None = None,
    full_name: str | None = None,
    full_name_local: str | None = None,
    days: Sequence[dt.date] = (),
) -> Person:
    """One record from its values as they stand."""
    address, digits = normal.email(email), normal.phone(phone)
    latin, han = normal.names(full_name, full_name_local)
    return Person(
        kind=kind,
        key=record_key,
        email=_hashed(key, "email", address) if address else None,
        phone_block=_hashed(key, "phone block", normal.phone_block(digits)) if digits else None,
        phones=tuple(_hashed(key, "phone", digits[cut:]) for cut in _cuts(digits)) if digits else (),
        latin=latin,
        han=han,
        days=tuple(sorted(days)),
    )


def _cuts(digits: str) -> range:
    """A country's code has one to three digits; what is left must still be a number."""
    return range(0, min(3, len(digits) - normal.SHORTEST_PHONE) + 1)


def _person(kind: str, row: object, key: bytes) -> Person:
    return person(
        kind,
        row.key,  # type: ignore[attr-defined]  # a row of either query
        key=key,
        email=row.email,  # type: ignore[attr-defined]
        phone=row.phone,  # type: ignore[attr-defined]
        full_name=row.full_name,  # type: ignore[attr-defined]
        full_name_local=row.full_name_local,  # type: ignore[attr-defined]
        days=row.days or (),  # type: ignore[attr-defined]
    )


def _hashed(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"identity {kind}:{value}".encode(), "sha256")[:16]
