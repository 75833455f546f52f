"""The further parts of the page of drift: a silent change of the vendor's scoring, and mix told from change within."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards import charts, choices, drift_figures, statistics_data, widgets
from dashboards.charts import Axis, Bar, Line, Mark
from dashboards.drift_figures import ADVANCED, SCORE
from dashboards.facts import Facts
from dashboards.lake_page import LakePage
from dashboards.wording.words import NOTHING, Words
from validation.mix import MixChange
from validation.outcome import Text, Verdict
from validation.proportion import quantile
from validation.vendor_change import VendorChange
from warehouse.access import Principal
from warehouse.queries.score_segments import SEGMENTS
from warehouse.settings import Settings


def vendor_and_mix(
    settings: Settings, principal: Principal, say: Words, page: LakePage, *, kind: str, until: str
) -> None:
    """Both need the scores by segment, which the reader chooses."""
    st.divider()
    segment = choices.pick(
        say("drift.segment"),
        SEGMENTS,
        parameter="segment",
        default="job_family",
        shown=lambda name: say(f"dimension.{name}"),
    )
    rows = statistics_data.segments(settings, principal, page.snapshot.id, page.chosen, segment, kind)
    if rows.empty:
        widgets.too_few(say)
        return
    _mix(say, rows, until=until, kind=kind, facts=page.facts)
    _vendor(say, rows, kind, page.facts)


def _mix(say: Words, rows: pd.DataFrame, *, until: str, kind: str, facts: Facts) -> None:
    outcome = choices.pick(
        say("drift.outcome"), (SCORE, ADVANCED), parameter="outcome", shown=lambda name: say(f"drift.{name}")
    )
    found = drift_figures.mix(rows, until=until, outcome=outcome)
    title = say("drift.mix", outcome=say(f"drift.{outcome}"), until=drift_figures.period_name(until, kind))
    if found.change is None:
        widgets.heading(title)
        widgets.too_few(say)
        return
    times, suffix = (100.0, " %") if outcome == ADVANCED else (1.0, "")
    n = say("drift.n", reference=widgets.count(found.reference_n), current=widgets.count(found.current_n))
    widgets.chart(
        title,
        charts.bars(_parts(say, found, times), axis=Axis(title=say("drift.change_axis"), suffix=suffix, digits=2)),
        _segments(say, found, times),
        say,
        name="drift-mix",
        facts=facts.defined(say("drift.mix_definition"), n=n),
    )
    _judged(say, found.verdict, found.reason)


def _parts(say: Words, found: MixChange, times: float) -> list[Bar]:
    reach = None if found.within_error is None else quantile(0.975) * found.within_error * times
    within = None if found.within is None else found.within * times
    return [
        Bar(label=say("drift.total"), value=_times(found.change, times), colour=charts.GREY),
        Bar(label=say("drift.mix_part"), value=_times(found.mix, times), note=say("drift.mix_note"), colour=charts.SKY),
        Bar(
            label=say("drift.within_part"),
            value=within,
            low=None if within is None or reach is None else within - reach,
            high=None if within is None or reach is None else within + reach,
            note=say("drift.within_note"),
            colour=charts.BLUE,
        ),
    ]


def _segments(say: Words, found: MixChange, times: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("drift.segment_name"): [say.of("value", one.segment) for one in found.segments],
            say("drift.share_before"): [round(100 * one.reference_share, 1) for one in found.segments],
            say("drift.share_after"): [round(100 * one.current_share, 1) for one in found.segments],
            say("drift.mean_before"): [widgets.number(_times(one.reference_mean, times)) for one in found.segments],
            say("drift.mean_after"): [widgets.number(_times(one.current_mean, times)) for one in found.segments],
            say("drift.mix_part"): [round(one.mix * times, 3) for one in found.segments],
            say("drift.within_part"): [round(one.within * times, 3) for one in found.segments],
        }
    )


def _vendor(say: Words, rows: pd.DataFrame, kind: str, facts: Facts) -> None:
    names = drift_figures.vendors(rows)
    vendor = choices.pick(say("drift.vendor"), names, parameter="vendor") if len(names) > 1 else names[0]
    found = drift_figures.change_of(rows, vendor)
    widgets.heading(say("drift.vendor_question", vendor=vendor))
    _judged(say, found.verdict, found.reason)
    if not found.standardised_means:
        return
    versions = drift_figures.versions(rows, vendor)
    n = widgets.count(rows.loc[rows["vendor"] == vendor, "n"].sum())
    widgets.chart(
        say("drift.vendor_chart"),
        _vendor_chart(say, found, versions, kind),
        _vendor_rows(say, found, versions, kind),
        say,
        name="drift-vendor",
        facts=facts.defined(say("drift.vendor_definition"), n=n),
    )


def _vendor_chart(say: Words, found: VendorChange, versions: Mapping[str, str], kind: str) -> go.Figure:
    """One line for each announced version, and the point from which the scores differ."""
    places = [drift_figures.period_name(period, kind) for period in found.periods]
    lines = [
        Line(
            name=say("drift.version", version=say.of("value", version)),
            x=places,
            y=[
                mean if versions[period] == version else None
                for period, mean in zip(found.periods, found.standardised_means, strict=True)
            ],
            colour=charts.PALETTE[order % len(charts.PALETTE)],
            order=order,
        )
        for order, version in enumerate(dict.fromkeys(versions[period] for period in found.periods))
    ]
    marks: tuple[Mark, ...] = ()
    if found.change_at is not None:
        at = drift_figures.period_name(found.change_at, kind)
        marks = (Mark(at=at, words=say("drift.changed"), is_vertical=True),)
    return charts.lines(
        lines, x=Axis(title=say("drift.interview_period")), y=Axis(title=say("drift.mean_axis"), digits=1), marks=marks
    )


def _vendor_rows(say: Words, found: VendorChange, versions: Mapping[str, str], kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("drift.interview_period"): [drift_figures.period_name(period, kind) for period in found.periods],
            say("drift.version_column"): [versions[period] for period in found.periods],
            say("drift.mean_axis"): [round(mean, 2) for mean in found.standardised_means],
            say("drift.is_change"): [say("drift.changed") if p == found.change_at else NOTHING for p in found.periods],
        }
    )


def _judged(say: Words, verdict: Verdict, reason: Text) -> None:
    left, right = st.columns([1, 5], vertical_alignment="center")
    with left:
        widgets.verdict(say, verdict.value)
    right.markdown(widgets.plain(reason.in_language(say.language)))


def _times(value: float | None, times: float) -> float | None:
    return None if value is None else value * times
