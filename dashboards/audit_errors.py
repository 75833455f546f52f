"""`hiregate audit errors`: error-rate fairness of any plain file with labels and predictions."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

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


def errors(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet file; nothing of it is stored.")],
    group: Annotated[str, typer.Option(help="Attribute columns: sex, or race,sex for intersections.")],
    label: Annotated[str, typer.Option(help="Column with what turned out to be true: 1/0, true/false or yes/no.")],
    predicted: Annotated[str, typer.Option(help="Column with what was predicted or decided.")],
    count: Annotated[str | None, typer.Option(help="Column with the people each row stands for.")] = None,
    positive: Annotated[str | None, typer.Option(help="The value that means positive.")] = None,
    min_n: Annotated[int, typer.Option(min=1, help="Smallest group that gets a verdict.")] = 30,
    json: JsonOption = False,
    html: HtmlOption = None,
    pdf: PdfOption = None,
    language: LanguageOption = Language.EN,
) -> None:
    """Confusion counts, error rates with intervals, equalized odds and a verdict for each group of a file."""
    from validation.error_columns import error_cells  # noqa: PLC0415 - `--help` must not wait for statistics
    from validation.error_rates import error_rates  # noqa: PLC0415
    from validation.group_count import BadCounts  # noqa: PLC0415
    from validation.outcome import exit_code  # noqa: PLC0415
    from validation.tabular import BadTable  # noqa: PLC0415

    groups = tuple(name.strip() for name in group.split(",") if name.strip())
    named = [*groups, label, predicted, *([count] if count else [])]
    if not groups or len(set(named)) < len(named):
        refuse("group, label, predicted and count are different columns")
    with one_line_errors(BadTable, BadCounts):
        cells, missing = error_cells(
            file, groups=groups, label=label, predicted=predicted, count=count, positive=positive
        )
    answer = error_rates(cells, min_n=min_n, missing=missing)
    if html is not None or pdf is not None:
        from dashboards.reports.error_report import ErrorReport, error_document  # noqa: PLC0415

        report = ErrorReport(
            file=file.name,
            answer=answer,
            groups=groups,
            label=label,
            predicted=predicted,
            min_n=min_n,
            made_on=datetime.now(UTC).date(),
        )
        write_reports(error_document(report, language.value), html=html, pdf=pdf)
    if json:
        print_json(answer.as_json())
    else:
        from dashboards.audit_tables import print_error_rates  # noqa: PLC0415

        print_error_rates(answer, language.value)
    raise typer.Exit(exit_code(answer.verdict))
