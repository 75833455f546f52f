"""Has anything changed under the model? Columns by period, change of mix told from change within, and the AI vendor."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, choices, drift_figures, lake_page, statistics_data, widgets
from dashboards.charts import Axis, Layer, Line, Mark
from dashboards.drift_figures import PeriodDrift
from dashboards.facts import Facts
from dashboards.views import drift_parts
from dashboards.wording.words import Words
from validation.drift import DEFAULT_THRESHOLDS, ColumnDrift
from validation.outcome import Verdict
from warehouse.access import Permission, Principal
from warehouse.queries.score_segments import PERIODS
from warehouse.queries.validity import SKILL
from warehouse.settings import Settings

NEEDS = Permission.READ_LAKE
COLUMNS = (
    "ai_score", "ai_duration_minutes", "job_family", "job_level", "location", "channel", "season", "ai_language",
    "ai_vendor_version", "department",
)  # fmt: skip
MOST_LINES = 6
MOST_BINS = 25
_GRAVITY = {Verdict.BLOCK: 0, Verdict.REVIEW: 1, Verdict.NOT_ENOUGH_EVIDENCE: 2, Verdict.PASS: 3}


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    page = lake_page.begin(settings, principal, say, page="drift", needs=NEEDS)
    if page is None:
        return
    left, right = st.columns(2)
    with left:
        kind = choices.pick(
            say("drift.period"),
            PERIODS,
            parameter="period",
            default="quarter",
            shown=lambda name: say(f"dimension.{name}"),
        )
    skills = statistics_data.skill_names(settings, principal, page.snapshot.id)
    columns = (*COLUMNS, *(f"{SKILL}{name}" for name in skills))
    where = (settings, principal, page.snapshot.id, page.chosen)
    with widgets.reading(say):
        cells = statistics_data.profiles(*where, columns, kind)
    periods = drift_figures.periods(cells)
    if len(periods) < 2:
        widgets.empty(say, "drift.too_short")
        return
    with right:
        until = choices.pick(
            say("drift.until"),
            periods[:-1],
            parameter="reference",
            default=periods[max(0, len(periods) // 3 - 1)],
            shown=lambda period: drift_figures.period_name(period, kind),
        )
    with widgets.reading(say):
        found = statistics_data.drift_by_period(*where, columns, kind, until)
    _columns(say, found, kind, page.facts)
    _detail(say, found, columns, kind, page.facts)
    drift_parts.vendor_and_mix(settings, principal, say, page, kind=kind, until=until)


def _columns(say: Words, found: Sequence[PeriodDrift], kind: str, facts: Facts) -> None:
    """The columns that moved most, and every column's verdict by period."""
    worst = _most_moved(found)
    names = [drift_figures.period_name(one.period, kind) for one in found]
    lines = [
        Line(
            name=column_name(say, column),
            x=names,
            y=[None if (answer := one.column(column)) is None else answer.jensen_shannon for one in found],
            colour=charts.PALETTE[place % len(charts.PALETTE)],
            order=place,
        )
        for place, column in enumerate(worst)
    ]
    review, block = DEFAULT_THRESHOLDS.jensen_shannon_review, DEFAULT_THRESHOLDS.jensen_shannon_block
    marks = (
        Mark(at=review, words=say("drift.review_from", at=review)),
        Mark(at=block, words=say("drift.block_from", at=block)),
    )
    n = say("drift.n", reference=widgets.count(found[0].drift.reference_n), current=widgets.count(_current(found)))
    widgets.chart(
        say("drift.columns", most=len(worst)),
        charts.lines(
            lines, x=Axis(title=say(f"dimension.{kind}")), y=Axis(title=say("drift.distance"), digits=3), marks=marks
        ),
        _matrix(say, found, kind),
        say,
        name="drift-columns",
        facts=facts.defined(say("drift.columns_definition"), n=n),
    )


def _current(found: Sequence[PeriodDrift]) -> float:
    return sum(one.drift.current_n for one in found)


