"""The drift answer as a table in the terminal."""

from rich.table import Table
from rich.text import Text as Line

from dashboards.audit_tables import number, say, terminal, verdict_word
from dashboards.reports.drift_words import WORDS
from dashboards.reports.words import SHARED
from validation.drift import ColumnDrift
from validation.drift_table import PeriodDrift, TableDrift


def print_drift(found: TableDrift, language: str) -> None:
    """Columns with their effect sizes, the series where there is one, what was left out, and the verdict."""
    console = terminal()
    words = {key: text.in_language(language) for key, text in {**SHARED, **WORDS}.items()}
    headers = ("column", "n_reference", "n_current", "psi", "jensen_shannon", "wasserstein", "missing", "verdict")
    table = Table(*(words[key] for key in headers))
    for column in found.whole.columns:
        table.add_row(*(Line(cell) for cell in _cells(column, language)))
    console.print(table)
    if found.periods is not None:
        console.print(_series(found.periods, words, language))
    for column in [column for column in found.whole.columns if column.verdict.value != "pass"]:
        say(console, column.reason.in_language(language))
    for left in found.not_compared:
        say(console, f"{words['not_compared']}: {left.column}: {left.reason.in_language(language)}")
    say(console, f"{verdict_word(found.verdict.value, language)}: {found.reason.in_language(language)}")


def _series(periods: tuple[PeriodDrift, ...], words: dict[str, str], language: str) -> Table:
    table = Table(words["period"], words["n"], words["verdict"], words["reason"])
    for period in periods:
        drift = period.drift
        cells = (period.period, f"{drift.current_n:g}", verdict_word(drift.verdict.value, language))
        table.add_row(*(Line(cell) for cell in (*cells, drift.reason.in_language(language))))
    return table


def _cells(column: ColumnDrift, language: str) -> tuple[str, ...]:
    effects = (column.psi, column.jensen_shannon, column.wasserstein_normed)
    missing = "–" if column.missing_change is None else f"{column.missing_change:+.1%}"
    sizes = (f"{column.reference_n:.0f}", f"{column.current_n:.0f}")
    return (
        column.column,
        *sizes,
        *(number(effect) for effect in effects),
        missing,
        verdict_word(column.verdict.value, language),
    )
