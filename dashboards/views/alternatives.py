"""Is there a model as good with less impact? What each training tried, what was chosen and why, and which proxies."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, group_words, run_data, runs, widgets
from dashboards.charts import Axis, Bar, Mark, Spot
from dashboards.facts import Facts
from dashboards.runs import Document, RunFiles, RunLine
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS
RUN, WHERE = "run", "where"
PLACES = ("cross_validated", "holdout")


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "alternatives", is_generated=snapshot is not None and snapshot.is_generated)
    found = {one.run_id: one for one in run_data.run_lines(settings, principal)[0]}
    if not found:
        widgets.empty(say, "alternatives.none")
        return
    chosen = choices.pick(say("alternatives.run"), list(found), parameter=RUN, shown=lambda run_id: found[run_id].label)
    files = run_data.run_files(settings, principal, chosen)
    if files is None or not files.alternatives:
        st.info(say("alternatives.without"), icon=":material/inbox:")
        return
    _choice(say, files)
    _chart(say, found[chosen], files.alternatives)
    _proxies(say, found[chosen], files)


def _choice(say: Words, files: RunFiles) -> None:
    widgets.heading(say("alternatives.choice"))
    alternatives, fit = files.alternatives, files.record.get("fit") or {}
    named = {one["name"]: one["words"][say.language] for one in alternatives["points"]}
    with st.container(border=True):
        st.markdown(f"**{widgets.plain(say('alternatives.chosen', name=named[alternatives['chosen']]))}**")
        st.markdown(widgets.plain(alternatives["why"][say.language]))
        used = fit.get("words") or {}
        st.caption(widgets.plain(say("alternatives.used", name=used.get(say.language, NOTHING))))
    for name, reason in alternatives["not_tried"].items():
        told = say("alternatives.not_tried", name=say.of("step", name), reason=reason[say.language])
        st.caption(widgets.plain(told))


def _chart(say: Words, run: RunLine, alternatives: Document) -> None:
    where = choices.pick(
        say("alternatives.where"), PLACES, parameter=WHERE, shown=lambda place: say(f"alternatives.{place}")
    )
    points, chosen = alternatives["points"], alternatives["chosen"]
    spots = [spot for one in points if (spot := _spot(say, one, where, is_chosen=one["name"] == chosen)) is not None]
    share, tolerance = widgets.percent(alternatives["share"]), f"{alternatives['tolerance']:.3f}"
    period = run.period if where == "holdout" else run.fit_period
    facts = _facts(say, run, points[0]["quality"][where]["n"], period).defined(
        say("alternatives.definition", share=share, tolerance=tolerance)
    )
    figure = charts.plane(
        spots,
        x=Axis(title=say("alternatives.ratio"), digits=2),
        y=Axis(title=say("alternatives.quality"), digits=3),
        marks=(Mark(at=0.8, words=say("alternatives.four_fifths"), is_vertical=True),),
    )
    widgets.chart(
        say("alternatives.chart"), figure, table(say, points, where, chosen), say, name="alternatives", facts=facts
    )


def _spot(say: Words, point: Document, where: str, *, is_chosen: bool) -> Spot | None:
    quality, worst = point["quality"][where], point["impact"][where]["worst"]
    if quality["auc"] is None or not worst or worst["impact_ratio"] is None:
        return None
    name = point["words"][say.language]
    return Spot(
        label=say("alternatives.chosen", name=name) if is_chosen else name,
        x=worst["impact_ratio"],
        y=quality["auc"],
        x_low=worst["impact_ratio_ci"][0],
        x_high=worst["impact_ratio_ci"][1],
        y_low=quality["auc_ci"][0],
        y_high=quality["auc_ci"][1],
        is_marked=is_chosen,
    )


def table(say: Words, points: Sequence[Document], where: str, chosen: str) -> pd.DataFrame:
    """The points as rows."""
    qualities = [one["quality"][where] for one in points]
    differences = [one["quality"]["difference"] or {} for one in points]
    worsts = [one["impact"][where]["worst"] or {} for one in points]
    names = [one["words"][say.language] for one in points]
    return pd.DataFrame(
        {
            say("alternatives.alternative"): [
                say("alternatives.chosen", name=name) if one["name"] == chosen else name
                for one, name in zip(points, names, strict=True)
            ],
            say("alternatives.auc"): [runs.rounded(one["auc"]) for one in qualities],
            say("alternatives.low"): [runs.rounded(one["auc_ci"][0]) for one in qualities],
            say("alternatives.high"): [runs.rounded(one["auc_ci"][1]) for one in qualities],
            say("alternatives.difference"): [runs.rounded(one.get("auc")) for one in differences],
            say("alternatives.at_least"): [runs.rounded(one.get("at_least")) for one in differences],
            say("alternatives.no_worse"): [_yes(say, is_true=one["quality"]["is_no_worse"]) for one in points],
            say("alternatives.ratio"): [runs.rounded(one.get("impact_ratio")) for one in worsts],
            say("alternatives.ratio_low"): [_end(one, 0) for one in worsts],
            say("alternatives.ratio_high"): [_end(one, 1) for one in worsts],
            say("alternatives.group"): [_group(say, one) for one in worsts],
            "n": [one["n"] for one in qualities],
        }
    )


def _proxies(say: Words, run: RunLine, files: RunFiles) -> None:
    widgets.heading(say("alternatives.proxies"))
    groups = files.proxies.get("groups") or []
    if not groups:
        st.caption(say("alternatives.proxies_none"))
        return
    for one in groups:
        st.markdown(f"- {widgets.plain(group_words.finding(say, one))}")
    names = {f"{one['attribute']}/{one['group']}": one for one in groups}
    shown = choices.pick(
        say("alternatives.proxies_group"),
        list(names),
        parameter="group",
        shown=lambda name: _of_group(say, names[name]),
    )
    found = names[shown]
    figures = [(say("alternatives.together"), found["together"]), *found["alone"].items()]
    bars = [_bar(say, name, one) for name, one in figures]
    behind = pd.DataFrame(
        {
            say("alternatives.feature"): [say.of("skill", name) for name, _ in figures],
            say("alternatives.auc"): [runs.rounded(one["auc"]) for _, one in figures],
            say("alternatives.low"): [runs.rounded(one["auc_ci"][0]) for _, one in figures],
            say("alternatives.high"): [runs.rounded(one["auc_ci"][1]) for _, one in figures],
            "n": [one["n"] for _, one in figures],
        }
    )
    facts = _facts(say, run, found["together"]["n"], run.fit_period).defined(say("alternatives.proxies_definition"))
    axis = Axis(title=say("leaderboard.auc"), digits=3)
    chance = Mark(at=0.5, words=say("leaderboard.chance"), is_vertical=True)
    widgets.chart(
        say("alternatives.proxies_chart"),
        charts.dots(bars, axis=axis, marks=(chance,)),
        behind,
        say,
        name="proxies",
        facts=facts,
    )


def _bar(say: Words, name: str, found: Document) -> Bar:
    low, high = found["auc_ci"]
    note = say("alternatives.points", n=widgets.count(found["n"]))
    return Bar(label=say.of("skill", name), value=found["auc"], low=low, high=high, note=note)


def _facts(say: Words, run: RunLine, n: int, period: str) -> Facts:
    return Facts(
        n=widgets.count(n),
        period=period or NOTHING,
        filters=say("app.none"),
        snapshot=say("model.run_snapshot"),
        is_generated=run.is_generated,
    )


def _group(say: Words, worst: Document) -> str:
    return group_words.with_n(say, worst["attribute"], worst["group"], worst["n"]) if worst else NOTHING


def _of_group(say: Words, one: Document) -> str:
    return group_words.of_attribute(say, one["attribute"], one["group"])


def _end(worst: Document, place: int) -> float | None:
    ends: Any = worst.get("impact_ratio_ci")
    return runs.rounded(ends[place]) if ends else None


def _yes(say: Words, *, is_true: bool) -> str:
    return say("alternatives.is_yes" if is_true else "alternatives.is_no")