def _most_moved(found: Sequence[PeriodDrift]) -> list[str]:
    """The columns of the gravest verdicts, then of the largest distance."""
    answers: dict[str, list[ColumnDrift]] = {}
    for one in found:
        for column in one.drift.columns:
            answers.setdefault(column.column, []).append(column)
    ranked = sorted(
        answers,
        key=lambda name: (
            min(_GRAVITY[answer.verdict] for answer in answers[name]),
            -max(answer.jensen_shannon or 0.0 for answer in answers[name]),
        ),
    )
    return ranked[:MOST_LINES]


def _matrix(say: Words, found: Sequence[PeriodDrift], kind: str) -> pd.DataFrame:
    columns = [column.column for column in found[0].drift.columns]
    return pd.DataFrame(
        {
            say("drift.column"): [column_name(say, column) for column in columns],
            **{
                drift_figures.period_name(one.period, kind): [_cell(say, one.column(column)) for column in columns]
                for one in found
            },
        }
    )


def _cell(say: Words, answer: ColumnDrift | None) -> str:
    if answer is None:
        return ""
    return f"{say(f'verdict.{answer.verdict.value}').split(' ')[0]} {widgets.number(answer.psi, 3)}"


def _detail(say: Words, found: Sequence[PeriodDrift], columns: Sequence[str], kind: str, facts: Facts) -> None:
    st.divider()
    left, right = st.columns(2)
    moved = _most_moved(found)
    with left:
        column = choices.pick(
            say("drift.column"),
            columns,
            parameter="column",
            default=moved[0],
            shown=lambda name: column_name(say, name),
        )
    by_name = {one.period: one for one in found}
    with right:
        period = choices.pick(
            say("drift.current"),
            tuple(by_name),
            parameter="current",
            default=found[-1].period,
            shown=lambda name: drift_figures.period_name(name, kind),
        )
    answer = by_name[period].column(column)
    if answer is None or not answer.bins:
        widgets.too_few(say)
        return
    _judged(say, answer)
    _shares(say, answer, drift_figures.period_name(period, kind), facts)


def _judged(say: Words, answer: ColumnDrift) -> None:
    left, right = st.columns([1, 5], vertical_alignment="center")
    with left:
        widgets.verdict(say, answer.verdict.value)
    reason = answer.reason.in_language(say.language).replace(answer.column, column_name(say, answer.column))
    right.markdown(widgets.plain(reason))


def _shares(say: Words, answer: ColumnDrift, period: str, facts: Facts) -> None:
    names = [say.of("value", name) for name in answer.bins]
    before, after = (
        [round(100 * share, 1) for share in shares] for shares in (answer.reference_shares, answer.current_shares)
    )
    order = sorted(range(len(names)), key=lambda place: -before[place]) if answer.type == "text" else range(len(names))
    places = list(order)[:MOST_BINS]
    sides = (
        Layer(name=say("drift.reference"), colour=charts.GREY, pattern="", counts=[before[place] for place in places]),
        Layer(name=period, colour=charts.BLUE, pattern="/", counts=[after[place] for place in places]),
    )
    behind = pd.DataFrame({say("drift.bin"): names, say("drift.reference"): before, period: after})
    n = say("drift.n", reference=widgets.count(answer.reference_n), current=widgets.count(answer.current_n))
    effects = {effect.name: widgets.number(effect.value, 3) for effect in answer.effects}
    definition = say(
        "drift.shares_definition",
        psi=effects["psi"],
        jensen_shannon=effects["jensen_shannon"],
        missing=widgets.percent(answer.missing_current),
    )
    widgets.chart(
        say("drift.shares", column=column_name(say, answer.column), period=period),
        charts.compared(
            [names[place] for place in places], sides, axis=Axis(title=say("drift.share"), suffix=" %", digits=1)
        ),
        behind,
        say,
        name="drift-shares",
        facts=facts.defined(definition, n=n),
    )


def column_name(say: Words, column: str) -> str:
    """A column in words."""
    if column.startswith(SKILL):
        return say("validity.skill_named", skill=say.of("skill", column.removeprefix(SKILL)))
    key = f"predictor.{column}"
    return say(key) if say.has(key) else say(f"dimension.{column}")
