"""The demo company: writes what its outside systems would export, with a known truth planted in it.

`write` is the entry. Rows depend on size, seed and last day alone; blocks only bound the memory. Every source's name
begins with `demo_` and every mapping says `generated`, so that no screen can take the rows for real people.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from warehouse.generate.exports import ats, hris, interviews, self_report
from warehouse.generate.files import CsvFile, JsonLinesFile, ParquetFile, WorkbookFile
from warehouse.generate.journey import Journeys, journeys
from warehouse.generate.plan import Plan
from warehouse.generate.pool import Pool
from warehouse.generate.truth import Truth, truth

SEED = 20_260_101
END = dt.date(2026, 6, 30)
ROWS_AT_ONCE = 25_000
_MOST_APPLICATIONS_FOR_A_WORKBOOK = 50_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One exported file: its name, the source it comes from and the mapping that reads it."""

    file: str
    source: str
    mapping: str


FILES = (
    SourceFile(file="ats_requisitions.csv", source="demo_ats", mapping="demo_ats_requisitions"),
    SourceFile(file="ats_candidates.csv", source="demo_ats", mapping="demo_ats_candidates"),
    SourceFile(file="ats_applications.csv", source="demo_ats", mapping="demo_ats_applications"),
    SourceFile(file="ats_stages.csv", source="demo_ats", mapping="demo_ats_stages"),
    SourceFile(file="ai_interviews.jsonl", source="demo_ai_vendor", mapping="demo_ai_interviews"),
    SourceFile(file="re_interviews.csv", source="demo_re_interviews", mapping="demo_re_interviews"),
    SourceFile(file="offers_and_hires.csv", source="demo_hris", mapping="demo_offers_and_hires"),
    SourceFile(file="performance_reviews.xlsx", source="demo_hris", mapping="demo_performance_reviews"),
    SourceFile(file="pay.parquet", source="demo_hris", mapping="demo_pay"),
    SourceFile(file="courses.csv", source="demo_hris", mapping="demo_courses"),
    SourceFile(file="demographics.csv", source="demo_self_report", mapping="demo_demographics"),
)
"""The files in the order in which they have to be loaded; a large company's reviews are `.parquet` instead."""

_OPENINGS, _INTERVIEWS = "ats_requisitions.csv", "ai_interviews.jsonl"
_TABLES = {
    "ats_candidates.csv": ats.candidate_rows,
    "ats_applications.csv": ats.application_rows,
    "ats_stages.csv": ats.stage_rows,
    "re_interviews.csv": interviews.re_interview_rows,
    "offers_and_hires.csv": hris.offer_rows,
    "performance_reviews.xlsx": hris.review_rows,
    "pay.parquet": hris.pay_rows,
    "courses.csv": hris.course_rows,
    "demographics.csv": self_report.demographic_rows,
}


def write(
    folder: Path,
    *,
    applications: int,
    seed: int = SEED,
    end: dt.date = END,
    progress: Progress | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Truth:
    """Write all files, `manifest.json` and `truth.json` of a company with three years of history up to `end`.

    `progress` is called with the applications done and all of them. `rows_at_once` bounds the memory and changes no
    byte of any file.
    """
    plan = Plan(applications=applications, seed=seed, end=end)
    folder.mkdir(parents=True, exist_ok=True)
    counted, pool = _write_files(plan, folder, rows_at_once, progress)
    rows = {entry.file: counted[usual.file] for usual, entry in zip(FILES, files(applications), strict=True)}
    _write_manifest(folder, plan, rows)
    result = truth(plan, folder, rows, pool)
    result.write()
    return result


def files(applications: int) -> tuple[SourceFile, ...]:
    """The files of a company of this size, in load order."""
    if applications <= _MOST_APPLICATIONS_FOR_A_WORKBOOK:
        return FILES
    return tuple(
        SourceFile(file=entry.file.replace(".xlsx", ".parquet"), source=entry.source, mapping=entry.mapping)
        for entry in FILES
    )


def _write_files(plan: Plan, folder: Path, rows_at_once: int, progress: Progress | None) -> tuple[dict[str, int], Pool]:
    paths = {usual.file: folder / entry.file for usual, entry in zip(FILES, files(plan.applications), strict=True)}
    openings, vendor = CsvFile(paths[_OPENINGS]), JsonLinesFile(paths[_INTERVIEWS])
    openings.write(ats.requisition_rows(plan))
    tables = {name: _table_file(paths[name]) for name in _TABLES}
    pool = Pool()
    for block in _blocks(plan, rows_at_once):
        for name, file in tables.items():
            file.write(_TABLES[name](plan, block))
        vendor.write(interviews.interview_records(plan, block))
        pool.add(block)
        if progress is not None:
            progress(int(block.index[-1]) + 1, plan.applications)
    written = {_OPENINGS: openings, _INTERVIEWS: vendor, **tables}
    for done in written.values():
        done.close()
    return {entry.file: written[entry.file].rows for entry in FILES}, pool


def _blocks(plan: Plan, rows_at_once: int) -> Iterator[Journeys]:
    for start in range(0, plan.applications, rows_at_once):
        stop = min(start + rows_at_once, plan.applications)
        yield journeys(plan, np.arange(start, stop, dtype=np.int64))


def _table_file(path: Path) -> CsvFile | ParquetFile | WorkbookFile:
    if path.suffix == ".parquet":
        return ParquetFile(path)
    return WorkbookFile(path) if path.suffix == ".xlsx" else CsvFile(path)


def _write_manifest(folder: Path, plan: Plan, rows: dict[str, int]) -> None:
    entries = [{**asdict(entry), "rows": rows[entry.file]} for entry in files(plan.applications)]
    text = json.dumps({"generated": True, "files": entries}, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
