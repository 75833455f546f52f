"""`hiregate audit drift`: has anything moved since the reference, whole and by period?

Exit codes: 2 for input that cannot be compared as asked (one line on stderr), 1 for a verdict of `block`, else 0.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from dashboards.audit_output import (
    HtmlOption,
    JsonOption,
    Language,
    LanguageOption,
    PdfOption,
    one_line_errors,
    print_json,
    refuse,
    write_reports,
)

if TYPE_CHECKING:
    from dashboards.reports.document import Document
    from validation.drift_columns import Columns
    from validation.drift_table import TableDrift


class Progress(Protocol):
    """Hears how many columns of how many are done."""

    def __call__(self, done: int, of: int, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the command was asked."""

    reference: Path
    current: Path
    columns: tuple[str, ...] | None
    time: str | None
    every: str | None
    evidently: Path | None


def audit_drift(
    reference: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet file a model or report was made from.")],
    current: Annotated[Path, typer.Argument(help="File of the same columns to compare with it.")],
    *,
    columns: Annotated[
        list[str] | None, typer.Option(help="Columns divided by commas; else all that both files can compare.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="Column of the current file that dates its rows.")] = None,
    every: Annotated[
        str | None, typer.Option(help="A series by day, week, month, quarter, year or a number of rows.")
    ] = None,
    json: JsonOption = False,
    html: HtmlOption = None,
    pdf: PdfOption = None,
    evidently: Annotated[
        Path | None, typer.Option(help="Write Evidently's own report too, up to 100,000 rows a file.")
    ] = None,
    language: LanguageOption = Language.EN,
) -> None:
    """Which columns drifted, by how much, since when? Effect sizes against thresholds and against chance."""
    from validation.drift_table import DriftInputError  # noqa: PLC0415 - `--help` must not wait for statistics
    from validation.evidently_report import ReportTooLarge  # noqa: PLC0415
    from validation.outcome import exit_code  # noqa: PLC0415
    from validation.tabular import BadTable  # noqa: PLC0415

    question = Question(
        reference=reference,
        current=current,
        columns=tuple(columns) if columns is not None else None,
        time=time,
        every=every,
        evidently=evidently,
    )
    with one_line_errors(BadTable, DriftInputError, ReportTooLarge):
        found = _compared(question)
    if html is not None or pdf is not None:
        write_reports(_document(found, question, language), html=html, pdf=pdf)
    _show(found, as_json=json, language=language)
    raise typer.Exit(exit_code(found.verdict))


def _compared(question: Question) -> "TableDrift":
    from validation.drift_columns import FileColumns  # noqa: PLC0415
    from validation.drift_table import compare_tables  # noqa: PLC0415
    from validation.tabular import Table  # noqa: PLC0415

    with Table(question.reference) as first, Table(question.current) as second, _progress() as on_column:
        reference = FileColumns(first)
        current = FileColumns(second, reference.contents)
        found = compare_tables(
            reference,
            current,
            columns=_named(question.columns, reference),
            time=question.time,
            every=question.every,
            on_column=on_column,
        )
        if question.evidently is not None:
            _write_evidently(question.evidently, reference, current, found)
    return found


def _named(columns: Sequence[str] | None, reference: "Columns") -> list[str] | None:
    """The names given, divided at commas unless a column bears the very name."""
    if columns is None:
        return None
    names = [part.strip() for text in columns for part in ([text] if text in reference.contents else text.split(","))]
    if not all(names):
        refuse("--columns holds an empty name; divide the columns by single commas")
    return names


def _write_evidently(path: Path, reference: "Columns", current: "Columns", found: "TableDrift") -> None:
    import pandas as pd  # noqa: PLC0415

    from validation.evidently_report import refuse_large, write_report  # noqa: PLC0415

    refuse_large(reference.rows, current.rows)
    shared = [column.column for column in found.whole.columns if column.psi is not None]
    frames = [pd.DataFrame({name: side.values(name) for name in shared}) for side in (reference, current)]
    try:
        write_report(frames[0], frames[1], path)
    except OSError as error:
        refuse(f"{path.name}: cannot be written ({error.strerror})")


def _document(found: "TableDrift", question: Question, language: Language) -> "Document":
    from dashboards.reports.drift_report import DriftReport, drift_document  # noqa: PLC0415

    report = DriftReport(
        reference=question.reference.name,
        current=question.current.name,
        found=found,
        time=question.time,
        every=question.every,
        made_on=datetime.now(UTC).date(),
    )
    return drift_document(report, language.value)


def _show(found: "TableDrift", *, as_json: bool, language: Language) -> None:
    if as_json:
        print_json(found.as_json())
    else:
        from dashboards.reports.drift_text import print_drift  # noqa: PLC0415

        print_drift(found, language.value)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on stderr where somebody watches; files and pipes get none."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Columns")
        yield lambda done, of: bar.update(task, completed=done, total=of)
