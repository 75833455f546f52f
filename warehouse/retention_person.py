"""Who is to be erased: all linked candidates and employees of a person, and the keys of every record about them."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.targets import TABLES, target
from warehouse.keys import key
from warehouse.lake.pseudonyms import pseudonym
from warehouse.retention_errors import AmbiguousCandidate, UnknownCandidate

Keys = Mapping[str, frozenset[uuid.UUID]]
"""Keys by table; of AI interviews those of the interviews, not of their revisions."""

ABOUT_PEOPLE = tuple(table for table in TABLES if table not in {"department", "requisition"})
"""Tables whose records are about somebody, parents first."""

_SOURCES = "SELECT DISTINCT source FROM landing.load UNION SELECT DISTINCT source FROM hr.candidate"
_LINKED = """
WITH RECURSIVE link AS (
  SELECT kind, left_key, right_key FROM hr.identity_link WHERE state = 'linked'
  UNION ALL
  SELECT 'employee', a.candidate_id, e.employee_id FROM hr.employee e
  JOIN hr.hire h USING (source, source_record_id) JOIN hr.application a USING (application_id)
  UNION ALL
  SELECT 'employee', a.candidate_id, e.employee_id FROM hr.employee e
  JOIN hr.hire h USING (source, employee_number) JOIN hr.application a USING (application_id)
), step AS (
  SELECT 'candidate' AS kind, left_key AS key, kind AS other_kind, right_key AS other FROM link
  UNION ALL SELECT kind, right_key, 'candidate', left_key FROM link
), reached AS (
  SELECT 'candidate' AS kind, k AS key FROM unnest(CAST(:candidates AS uuid[])) AS k
  UNION SELECT s.other_kind, s.other FROM reached r JOIN step s ON s.kind = r.kind AND s.key = r.key
) SELECT kind, key FROM reached
"""
_NAMED = """
SELECT DISTINCT lower(value), is_contact FROM (
  SELECT unnest(ARRAY[email, phone, full_name, full_name_local]) AS value,
    unnest(ARRAY[true, true, false, false]) AS is_contact FROM hr.candidate WHERE candidate_id = ANY(:candidates)
  UNION ALL SELECT unnest(ARRAY[email, phone, full_name, full_name_local]), unnest(ARRAY[true, true, false, false])
  FROM hr.employee WHERE employee_id = ANY(:employees)
) k WHERE length(value) >= CASE WHEN is_contact THEN 6 ELSE 2 END
"""
_OWN_IDS = """
SELECT DISTINCT t.source_record_id FROM ({own}) t WHERE NOT EXISTS (
  SELECT 1 FROM hr.candidate c WHERE c.source_record_id = t.source_record_id AND c.candidate_id <> ALL(:candidates))
