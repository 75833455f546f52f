"""How fast the process is: hours from step to step with those who still wait, minutes of screening, and who is waited
for. By cohort, as the funnel; groups below the smallest size leave here without figures.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from warehouse.lake.door import Lake
from warehouse.queries.clock import days
from warehouse.queries.filters import EVERYTHING, Filters, filtered
from warehouse.queries.funnel import group_of
from warehouse.queries.suppression import hidden

STEPS: Mapping[str, tuple[str, str]] = {
    "to_ai_interview": ("applied_at", "ai_interviewed_at"),
    "to_feedback": ("ai_interviewed_at", "feedback_at"),
    "to_re_interview": ("ai_interviewed_at", "re_interviewed_at"),
    "to_offer": ("re_interviewed_at", "offered_at"),
    "to_answer": ("offered_at", "offer_answered_at"),
}
"""Each waiting: from which moment to which. Feedback is the first word after the AI interview: a decision of the stage,
a re-interview, an offer or a rejection; an offer's answer is yes or no."""

PARTIES = ("candidate", "recruiter", "interviewer", "hiring_manager", "hr")
"""Who can be waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCell:
    """`n` people of a group whose waiting lasted `hours` whole hours and ended as `done`, `left` or still `waiting`."""

    group: str
    hours: int
    ended: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waitings:
    """The cells of one step, groups too small to show left out, and the snapshot that they were read from."""

    step: str
    cells: tuple[WaitingCell, ...]
    hidden_groups: int
    lake: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """People and minutes of one group: `ai_minutes` are measured, `re_interviews` counted (their length is not kept).

    All but the group are None where it is hidden.
    """

    group: str
    applications: int | None
    ai_interviews: int | None
    ai_minutes: float | None
    re_interviews: int | None
    hires: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedFor:
    """People in process at a stage for whom one party has the next move; `median_days` since their last event.

    None where fewer than the smallest group wait.
    """

    party: str
    stage: str
    n: int | None
    median_days: float | None
    over_two_weeks: int | None


def waitings(lake: Lake, *, step: str, filters: Filters = EVERYTHING, by: str | None = None) -> Waitings:
    """The waiting for one step. Raises ValueError for a step or dimension that does not exist."""
    if step not in STEPS:
        raise ValueError(f"{step!r} is no step; there are {', '.join(STEPS)}")
    start, end = STEPS[step]
    rows = _dated(lake, filters)
    rows = rows.filter(rows[start].notnull())
    ended = ibis.cases((rows[end].notnull(), "done"), (rows.gone_at.notnull(), "left"), else_="waiting")
    until = ibis.coalesce(rows[end], rows.gone_at, ibis.literal(_now(lake)))
    hours = (days(rows[start], until) * 24).floor().cast("int64")
    cells = rows.mutate(group_=group_of(rows, by), ended=ended, hours=ibis.greatest(hours, 0))
    counted = cells.group_by("group_", "hours", "ended").agg(n=cells.count()).to_pyarrow().to_pylist()
    sizes: dict[str, int] = {}
    for row in counted:
        sizes[row["group_"]] = sizes.get(row["group_"], 0) + row["n"]
    groups = sorted(sizes)
    gone = {groups[place] for place in hidden([sizes[group] for group in groups])}
    shown = (
        WaitingCell(group=row["group_"], hours=row["hours"], ended=row["ended"], n=row["n"])
        for row in counted
        if row["group_"] not in gone
    )
    ordered = sorted(shown, key=lambda cell: (cell.group, cell.hours, cell.ended))
    return Waitings(step=step, cells=tuple(ordered), hidden_groups=len(gone), lake=lake.stands_at)


def screening(lake: Lake, *, filters: Filters = EVERYTHING, by: str | None = None) -> tuple[Screening, ...]:
    """How much interviewing went into each group of applications."""
    rows = filtered(lake.applications, filters)
    rows = rows.mutate(group_=group_of(rows, by))
    found = (
        rows.group_by("group_")
        .agg(
            applications=rows.count(),
            ai_interviews=rows.ai_interviewed_at.count(),
            ai_minutes=rows.ai_duration_minutes.sum(),
            re_interviews=rows.re_interviewed_at.count(),
            hires=rows.hired_on.count(),
        )
        .order_by("group_")
        .to_pyarrow()
        .to_pylist()
    )
    gone = hidden([row["applications"] for row in found])
    return tuple(
        Screening(group=row.pop("group_"), **dict.fromkeys(row) if place in gone else row)
        for place, row in enumerate(found)
    )


def waited_for(lake: Lake, *, filters: Filters = EVERYTHING) -> tuple[WaitedFor, ...]:
    """Who has the next move for the people in process, by stage; the longest queue first."""
    rows = _dated(lake, filters)
    rows = rows.filter(rows.status == "in_process")
    last = ibis.greatest(*(ibis.coalesce(rows[name], rows.applied_at) for name in _MOMENTS))
    rows = rows.mutate(party=_party(rows), age=days(last, ibis.literal(_now(lake))))
    found = rows.group_by("party", "stage_reached").agg(
        n=rows.count(), median_days=rows.age.median(), over_two_weeks=(rows.age > 14).sum()
    )
    listed = found.to_pyarrow().to_pylist()
    small = hidden([row["n"] for row in listed])
    shown = [
        WaitedFor(
            party=row["party"],
            stage=row["stage_reached"],
            n=None if place in small else row["n"],
            median_days=None if place in small else row["median_days"],
            over_two_weeks=None if place in small else row["over_two_weeks"],
        )
        for place, row in enumerate(listed)
    ]
    return tuple(sorted(shown, key=lambda one: (-(one.n or 0), one.party, one.stage)))


_MOMENTS = ("ai_interviewed_at", "re_interviewed_at", "offered_at", "offer_accepted_at", "judged_at")


def _dated(lake: Lake, filters: Filters) -> ibis.Table:
    """The applications with the moments of feedback, answer and leaving."""
    rows = filtered(lake.applications, filters)
    events = lake.stage_events
    events = events.filter(events.stage == "ai_interview", events.outcome.isin(["advanced", "not_advanced"]))
    judged = events.group_by("application_key").agg(judged_at=events.left_at.min())
    rows = rows.left_join(judged, "application_key").drop("application_key_right")
    return rows.mutate(
        feedback_at=ibis.least(
            *(_or_never(rows[name]) for name in ("judged_at", "re_interviewed_at", "offered_at", "rejected_at"))
        ).nullif(_NEVER),
        offer_answered_at=ibis.coalesce(rows.offer_accepted_at, rows.offer_declined_at),
        gone_at=ibis.coalesce(rows.withdrawn_at, rows.rejected_at, _end_of(rows)),
    )


_NEVER = ibis.literal(dt.datetime(9999, 1, 1, tzinfo=dt.UTC))


def _or_never(moment: ibis.Value) -> ibis.Value:
    return moment.fill_null(_NEVER)


def _end_of(rows: ibis.Table) -> ibis.Value:
    """When an application ended that has no date of its end: with the stage's decision, else with its last moment."""
    last = ibis.greatest(*(ibis.coalesce(rows[name], rows.applied_at) for name in _MOMENTS))
    return ibis.ifelse(rows.status == "in_process", ibis.null(last.type()), last)


def _party(rows: ibis.Table) -> ibis.Value:
    went_on = rows.ai_outcome == "advanced"
    return ibis.cases(
        (rows.stage_reached == "applied", "candidate"),
        ((rows.stage_reached == "ai_interview") & went_on.fill_null(False), "interviewer"),
        (rows.stage_reached == "ai_interview", "recruiter"),
        (rows.stage_reached == "re_interview", "hiring_manager"),
        (rows.offer_accepted_at.notnull(), "hr"),
        else_="candidate",
    )


def _now(lake: Lake) -> dt.datetime:
    """The moment of the snapshot; of generated data the last thing that happened, for its time stands still."""
    newest = lake.applications.applied_at.max().to_pyarrow().as_py()
    taken = lake.snapshot.created_at if lake.snapshot else dt.datetime.now(dt.UTC)
    return newest if newest is not None and lake.snapshot is not None and lake.snapshot.is_generated else taken
