"""The tables behind the charts of fairness, and what is disclosed beside them: unknown, withdrawn, waiting, small."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import widgets
from dashboards.fairness_figures import Stage
from dashboards.wording.words import NOTHING, Words
from validation.adverse_impact import AdverseImpact
from validation.group_impact import GroupImpact
from validation.outcome import Interval
from warehouse.access import SMALLEST_GROUP


def ratios(say: Words, stages: Mapping[str, Stage]) -> pd.DataFrame:
    """A line for each stage and group."""
    rows = [
        {say("fairness.stage"): say.of("stage", name), **_row(say, line), say("fairness.comparator"): _bar(stage.table)}
        for name, stage in stages.items()
        for line in stage.table.groups
    ]
    return pd.DataFrame(rows)


def groups(say: Words, table: AdverseImpact) -> pd.DataFrame:
    """A line for each group, with its test and shortfall."""
    return pd.DataFrame([{**_row(say, line), **_tested(say, line)} for line in table.groups])


def disclosed(say: Words, stage: Stage) -> None:
    """Who is not in the rates, and what that could change."""
    unknown = stage.table.unknown
    st.markdown(
        say(
            "fairness.disclosed",
            unknown=widgets.count(unknown.n),
            share=widgets.percent(unknown.share),
            withdrawn=widgets.count(stage.withdrawn),
            in_process=widgets.count(stage.in_process),
        )
    )
    if stage.small:
        people = f"<{SMALLEST_GROUP}" if stage.small < SMALLEST_GROUP else widgets.count(stage.small)
        st.caption(say("fairness.small", n=people, smallest=SMALLEST_GROUP))
    bounded = [line for line in stage.table.groups if line.bounds is not None and not line.is_comparator]
    if unknown.n and bounded:
        with st.expander(say("fairness.bounds")):
            st.caption(say("fairness.bounds_definition"))
            st.dataframe(_bounds(say, bounded), hide_index=True, width="stretch")


def not_compared(say: Words, table: AdverseImpact, place: DeltaGenerator) -> None:
    """The groups that set no bar and were held against none, with the reason."""
    left_out = [
        say(
            "fairness.not_compared_group",
            group=line.count.label,
            n=widgets.count(line.count.n),
            reason=line.excluded.in_language(say.language).rstrip("。."),
        )
        for line in table.groups
        if line.excluded is not None
    ]
    if left_out:
        place.caption(say("fairness.not_compared", groups=say("app.semicolon").join(left_out)))


def _bounds(say: Words, lines: list[GroupImpact]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                say("fairness.group"): line.count.label,
                say("fairness.ratio"): widgets.number(line.impact_ratio, 3),
                say("fairness.proportional"): _interval(line.bounds.proportional),
                say("fairness.worst_case"): _interval(line.bounds.worst_case),
            }
            for line in lines
            if line.bounds is not None
        ]
    )


def verdict(say: Words, line: GroupImpact) -> str:
    """A group's verdict in words; one that was left out and not shown to be harmed has none."""
    if line.is_comparator:
        return say("fairness.is_comparator")
    if line.excluded is not None and not line.harm_is_proven:
        return say("fairness.left_out")
    return say(f"verdict.{line.verdict.value}")


def _row(say: Words, line: GroupImpact) -> dict[str, object]:
    return {
        say("fairness.group"): line.count.label,
        "n": line.count.n,
        say("fairness.selected"): line.count.selected,
        say("fairness.rate"): None if line.rate is None else round(100 * line.rate, 1),
        say("fairness.rate_interval"): _interval(line.rate_ci, 100),
        say("fairness.ratio"): None if line.impact_ratio is None else round(line.impact_ratio, 3),
        say("fairness.ratio_interval"): _interval(line.impact_ratio_ci),
        say("fairness.verdict"): verdict(say, line),
    }


def _tested(say: Words, line: GroupImpact) -> dict[str, object]:
    pair = None if line.is_comparator else line.table
    return {
        say("fairness.test"): NOTHING if pair is None or pair.p_value is None else pair.test,
        say("fairness.p"): None if pair is None or pair.p_value is None else round(pair.p_value, 4),
        say("fairness.p_holm"): None if line.p_holm is None else round(line.p_holm, 4),
        say("fairness.shortfall"): None if pair is None else _rounded(pair.shortfall_pooled),
        say("fairness.detectable"): _rounded(line.minimum_detectable_ratio, 2),
        say("fairness.remark"): line.excluded.in_language(say.language) if line.excluded else NOTHING,
    }


def _bar(table: AdverseImpact) -> str:
    return table.comparator.label if table.comparator else NOTHING


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _interval(interval: Interval, times: float = 1) -> str:
    if interval.low is None or interval.high is None:
        return NOTHING
    digits = 1 if times == 100 else 3
    return f"{times * interval.low:.{digits}f} – {times * interval.high:.{digits}f}"
