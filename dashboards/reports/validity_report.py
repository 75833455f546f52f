"""The validity report: figures raw and corrected, expectancy, where the people lie, and prediction by group."""

from collections.abc import Iterable
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, Section
from dashboards.reports.validity_scatter import density
from dashboards.reports.validity_words import LIMITS, WORDS
from dashboards.reports.words import Pen, interval_text, p_text
from validation.benchmarks import BENCHMARKS
from validation.differential_prediction import DifferentialPrediction, Step
from validation.expectancy import Band
from validation.group_validity import GroupValidity
from validation.joint_validity import Joint
from validation.validity import PredictorValidity, Validity
from validation.validity_figures import FigureLine, figures


def validity_document(found: Validity, *, file: str, made_on: date, language: str) -> Document:
    """The report in one language; `file` is the file's name."""
    pen = Pen(words=WORDS, language=language)
    return pen.document(found, _facts(found, file, made_on, pen), _sections(found, pen), LIMITS)


def _facts(found: Validity, file: str, made_on: date, pen: Pen) -> Iterable[tuple[str, str]]:
    yield pen.say("file"), file
    yield pen.say("date"), made_on.isoformat()
    yield pen.say("period"), pen.say("not_in_file")
    yield pen.say("predictors"), pen.say("comma").join(one.predictor for one in found.predictors)
    yield pen.say("criterion_column"), found.criterion
    yield pen.say("group_column"), found.group or pen.say("none")
    yield pen.say("everyone"), f"{found.n:,.0f}"
    yield pen.say("definition"), pen.say("definition_text")
    yield pen.say("comparator"), pen.say("comparator_text")
    yield pen.say("intervals"), pen.say("interval_methods")


def _sections(found: Validity, pen: Pen) -> Iterable[Section]:
    for one in found.predictors:
        yield _figures(one, pen)
        if one.expectancy.bands:
            yield Section(heading=_about(one, "expectancy", pen), charts=(_expectancy(one, pen),))
        chart = density(one, found.criterion, pen)
        if chart is not None:
            yield Section(heading=_about(one, "scatter", pen), charts=(chart,))
        if found.group is not None:
            yield _groups(one, found.group, pen)
    if found.joint is not None:
        yield Section(heading=pen.say("joint"), grids=(_joint(found.joint, pen),))
    yield _benchmarks(pen)


def _about(one: PredictorValidity, key: str, pen: Pen) -> str:
    return f"{one.predictor}{pen.say('colon')}{pen.say(key)}"


def _figures(one: PredictorValidity, pen: Pen) -> Section:
    lines = figures(one, one.assumptions)
    rows = (
        (pen.say(line.key), _value(line, pen), interval_text(line.interval), line.assumption or "–") for line in lines
    )
    people = f"{pen.say('people')}{pen.say('colon')}{one.correlation.n:,.0f}{pen.say('semicolon')}"
    missing = f"{pen.say('missing')}{pen.say('colon')}{one.missing:,.0f}"
    judged = f"{pen.verdict(one.judgement.verdict)}{pen.say('colon')}{pen.text(one.judgement.reason)}"
    notes = () if any(line.is_correction for line in lines) else (pen.say("not_asked"),)
    grid = pen.grid("figure_table", ("figure", "value", "interval", "assumption"), rows)
    return Section(heading=_about(one, "validity", pen), paragraphs=(judged, people + missing, *notes), grids=(grid,))


def _value(line: FigureLine, pen: Pen) -> str:
    return pen.say("not_correctable") if line.value is None and line.is_correction else number(line.value)


def _expectancy(one: PredictorValidity, pen: Pen) -> BarChart:
    found = one.expectancy
    bars = tuple(
        Bar(
            label=_band(band),
            value=band.rate,
            low=band.interval.low,
            high=band.interval.high,
            mark=band.expected_rate,
            note=f"{band.rate:.0%}, n = {band.n:,.0f}",
        )
        for band in found.bands
    )
    rows = (
        (
            _band(band),
            f"{band.n:,.0f}",
            f"{band.successes:,.0f}",
            number(band.rate),
            interval_text(band.interval),
            number(band.expected_rate),
        )
        for band in found.bands
    )
    return BarChart(
        title=pen.say("expectancy_chart").format(predictor=one.predictor, at=_plain(found.success_at)),
        unit=pen.say("rate"),
        bars=bars,
        grid=pen.grid("table", ("band", "n", "successes", "rate", "interval", "expected"), rows),
        value_name=pen.say("observed_mark"),
        mark_name=pen.say("expected_mark"),
    )


def _band(band: Band) -> str:
    return f"{band.low:.4g} – {band.high:.4g}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _groups(one: PredictorValidity, column: str, pen: Pen) -> Section:
    judged = one.prediction_judgement
    keys = ("group", "n", "missing", "r", "interval", "line", "residual", "dmod", "excluded")
    rows = (_group(group, pen) for group in one.groups)
    caption = f"{column} ({pen.say('predictor')}{pen.say('colon')}{one.predictor})"
    grid = Grid(caption=caption, headers=tuple(pen.say(key) for key in keys), rows=tuple(rows))
    return Section(
        heading=_about(one, "groups", pen),
        paragraphs=(f"{pen.verdict(judged.verdict)}{pen.say('colon')}{pen.text(judged.reason)}",),
        grids=(grid, *(() if one.prediction is None else (_steps(one.prediction, pen),))),
    )


def _group(group: GroupValidity, pen: Pen) -> tuple[str, ...]:
    line, dmod = group.line, group.dmod
    return (
        pen.named(group.group),
        f"{group.n:,.0f}",
        f"{group.missing:,.0f}",
        number(group.correlation.r),
        interval_text(group.correlation.interval),
        f"{line.line.intercept:.4g} + {line.line.slope:.4g} x" if line else "–",
        f"{line.mean_residual:+.3f}" if line else "–",
        f"{dmod.signed:+.2f} / {dmod.unsigned:.2f}" if dmod else "–",
        pen.text(group.excluded) or "–",
    )


def _steps(found: DifferentialPrediction, pen: Pen) -> Grid:
    steps: dict[str, Step] = {"omnibus": found.omnibus, "slope": found.slope, "intercept": found.intercept}
    rows = (
        (pen.say(name), number(step.f), f"{step.df[0]}; {step.df[1]:.0f}", p_text(step.p))
        for name, step in steps.items()
    )
    return pen.grid("step_table", ("step", "f", "df", "p"), rows)


def _joint(joint: Joint, pen: Pen) -> Grid:
    rows = (
        (
            " + ".join(joint.predictors[: place + 1]),
            f"{joint.n:,.0f}",
            number(step.r_squared if step else None),
            number(step.delta_r_squared if step else None, 4),
            p_text(step.p if step else None),
        )
        for place, step in enumerate(joint.increments, start=1)
    )
    return pen.grid("joint_table", ("predictor", "n", "r_squared", "delta", "p"), rows)


def _benchmarks(pen: Pen) -> Section:
    rows = (
        (pen.text(one.name), number(one.validity, 2), interval_text(one.credibility_interval())) for one in BENCHMARKS
    )
    grid = pen.grid("benchmark_table", ("kind", "mean", "credibility"), rows)
    return Section(heading=pen.say("benchmarks"), paragraphs=(pen.say("benchmark_source"),), grids=(grid,))
