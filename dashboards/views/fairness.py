"""Is anyone put at a disadvantage, and where? Adverse impact by stage and at the bottom line, opened for a purpose."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboards import charts, choices, fairness_figures, lake_page, statistics_data, widgets
from dashboards.charts import Axis, Bar, Line, Mark
from dashboards.facts import Facts
from dashboards.fairness_figures import Stage
from dashboards.lake_page import LakePage
from dashboards.views import fairness_parts, fairness_tables
from dashboards.wording.words import Words
from validation.group_impact import GroupImpact
from warehouse.access import Permission, Principal
from warehouse.queries.attributes import ATTRIBUTES
from warehouse.queries.stages import BOTTOM_LINE, STAGES
from warehouse.settings import Settings

NEEDS = Permission.READ_DEMOGRAPHICS
MOST_LINES = 7
FOUR_FIFTHS = 0.8
_PURPOSE = "fairness-purpose"


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    page = lake_page.begin(settings, principal, say, page="fairness", needs=NEEDS)
    if page is None:
        return
    purpose = _purpose(say, principal)
    if purpose is None:
        return
    attributes = _attributes(say)
    with widgets.reading(say):
        read = statistics_data.fairness(
            settings, principal, page.snapshot.id, page.chosen, attributes, purpose, complete=False
        )
    stages = {name: fairness_figures.stage(cells, _named(say)) for name, cells in read.stages.items()}
    if not stages[BOTTOM_LINE].table.n:
        widgets.empty(say, "app.no_rows")
        return
    colours = charts.colours(fairness_figures.labels(read.stages.values(), _named(say)))
    _overview(say, stages, colours, page.facts)
    stage = _stage(say)
    _detail(say, stage, stages[stage], colours, page.facts)
    fairness_parts.cut_scores(say, fairness_figures.scores(read.scores, _named(say)), colours, page.facts)
    _public(settings, principal, say, page, purpose)
    fairness_parts.reports(settings, principal, say, page, attributes=attributes, stage=stage, purpose=purpose)


def _public(settings: Settings, principal: Principal, say: Words, page: LakePage, purpose: str) -> None:
    with widgets.reading(say):
        read = statistics_data.public_summary(
            settings, principal, page.snapshot.id, page.chosen, purpose, complete=False
        )
    fairness_parts.public_summary(say, read, page.facts)


def _purpose(say: Words, principal: Principal) -> str | None:
    """What this reader opens the demographics for; asked once a session, and written to the audit log."""
    kept: dict[str, str] = st.session_state.setdefault(_PURPOSE, {})
    if principal.id in kept:
        st.caption(say("fairness.opened_for", purpose=kept[principal.id]))
        return kept[principal.id]
    with st.form("purpose", border=True):
        st.markdown(say("fairness.purpose_why"))
        stated = st.text_input(say("fairness.purpose"), max_chars=200, placeholder=say("fairness.purpose_hint"))
        is_sent = st.form_submit_button(say("fairness.open"), type="primary")
    if is_sent and stated.strip():
        kept[principal.id] = stated.strip()
        st.rerun()
    if is_sent:
        st.warning(say("fairness.purpose_missing"))
    return None


def _attributes(say: Words) -> tuple[str, ...]:
    chosen = choices.pick_several(
        say("fairness.attributes"),
        ATTRIBUTES,
        parameter="attribute",
        none=say("attribute.sex"),
        shown=lambda name: say(f"attribute.{name}"),
    )
    st.caption(say("fairness.attributes_help"))
    return tuple(name for name in ATTRIBUTES if name in chosen) or (ATTRIBUTES[0],)


def _named(say: Words) -> fairness_figures.Name:
    return lambda value: say.of("value", value)


def _overview(say: Words, stages: Mapping[str, Stage], colours: Mapping[str, str], facts: Facts) -> None:
    """Each stage's ratios beside each other, and the verdicts in a table."""
    names = list(stages)
    lines = _lines(say, stages, colours)
    n = widgets.count(stages[BOTTOM_LINE].table.n)
    mark = Mark(at=FOUR_FIFTHS, words=say("fairness.four_fifths"))
    widgets.chart(
        say("fairness.overview"),
        charts.lines(
            lines, x=Axis(title=say("fairness.stage")), y=Axis(title=say("fairness.ratio"), digits=2), marks=(mark,)
        ),
        fairness_tables.ratios(say, stages),
        say,
        name="fairness-stages",
        facts=facts.defined(say("fairness.overview_definition"), n=n),
    )
    for name in names:
        _stage_line(say, name, stages[name])


