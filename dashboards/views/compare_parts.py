"""Parts of the comparison: what changes against the first, where it holds, and in what the runs differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards import charts, choices, runs, widgets
from dashboards.charts import Axis, Bar, Mark
from dashboards.facts import Facts
from dashboards.wording.words import NOTHING, Words
from training.compare_shape import MEASURES, SLICE_MEASURES, Comparison, DifferenceJson, DimensionSlices, Sentence

COLOURS = {"better": charts.GREEN, "worse": charts.ORANGE, "differs": charts.PINK}
"""By verdict, each with a marker of its own; what is not told apart is grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A comparison with the names of its sides."""

    found: Comparison
    names: Mapping[str, str]
    is_generated: bool

    @property
    def others(self) -> tuple[str, ...]:
        """The sides that are set against the first, in order."""
        return tuple(self.found["against_first"])

    @property
    def first(self) -> str:
        """The name of the first."""
        return self.names[self.found["first"]]

    def facts(self, say: Words, definition: str, n: int | None = None) -> Facts:
        """What its figures need beside them."""
        return Facts(
            n=widgets.count(self.found["n"] if n is None else n),
            period=say("leaderboard.own_holdout"),
            filters=say("app.none"),
            snapshot=say("leaderboard.own_snapshot"),
            is_generated=self.is_generated,
            definition=definition,
        )


def differences(say: Words, sides: Sides) -> None:
    """Each side against the first, by one measure as a forest, by all as a table; then the figures themselves."""
    measure = choices.pick(
        say("compare.measure"), MEASURES, parameter="measure", shown=lambda name: say.of("measure", name)
    )
    pairs = sides.found["against_first"]
    bars = [dot(say, sides.names[side], pairs[side]["differences"][measure]) for side in sides.others]
    widgets.chart(
        say("compare.differences"),
        forest(say, bars, say("compare.differences_axis", measure=say.of("measure", measure))),
        _differences(say, sides),
        say,
        name="differences",
        facts=sides.facts(say, say("compare.differences_definition", first=sides.first)),
    )
    with st.expander(say("compare.figures")):
        facts = sides.facts(say, say("compare.figures_definition"))
        widgets.listing(_figures(say, sides), say, name="figures", facts=facts)


def slices(say: Words, sides: Sides) -> None:
    """The runs against the first within departments, families, languages and so on."""
    widgets.heading(say("compare.slices"))
    tables = {one["dimension"]: one for one in sides.found["slices"]}
    if not tables:
        st.caption(say("compare.of_slices"))
        return
    dimension = choices.pick(
        say("compare.slices_by"), list(tables), parameter="by", shown=lambda name: say.of("sliced", name)
    )
    measure = choices.pick(
        say("compare.measure"), SLICE_MEASURES, parameter="slice_measure", shown=lambda name: say.of("measure", name)
    )
    table = tables[dimension]
    if table["reason"] is not None:
        st.caption(widgets.plain(spoken(say, table["reason"])))
    if table["hidden"]:
        st.caption(say("compare.hidden", n=table["hidden"]))
    bars = [
        dot(say, f"{say.of('value', line['slice'])} · {sides.names[side]}", pair[measure])
        for line in table["slices"]
        for side, pair in line["against_first"].items()
        if measure in pair
    ]
    if not any(one.value is not None for one in bars):
        st.caption(say("compare.of_slices"))
        return
    st.plotly_chart(
        forest(say, bars, say("compare.differences_axis", measure=say.of("measure", measure))),
        width="stretch",
        key="chart-slices",
        config={"displayModeBar": False},
        alt=say("compare.slices"),
    )
    facts = sides.facts(say, say("compare.slices_definition", first=sides.first))
    st.caption(facts.note(say))
    widgets.table(_slices(say, sides, table, measure), say, name="slices", facts=facts)


def parameters(say: Words, sides: Sides) -> None:
    """Only what differs."""
    widgets.heading(say("compare.parameters"))
    differing = sides.found["parameters"]
    if not differing:
        st.caption(say("compare.parameters_none"))
        return
    columns = {run["run_id"]: sides.names[run["run_id"]] for run in sides.found["runs"]}
    rows = {say("compare.parameter"): list(differing)} | {
        name: [shown_value(say, values.get(run)) for values in differing.values()] for run, name in columns.items()
    }
    facts = sides.facts(say, say("compare.parameters"))
    widgets.listing(pd.DataFrame(rows), say, name="parameters", facts=facts)


def shown_value(say: Words, value: object) -> str:
    """A parameter's value; one that a run does not set is said to be so."""
    if isinstance(value, bool):
        return say("alternatives.is_yes" if value else "alternatives.is_no")
    return say("compare.not_set") if value is None else str(value)


