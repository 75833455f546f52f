"""What training reads: interviewed applications with their skills and later outcomes, and where each input comes from.

Demographics, names and contact are not among it. The rows come from one snapshot, so the same question of the same
snapshot gives the same rows; their origin comes from the mappings that the records were loaded with.
"""

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
from sqlalchemy import text

from warehouse.access import Permission, Principal
from warehouse.lake.door import Lake
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings

SKILL = "skill:"
"""How a column that holds one skill begins."""

COLUMNS = (
    "application_key", "candidate_key", "source", "department_id", "department", "job_family", "job_level", "channel",
    "applied_at", "ai_interviewed_at", "ai_vendor", "ai_vendor_version", "ai_rubric_version", "ai_duration_minutes",
    "ai_score", "re_interviewed_at", "re_interview_passed", "hired_on", "left_on", "performance_3m", "performance_6m",
    "performance_12m", "performance_6m_on", "performance_12m_on", "is_generated",
)  # fmt: skip
"""The application's columns of a read; beside them stand one column a skill, `criterion` and `criterion_on`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingRows:
    """The rows by time of interview and application, score and skills, and the SQL that gave them."""

    frame: pd.DataFrame
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a mapping says of one input: fixed before any outcome (None: not said), and what it is derived from."""

    fixed_before_outcome: bool | None = None
    derived_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedSource:
    """One mapping version, and what it declares of each input that it fills."""

    system: str
    version: int
    declarations: Mapping[str, Declaration]

    @property
    def name(self) -> str:
        """System and version, as a run stores them."""
        return f"{self.system}@{self.version}"


def interviewed(
    lake: Lake, *, skills: Sequence[str], systems: Sequence[str] = (), criterion: str | None = None
) -> TrainingRows:
    """Applications whose AI interview took place; `systems` limits the source systems, empty means all.

    `criterion` adds the latest review of that criterion (0-1) and its date; an application that lacks them,
    or a skill, has nothing there.
    """
    rows = lake.applications.filter(lambda t: t.ai_interviewed_at.notnull())
    if systems:
        rows = rows.filter(lambda t: t.source.isin(list(systems)))
    rows = rows.select(*COLUMNS)
    rows = rows.left_join(_skills(lake, skills), "application_key").drop("application_key_right")
    rows = rows.left_join(_criterion(lake, criterion), "application_key").drop("application_key_right")
    known = [rows[f"{SKILL}{skill}"].fill_null(0.0) for skill in skills]
    sums = [functools.reduce(operator.add, known)] if known else []
    rows = rows.order_by("ai_interviewed_at", "applied_at", "ai_score", *sums, "application_key")
    # Through Arrow a read takes half the time of DuckDB's own way to pandas.
    frame = rows.to_pyarrow().to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
    return TrainingRows(frame=frame, sql=str(ibis.to_sql(rows, dialect="duckdb")))


def mapped_sources(settings: Settings, principal: Principal, systems: Sequence[str] = ()) -> tuple[MappedSource, ...]:
    """The mapping versions that current AI interviews were loaded with, and what they declare of each input.

    `systems` limits them to interviews of applications of those source systems.
    """
    principal.require(Permission.READ_LAKE)
    with unit_of_work(settings, principal, DatabaseRole.LAKE) as session:
        used = session.execute(
            text(
                "SELECT DISTINCT i.source, i.mapping_version FROM hr.ai_interview i"
                " JOIN hr.application a USING (application_id)"
                " WHERE i.is_current AND (:all_systems OR a.source = ANY (:systems)) ORDER BY 1, 2"
            ),
            {"all_systems": not systems, "systems": list(systems)},
        ).all()
    with unit_of_work(settings, principal) as session:
        documents = {
            (row.source, row.version): row.document
            for row in session.execute(text("SELECT source, version, document FROM landing.mapping"))
        }
    return tuple(
        MappedSource(system=system, version=version, declarations=declarations(documents.get((system, version), {})))
        for system, version in used
    )


def declarations(document: Mapping[str, object]) -> dict[str, Declaration]:
    """What a mapping document declares of the inputs that it fills, by the input's source name.

    A list of skills of unknown names is declared as a whole, under `skill:*`.
    """
    tables = document.get("tables", ())
    entries = [entry for entry in tables if entry.get("table") == "ai_interview"] if isinstance(tables, list) else []
    found: dict[str, Declaration] = {}
    for entry in entries:
        columns, skills = entry.get("columns", {}), entry.get("skills", {})
        found |= {name: _declared(columns[column]) for column, name in _COLUMNS.items() if column in columns}
        listed = {f"{SKILL}*": skills} if "list" in skills else {f"{SKILL}{name}": one for name, one in skills.items()}
        found |= {name: _declared(value) for name, value in listed.items()}
    return found


def filling(mapped: Iterable[MappedSource], source: str) -> tuple[tuple[MappedSource, Declaration], ...]:
    """The mappings that fill `source`, each with what it declares of it."""
    whole = f"{SKILL}*" if source.startswith(SKILL) else source
    keyed = ((one, source if source in one.declarations else whole) for one in mapped)
    return tuple((one, one.declarations[key]) for one, key in keyed if key in one.declarations)


def is_fixed(declared: Iterable[Declaration]) -> bool | None:
    """Whether all say that the input was fixed before any outcome: False where one says no, None where one says
    nothing, or there is none."""
    said = [one.fixed_before_outcome for one in declared]
    return False if False in said else True if said and None not in said else None


_COLUMNS = {"score": "ai_score", "raw_score": "ai_score", "duration_minutes": "ai_duration_minutes"}


def _declared(value: object) -> Declaration:
    if not isinstance(value, Mapping):
        return Declaration()
    said, origin = value.get("fixed_before_outcome"), value.get("derived_from")
    return Declaration(
        fixed_before_outcome=None if said is None else bool(said), derived_from=None if origin is None else str(origin)
    )


def _skills(lake: Lake, skills: Sequence[str]) -> ibis.Table:
    scores = lake.skill_scores
    # DuckDB takes the largest of a conditional value twice as fast as a filtered largest.
    nothing = ibis.null("float64")
    return scores.group_by("application_key").agg(
        **{f"{SKILL}{skill}": (scores.skill == skill).ifelse(scores.score, nothing).max() for skill in skills}
    )


def _criterion(lake: Lake, criterion: str | None) -> ibis.Table:
    reviews = lake.performance.filter(lambda t: t.criterion.lower() == (criterion or "").lower())
    return reviews.group_by("application_key").agg(
        criterion=reviews.rating.argmax(reviews.reviewed_on.coalesce(ibis.date("1900-01-01"))),
        criterion_on=reviews.reviewed_on.max(),
    )
