"""The fairness part of a model card: the gate's tables by group with a chart; small groups are withheld."""

from collections.abc import Iterator

from dashboards.audit_tables import number
from dashboards.gate_report import check_name
from dashboards.reports.document import Bar, BarChart, Grid, Section
from dashboards.reports.words import Pen, interval_text
from dashboards.wording.words import Words
from models.card import Card, CardFairness, CardGroup
from validation.outcome import Verdict
from warehouse.access import SMALLEST_GROUP

KEYS = ("group", "n", "selected", "rate", "interval", "ratio", "interval", "remark")


def fairness(card: Card, pen: Pen) -> Section:
    """A paragraph and a table for each table of the gate."""
    tables = [table for table in card.fairness if table.groups]
    heading = pen.say("fairness")
    if not tables:
        return Section(heading=heading, paragraphs=(pen.say("no_groups"),))
    notes = tuple(line for table in tables for line in _notes(table, pen))
    return Section(
        heading=heading,
        paragraphs=notes,
        charts=tuple(_chart(table, pen) for table in tables if _bars(table, pen)),
        grids=tuple(_grid(table, pen) for table in tables if not _bars(table, pen)),
    )


def _notes(table: CardFairness, pen: Pen) -> Iterator[str]:
    yield pen.say("fairness_note").format(
        check=_name(table, pen),
        verdict=pen.verdict(Verdict(table.verdict)),
        cut=number(table.cut),
        comparator=_comparator(table, pen),
        n=pen.say("withheld") if table.n is None else f"{table.n:,}",
        unknown="–" if table.unknown_share is None else f"{table.unknown_share:.1%}",
    )
    if table.not_asked:
        shown = (
            f"{table.not_asked:,}" if table.not_asked >= SMALLEST_GROUP else pen.say("fewer").format(k=SMALLEST_GROUP)
        )
        yield pen.say("not_asked").format(n=shown)
    hidden = sum(group.is_hidden for group in table.groups)
    if hidden:
        yield pen.say("hidden_note").format(n=hidden, k=SMALLEST_GROUP)


def _comparator(table: CardFairness, pen: Pen) -> str:
    found = next((group for group in table.groups if group.is_comparator), None)
    return _label(found, pen) if found else (table.comparator or "–")


def _chart(table: CardFairness, pen: Pen) -> BarChart:
    ratio = pen.say("ratio")
    return BarChart(
        title=f"{ratio}{pen.say('colon')}{_name(table, pen)}",
        unit=ratio,
        bars=_bars(table, pen),
        grid=_grid(table, pen),
        line=0.8,
        line_name="0.8",
    )


def _bars(table: CardFairness, pen: Pen) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            label=_label(group, pen),
            value=group.impact_ratio,
            low=group.impact_interval.low if group.impact_interval else None,
            high=group.impact_interval.high if group.impact_interval else None,
            note=f"{number(group.impact_ratio)}, n = {group.n:,}",
        )
        for group in table.groups
        if group.impact_ratio is not None and not group.is_hidden and not group.is_comparator and not group.excluded
    )


def _grid(table: CardFairness, pen: Pen) -> Grid:
    return Grid(
        caption=_name(table, pen),
        headers=tuple(pen.say(key) for key in KEYS),
        rows=tuple(_row(group, pen) for group in table.groups),
    )


def _row(group: CardGroup, pen: Pen) -> tuple[str, ...]:
    if group.is_hidden:
        return (_label(group, pen), *("–",) * 6, pen.say("withheld"))
    return (
        _label(group, pen),
        "–" if group.n is None else f"{group.n:,}",
        "–" if group.selected is None else f"{group.selected:,}",
        number(group.rate),
        interval_text(group.rate_interval),
        "–" if group.is_comparator else number(group.impact_ratio),
        "–" if group.is_comparator else interval_text(group.impact_interval),
        _remark(group, pen),
    )


def _remark(group: CardGroup, pen: Pen) -> str:
    if group.is_comparator:
        return pen.say("comparator_mark")
    if not group.excluded:
        return ""
    # The gate keeps this reason in English only.
    return pen.say("excluded_mark").format(reason=group.excluded) if pen.language == "en" else pen.say("not_judged")


def _label(group: CardGroup, pen: Pen) -> str:
    """The values of the group in words."""
    say = Words(pen.language)
    return " × ".join(
        pen.say("unknown_value") if value is None else say.of("value", value) for value in group.group.values()
    )


def _name(table: CardFairness, pen: Pen) -> str:
    return check_name(Words(pen.language), table.check)
