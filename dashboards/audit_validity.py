"""`hiregate audit validity`: raw and corrected validity, expectancy and differential prediction of any plain file.

Exit codes: 2 for input that cannot be read as asked (one line on stderr), 1 for a verdict of `block`, else 0.
"""

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from collections.abc import Mapping

    from validation.tabular import Table
    from validation.validity import Assumptions, Validity


def audit_validity(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet file with one row a person.")],
    *,
    predictor: Annotated[str, typer.Option(help="Column, or columns divided by commas, that should predict.")],
    criterion: Annotated[str, typer.Option(help="Column with the later outcome; 0/1 for a yes/no outcome.")],
    group: Annotated[str | None, typer.Option(help="Column whose groups are compared.")] = None,
    count: Annotated[str | None, typer.Option(help="Column with people a row, when rows are aggregated.")] = None,
    applicant_sd: Annotated[
        str | None, typer.Option(help="Predictor's SD among applicants, or one each by commas; turns Case II on.")
    ] = None,
    criterion_reliability: Annotated[
        str | None, typer.Option(help="Reliability of the criterion among the hired, above 0 and at most 1.")
    ] = None,
    predictor_reliability: Annotated[
        str | None, typer.Option(help="Its reliability among applicants, or one each; turns Case IV on.")
    ] = None,
    success: Annotated[str | None, typer.Option(help="Criterion from which on a person counts as a success.")] = None,
    json: JsonOption = False,
    html: HtmlOption = None,
    pdf: PdfOption = None,
    language: LanguageOption = Language.EN,
) -> None:
    """Does the score predict the outcome, for everyone alike? Raw and corrected, with intervals and verdicts."""
    from validation.outcome import exit_code  # noqa: PLC0415 - loads what a command needs when it runs
    from validation.tabular import BadTable, Table  # noqa: PLC0415
    from validation.validity import Assumptions  # noqa: PLC0415

    spreads = _each("--applicant-sd", applicant_sd, math.inf)
    reliabilities = _each("--predictor-reliability", predictor_reliability, 1.0)
    given = Assumptions(
        criterion_reliability=_positive("--criterion-reliability", criterion_reliability, 1.0),
        success_at=_number("--success", success),
    )
    with one_line_errors(BadTable), Table(file) as table:
        predictors = _named(predictor, table)
        pairs = zip(
            predictors,
            _for_each("--applicant-sd", spreads, predictors),
            _for_each("--predictor-reliability", reliabilities, predictors),
            strict=True,
        )
        own = {name: replace(given, applicant_sd=sd, predictor_reliability=rxx) for name, sd, rxx in pairs}
        found = _assessed(table, predictors, criterion, group, count, own)
    if html is not None or pdf is not None:
        from dashboards.reports.validity_report import validity_document  # noqa: PLC0415

        made_on = datetime.now(UTC).date()
        document = validity_document(found, file=file.name, made_on=made_on, language=language.value)
        write_reports(document, html=html, pdf=pdf)
    _show(found, as_json=json, language=language)
    raise typer.Exit(exit_code(found.verdict))


def _named(predictor: str, table: "Table") -> list[str]:
    """The columns given, divided at commas unless one column bears the very name."""
    return [predictor] if predictor in table.columns else [column.strip() for column in predictor.split(",")]


def _assessed(
    table: "Table",
    predictors: list[str],
    criterion: str,
    group: str | None,
    count: str | None,
    own: "Mapping[str, Assumptions]",
) -> "Validity":
    from validation.validity import assess  # noqa: PLC0415
    from validation.validity_table import validity_columns  # noqa: PLC0415

    columns = validity_columns(table, predictors, criterion, group, count)
    return assess(
        columns.predictors,
        columns.criterion,
        criterion_name=criterion,
        groups=columns.groups,
        group_name=group,
        weights=columns.people,
        assumptions=_shared(list(own.values())),
        own=own,
    )


def _shared(own: "list[Assumptions]") -> "Assumptions":
    """What holds for all predictors."""
    first = own[0]
    return first if len(set(own)) == 1 else replace(first, applicant_sd=None, predictor_reliability=None)


def _number(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        refuse(f"{option}: must be a finite number")
    return value


def _positive(option: str, text: str | None, most: float) -> float | None:
    value = _number(option, text)
    if value is not None and not 0 < value <= most:
        refuse(f"{option}: must be above 0" + ("" if most == math.inf else f" and at most {most:g}"))
    return value


def _each(option: str, text: str | None, most: float) -> list[float | None]:
    """The values of an option that may hold one for each predictor."""
    return [None] if text is None else [_positive(option, part, most) for part in text.split(",")]


def _for_each(option: str, values: list[float | None], predictors: list[str]) -> list[float | None]:
    """One value for each predictor; a single one serves all of them."""
    if len(values) not in {1, len(predictors)}:
        refuse(f"{option}: give one value, or one for each of the {len(predictors)} predictors")
    return values * len(predictors) if len(values) == 1 else values


def _show(found: "Validity", *, as_json: bool, language: Language) -> None:
    if as_json:
        from validation.validity_json import validity_json  # noqa: PLC0415

        print_json(validity_json(found))
    else:
        from dashboards.reports.validity_text import print_validity  # noqa: PLC0415

        print_validity(found, language.value)
