"""Drift of a million rows in twenty columns, against Evidently's preset on the same two files.

Both run in processes of their own, warmed up on a thousand rows. Ours, seconds long, runs three times and the fastest
counts. Times are compared in seconds of CPU, which other work on the machine does not stretch, though ours uses several
cores and Evidently one. Peak memory is what the work added to the process after the warm-up; the distances must agree.
"""

import json
import logging
import math
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROWS = 1_000_000
SIDES = ("reference", "current")
REPEATS = 3
CSV_LIMIT = 1 / 8
_COLUMNS = ", ".join(
    [f"round(random() * 100 + {index}, 3) AS number_{index}" for index in range(8)]
    + [f"floor(random() * {5 + 10 * index})::INT AS whole_{index}" for index in range(6)]
    + [f"'value ' || floor(random() * {4 + 5 * index})::INT AS text_{index}" for index in range(6)]
)
_MEASURES = {"wasserstein": "wasserstein_normed", "jensen": "jensen_shannon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a process said of its work: wall and CPU seconds, bytes before and at the peak, the distances it found."""

    seconds: float
    busy: float
    before: int
    peak: int
    found: Mapping[str, Mapping[str, float]]
    csv_busy: float = 0.0

    @property
    def added(self) -> int:
        """Bytes that the work took."""
        return self.peak - self.before


def run(report: Callable[[str, float, float, str], None]) -> None:
    """Parquet: 30 times faster at a third of the memory. CSV, whose parsing is most of ours: 8 times, at a third."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder)
        evidently = _measured("evidently", folder, "parquet")
        for kind, limit in (("parquet", 1 / 30), ("csv", CSV_LIMIT)):
            ours = min((_measured("ours", folder, kind) for _ in range(REPEATS)), key=lambda run: run.busy)
            _must_agree(ours, evidently)
            theirs_s = evidently.busy + (evidently.csv_busy if kind == "csv" else 0.0)
            times = (
                f"{ours.busy:.2f} s of CPU against {theirs_s:.0f} s over {ROWS:,} rows of 20 columns a side; "
                f"by the clock {ours.seconds:.2f} s against {evidently.seconds:.0f} s"
            )
            report(f"drift of {kind} / Evidently's preset", ours.busy / theirs_s, limit, times)
            memory = f"{_megabytes(ours)} against {_megabytes(evidently)}"
            report(f"memory of drift of {kind} / Evidently's", ours.added / evidently.added, 1 / 3, memory)


def _megabytes(run: Run) -> str:
    return f"{run.added >> 20} MB over {run.before >> 20} MB before"


def _write(folder: Path) -> None:
    with duckdb.connect() as connection:
        for part, side in enumerate(SIDES):
            connection.execute("SELECT setseed(?)", [(part + 1) / 10])
            connection.execute(f"CREATE TABLE {side} AS SELECT {_COLUMNS} FROM range({ROWS})")
            for kind in ("parquet", "csv"):
                connection.execute(f"COPY {side} TO '{folder}/{side}.{kind}'")
                connection.execute(f"COPY (FROM {side} LIMIT 1000) TO '{folder}/few_{side}.{kind}'")


def _measured(who: str, folder: Path, kind: str) -> Run:
    command = [sys.executable, "-m", "tests.bench.drift", who, str(folder), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _must_agree(ours: Run, theirs: Run) -> None:
    """Ours keeps long columns on a grid of 2,048 cells, hence a thousandth."""
    pairs = [(distance, ours.found[name][key]) for name, one in theirs.found.items() for key, distance in one.items()]
    if len(pairs) != 20 or not all(math.isclose(one, other, rel_tol=0.01, abs_tol=1e-4) for one, other in pairs):
        raise AssertionError(f"drift: our distances are not Evidently's: {pairs}")


def _peak() -> int:
    """Most bytes of this process so far; Linux counts those of the parent into `ru_maxrss`, so its own are read."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) << 10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most << 10


def _child(who: str, folder: Path, kind: str) -> None:
    """Works once on few rows, then on all, and prints what that took as one JSON line."""
    work = _ours if who == "ours" else _evidently
    work(*(folder / f"few_{side}.{kind}" for side in SIDES))
    before, began, at_work = _peak(), time.perf_counter(), time.process_time()
    found = work(*(folder / f"{side}.{kind}" for side in SIDES))
    seconds, busy, peak = time.perf_counter() - began, time.process_time() - at_work, _peak()
    csv_busy = 0.0 if who == "ours" else _csv_busy(folder)
    said = {
        "seconds": seconds,
        "busy": busy,
        "before": before,
        "peak": peak,
        "found": found,
        "csv_busy": csv_busy,
    }
    print(json.dumps(said))


def _ours(reference: Path, current: Path) -> dict[str, dict[str, float]]:
    from validation.drift_columns import FileColumns  # noqa: PLC0415 - each process imports its own side only
    from validation.drift_table import compare_tables  # noqa: PLC0415
    from validation.tabular import Table  # noqa: PLC0415

    with Table(reference) as first, Table(current) as second:
        before = FileColumns(first)
        columns = compare_tables(before, FileColumns(second, before.contents)).whole.columns
    return {
        column.column: {
            "wasserstein_normed": column.wasserstein_normed or 0.0,
            "jensen_shannon": column.jensen_shannon or 0.0,
        }
        for column in columns
    }


def _evidently(reference: Path, current: Path) -> dict[str, dict[str, float]]:
    import pandas as pd  # noqa: PLC0415
    from evidently import Report  # noqa: PLC0415
    from evidently.presets import DataDriftPreset  # noqa: PLC0415

    sides = [pd.read_parquet(path) for path in (reference, current)]
    snapshot = Report([DataDriftPreset()]).run(sides[1], sides[0])
    metrics = [metric for metric in snapshot.dict()["metrics"] if "column" in metric["config"]]
    return {
        metric["config"]["column"]: {_measure(str(metric["config"]["method"])): float(metric["value"])}
        for metric in metrics
    }


def _measure(method: str) -> str:
    return next((ours for word, ours in _MEASURES.items() if word in method.lower()), method)


def _csv_busy(folder: Path) -> float:
    """Seconds of CPU that Evidently's user pays for reading the two CSV files."""
    import pandas as pd  # noqa: PLC0415

    began = time.process_time()
    for side in SIDES:
        pd.read_csv(folder / f"{side}.csv")
    return time.process_time() - began


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    _child(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
