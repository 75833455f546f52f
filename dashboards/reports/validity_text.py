"""The validity answer as tables in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from dashboards.audit_tables import number, say, terminal, verdict_word
from dashboards.reports.validity_words import WORDS
from dashboards.reports.words import SHARED
from validation.validity import PredictorValidity, Validity
from validation.validity_figures import figures


def print_validity(found: Validity, language: str) -> None:
    """Each predictor's figures, expectancy, groups and verdict, then the verdict of all."""
    words = {key: text.in_language(language) for key, text in {**SHARED, **WORDS}.items()}
    console = terminal()
    for one in found.predictors:
        console.print(_figures(one, found, words))
        if one.expectancy.bands:
            console.print(_expectancy(one, words))
        if one.groups:
            console.print(_groups(one, words))
            _say_verdict(
                console,
                one.prediction_judgement.verdict.value,
                one.prediction_judgement.reason.in_language(language),
                language,
            )
        _say_verdict(console, one.judgement.verdict.value, one.judgement.reason.in_language(language), language)
    _say_verdict(console, found.verdict.value, found.reason.in_language(language), language)


def _say_verdict(console: Console, verdict: str, reason: str, language: str) -> None:
    say(console, f"{verdict_word(verdict, language)}: {reason}")


def _figures(one: PredictorValidity, found: Validity, words: dict[str, str]) -> Table:
    title = (
        f"{one.predictor} → {found.criterion} (n = {one.correlation.n:,.0f}, {words['missing']}: {one.missing:,.0f})"
    )
    table = Table(*(words[key] for key in ("figure", "value", "interval", "assumption")), title=Line(title))
    for line in figures(one, one.assumptions):
        ends = line.interval
        interval = f"{number(ends.low)} – {number(ends.high)}" if ends else "–"
        missing = words["not_correctable"] if line.is_correction else "–"
        value = missing if line.value is None else number(line.value)
        table.add_row(*(Line(cell) for cell in (words[line.key], value, interval, line.assumption)))
    return table


def _expectancy(one: PredictorValidity, words: dict[str, str]) -> Table:
    at = one.expectancy.success_at
    title = words["expectancy_chart"].format(predictor=one.predictor, at="–" if at is None else f"{at:.6g}")
    table = Table(*(words[key] for key in ("band", "n", "rate", "interval", "expected")), title=Line(title))
    for band in one.expectancy.bands:
        expected = "–" if band.expected_rate is None else f"{band.expected_rate:.1%}"
        interval = f"{number(band.interval.low)} – {number(band.interval.high)}"
        scores = f"{band.low:.4g} – {band.high:.4g}"
        table.add_row(*(Line(cell) for cell in (scores, f"{band.n:,.0f}", f"{band.rate:.1%}", interval, expected)))
    return table


def _groups(one: PredictorValidity, words: dict[str, str]) -> Table:
    table = Table(
        *(words[key] for key in ("group", "n", "r", "interval", "residual", "dmod")), title=Line(words["groups"])
    )
    for group in one.groups:
        ends, line, dmod = group.correlation.interval, group.line, group.dmod
        cells = (
            group.group,
            f"{group.n:,.0f}",
            number(group.correlation.r),
            f"{number(ends.low)} – {number(ends.high)}",
            f"{line.mean_residual:+.3f}" if line else "–",
            f"{dmod.signed:+.2f} / {dmod.unsigned:.2f}" if dmod else "–",
        )
        table.add_row(*(Line(cell) for cell in cells))
    return table
