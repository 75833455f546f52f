"""Are high scorers better hires? The assessment score against re-interview and performance, raw beside corrected."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboards import charts, choices, lake_page, statistics_data, validity_figures, widgets
from dashboards.charts import Axis, Bar
from dashboards.facts import Facts
from dashboards.validity_figures import Pool
from dashboards.views import validity_parts
from dashboards.wording.words import NOTHING, Words
from validation.expectancy import Band
from validation.validity import Assumptions, PredictorValidity
from validation.validity_figures import FigureLine, figures
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.queries.validity import SKILL
from warehouse.settings import Settings

NEEDS = Permission.READ_LAKE
SCORE = "ai_score"
CRITERIA = ("re_interview_rating", "performance_6m", "performance_12m", "performance_3m", "re_interview_passed")
RELIABILITY = 0.6


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    page = lake_page.begin(settings, principal, say, page="validity", needs=NEEDS)
    if page is None:
        return
    names = statistics_data.skill_names(settings, principal, page.snapshot.id)
    predictor, criterion = _asked(say, names)
    with widgets.reading(say):
        read = statistics_data.validity(settings, principal, page.snapshot.id, page.chosen, predictor, criterion)
    pool = validity_figures.pool(read.moments)
    facts = replace(page.facts, n=widgets.count(pool.labelled))
    _selection(say, pool, criterion)
    if pool.labelled < SMALLEST_GROUP:
        widgets.too_few(say)
        return
    given = _assumptions(say, pool)
    found = validity_figures.answer(read, predictor, given)
    _verdict(say, found)
    _figures(say, found, given, facts)
    _expectancy(say, found, criterion, facts)
    validity_parts.cloud(say, read, predictor, criterion, facts)
    validity_parts.skills(say, validity_figures.by_skill(read), criterion, facts)
    validity_parts.versions(say, validity_figures.by_version(read), facts)
    validity_parts.blindness(say, read, facts)


def _asked(say: Words, names: tuple[str, ...]) -> tuple[str, str]:
    left, right = st.columns(2)
    with left:
        predictor = choices.pick(
            say("validity.predictor"),
            (SCORE, *(f"{SKILL}{name}" for name in names)),
            parameter="predictor",
            shown=lambda name: validity_parts.predictor_name(say, name),
        )
    with right:
        criterion = choices.pick(
            say("validity.criterion"), CRITERIA, parameter="criterion", shown=lambda name: say(f"criterion.{name}")
        )
    return predictor, criterion


def _selection(say: Words, pool: Pool, criterion: str) -> None:
    sentence = say(
        "validity.selection_re_interview" if criterion.startswith("re_interview") else "validity.selection_hired",
        labelled=widgets.count(pool.labelled),
        applicants=widgets.count(pool.applicants),
    )
    st.warning(sentence, icon=":material/filter_alt:")


def _assumptions(say: Words, pool: Pool) -> Assumptions:
    """The switches of the corrections; both off is the raw figure alone."""
    with st.container(border=True):
        st.markdown(f"**{say('validity.assumptions')}**")
        left, middle, right = st.columns(3)
        with left:
            is_ranged = choices.switch(say("validity.range"), parameter="range", explanation=say("validity.range_help"))
            st.caption(say("validity.range_sd", sd=widgets.number(pool.applicant_sd)))
        with middle:
            is_reliable = choices.switch(
                say("validity.reliability"), parameter="unreliable", explanation=say("validity.reliability_help")
            )
        with right:
            reliability = choices.number(
                say("validity.reliability_value"),
                parameter="ryy",
                default=RELIABILITY,
                low=0.2,
                high=1.0,
                step=0.05,
            )
    return Assumptions(
        applicant_sd=pool.applicant_sd if is_ranged else None,
        criterion_reliability=reliability if is_reliable else None,
    )


def _verdict(say: Words, found: PredictorValidity) -> None:
    left, right = st.columns([1, 6], vertical_alignment="center")
    with left:
        widgets.verdict(say, found.verdict.value)
    right.markdown(found.reason.in_language(say.language))


def _figures(say: Words, found: PredictorValidity, given: Assumptions, facts: Facts) -> None:
    lines = figures(found, given)
    shown = [
        Bar(
            label=say(f"validity.{line.key}"),
            value=line.value,
            low=None if line.interval is None else line.interval.low,
            high=None if line.interval is None else line.interval.high,
            note=line.assumption or say("validity.raw"),
            colour=charts.ORANGE if line.is_correction else charts.BLUE,
        )
        for line in lines
    ]
    behind = pd.DataFrame([_figure_row(say, line) for line in lines])
    widgets.chart(
        say("validity.figures"),
        charts.bars(shown, axis=Axis(title=say("validity.r_axis"), digits=2)),
        behind,
        say,
        name="validity-figures",
        facts=facts.defined(say("validity.figures_definition")),
    )


def _figure_row(say: Words, line: FigureLine) -> dict[str, object]:
    return {
        say("validity.figure"): say(f"validity.{line.key}"),
        say("validity.value"): None if line.value is None else round(line.value, 3),
        say("validity.low"): widgets.number(None if line.interval is None else line.interval.low, 3),
        say("validity.high"): widgets.number(None if line.interval is None else line.interval.high, 3),
        say("validity.assumption"): line.assumption or NOTHING,
    }


def _expectancy(say: Words, found: PredictorValidity, criterion: str, facts: Facts) -> None:
    table = found.expectancy
    title = say(
        "validity.expectancy", criterion=say(f"criterion.{criterion}"), success=widgets.number(table.success_at)
    )
    shown = [band for band in table.bands if band.n >= SMALLEST_GROUP]
    if not shown:
        widgets.heading(title)
        widgets.too_few(say)
        return
    bars = [
        Bar(
            label=_band(band),
            value=100 * band.rate,
            low=_hundred(band.interval.low),
            high=_hundred(band.interval.high),
            note=say("validity.band_note", n=widgets.count(band.n), successes=widgets.count(band.successes)),
        )
        for band in shown
    ]
    behind = pd.DataFrame([_band_row(say, band) for band in shown])
    widgets.chart(
        title,
        charts.bars(bars, axis=Axis(title=say("validity.rate_axis"), low=0, high=100, suffix=" %", digits=1)),
        behind,
        say,
        name="expectancy",
        facts=facts.defined(say("validity.expectancy_definition", base=widgets.percent(table.base_rate))),
    )
    widgets.suppression_note(say, len(table.bands) - len(shown))


def _band_row(say: Words, band: Band) -> dict[str, object]:
    return {
        say("validity.band"): _band(band),
        "n": band.n,
        say("validity.successes"): band.successes,
        say("validity.rate"): round(100 * band.rate, 1),
        say("validity.low"): _hundred(band.interval.low),
        say("validity.high"): _hundred(band.interval.high),
        say("validity.expected"): _hundred(band.expected_rate),
    }


def _band(band: Band) -> str:
    return f"{band.low:g} – {band.high:g}"


def _hundred(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
