"""The further parts of the page of validity: the cloud of people, skills, vendor versions, blind beside informed."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboards import charts, validity_figures, widgets
from dashboards.charts import Axis, Bar, Grid
from dashboards.facts import Facts
from dashboards.validity_figures import ValidityRead
from dashboards.wording.words import NOTHING, Words
from validation.correlation import Correlation
from validation.outcome import Verdict
from validation.reinterview import PairAgreement, judge_agreement
from validation.validity_by import StratifiedValidity
from warehouse.access import SMALLEST_GROUP
from warehouse.queries.agreement import BLIND
from warehouse.queries.validity import SKILL


def predictor_name(say: Words, predictor: str) -> str:
    """The assessment score, or a skill by its name."""
    if predictor.startswith(SKILL):
        return say("validity.skill_named", skill=say.of("skill", predictor.removeprefix(SKILL)))
    return say(f"predictor.{predictor}")


def cloud(say: Words, read: ValidityRead, predictor: str, criterion: str, facts: Facts) -> None:
    """How many people have each pair of values; cells of few people are shown without their number."""
    grid = validity_figures.grid(read)
    x = Axis(title=say("validity.x_axis", predictor=predictor_name(say, predictor)))
    y = Axis(title=say("validity.y_axis", criterion=say(f"criterion.{criterion}")))
    widgets.chart(
        say("validity.cloud"),
        charts.heat(grid, x=x, y=y, count=say("validity.people"), smallest=SMALLEST_GROUP),
        _cloud_rows(say, grid),
        say,
        name="validity-cloud",
        facts=facts.defined(say("validity.cloud_definition", smallest=SMALLEST_GROUP)),
    )


def _cloud_rows(say: Words, grid: Grid) -> pd.DataFrame:
    rows = [
        {
            say("validity.score_from"): x,
            say("validity.rating_from"): y,
            say("validity.people"): charts.shown_count(count, SMALLEST_GROUP),
        }
        for y, row in zip(grid.y, grid.counts, strict=True)
        for x, count in zip(grid.x, row, strict=True)
        if count
    ]
    return pd.DataFrame(rows)


def skills(say: Words, found: Mapping[str, Correlation], criterion: str, facts: Facts) -> None:
    """Which skills carry the validity."""
    title = say("validity.by_skill", criterion=say(f"criterion.{criterion}"))
    named = {say.of("skill", name): one for name, one in found.items()}
    _correlations(say, title, named, name="validity-skills", facts=facts.defined(say("validity.by_skill_definition")))


def versions(say: Words, found: StratifiedValidity, facts: Facts) -> None:
    """Whether the vendor's versions predict alike."""
    named = {say("validity.version", version=say.of("value", name)): one for name, one in found.strata.items()}
    definition = facts.defined(say("validity.by_version_definition"))
    _correlations(say, say("validity.by_version"), named, name="validity-versions", facts=definition)
    if found.p is not None:
        key = "validity.versions_agree" if found.is_homogeneous else "validity.versions_differ"
        st.markdown(say(key, p=f"{found.p:.3f}", mean=widgets.number(found.mean_r)))


def _correlations(say: Words, title: str, found: Mapping[str, Correlation], *, name: str, facts: Facts) -> None:
    bars = [
        Bar(label=label, value=one.r, low=one.interval.low, high=one.interval.high, note=f"n = {one.n:,.0f}")
        for label, one in found.items()
    ]
    if not any(bar.value is not None for bar in bars):
        widgets.heading(title)
        widgets.too_few(say)
        return
    behind = pd.DataFrame(
        {
            say("validity.what"): list(found),
            "n": [one.n for one in found.values()],
            say("validity.r"): [None if one.r is None else round(one.r, 3) for one in found.values()],
            say("validity.low"): [widgets.number(one.interval.low, 3) for one in found.values()],
            say("validity.high"): [widgets.number(one.interval.high, 3) for one in found.values()],
        }
    )
    axis = Axis(title=say("validity.r_axis"), digits=2)
    widgets.chart(title, charts.bars(bars, axis=axis), behind, say, name=name, facts=facts)


def blindness(say: Words, read: ValidityRead, facts: Facts) -> None:
    """Agreement of score and rating, by whether the rater had seen the score."""
    found = validity_figures.agreement(read)
    widgets.heading(say("validity.blindness"))
    shown = {kind: one for kind, one in found.items() if one.n >= SMALLEST_GROUP}
    if not shown:
        widgets.too_few(say)
        return
    verdict, reason = judge_agreement(found[BLIND])
    _judged(say, verdict, reason.in_language(say.language))
    rows = pd.DataFrame([_agreement_row(say, kind, one) for kind, one in shown.items()])
    n = widgets.count(sum(one.n for one in shown.values()))
    definition = facts.defined(say("validity.blindness_definition"), n=n)
    st.caption(definition.note(say))
    widgets.listing(rows, say, name="blindness", facts=definition)
    unknown = validity_figures.unknown_re_interviews(read)
    if unknown:
        st.caption(say("validity.blindness_unknown", n=widgets.count(unknown)))


def _judged(say: Words, verdict: Verdict, reason: str) -> None:
    left, right = st.columns([1, 6], vertical_alignment="center")
    with left:
        widgets.verdict(say, verdict.value)
    right.markdown(reason)


def _agreement_row(say: Words, kind: str, one: PairAgreement) -> dict[str, object]:
    return {
        say("validity.rated"): say(f"validity.{kind}"),
        "n": one.n,
        say("validity.r"): widgets.number(one.correlation.r, 3),
        say("validity.r_interval"): _interval(one.correlation.interval.low, one.correlation.interval.high),
        say("validity.icc"): NOTHING if one.icc is None else widgets.number(one.icc.icc2, 3),
        say("validity.icc_interval"): _interval(one.icc2_interval.low, one.icc2_interval.high),
        say("validity.bias"): NOTHING if one.bland_altman is None else widgets.number(one.bland_altman.bias, 3),
    }


def _interval(low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{low:.3f} – {high:.3f}"
