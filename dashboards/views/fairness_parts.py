"""The further parts of the page of fairness: other cut scores, the tables of Local Law 144, and the report files."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboards import charts, choices, fairness_figures, fairness_reports, statistics_data, widgets
from dashboards.charts import Axis, Line, Mark
from dashboards.facts import Facts
from dashboards.fairness_figures import RatioLine
from dashboards.lake_page import LakePage
from dashboards.wording.words import NOTHING, Words
from validation.cut_scores import Scores
from validation.group_count import Group, label
from validation.ll144 import DISCLAIMER, CategoryTable, Summary
from warehouse.access import Principal
from warehouse.queries.selection import Cells
from warehouse.settings import Settings

CUT = 70.0
FOUR_FIFTHS = 0.8
SCORING, SELECTION = "scoring", "selection"


def cut_scores(say: Words, cells: Mapping[Group, Scores], colours: Mapping[str, str], facts: Facts) -> None:
    """What other cut scores would have done to each group."""
    st.divider()
    comparator = fairness_figures.largest(cells)
    lines = () if comparator is None else fairness_figures.ratio_lines(cells, comparator)
    if comparator is None or not lines:
        widgets.heading(say("fairness.curve"))
        widgets.too_few(say)
        return
    cut = choices.number(say("fairness.cut"), parameter="cut", default=CUT, low=0.0, high=100.0, step=1.0)
    marks = (
        Mark(at=FOUR_FIFTHS, words=say("fairness.four_fifths")),
        Mark(at=cut, words=say("fairness.cut_mark", cut=f"{cut:g}"), is_vertical=True),
    )
    figure = charts.lines(
        [
            Line(name=line.group, x=line.cuts, y=line.ratios, colour=colours.get(line.group, charts.GREY), order=place)
            for place, line in enumerate(lines)
        ],
        x=Axis(title=say("fairness.cut_axis")),
        y=Axis(title=say("fairness.ratio"), digits=2),
        marks=marks,
    )
    n = widgets.count(sum(sum(scores.values()) for scores in cells.values()))
    definition = say("fairness.curve_definition", comparator=label(comparator))
    widgets.chart(
        say("fairness.curve"),
        figure,
        _curve_rows(say, lines),
        say,
        name="fairness-cuts",
        facts=facts.defined(definition, n=n),
    )


def _curve_rows(say: Words, lines: tuple[RatioLine, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("fairness.cut_axis"): lines[0].cuts,
            **{line.group: [None if one is None else round(one, 3) for one in line.ratios] for line in lines},
        }
    )


def public_summary(say: Words, read: Mapping[tuple[str, ...], tuple[Cells, Cells]], facts: Facts) -> None:
    """The three tables of Local Law 144, by scoring rate or by selection rate."""
    st.divider()
    widgets.heading(say("fairness.ll144"))
    st.caption(DISCLAIMER.in_language(say.language))
    kind = choices.pick(
        say("fairness.ll144_kind"),
        (SCORING, SELECTION),
        parameter="ll144",
        shown=lambda name: say(f"fairness.ll144_{name}"),
    )
    summary = fairness_figures.public_summary(read, lambda value: say.of("value", value), is_scoring=kind == SCORING)
    if not summary.tables:
        widgets.too_few(say)
    if summary.median is not None:
        st.caption(say("fairness.ll144_median", median=f"{summary.median:g}"))
    for table in summary.tables:
        _category_table(say, table, summary, facts)


def _category_table(say: Words, table: CategoryTable, summary: Summary, facts: Facts) -> None:
    names = " × ".join(say(f"attribute.{name}") for name in table.attributes)
    rate = say("fairness.scoring_rate" if summary.is_scoring else "fairness.selection_rate")
    rows = pd.DataFrame(
        {
            say("fairness.group"): [line.count.label for line in table.categories],
            "n": [line.count.n for line in table.categories],
            say("fairness.above" if summary.is_scoring else "fairness.selected"): [
                line.count.selected for line in table.categories
            ],
            rate: [None if line.rate is None else round(line.rate, 3) for line in table.categories],
            say("fairness.ratio"): [
                None if line.impact_ratio is None else round(line.impact_ratio, 3) for line in table.categories
            ],
            say("fairness.remark"): [
                say("fairness.ll144_excluded") if line.is_excluded else NOTHING for line in table.categories
            ],
        }
    )
    st.markdown(f"**{names}**")
    n = widgets.count(sum(line.count.n for line in table.categories))
    definition = say("fairness.ll144_definition", unknown=widgets.count(table.unknown))
    shown = facts.defined(definition, n=n)
    st.caption(shown.note(say))
    widgets.listing(rows, say, name=f"ll144-{'-'.join(table.attributes)}", facts=shown)


def reports(
    settings: Settings,
    principal: Principal,
    say: Words,
    page: LakePage,
    *,
    attributes: tuple[str, ...],
    stage: str,
    purpose: str,
) -> None:
    """The report files with whole tables; making them reads the demographics again and is logged with the purpose."""
    st.divider()
    widgets.heading(say("fairness.reports"))
    st.markdown(say("fairness.reports_help"))
    if not st.button(say("fairness.make_reports"), key="make-reports"):
        return
    where = (settings, principal, page.snapshot.id, page.chosen)
    today, name = dt.datetime.now(dt.UTC).date(), _named(say)
    read = statistics_data.fairness(*where, attributes, purpose, complete=True)
    impact = fairness_reports.impact_html(read, stage, say, page.facts, made_on=today, name=name)
    _file(say, "report", impact, f"adverse-impact-{stage}")
    tables = statistics_data.public_summary(*where, purpose, complete=True)
    for kind in (SCORING, SELECTION):
        public = fairness_reports.public_html(
            tables, say, page.facts, made_on=today, name=name, is_scoring=kind == SCORING
        )
        _file(say, f"ll144_{kind}", public, f"ll144-{kind}")


def _file(say: Words, key: str, content: str, name: str) -> None:
    st.download_button(
        say("fairness.download", name=say(f"fairness.{key}")),
        content.encode("utf-8"),
        f"hiregate-{name}-{say.language}.html",
        "text/html",
        key=f"file-{name}",
        on_click="ignore",
    )


def _named(say: Words) -> fairness_figures.Name:
    return lambda value: say.of("value", value)