def dot(say: Words, label: str, found: DifferenceJson) -> Bar:
    """A difference as a row of a forest; its verdict stands under its name."""
    low, high = found["ci"]
    return Bar(
        label=label,
        value=found["value"],
        low=low,
        high=high,
        note=f"{say.of('side_verdict', found['verdict'])}, n = {found['n']:,}",
        colour=COLOURS.get(found["verdict"], charts.GREY),
    )


def forest(say: Words, bars: Sequence[Bar], title: str) -> go.Figure:
    """Differences around nothing."""
    zero = Mark(at=0.0, words=say("compare.zero"), is_vertical=True)
    return charts.dots(bars, axis=Axis(title=title, digits=3), marks=(zero,))


def spoken(say: Words, sentence: Sentence) -> str:
    """The sentence in the reader's language."""
    return sentence["zh"] if say.language == "zh" else sentence["en"]


def _differences(say: Words, sides: Sides) -> pd.DataFrame:
    found = [
        (side, measure, pair["differences"][measure])
        for side, pair in sides.found["against_first"].items()
        for measure in MEASURES
    ]
    return pd.DataFrame(
        {
            say("compare.side"): [sides.names[side] for side, _, _ in found],
            say("compare.measure"): [say.of("measure", measure) for _, measure, _ in found],
            say("compare.change"): [runs.rounded(one["value"]) for _, _, one in found],
            say("model.low"): [runs.rounded(one["ci"][0]) for _, _, one in found],
            say("model.high"): [runs.rounded(one["ci"][1]) for _, _, one in found],
            say("model.verdict"): [say.of("side_verdict", one["verdict"]) for _, _, one in found],
            say("compare.says"): [spoken(say, one["sentence"]) for _, _, one in found],
            "n": [one["n"] for _, _, one in found],
        }
    )


def _figures(say: Words, sides: Sides) -> pd.DataFrame:
    found = [
        (side, measure, figures[measure])
        for side, figures in sides.found["figures"].items()
        for measure in MEASURES
        if measure in figures
    ]
    return pd.DataFrame(
        {
            say("compare.side"): [sides.names[side] for side, _, _ in found],
            say("compare.measure"): [say.of("measure", measure) for _, measure, _ in found],
            say("compare.value"): [runs.rounded(one["value"]) for _, _, one in found],
            say("model.low"): [runs.rounded(one["ci"][0]) for _, _, one in found],
            say("model.high"): [runs.rounded(one["ci"][1]) for _, _, one in found],
            "n": [one["n"] for _, _, one in found],
            say("model.why"): [NOTHING if one["reason"] is None else spoken(say, one["reason"]) for _, _, one in found],
        }
    )


def _slices(say: Words, sides: Sides, table: DimensionSlices, measure: str) -> pd.DataFrame:
    found = [
        (line, side, pair[measure])
        for line in table["slices"]
        for side, pair in line["against_first"].items()
        if measure in pair
    ]
    return pd.DataFrame(
        {
            say("compare.slice"): [say.of("value", line["slice"]) for line, _, _ in found],
            "n": [line["n"] for line, _, _ in found],
            say("compare.judged"): [line["labelled"] for line, _, _ in found],
            say("compare.side"): [sides.names[side] for _, side, _ in found],
            say("compare.change"): [runs.rounded(one["value"]) for _, _, one in found],
            say("model.low"): [runs.rounded(one["ci"][0]) for _, _, one in found],
            say("model.high"): [runs.rounded(one["ci"][1]) for _, _, one in found],
            say("compare.p_holm"): [runs.rounded(one["p_holm"]) for _, _, one in found],
            say("model.verdict"): [say.of("side_verdict", one["verdict"]) for _, _, one in found],
        }
    )