def _lines(say: Words, stages: Mapping[str, Stage], colours: Mapping[str, str]) -> list[Line]:
    ratios: dict[str, list[float | None]] = {}
    for place, stage in enumerate(stages.values()):
        for line in stage.table.groups:
            row = ratios.setdefault(line.count.label, [None] * len(stages))
            row[place] = line.impact_ratio
    largest = {line.count.label: line.count.n for line in stages["applied"].table.groups}
    shown = sorted(ratios, key=lambda label: -largest.get(label, 0))[:MOST_LINES]
    return [
        Line(
            name=label,
            x=[say.of("stage", name) for name in stages],
            y=ratios[label],
            colour=colours[label],
            order=place,
        )
        for place, label in enumerate(sorted(shown))
    ]


def _stage_line(say: Words, name: str, stage: Stage) -> None:
    left, middle, right = st.columns([3, 3, 8], vertical_alignment="center")
    left.markdown(f"**{say.of('stage', name)}**")
    with middle:
        widgets.verdict(say, stage.table.verdict.value)
    right.markdown(widgets.plain(stage.table.reason.in_language(say.language)))
    fairness_tables.not_compared(say, stage.table, right)


def _stage(say: Words) -> str:
    st.divider()
    return choices.pick(
        say("fairness.look_into"),
        (*STAGES, BOTTOM_LINE),
        parameter="stage",
        default="ai_interview",
        shown=lambda name: say.of("stage", name),
    )


def _detail(say: Words, name: str, stage: Stage, colours: Mapping[str, str], facts: Facts) -> None:
    table = stage.table
    own = replace(facts, n=widgets.count(table.n))
    comparator = table.comparator.label if table.comparator else say("app.none")
    behind = fairness_tables.groups(say, table)
    named = {"stage": say.of("stage", name)}
    widgets.chart(
        say("fairness.rates", **named),
        charts.bars([_rate(say, line, colours[line.count.label]) for line in table.groups], axis=_percent(say)),
        behind,
        say,
        name="fairness-rates",
        facts=own.defined(say("fairness.rates_definition")),
    )
    others = [line for line in table.groups if not line.is_comparator]
    mark = Mark(at=FOUR_FIFTHS, words=say("fairness.four_fifths"), is_vertical=True)
    widgets.chart(
        say("fairness.ratios", comparator=comparator, **named),
        charts.bars(
            [_ratio(say, line, colours[line.count.label]) for line in others],
            axis=Axis(title=say("fairness.ratio"), digits=2),
            marks=(mark,),
        ),
        behind,
        say,
        name="fairness-ratios",
        facts=own.defined(say("fairness.ratios_definition", comparator=comparator)),
    )
    fairness_tables.disclosed(say, stage)


def _rate(say: Words, line: GroupImpact, colour: str) -> Bar:
    interval = line.rate_ci
    return Bar(
        label=line.count.label,
        value=_hundred(line.rate),
        low=_hundred(interval.low),
        high=_hundred(interval.high),
        note=say("fairness.selected_of", n=widgets.count(line.count.n), selected=widgets.count(line.count.selected)),
        colour=colour,
    )


def _ratio(say: Words, line: GroupImpact, colour: str) -> Bar:
    interval = line.impact_ratio_ci
    return Bar(
        label=line.count.label,
        value=line.impact_ratio,
        low=interval.low,
        high=interval.high,
        note=say("fairness.judged", n=widgets.count(line.count.n), verdict=fairness_tables.verdict(say, line)),
        colour=colour,
    )


def _percent(say: Words) -> Axis:
    return Axis(title=say("fairness.rate"), low=0, high=100, suffix=" %", digits=1)


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share
