"""Evidently's own drift report as an artefact beside ours, for windows it can handle.

The only module that imports Evidently, and only when a report is asked for: the import takes seconds. Our verdicts
never depend on it; its figures for the same bins equal ours, which a test holds.
"""

import contextlib
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

MOST_ROWS = 100_000


class ReportTooLarge(ValueError):
    """A window beyond what Evidently reports in reasonable time and memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidentlyReport:
    """Where the report was written, and the drift score and method Evidently gave each column."""

    path: Path
    scores: dict[str, float]
    methods: dict[str, str]


def write_report(reference: pd.DataFrame, current: pd.DataFrame, path: Path) -> EvidentlyReport:
    """Writes Evidently's data drift preset as one HTML file.

    Raises `ReportTooLarge` when either side has more than 100,000 rows, and ValueError when a side has none.
    """
    most = max(len(reference), len(current))
    if most > MOST_ROWS:
        raise ReportTooLarge(
            f"Evidently's report takes at most {MOST_ROWS} rows a side, not {most}; narrow the window."
        )
    if not (len(reference) and len(current)):
        raise ValueError("Evidently's report needs rows on both sides.")
    with _quiet():
        from evidently import Report  # noqa: PLC0415 - the import takes seconds
        from evidently.presets import DataDriftPreset  # noqa: PLC0415

        snapshot = Report([DataDriftPreset()]).run(current, reference)
        snapshot.save_html(str(path))
        found = [metric for metric in snapshot.dict()["metrics"] if "column" in metric["config"]]
    return EvidentlyReport(
        path=path,
        scores={metric["config"]["column"]: float(metric["value"]) for metric in found},
        methods={metric["config"]["column"]: str(metric["config"]["method"]) for metric in found},
    )


def refuse_large(*rows: int) -> None:
    """Raises `ReportTooLarge` for tables of so many rows, before anything is read."""
    if max(rows) > MOST_ROWS:
        raise ReportTooLarge(f"Evidently's report takes {MOST_ROWS} rows a side at most, not {max(rows)}: narrow it.")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Evidently touches deprecated corners of NumPy and pandas; nothing a reader of our report could act on."""
    level = logging.root.manager.disable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(level)
