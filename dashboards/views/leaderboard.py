"""Which model ranks people best, and whom does it cost? All runs beside their baselines, and trainings as jobs."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboards import charts, choices, data, group_words, job_desk, job_kinds, links, run_data, runs, widgets
from dashboards.charts import Axis, Bar, Mark
from dashboards.facts import Facts
from dashboards.runs import Measured, RunLine
from dashboards.views import leaderboard_jobs
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS
MODEL = "model"
ALL = "*"
FEWEST, MOST = 2, 10
SHOWN = 20
"""Runs that the chart draws; the table has all."""


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "leaderboard", is_generated=snapshot is not None and snapshot.is_generated)
    found, changed = run_data.run_lines(settings, principal)
    if changed:
        st.warning(say("leaderboard.changed", count=changed), icon=":material/warning:")
    if not found:
        widgets.empty(say, "leaderboard.none")
    leaderboard_jobs.panel(settings, principal, say)
    if found:
        shown = _of_model(say, found)
        _chart(say, shown)
        _table(settings, principal, say, shown)


def _of_model(say: Words, found: Sequence[RunLine]) -> list[RunLine]:
    names = sorted({one.model_name for one in found})
    chosen = choices.pick(
        say("leaderboard.model"),
        [ALL, *names],
        parameter=MODEL,
        shown=lambda name: say("leaderboard.all") if name == ALL else name,
    )
    return [one for one in found if chosen in {ALL, one.model_name}]


def _chart(say: Words, shown: Sequence[RunLine]) -> None:
    bars = [_bar(say, one.label, one.model, charts.BLUE) for one in shown[:SHOWN]]
    bars += [
        _bar(say, say("leaderboard.baseline", name=say.of("attribute", one.name)), one, charts.ORANGE)
        for one in shown[0].baselines
    ]
    axis = Axis(title=say("leaderboard.auc"), digits=3)
    chance = Mark(at=0.5, words=say("leaderboard.chance"), is_vertical=True)
    facts = _facts(say, shown).defined(say("leaderboard.auc_definition"))
    widgets.chart(
        say("leaderboard.auc_chart"),
        charts.dots(bars, axis=axis, marks=(chance,)),
        _behind(say, bars),
        say,
        name="leaderboard",
        facts=facts,
    )


def _bar(say: Words, label: str, measured: Measured, colour: str) -> Bar:
    return Bar(
        label=label,
        value=measured.auc,
        low=measured.auc_low,
        high=measured.auc_high,
        note=say("leaderboard.rows", n=widgets.count(measured.n)),
        colour=colour,
    )


def _behind(say: Words, bars: Sequence[Bar]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("leaderboard.run"): [one.label for one in bars],
            say("leaderboard.auc_short"): [runs.rounded(one.value) for one in bars],
            say("model.low"): [runs.rounded(one.low) for one in bars],
            say("model.high"): [runs.rounded(one.high) for one in bars],
            "n": [one.note for one in bars],
        }
    )


def _table(settings: Settings, principal: Principal, say: Words, shown: Sequence[RunLine]) -> None:
    widgets.heading(say("leaderboard.runs"))
    st.caption(say("leaderboard.tick"))
    rows, facts = table(say, shown), _facts(say, shown).defined(say("leaderboard.runs_definition"))
    chosen = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        placeholder=NOTHING,
        on_select="rerun",
        selection_mode="multi-row",
        key="runs",
        column_config=_formats(say),
    )
    st.caption(facts.note(say))
    ticked = [shown[place] for place in chosen["selection"]["rows"] if place < len(shown)]
    _acts(settings, principal, say, ticked)
    st.download_button(
        say("app.download"),
        widgets.csv(rows, facts, say),
        "hiregate-runs.csv",
        "text/csv",
        key="csv-runs",
        on_click="ignore",
    )


def _acts(settings: Settings, principal: Principal, say: Words, ticked: Sequence[RunLine]) -> None:
    is_right = FEWEST <= len(ticked) <= MOST and len({one.model_name for one in ticked}) == 1
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            say("leaderboard.compare", count=len(ticked)),
            key="compare-ticked",
            type="primary",
            disabled=not is_right,
            help=say("leaderboard.compare_hint"),
        ):
            links.open_page("compare", {"run": [one.run_id for one in ticked]})
        if st.button(say("leaderboard.alternatives"), key="alternatives-ticked", disabled=len(ticked) != 1):
            links.open_page("alternatives", {"run": ticked[0].run_id})
        if _may_gate(principal) and st.button(say("leaderboard.gate"), key="gate-ticked", disabled=len(ticked) != 1):
            job_desk.start(settings, principal, job_kinds.GATE, {"run": ticked[0].run_id})
            leaderboard_jobs.say_after(say("leaderboard.gate_started", run=ticked[0].label))
        links.link("releases", say("leaderboard.propose"))


def _may_gate(principal: Principal) -> bool:
    return any(principal.may(permission) for permission in job_kinds.kind(job_kinds.GATE).needs)


def table(say: Words, shown: Sequence[RunLine]) -> pd.DataFrame:
    """The runs as rows; shares are in percent, what is undefined is empty."""
    return pd.DataFrame(
        {
            say("leaderboard.run"): [one.label for one in shown],
            say("leaderboard.auc_short"): [one.model.auc for one in shown],
            say("leaderboard.interval"): [_interval(one.model.auc_low, one.model.auc_high, 3) for one in shown],
            say("leaderboard.verdict"): [
                say.of("verdict", one.verdict) if one.verdict else say("leaderboard.not_gated") for one in shown
            ],
            say("leaderboard.worst"): [one.worst.ratio if one.worst else None for one in shown],
            say("leaderboard.worst_interval"): [
                _interval(one.worst.low, one.worst.high, 2) if one.worst else NOTHING for one in shown
            ],
            say("leaderboard.worst_group"): [_group(say, one) for one in shown],
            say("leaderboard.release"): [one.release or say("leaderboard.not_released") for one in shown],
            say("leaderboard.best_baseline"): [_best(one) for one in shown],
            say("leaderboard.brier"): [one.model.brier for one in shown],
            say("leaderboard.lift"): [one.model.lift for one in shown],
            say("leaderboard.selected"): [_percent(one.model.selection_rate) for one in shown],
            say("leaderboard.stability"): [_steady(one) for one in shown],
            say("leaderboard.flipped"): [_percent(one.steadiness.flipped) if one.steadiness else None for one in shown],
            say("leaderboard.fit"): [_fit(say, one) for one in shown],
            say("leaderboard.snapshot"): [one.snapshot for one in shown],
            say("leaderboard.trained"): [one.trained_at[:16].replace("T", " ") for one in shown],
            say("leaderboard.trained_by"): [one.trained_by for one in shown],
        }
    )


def _formats(say: Words) -> dict[str, ColumnConfig]:
    number = st.column_config.NumberColumn
    digits = {"auc_short": "%.3f", "best_baseline": "%.3f", "brier": "%.3f", "lift": "%.2f", "worst": "%.2f"}
    shares = {"selected": "%.1f %%", "flipped": "%.1f %%"}
    found: dict[str, ColumnConfig] = {
        say(f"leaderboard.{name}"): number(format=form) for name, form in (digits | shares).items()
    }
    return found | {say("leaderboard.run"): st.column_config.TextColumn(pinned=True)}


def _facts(say: Words, shown: Sequence[RunLine]) -> Facts:
    sizes = sorted(one.model.n for one in shown)
    n = widgets.count(sizes[0]) if sizes[0] == sizes[-1] else f"{sizes[0]:,}–{sizes[-1]:,}"
    return Facts(
        n=n,
        period=say("leaderboard.own_holdout"),
        filters=say("app.none"),
        snapshot=say("leaderboard.own_snapshot"),
        is_generated=any(one.is_generated for one in shown),
    )


def _best(one: RunLine) -> float | None:
    return max((baseline.auc for baseline in one.baselines if baseline.auc is not None), default=None)


def _group(say: Words, one: RunLine) -> str:
    if one.worst is None:
        return NOTHING
    return group_words.with_n(say, one.worst.attribute, one.worst.group, one.worst.n)


def _steady(one: RunLine) -> str:
    return NOTHING if one.steadiness is None else _interval(one.steadiness.lowest, one.steadiness.highest, 3)


def _fit(say: Words, one: RunLine) -> str:
    words = one.fit.get("words") or {}
    return str(words.get(say.language, one.fit.get("name") or NOTHING))


def _interval(low: float | None, high: float | None, digits: int) -> str:
    return NOTHING if low is None or high is None else f"{low:.{digits}f}–{high:.{digits}f}"


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
