"""The part of the comparison report about slices: each run's figures, and what changes against the first."""

from collections.abc import Iterable

from dashboards.audit_tables import number
from dashboards.reports.comparison_pen import ComparisonPen, count, estimate_text, interval
from dashboards.reports.document import Bar, BarChart, Grid, Section
from dashboards.reports.words import p_text
from training.compare_shape import SLICE_MEASURES, Comparison, DimensionSlices
from training.compare_words import measure_name, verdict_word


def section(found: Comparison, pen: ComparisonPen) -> Section:
    """A chart of AUC and the tables of each dimension."""
    filled = [one for one in found["slices"] if one["slices"]]
    charts = tuple(_chart(one, pen) for one in filled)
    grids = tuple(_differences(one, pen) for one in filled if any(line["against_first"] for line in one["slices"]))
    return Section(heading=pen.say("slices"), charts=charts, grids=grids)


def _chart(table: DimensionSlices, pen: ComparisonPen) -> BarChart:
    bars = tuple(
        Bar(
            label=f"{pen.pen.named(line['slice'])}, {pen.side(name)}",
            value=figures["auc"]["value"] or 0.0,
            low=figures["auc"]["ci"][0],
            high=figures["auc"]["ci"][1],
            note=f"{number(figures['auc']['value'])}, n = {figures['auc']['n']:,}",
        )
        for line in table["slices"]
        for name, figures in line["sides"].items()
    )
    return BarChart(
        title=f"AUC{pen.say('colon')}{pen.say(table['dimension'])}",
        unit="AUC",
        bars=bars,
        grid=_figures(table, pen),
        value_name=pen.say("value_sign"),
    )


def _figures(table: DimensionSlices, pen: ComparisonPen) -> Grid:
    headers = ("slice", "side", "considered", "labelled")
    return Grid(
        caption=pen.say("slice_grid").format(dimension=pen.say(table["dimension"])),
        headers=(
            *(pen.say(key) for key in headers),
            *(measure_name(one, pen.language) for one in SLICE_MEASURES),
            pen.say("remark"),
        ),
        rows=tuple(_rows(table, pen)),
    )


def _rows(table: DimensionSlices, pen: ComparisonPen) -> Iterable[tuple[str, ...]]:
    for line in table["slices"]:
        name, n, labelled = pen.pen.named(line["slice"]), count(line["n"]), count(line["labelled"])
        if line["reason"] is not None:
            yield name, "–", n, labelled, *("–" for _ in SLICE_MEASURES), pen.sentence(line["reason"])
        for run, figures in line["sides"].items():
            why = next((one["reason"] for one in figures.values() if one["reason"] is not None), None)
            told = (estimate_text(figures[one]) for one in SLICE_MEASURES)
            yield name, pen.side(run), n, labelled, *told, "" if why is None else pen.sentence(why)


def _differences(table: DimensionSlices, pen: ComparisonPen) -> Grid:
    rows = (
        (
            pen.pen.named(line["slice"]),
            pen.side(run),
            measure_name(measure, pen.language),
            number(one["value"]),
            interval(one),
            p_text(one["p_holm"]),
            verdict_word(one["verdict"], pen.language),
        )
        for line in table["slices"]
        for run, differences in line["against_first"].items()
        for measure, one in differences.items()
    )
    caption = pen.say("slice_differences").format(dimension=pen.say(table["dimension"]))
    return pen.titled(caption, ("slice", "side", "measure", "difference", "interval", "p_holm", "verdict"), rows)
