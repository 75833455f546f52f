"""What came in, and what was refused? Loads, what the data contracts found, and the rows that wait in quarantine."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, widgets
from dashboards.charts import Axis, Bar, Layer
from dashboards.facts import Facts
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.files.wording import REASONS
from warehouse.queries.loads import FindingRow, LoadRow, QuarantinedRow
from warehouse.queries.quarantine import QuarantineCount
from warehouse.settings import Settings

NEEDS = Permission.READ_LOADS
MOST_LOADS, MOST_BARS, MOST_ROWS = 100, 15, 200
KINDS = (
    ("new", charts.BLUE, ""),
    ("changed", charts.GREEN, "\\"),
    ("unchanged", charts.GREY, "."),
    ("rejected", charts.ORANGE, "/"),
)


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    loads = data.loads(settings, principal, MOST_LOADS)
    widgets.opening(say, "loads", is_generated=any(load.is_generated for load in loads))
    if not loads:
        widgets.empty(say, "loads.none")
        return
    facts = _facts(say, loads)
    waiting = data.quarantine_counts(settings, principal)
    _tiles(say, loads, waiting, facts)
    _loads(say, loads, facts)
    chosen = _chosen(say, loads)
    _findings(say, data.findings(settings, principal, chosen.load_id), facts)
    _quarantine(say, waiting, data.quarantined(settings, principal, MOST_ROWS), facts)


def _facts(say: Words, loads: Sequence[LoadRow]) -> Facts:
    return Facts(
        n=widgets.count(sum(load.rows_read for load in loads)),
        period=widgets.span(say, loads[-1].finished_at, loads[0].finished_at),
        filters=say("loads.latest", n=len(loads)),
        snapshot=say("app.no_snapshot"),
        is_generated=any(load.is_generated for load in loads),
    )


def _tiles(say: Words, loads: Sequence[LoadRow], waiting: Sequence[QuarantineCount], facts: Facts) -> None:
    entries = (
        ("loads", len(loads)),
        ("rows", sum(load.rows_read for load in loads)),
        ("rejected", sum(load.rows_rejected for load in loads)),
        ("waiting", sum(count.rows for count in waiting)),
    )
    widgets.tiles(
        (
            (say(f"loads.tile_{name}"), widgets.count(value), facts.defined(say(f"loads.tile_{name}_definition")))
            for name, value in entries
        ),
        say,
    )


def _loads(say: Words, loads: Sequence[LoadRow], facts: Facts) -> None:
    drawn = loads[:MOST_BARS]
    layers = [
        Layer(
            name=say(f"loads.{kind}"),
            colour=colour,
            pattern=pattern,
            counts=[getattr(load, f"rows_{kind}") for load in drawn],
        )
        for kind, colour, pattern in KINDS
    ]
    behind = pd.DataFrame(
        {
            say("loads.loaded"): [_moment(load.finished_at) for load in loads],
            say("loads.source"): [load.source for load in loads],
            say("loads.file"): [load.file_name for load in loads],
            say("loads.actor"): [load.actor for load in loads],
            say("loads.read"): [load.rows_read for load in loads],
            **{say(f"loads.{kind}"): [getattr(load, f"rows_{kind}") for load in loads] for kind, _, _ in KINDS},
            say("loads.findings_n"): [sum(load.findings.values()) for load in loads],
            say("loads.mapping"): [load.mapping_version for load in loads],
            say("loads.sha"): [load.file_sha256 for load in loads],
        }
    )
    widgets.chart(
        say("loads.chart"),
        charts.stacked([_label(load) for load in drawn], layers, axis=Axis(title=say("loads.rows"))),
        behind,
        say,
        name="loads",
        facts=facts.defined(say("loads.definition")),
    )


def _chosen(say: Words, loads: Sequence[LoadRow]) -> LoadRow:
    by_id = {str(load.load_id): load for load in loads}
    with_findings = next((key for key, load in by_id.items() if load.findings), None)
    chosen = choices.pick(
        say("loads.chosen"),
        tuple(by_id),
        parameter="load",
        default=with_findings,
        shown=lambda key: _label(by_id[key]).replace("<br>", " · "),
    )
    return by_id[chosen]


def _findings(say: Words, found: Sequence[FindingRow], facts: Facts) -> None:
    widgets.heading(say("loads.findings"))
    if not found:
        st.caption(say("loads.findings_none"))
        return
    behind = pd.DataFrame(
        {
            say("loads.verdict"): [say.of("verdict", row.verdict) for row in found],
            say("loads.sentence"): [row.sentence_zh if say.language == "zh" else row.sentence_en for row in found],
            say("loads.rows"): [row.unexpected_n for row in found],
            say("loads.of"): [row.n for row in found],
            say("loads.table"): [row.table_name for row in found],
            say("loads.column"): [row.column_name or NOTHING for row in found],
            say("loads.expectation"): [row.expectation for row in found],
        }
    )
    widgets.listing(behind, say, name="findings", facts=facts.defined(say("loads.findings_definition")))


def _quarantine(say: Words, waiting: Sequence[QuarantineCount], rows: Sequence[QuarantinedRow], facts: Facts) -> None:
    if not waiting:
        widgets.heading(say("loads.quarantine"))
        st.caption(say("loads.quarantine_none"))
        return
    bars = [
        Bar(label=_reason(say, count.reason_code, count.reason), value=count.rows, note=_place(count))
        for count in waiting[:MOST_BARS]
    ]
    behind = pd.DataFrame(
        {
            say("loads.source"): [row.source for row in rows],
            say("loads.file"): [row.file_name for row in rows],
            say("loads.row"): [row.row_number for row in rows],
            say("loads.table"): [row.table_name or NOTHING for row in rows],
            say("loads.column"): [row.column_name or NOTHING for row in rows],
            say("loads.reason"): [_reason(say, row.reason_code, row.reason) for row in rows],
            say("loads.owner"): [row.owner or NOTHING for row in rows],
            say("loads.since"): [_moment(row.created_at) for row in rows],
        }
    )
    n = widgets.count(sum(count.rows for count in waiting))
    widgets.chart(
        say("loads.quarantine"),
        charts.bars(bars, axis=Axis(title=say("loads.rows"))),
        behind,
        say,
        name="quarantine",
        facts=facts.defined(say("loads.quarantine_definition", most=MOST_ROWS), n=n),
    )


def _reason(say: Words, code: str, english: str) -> str:
    if code in REASONS:
        return REASONS[code][say.language == "zh"]
    return english if say.language == "en" else code


def _place(count: QuarantineCount) -> str:
    return " · ".join(part for part in (count.source, count.table_name, count.column_name) if part)


def _label(load: LoadRow) -> str:
    return f"{load.file_name}<br>{_moment(load.finished_at)} UTC"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
