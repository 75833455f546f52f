"""Adverse impact and error rates of ten million rows, against Fairlearn on rows and against the bare GROUP BY.

Fairlearn gets half a million rows of the same kind, and must say the same figures of them. Its time grows with rows,
so the two are compared per row. Every import is done before a clock starts.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from fairlearn import metrics

from validation.adverse_impact import assess_by
from validation.column_counts import outcome_counts
from validation.error_columns import error_cells
from validation.error_rates import error_rates
from validation.impact_rule import Rule

ROWS = 10_000_000
FAIRLEARN_ROWS = 500_000
REPEATS = 5
GROUPS = ("sex", "race")
_PEOPLE = """COPY (
  SELECT CASE WHEN random() < 0.5 THEN 'F' WHEN random() < 0.96 THEN 'M' ELSE 'X' END AS sex,
    ['asian', 'black', 'hispanic', 'native', 'pacific', 'two or more', 'white'][1 + floor(7 * random())::INT] AS race,
    (random() < 0.4)::INT AS selected, (random() < 0.5)::INT AS label
  FROM range({rows})) TO '{path}'"""

Rates = Mapping[tuple[str, tuple[str, ...]], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One statistic: ours of a file, Fairlearn's metrics, the column Fairlearn is given as truth."""

    name: str
    ours: Callable[[Path], Rates]
    columns: tuple[str, ...]
    metrics: Mapping[str, Callable[..., float]]


def run(report: Callable[[str, float, float, str], None]) -> None:
    """At least 50 times faster than Fairlearn by the row, and at most three times the bare query."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as bare:
        few, many = Path(folder) / "few.parquet", Path(folder) / "many.parquet"
        for path, rows in ((few, FAIRLEARN_ROWS), (many, ROWS)):
            bare.execute(_PEOPLE.format(rows=rows, path=path))
        for statistic in STATISTICS:
            fairlearn_s = _fairlearn(statistic, few)
            query = f"SELECT {', '.join(statistic.columns)}, count(*) FROM '{many}' GROUP BY ALL"
            bare_s, ours_s = _fastest([lambda: bare.execute(query).fetchall(), lambda: statistic.ours(many)])  # noqa: B023
            _say(report, statistic.name, ours_s=ours_s, bare_s=bare_s, fairlearn_s=fairlearn_s)


def _say(
    report: Callable[[str, float, float, str], None], name: str, *, ours_s: float, bare_s: float, fairlearn_s: float
) -> None:
    detail = f"{ours_s:.2f} s for {ROWS:,} rows by sex and race"
    scaled = f"{fairlearn_s:.1f} s for {FAIRLEARN_ROWS:,} rows, scaled by the row; the same figures"
    by_row = ours_s / ROWS / (fairlearn_s / FAIRLEARN_ROWS)
    report(f"{name} / Fairlearn's MetricFrame", by_row, 1 / 50, f"{detail} against {scaled}")
    report(f"{name} / bare DuckDB", ours_s / bare_s, 3.0, f"{detail} against {bare_s:.2f} s")


def _fairlearn(statistic: Statistic, path: Path) -> float:
    """Seconds that Fairlearn takes for the rates of every group; raises AssertionError where ours differ."""
    people = pd.read_parquet(path)
    began = time.perf_counter()
    frame = metrics.MetricFrame(
        metrics=dict(statistic.metrics),
        y_true=people["label"],
        y_pred=people["selected"],
        sensitive_features=people[list(GROUPS)],
    )
    theirs = {(name, group): float(rate) for name in frame.by_group for group, rate in frame.by_group[name].items()}
    seconds = time.perf_counter() - began
    if theirs != statistic.ours(path):
        raise AssertionError(f"{statistic.name}: our figures are not Fairlearn's")
    return seconds


def _selection_rates(path: Path) -> Rates:
    counts = outcome_counts(path, groups=GROUPS, selected="selected")
    lines = assess_by(Rule(), counts.counts, outcome_missing=counts.outcome_missing).groups
    return {("selection_rate", _values(line.count.group)): line.rate for line in lines}


def _error_rates(path: Path) -> Rates:
    cells, missing = error_cells(path, groups=GROUPS, label="label", predicted="selected")
    groups = error_rates(cells, missing=missing).groups
    return {(name, _values(group.group)): getattr(group, name) for group in groups for name in ERROR_RATES}


def _values(group: tuple[tuple[str, str | None], ...]) -> tuple[str, ...]:
    return tuple(str(value) for _, value in group)


def _fastest(works: list[Callable[[], object]]) -> list[float]:
    """The least seconds of each work, taken in turns so that a busy moment of the machine meets them alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for work, seconds in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - began)
    return [min(seconds) for seconds in times]


ERROR_RATES = {
    "tpr": metrics.true_positive_rate,
    "fpr": metrics.false_positive_rate,
    "fnr": metrics.false_negative_rate,
    "selection_rate": metrics.selection_rate,
}
STATISTICS = (
    Statistic(
        name="adverse impact",
        ours=_selection_rates,
        columns=(*GROUPS, "selected"),
        metrics={"selection_rate": metrics.selection_rate},
    ),
    Statistic(name="error rates", ours=_error_rates, columns=(*GROUPS, "label", "selected"), metrics=ERROR_RATES),
)
