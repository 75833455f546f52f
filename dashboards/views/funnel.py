"""Where do we lose people? The cohort's stages, who is still in process, and any dimension compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, lake_page, stage_shares, widgets
from dashboards.charts import Axis, Bar, Layer
from dashboards.facts import Facts
from dashboards.wording.words import Words
from warehouse.access import Permission, Principal
from warehouse.queries.funnel import Funnel, FunnelRow
from warehouse.queries.stages import STAGES
from warehouse.settings import Settings

NEEDS = Permission.READ_LAKE
DIMENSIONS = ("department", "job_family", "channel", "location", "job_level", "season", "ai_vendor", "quarter", "year")
OUTCOMES = (
    ("advanced", charts.BLUE, ""),
    ("not_advanced", charts.ORANGE, "/"),
    ("withdrawn", charts.GREY, "x"),
    ("in_process", charts.SKY, "."),
)


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    page = lake_page.begin(settings, principal, say, page="funnel", needs=NEEDS)
    if page is None:
        return
    whole = data.funnel(settings, principal, page.snapshot.id, page.chosen, None)
    if whole.n is None:
        widgets.too_few(say)
    elif not whole.n:
        widgets.empty(say, "app.no_rows")
    else:
        facts = replace(page.facts, n=widgets.count(whole.n))
        _tiles(say, whole, facts)
        _stages(say, whole, facts)
        by, stage = _compared(say)
        parts = data.funnel(settings, principal, page.snapshot.id, page.chosen, by)
        _comparison(say, parts, by, stage, facts)


def _tiles(say: Words, whole: Funnel, facts: Facts) -> None:
    hired = stage_shares.hired(whole)
    starts = next(row.advanced for row in whole.rows if row.stage == "hire")
    ends = {"low": widgets.percent(hired.low), "high": widgets.percent(hired.high)}
    entries: tuple[tuple[str, str, int | None, Mapping[str, str]], ...] = (
        ("applications", widgets.count(whole.n), whole.n, {}),
        ("in_process", widgets.count(stage_shares.in_process(whole)), whole.n, {}),
        ("hires", widgets.count(starts), whole.n, {}),
        ("hired", widgets.percent(hired.value), hired.n, ends),
    )
    widgets.tiles(
        (
            (
                say(f"funnel.tile_{name}"),
                value,
                facts.defined(say(f"funnel.tile_{name}_definition", **named), n=widgets.count(n)),
            )
            for name, value, n, named in entries
        ),
        say,
    )


def _stages(say: Words, whole: Funnel, facts: Facts) -> None:
    behind = _rows(say, whole.rows)
    shares = [_bar(say, row, say.of("stage", row.stage)) for row in whole.rows]
    widgets.chart(
        say("funnel.chart"),
        charts.bars(shares, axis=_percent_axis(say)),
        behind,
        say,
        name="funnel-shares",
        facts=facts.defined(say("funnel.definition")),
    )
    labels = [say.of("stage", row.stage) for row in whole.rows]
    layers = [
        Layer(
            name=say(f"funnel.{outcome}"),
            colour=colour,
            pattern=pattern,
            counts=[getattr(row, outcome) for row in whole.rows],
        )
        for outcome, colour, pattern in OUTCOMES
    ]
    widgets.chart(
        say("funnel.people_chart"),
        charts.stacked(labels, layers, axis=Axis(title=say("funnel.people"))),
        behind,
        say,
        name="funnel-people",
        facts=facts.defined(say("funnel.people_definition")),
    )


def _compared(say: Words) -> tuple[str, str]:
    """The dimension and the stage to compare by."""
    st.divider()
    left, right = st.columns(2)
    with left:
        by = choices.pick(say("funnel.by"), DIMENSIONS, parameter="by", shown=lambda name: say(f"dimension.{name}"))
    with right:
        stage = choices.pick(
            say("funnel.compared_stage"),
            STAGES[:-1],
            parameter="stage",
            default="ai_interview",
            shown=lambda name: say.of("stage", name),
        )
    return by, stage


def _comparison(say: Words, parts: Funnel, by: str, stage: str, facts: Facts) -> None:
    rows = [row for row in parts.rows if row.stage == stage]
    shown = [row for row in rows if not row.is_suppressed]
    title = say("funnel.by_title", dimension=say(f"dimension.{by}"), stage=say.of("stage", stage))
    if shown:
        widgets.chart(
            title,
            charts.bars([_bar(say, row, say.of("value", row.group)) for row in shown], axis=_percent_axis(say)),
            _rows(say, [row for row in parts.rows if not row.is_suppressed], by),
            say,
            name="funnel-compared",
            facts=facts.defined(say("funnel.definition")),
        )
    else:
        widgets.heading(title)
        widgets.too_few(say)
    widgets.suppression_note(say, len(rows) - len(shown))


def _bar(say: Words, row: FunnelRow, label: str) -> Bar:
    share = stage_shares.share(row)
    note = say("funnel.stage_note", n=widgets.count(row.entered), finished=widgets.count(row.finished))
    return Bar(label=label, value=_hundred(share.value), low=_hundred(share.low), high=_hundred(share.high), note=note)


def _rows(say: Words, rows: Sequence[FunnelRow], by: str | None = None) -> pd.DataFrame:
    shares = [stage_shares.share(row) for row in rows]
    group = {} if by is None else {say(f"dimension.{by}"): [say.of("value", row.group) for row in rows]}
    return pd.DataFrame(
        {
            **group,
            say("funnel.stage"): [say.of("stage", row.stage) for row in rows],
            **{
                say(f"funnel.{name}"): [getattr(row, name) for row in rows]
                for name in ("entered", "advanced", "not_advanced", "withdrawn", "in_process")
            },
            say("funnel.rate"): [_hundred(share.value) for share in shares],
            say("funnel.low"): [_hundred(share.low) for share in shares],
            say("funnel.high"): [_hundred(share.high) for share in shares],
            say("funnel.median_days"): [None if row.median_days is None else round(row.median_days, 1) for row in rows],
        }
    )


def _hundred(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _percent_axis(say: Words) -> Axis:
    return Axis(title=say("funnel.share"), low=0, high=100, suffix=" %", digits=1)
