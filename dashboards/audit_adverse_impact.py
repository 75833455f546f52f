"""`hiregate audit adverse-impact`: the adverse-impact tables of any plain file."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    from validation.adverse_impact import AdverseImpact
    from validation.column_counts import FileCounts
    from validation.impact_rule import Rule
    from validation.strata import StratifiedImpact


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the command was asked, as columns of a file."""

    file: Path
    groups: tuple[str, ...]
    selected: str | None
    score: str | None
    cut: float | None
    count: str | None
    positive: str | None
    stratum: str | None


def adverse_impact(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet file; nothing of it is stored.")],
    group: Annotated[str, typer.Option(help="Attribute columns: sex, or race,sex for intersections.")],
    selected: Annotated[
        str | None, typer.Option(help="Outcome column: 1/0, true/false or yes/no; with --count also how many.")
    ] = None,
    count: Annotated[str | None, typer.Option(help="Column with the people each row stands for.")] = None,
    score: Annotated[str | None, typer.Option(help="Score column, instead of --selected.")] = None,
    cut: Annotated[float | None, typer.Option(help="Cut score, at or above; else the strict median.")] = None,
    positive: Annotated[str | None, typer.Option(help="The outcome value that means selected.")] = None,
    comparator: Annotated[str, typer.Option(help="highest, rest, or a group's value.")] = "highest",
    stratum: Annotated[str | None, typer.Option(help="Column such as requisition, to compare within.")] = None,
    adverse: Annotated[bool, typer.Option("--adverse", help="Being selected is bad, such as flagged.")] = False,
    min_n: Annotated[int, typer.Option(min=1, help="Smallest group that gets a verdict.")] = 30,
    json: JsonOption = False,
    html: HtmlOption = None,
    pdf: PdfOption = None,
    ll144: Annotated[bool, typer.Option("--ll144", help="Reports in the layout of Local Law 144.")] = False,
    language: LanguageOption = Language.EN,
) -> None:
    """Selection rates, impact ratios, tests and a verdict for each group of a file."""
    from validation.group_count import BadCounts  # noqa: PLC0415 - `--help` must not wait for statistics
    from validation.impact_rule import Polarity, Rule  # noqa: PLC0415
    from validation.outcome import exit_code  # noqa: PLC0415
    from validation.tabular import BadTable  # noqa: PLC0415

    question = Question(
        file=file,
        groups=tuple(name.strip() for name in group.split(",") if name.strip()),
        selected=selected,
        score=score,
        cut=cut,
        count=count,
        positive=positive,
        stratum=stratum,
    )
    _refuse_contradictions(question)
    polarity = Polarity.ADVERSE if adverse else Polarity.FAVOURABLE
    is_median = question.score is not None and question.cut is None
    # Local Law 144 takes the highest category of 2 %, however few people that are.
    rule = Rule(comparator=comparator, min_n=min_n, polarity=polarity, bar_min_n=1 if is_median else None)
    with one_line_errors(BadTable, BadCounts):
        counts = file_counts(question)
        answer = assessed(counts, rule)
        if html is not None or pdf is not None:
            write(question, counts, rule, answer, html=html, pdf=pdf, is_ll144=ll144, language=language)
    if json:
        print_json(answer.as_json())
    else:
        from dashboards.audit_tables import print_adverse_impact  # noqa: PLC0415

        print_adverse_impact(answer, language.value)
    raise typer.Exit(exit_code(answer.verdict))


def file_counts(question: Question) -> "FileCounts":
    """The file's counts by group, split by outcome or score."""
    from validation.column_counts import outcome_counts  # noqa: PLC0415
    from validation.score_column import score_counts  # noqa: PLC0415

    if question.score is not None:
        return score_counts(
            question.file,
            groups=question.groups,
            score=question.score,
            cut=question.cut,
            count=question.count,
            stratum=question.stratum,
        )
    return outcome_counts(
        question.file,
        groups=question.groups,
        selected=question.selected or "",
        count=question.count,
        positive=question.positive,
        stratum=question.stratum,
    )


def assessed(counts: "FileCounts", rule: "Rule") -> "AdverseImpact | StratifiedImpact":
    """The table of these counts, over strata where the file has them."""
    from validation.adverse_impact import assess_by  # noqa: PLC0415
    from validation.strata import assess_strata  # noqa: PLC0415

    if counts.strata is not None:
        return assess_strata(
            counts.strata,
            rule,
            cut=counts.cut,
            outcome_missing=counts.outcome_missing,
            definition=counts.definition(rule.polarity),
        )
    return assess_by(
        rule,
        counts.counts,
        cut=counts.cut,
        outcome_missing=counts.outcome_missing,
        definition=counts.definition(rule.polarity),
    )


def write(
    question: Question,
    counts: "FileCounts",
    rule: "Rule",
    answer: "AdverseImpact | StratifiedImpact",
    *,
    html: Path | None,
    pdf: Path | None,
    is_ll144: bool,
    language: Language,
) -> None:
    """Write the report files."""
    from dashboards.audit_reports import impact_report, public_summary  # noqa: PLC0415
    from validation.score_column import score_cells  # noqa: PLC0415

    if is_ll144:
        document = public_summary(counts, question.groups, file=question.file, language=language.value)
    else:
        scores = None
        if question.score is not None:
            scores = score_cells(question.file, groups=question.groups, score=question.score, count=question.count)
        document = impact_report(
            answer,
            counts,
            rule,
            scores,
            file=question.file,
            outcome=question.score or question.selected or "",
            language=language.value,
        )
    write_reports(document, html=html, pdf=pdf)


def _refuse_contradictions(question: Question) -> None:
    if not question.groups:
        refuse("--group names no column")
    if (question.selected is None) == (question.score is None):
        refuse("name either --selected (an outcome) or --score (a number), not both and not neither")
    if question.score is None and question.cut is not None:
        refuse("--cut splits a --score; an outcome column has no cut score")
    if question.score is not None and question.positive is not None:
        refuse("--positive names a value of --selected; a score has none")
    columns: Sequence[str | None] = (*question.groups, question.selected, question.score, question.stratum)
    named = [column for column in (*columns, question.count) if column is not None]
    if len(set(named)) < len(named):
        refuse("one column is named twice; group, outcome, count and stratum are different columns")
    if question.cut is not None and not abs(question.cut) < float("inf"):
        refuse("--cut is a finite number")
