"""What the gate reads: how many people of each group fall on which side of some cuts, and the loads behind a snapshot.

Demographics meet the scores inside the engine and leave it as counts of groups only.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.access import Permission, Principal
from warehouse.lake.door import Lake
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.landing import Finding, Load

UNKNOWN = ("", "unknown")
"""Values that say that the group is not known."""

NOT_ASKED = "(not asked)"
"""What stands for the attribute of somebody who applied where nobody is asked for it: neither a group nor unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFinding:
    """One finding of a data contract, without any value of a row."""

    table_name: str
    column_name: str | None
    expectation: str
    verdict: str
    n: int
    unexpected_n: int
    sentence_en: str
    sentence_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedingLoad:
    """The newest load of one file of one source, with the findings of its contracts."""

    source: str
    file_name: str
    finished_at: dt.datetime
    rows_read: int
    rows_rejected: int
    findings: tuple[LoadFinding, ...]


def group_cells(
    lake: Lake,
    people: pd.DataFrame,
    attributes: Sequence[str],
    asked: Mapping[str, Sequence[str]] | None = None,
    *,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Counts `n` by the attributes (null: not known), by every column of `people` but its keys, and by columns `by` of
    the applications.

    `people` has a row an application, with `candidate_key` and, where `asked` or `by` is given, `application_key`.
    `asked` has the countries in which an attribute is asked for: elsewhere it is `NOT_ASKED`, whatever is on record; an
    application without a country counts as asked. The lake must have been opened for a purpose.
    """
    sides = [name for name in people.columns if name not in ("candidate_key", "application_key")]
    known = lake.demographics.select("candidate_key", *attributes)
    table: ibis.Table = ibis.memtable(people)
    if by:
        table = table.left_join(lake.applications.select("application_key", *by), "application_key")
        table = table.select("application_key", "candidate_key", *sides, *by)
    joined = table.left_join(known, "candidate_key")
    if asked:
        joined = _with_not_asked(lake, joined, {name: places for name, places in asked.items() if name in attributes})
    return _counted(lake, joined, attributes, [*sides, *by])


def funnel_cells(
    lake: Lake,
    attributes: Sequence[str],
    *,
    begins: dt.datetime,
    ends: dt.datetime,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Counts `n` by the attributes, `stage_reached` and `status` of who applied from `begins` to `ends`, both included.

    Attributes and `asked` as in `group_cells`.
    """
    rows = lake.applications
    applied = rows.filter((rows.applied_at >= begins) & (rows.applied_at <= ends))
    people = applied.select("application_key", "candidate_key", "stage_reached", "status")
    joined = people.left_join(lake.demographics.select("candidate_key", *attributes), "candidate_key")
    if asked:
        joined = _with_not_asked(lake, joined, {name: places for name, places in asked.items() if name in attributes})
    return _counted(lake, joined, attributes, ["stage_reached", "status"])


def _counted(lake: Lake, joined: "ibis.Table", attributes: Sequence[str], sides: Sequence[str]) -> pd.DataFrame:
    cells = joined.group_by([*attributes, *sides]).agg(n=lambda t: t.count()).order_by([*attributes, *sides])
    frame: pd.DataFrame = lake.backend.to_pandas(cells)
    for name in attributes:
        texts = frame[name].astype(object)
        is_known = texts.notna() & ~texts.astype(str).str.strip().str.lower().isin(UNKNOWN)
        frame[name] = texts.where(is_known, None)
    return frame


def _with_not_asked(lake: Lake, people: "ibis.Table", asked: Mapping[str, Sequence[str]]) -> "ibis.Table":
    where = lake.applications.select("application_key", "country")
    placed = people.left_join(where, "application_key")
    elsewhere = {name: placed.country.notnull() & placed.country.notin(list(places)) for name, places in asked.items()}
    return placed.mutate(**{name: ibis.ifelse(test, NOT_ASKED, placed[name]) for name, test in elsewhere.items()})


def feeding_loads(settings: Settings, principal: Principal, until: dt.datetime) -> tuple[FeedingLoad, ...]:
    """The loads that had finished at `until`; of a file that came several times the newest, for it mends the others.

    A file that is loaded again unchanged adds no findings: those of its first load stand.
    """
    principal.require(Permission.READ_LOADS)
    with unit_of_work(settings, principal) as session:
        loads = session.scalars(select(Load).where(Load.finished_at <= until).order_by(Load.finished_at)).all()
        newest = {(load.source, load.file_name): load for load in loads}
        return tuple(_feeding(session, load) for load in newest.values())


def _feeding(session: Session, load: Load) -> FeedingLoad:
    same_content = select(Load.load_id).where(
        Load.source == load.source,
        Load.file_sha256 == load.file_sha256,
        Load.mapping_version == load.mapping_version,
    )
    findings = session.scalars(
        select(Finding).where(Finding.load_id.in_(same_content)).order_by(Finding.finding_id)
    ).all()
    return FeedingLoad(
        source=load.source,
        file_name=load.file_name,
        finished_at=load.finished_at,
        rows_read=load.rows_read,
        rows_rejected=load.rows_rejected,
        findings=tuple(_finding(one) for one in findings),
    )


def _finding(row: Finding) -> LoadFinding:
    return LoadFinding(
        table_name=row.table_name,
        column_name=row.column_name,
        expectation=row.expectation,
        verdict=row.verdict,
        n=row.n,
        unexpected_n=row.unexpected_n,
        sentence_en=row.sentence_en,
        sentence_zh=row.sentence_zh,
    )
