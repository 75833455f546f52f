"""The reports that `hiregate audit adverse-impact` writes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from dashboards.reports.document import Document
from dashboards.reports.impact_report import ImpactReport, impact_document
from dashboards.reports.ll144_report import ll144_document
from validation.adverse_impact import AdverseImpact, assess_by
from validation.column_counts import FileCounts
from validation.cut_scores import CutTable, Scores, curve
from validation.group_count import Group, marginal
from validation.impact_rule import Polarity, Rule
from validation.ll144 import summary
from validation.strata import StratifiedImpact

# A curve of more cuts is no clearer, only longer.
_MOST_CUTS = 25


def impact_report(
    answer: AdverseImpact | StratifiedImpact,
    counts: FileCounts,
    rule: Rule,
    scores: Mapping[Group, Scores] | None,
    *,
    file: Path,
    outcome: str,
    language: str,
) -> Document:
    """The full report of an answer."""
    crude = answer if isinstance(answer, AdverseImpact) else answer.crude
    alone = crude.attributes if len(crude.attributes) > 1 else ()
    report = ImpactReport(
        file=file.name,
        outcome=outcome,
        answer=answer,
        made_on=datetime.now(UTC).date(),
        is_median=counts.is_median,
        marginals=tuple(assess_by(rule, marginal(counts.counts, [name])) for name in alone),
        curve=_cuts(scores, counts.cut) if scores and rule.polarity is Polarity.FAVOURABLE else (),
    )
    return impact_document(report, language)


def public_summary(counts: FileCounts, attributes: Sequence[str], *, file: Path, language: str) -> Document:
    """The tables in the layout of Local Law 144."""
    return ll144_document(
        summary(counts.counts, attributes, median_score=counts.cut if counts.is_median else None),
        file=file.name,
        made_on=datetime.now(UTC).date(),
        people=sum(count.n for count in counts.counts),
        missing=counts.outcome_missing,
        language=language,
    )


def _cuts(scores: Mapping[Group, Scores], in_force: float | None) -> tuple[CutTable, ...]:
    distinct = sorted({at for found in scores.values() for at in found})
    step = max(1, -(-len(distinct) // _MOST_CUTS))
    wanted = set(distinct[::step]) | ({in_force} if in_force is not None else set())
    return curve(scores, sorted(wanted))