AND NOT EXISTS (
  SELECT 1 FROM hr.application a WHERE a.source_record_id = t.source_record_id AND a.candidate_id <> ALL(:candidates))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Whom an erasure is about: keys by table, ids at the sources, contact as text, and the names in decisions.

    Nothing of it is shown: its `repr` says how many people and keys there are.
    """

    people: int
    keys: Keys = field(repr=False)
    source_ids: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    contact: frozenset[str] = field(default=frozenset(), repr=False)
    named: frozenset[str] = field(default=frozenset(), repr=False)
    own_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def all_keys(self) -> list[uuid.UUID]:
        """Every key, whatever its table."""
        return sorted({key for found in self.keys.values() for key in found})

    def of(self, table: str) -> list[uuid.UUID]:
        """The keys of one table."""
        return sorted(self.keys.get(table, ()))

    def with_keys(self, more: Keys) -> "People":
        """The same people with more keys."""
        names = {*self.keys, *more}
        return replace(
            self, keys={name: self.keys.get(name, frozenset()) | more.get(name, frozenset()) for name in names}
        )

    def subjects(self, secret: bytes) -> list[str]:
        """What decisions may call the people: their ids, and the pseudonyms that the API makes of them."""
        plain = {str(one) for table in ("candidate", "application") for one in self.of(table)} | self.own_ids
        return sorted(plain | {pseudonym(secret, "candidate", one) for one in plain})

    def as_json(self) -> dict[str, object]:
        """What an unfinished erasure keeps of them, to be found again after a kill."""
        return {
            "people": self.people,
            "keys": {table: [str(one) for one in self.of(table)] for table in sorted(self.keys)},
            "source_ids": sorted(list(pair) for pair in self.source_ids),
            "contact": sorted(self.contact),
            "own_ids": sorted(self.own_ids),
        }

    @staticmethod
    def from_json(kept: Mapping[str, object]) -> "People":
        """The people that `as_json` wrote."""
        keys, pairs = kept["keys"], kept["source_ids"]
        assert isinstance(keys, dict)  # noqa: S101 - our own document
        assert isinstance(pairs, list)  # noqa: S101
        return People(
            people=int(str(kept["people"])),
            keys={table: frozenset(uuid.UUID(one) for one in found) for table, found in keys.items()},
            source_ids=frozenset((str(source), str(record)) for source, record in pairs),
            contact=_texts(kept["contact"]),
            own_ids=_texts(kept["own_ids"]),
        )


def find(session: Session, candidate: str) -> uuid.UUID:
    """The key of the candidate with this key, or this id at any source.

    Raises UnknownCandidate, and AmbiguousCandidate where people of several sources have the id.
    """
    query = "SELECT candidate_id FROM hr.candidate WHERE candidate_id = ANY(:keys) ORDER BY 1"
    found = list(session.scalars(text(query), {"keys": possible_keys(session, candidate)}))
    if not found:
        raise UnknownCandidate(
            "nobody here has this id; `hiregate erase` takes a candidate's key, or the id at a source"
        )
    if len(found) > 1 and len({one for one in found if one in closure(session, [found[0]])["candidate"]}) < len(found):
        raise AmbiguousCandidate(
            f"{len(found)} people have this id at different sources; say which by the key: {', '.join(map(str, found))}"
        )
    return uuid.UUID(str(found[0]))


def possible_keys(session: Session, candidate: str) -> list[uuid.UUID]:
    """The candidate keys that a text may mean."""
    keys = [key("candidate", source, candidate) for source in session.scalars(text(_SOURCES))]
    try:
        return [*keys, uuid.UUID(candidate)]
    except ValueError:
        return keys


def closure(session: Session, candidates: Collection[uuid.UUID]) -> dict[str, frozenset[uuid.UUID]]:
    """All candidates and employees who are the same people, by the links that stand and by the hires themselves."""
    found: dict[str, set[uuid.UUID]] = {"candidate": set(candidates), "employee": set()}
    for kind, one in session.execute(text(_LINKED), {"candidates": list(candidates)}):
        found[kind].add(one)
    return {kind: frozenset(keys) for kind, keys in found.items()}


def people_of(session: Session, candidates: Collection[uuid.UUID]) -> People:
    """Everything that the records hold about these candidates, who may be linked to others."""
    keys = closure(session, candidates)
    given = {"candidates": sorted(keys["candidate"]), "employees": sorted(keys["employee"])}
    ids: set[tuple[str, str]] = set()
    own: list[str] = []
    for table in ABOUT_PEOPLE:
        select = (
            f"SELECT {key_column(table)}, source, source_record_id FROM {target(table).name} t WHERE {about(table)}"  # noqa: S608
        )
        found = session.execute(text(select), given).all()
        keys[table] = keys.get(table, frozenset()) | {row[0] for row in found}
        ids |= {(row[1], row[2]) for row in found}
        if table in {"candidate", "application"}:
            own.append(f"SELECT source_record_id FROM {target(table).name} t WHERE {about(table)}")  # noqa: S608
    named = session.execute(text(_NAMED), given).all()
    return People(
        people=len(candidates),
        keys=keys,
        source_ids=frozenset(ids),
        contact=frozenset(value for value, is_contact in named if is_contact),
        named=frozenset(value for value, _ in named),
        own_ids=frozenset(session.scalars(text(_OWN_IDS.format(own=" UNION ".join(own))), given)),
    )


def key_column(table: str) -> str:
    """The column that holds the table's key; an interview's is that of all its revisions."""
    return "interview_id" if table == "ai_interview" else target(table).key


def about(table: str) -> str:
    """SQL over `t`: whether a row is about one of `:candidates` or `:employees`."""
    ways = {
        "candidate": "t.candidate_id = ANY(:candidates)",
        "demographics": "t.candidate_id = ANY(:candidates)",
        "employee": "t.employee_id = ANY(:employees)",
        "application": "t.candidate_id = ANY(:candidates)",
    }
    application = (
        "t.application_id IN (SELECT application_id FROM hr.application WHERE candidate_id = ANY(:candidates))"
    )
    of_hire = (
        "t.hire_id IN (SELECT hire_id FROM hr.hire JOIN hr.application USING (application_id)"
        " WHERE candidate_id = ANY(:candidates))"
    )
    return ways.get(table, of_hire if "hire_id" in target(table).columns else application)


def _texts(kept: object) -> frozenset[str]:
    assert isinstance(kept, list)  # noqa: S101 - our own document
    return frozenset(str(one) for one in kept)
