"""How long do people wait, and for whom? Time from step to step by cohort, minutes of screening, and the next move."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, lake_page, widgets
from dashboards.charts import Axis, Bar
from dashboards.facts import Facts
from dashboards.wording.words import Words
from validation.waiting import Cell, Wait, wait
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.queries.process import STEPS, Screening, WaitedFor, WaitingCell
from warehouse.settings import Settings

NEEDS = Permission.READ_LAKE
DIMENSIONS = ("department", "job_family", "channel", "location", "job_level", "quarter", "year")
_DAY_H = 24.0
USUAL_MINUTES = 45
"""Minutes of a re-interview until the reader says otherwise; the records do not keep its length."""


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    page = lake_page.begin(settings, principal, say, page="process", needs=NEEDS)
    if page is None:
        return
    at = (settings, principal, page.snapshot.id, page.chosen)
    (whole,) = data.screening(*at, None) or (None,)
    if whole is None:
        widgets.empty(say, "app.no_rows")
    elif whole.applications is None:
        widgets.too_few(say)
    else:
        facts = replace(page.facts, n=widgets.count(whole.applications))
        waits = {step: _waits(data.waitings(*at, step, None).cells).get("") for step in STEPS}
        _tiles(say, whole, waits, facts)
        _steps(say, waits, facts)
        _moves(say, data.waited_for(*at), facts)
        by, step = _compared(say)
        found = data.waitings(*at, step, by)
        _comparison(say, _waits(found.cells), by, step, facts)
        widgets.suppression_note(say, found.hidden_groups)


def _waits(cells: Sequence[WaitingCell]) -> Mapping[str, Wait]:
    """The waiting of each group of at least the smallest size."""
    by_group: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_group[cell.group].append(Cell(time=cell.hours, ended=cell.ended, n=cell.n))
    waits = {group: wait(found) for group, found in by_group.items()}
    return {group: found for group, found in waits.items() if found.n >= SMALLEST_GROUP}


def _tiles(say: Words, whole: Screening, waits: Mapping[str, Wait | None], facts: Facts) -> None:
    minutes = st.number_input(
        say("process.minutes_asked"), min_value=5, max_value=240, value=USUAL_MINUTES, step=5, key="choice-minutes"
    )
    people = whole.applications or 0
    by_humans = (whole.re_interviews or 0) * minutes
    per_hire = by_humans / whole.hires if whole.hires and whole.hires >= SMALLEST_GROUP else None
    per_interview = (whole.ai_minutes or 0.0) / whole.ai_interviews if whole.ai_interviews else None
    first = waits.get("to_ai_interview")
    entries = (
        ("first", _days(say, first.median if first else None), first.n if first else 0),
        ("ai", _minutes(say, per_interview), whole.ai_interviews),
        ("human", _minutes(say, by_humans / people if people else None), people),
        ("hire", _minutes(say, per_hire), whole.hires),
    )
    widgets.tiles(
        (
            (
                say(f"process.tile_{name}"),
                value,
                facts.defined(say(f"process.tile_{name}_definition", minutes=minutes), n=widgets.count(n)),
            )
            for name, value, n in entries
        ),
        say,
    )


def _steps(say: Words, waits: Mapping[str, Wait | None], facts: Facts) -> None:
    shown = {say(f"process.{step}"): found for step, found in waits.items() if found is not None}
    _medians(say, say("process.chart"), shown, facts, name="process-steps", first=say("process.step"))


def _comparison(say: Words, waits: Mapping[str, Wait], by: str, step: str, facts: Facts) -> None:
    title = say("process.by_title", dimension=say(f"dimension.{by}"), step=say(f"process.{step}"))
    shown = {say.of("value", group): found for group, found in waits.items()}
    _medians(say, title, shown, facts, name="process-compared", first=say(f"dimension.{by}"))


def _medians(say: Words, title: str, waits: Mapping[str, Wait], facts: Facts, *, name: str, first: str) -> None:
    if not waits:
        widgets.heading(title)
        widgets.too_few(say)
        return
    entries = [
        Bar(
            label=label,
            value=_in_days(found.median),
            low=_in_days(found.interval.low),
            high=_in_days(found.interval.high),
            note=say("process.bar_note", n=widgets.count(found.n), waiting=widgets.count(found.waiting)),
        )
        for label, found in waits.items()
    ]
    behind = pd.DataFrame(
        {
            first: list(waits),
            say("process.n"): [found.n for found in waits.values()],
            say("process.done"): [found.done for found in waits.values()],
            say("process.waiting"): [found.waiting for found in waits.values()],
            say("process.left"): [found.left for found in waits.values()],
            say("process.median"): [_in_days(found.median) for found in waits.values()],
            say("process.low"): [_in_days(found.interval.low) for found in waits.values()],
            say("process.high"): [_in_days(found.interval.high) for found in waits.values()],
            say("process.ninth_tenth"): [_in_days(found.ninth_tenth) for found in waits.values()],
        }
    )
    axis = Axis(title=say("process.days"), low=0.0, digits=1)
    defined = facts.defined(say("process.definition"))
    widgets.chart(title, charts.bars(entries, axis=axis), behind, say, name=name, facts=defined)


def _moves(say: Words, found: Sequence[WaitedFor], facts: Facts) -> None:
    shown = [one for one in found if one.n is not None]
    if not shown:
        widgets.heading(say("process.moves"))
        st.caption(say("process.moves_none"))
        return
    entries = [
        Bar(
            label=say("process.move", party=say(f"process.{one.party}"), stage=say.of("stage", one.stage)),
            value=float(one.n or 0),
            note=say("process.move_note", days=widgets.number(one.median_days, 1)),
        )
        for one in shown
    ]
    behind = pd.DataFrame(
        {
            say("process.party"): [say(f"process.{one.party}") for one in shown],
            say("funnel.stage"): [say.of("stage", one.stage) for one in shown],
            say("process.n"): [one.n for one in shown],
            say("process.median_age"): [one.median_days for one in shown],
            say("process.over_two_weeks"): [one.over_two_weeks for one in shown],
        }
    )
    widgets.chart(
        say("process.moves"),
        charts.bars(entries, axis=Axis(title=say("process.n"))),
        behind,
        say,
        name="process-moves",
        facts=facts.defined(say("process.moves_definition"), n=widgets.count(sum(one.n or 0 for one in shown))),
    )


def _compared(say: Words) -> tuple[str, str]:
    """The dimension and the step to compare by."""
    st.divider()
    left, right = st.columns(2)
    with left:
        by = choices.pick(say("funnel.by"), DIMENSIONS, parameter="by", shown=lambda name: say(f"dimension.{name}"))
    with right:
        step = choices.pick(
            say("process.step"), tuple(STEPS), parameter="step", shown=lambda name: say(f"process.{name}")
        )
    return by, step


def _in_days(hours: float | None) -> float | None:
    return None if hours is None else hours / _DAY_H


def _days(say: Words, hours: float | None) -> str:
    return widgets.number(None) if hours is None else say("process.days_value", days=f"{hours / _DAY_H:.1f}")


def _minutes(say: Words, minutes: float | None) -> str:
    return widgets.number(None) if minutes is None else say("process.minutes_value", minutes=f"{minutes:.1f}")
