"""The report files of the page of fairness: whole tables with small groups, as HTML that loads nothing else."""

import datetime as dt
from collections.abc import Mapping

from dashboards import fairness_figures
from dashboards.facts import Facts
from dashboards.fairness_figures import Name
from dashboards.reports.html_document import html
from dashboards.reports.impact_report import ImpactReport, impact_document
from dashboards.reports.ll144_report import ll144_document
from dashboards.statistics_data import FairnessRead
from dashboards.wording.words import Words
from validation.adverse_impact import assess
from validation.cut_scores import curve
from validation.group_count import marginal
from warehouse.queries.selection import Cells

CUTS = tuple(float(cut) for cut in range(40, 100, 5))


def impact_html(read: FairnessRead, stage: str, say: Words, facts: Facts, *, made_on: dt.date, name: Name) -> str:
    """The adverse-impact report of one stage."""
    cells = read.stages[stage]
    found = fairness_figures.counts(cells, name)
    alone = cells.attributes if len(cells.attributes) > 1 else ()
    report = ImpactReport(
        file=_source(say, facts),
        outcome=say.of("stage", stage),
        answer=assess(found),
        made_on=made_on,
        marginals=tuple(assess(marginal(found, [attribute])) for attribute in alone),
        curve=curve(fairness_figures.scores(read.scores, name), CUTS) if stage == "ai_interview" else (),
    )
    return html(impact_document(report, say.language))


def public_html(
    read: Mapping[tuple[str, ...], tuple[Cells, Cells]],
    say: Words,
    facts: Facts,
    *,
    made_on: dt.date,
    name: Name,
    is_scoring: bool,
) -> str:
    """The public summary in the layout of Local Law 144."""
    selection, scored = next(iter(read.values()))
    summary = fairness_figures.public_summary(read, name, is_scoring=is_scoring)
    document = ll144_document(
        summary,
        file=_source(say, facts),
        made_on=made_on,
        people=int((scored if is_scoring else selection).frame["n"].sum()),
        missing=0 if is_scoring else int(selection.frame[["withdrawn", "in_process"]].to_numpy().sum()),
        language=say.language,
    )
    return html(document)


def _source(say: Words, facts: Facts) -> str:
    """Where the figures come from, with period and filters; and that they were generated, where they were."""
    generated = (say("app.generated"),) if facts.is_generated else ()
    parts = (
        facts.snapshot,
        say("app.fact_period", period=facts.period),
        say("app.fact_filters", filters=facts.filters),
    )
    return say("app.semicolon").join((*parts, *generated))
