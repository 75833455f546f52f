"""The parts of the comparison report about people: impact ratios by group, and who flips where."""

from collections.abc import Iterable, Sequence

from dashboards.audit_tables import number
from dashboards.reports.comparison_pen import ComparisonPen, count, estimate_text, interval
from dashboards.reports.document import Bar, BarChart, Grid, Section
from dashboards.reports.words import p_text
from training.compare_shape import AttributeImpact, Comparison, FlipCounts, FlipsJson, GroupLine
from training.compare_words import verdict_word

FOUR_FIFTHS = 0.8
_COUNTS = ("flipped", "newly_advanced", "no_longer_advanced", "judged", "fixes", "breaks")


def impact(found: Comparison, pen: ComparisonPen) -> Section:
    """Ratios at each side's cut, charts and tables, and what changes."""
    charts, grids, hidden = [], [], 0
    for table in found["impact"]:
        hidden += table["hidden"]
        if table["groups"]:
            charts.append(_chart(table, pen))
        if any(line["against_first"] for line in table["groups"]):
            grids.append(_differences(table, pen))
    notes = [pen.sentence(table["reason"]) for table in found["impact"] if table["reason"] is not None]
    notes += [pen.say("small").format(n=hidden)] if hidden else []
    return Section(
        heading=pen.say("impact"), paragraphs=tuple(dict.fromkeys(notes)), charts=tuple(charts), grids=tuple(grids)
    )


def flips(found: Comparison, pen: ComparisonPen) -> Section:
    """How many flip, and whether that fixes or breaks: in all, by department, job family and group."""
    grids = [_totals(found, pen)]
    for name, pair in found["against_first"].items():
        told, side = pair["flips"], pen.side(name)
        departments = [(one["department"], one) for one in told["by_department"]]
        families = [(one["job_family"], one) for one in told["by_job_family"]]
        grids.append(_counts(pen.say("by_department").format(side=side), departments, pen))
        grids.append(_counts(pen.say("by_job_family").format(side=side), families, pen))
        for table in told["by_group"]:
            caption = pen.say("by_group").format(attribute=pen.attribute(table["attribute"]), side=side)
            grids.append(_counts(caption, [(pen.group(one["group"]), one) for one in table["groups"]], pen))
    sentences = tuple(
        f"{pen.side(name)}{pen.say('colon')}{pen.sentence(pair['flips']['test']['sentence'])}"
        for name, pair in found["against_first"].items()
    )
    return Section(heading=pen.say("flips"), paragraphs=sentences, grids=tuple(grids))


def _chart(table: AttributeImpact, pen: ComparisonPen) -> BarChart:
    bars = tuple(
        Bar(
            label=f"{pen.group(line['group'])}, {pen.side(name)}",
            value=one["impact_ratio"]["value"] or 0.0,
            low=one["impact_ratio"]["ci"][0],
            high=one["impact_ratio"]["ci"][1],
            note=f"{number(one['impact_ratio']['value'])}, n = {one['impact_ratio']['n']:,}",
        )
        for line in table["groups"]
        if not line["is_comparator"]
        for name, one in line["sides"].items()
    )
    title = pen.say("impact_chart").format(
        attribute=pen.attribute(table["attribute"]),
        comparator=pen.group(table["comparator"]) if table["comparator"] else pen.say("none"),
    )
    rows = (row for line in table["groups"] for row in _sides(line, pen))
    headers = ("group", "side", "considered", "selected", "rate", "ratio", "remark")
    return BarChart(
        title=title,
        unit=pen.say("ratio"),
        bars=bars,
        grid=pen.grid("table", headers, rows),
        line=FOUR_FIFTHS,
        line_name=pen.say("four_fifths"),
        value_name=pen.say("value_sign"),
    )


def _sides(line: GroupLine, pen: ComparisonPen) -> Iterable[tuple[str, ...]]:
    reason = "" if line["reason"] is None else pen.sentence(line["reason"])
    if not line["sides"]:
        yield pen.group(line["group"]), "–", count(line["n"]), "–", "–", "–", reason
    for name, one in line["sides"].items():
        ratio = pen.say("comparator") if line["is_comparator"] else estimate_text(one["impact_ratio"])
        why = one["impact_ratio"]["reason"]
        yield (
            pen.group(line["group"]),
            pen.side(name),
            f"{one['impact_ratio']['n']:,}",
            count(one["selected"]),
            estimate_text(one["selection_rate"]),
            ratio,
            "" if why is None else pen.sentence(why),
        )


def _differences(table: AttributeImpact, pen: ComparisonPen) -> Grid:
    rows = (
        (
            pen.group(line["group"]),
            pen.side(name),
            number(one["value"]),
            interval(one),
            verdict_word(one["verdict"], pen.language),
            "" if one["reason"] is None else pen.sentence(one["reason"]),
        )
        for line in table["groups"]
        for name, one in line["against_first"].items()
    )
    caption = pen.say("impact_differences").format(attribute=pen.attribute(table["attribute"]))
    return pen.titled(caption, ("group", "side", "difference", "interval", "verdict", "remark"), rows)


def _totals(found: Comparison, pen: ComparisonPen) -> Grid:
    rows = (
        (
            pen.side(name),
            *(count(value) for value in _numbers(pair["flips"])),
            p_text(pair["flips"]["test"]["p"]),
            verdict_word(pair["flips"]["test"]["verdict"], pen.language),
        )
        for name, pair in found["against_first"].items()
    )
    return pen.grid("flip_totals", ("side", "n", *_COUNTS, "p", "verdict"), rows)


def _counts(caption: str, lines: Sequence[tuple[str, FlipCounts]], pen: ComparisonPen) -> Grid:
    rows = (
        (
            pen.pen.named(name),
            *(count(value) for value in _numbers(line)),
            p_text(line["test"]["p"] if line["test"] else None),
            verdict_word(line["test"]["verdict"], pen.language) if line["test"] else "–",
        )
        for name, line in lines
    )
    return pen.titled(caption, ("slice", "n", *_COUNTS, "p", "verdict"), rows)


def _numbers(line: FlipCounts | FlipsJson) -> tuple[int | None, ...]:
    return (
        line["n"],
        line["flipped"],
        line["newly_advanced"],
        line["no_longer_advanced"],
        line["judged"],
        line["fixes"],
        line["breaks"],
    )
