"""The comparison report: figures, changes against the first, groups, flips, slices and the parameters that differ."""

from collections.abc import Iterable

from dashboards.audit_tables import number
from dashboards.reports import comparison_groups, comparison_slices
from dashboards.reports.comparison_pen import ComparisonPen, estimate_text, interval
from dashboards.reports.comparison_words import LIMITS
from dashboards.reports.document import Bar, BarChart, Document, Grid, Section
from training.compare_shape import Comparison
from training.compare_words import measure_name, verdict_word


def comparison_document(found: Comparison, language: str) -> Document:
    """The report in one language."""
    pen = ComparisonPen.of(found, language)
    return Document(
        title=pen.say("title"),
        language=language,
        facts=tuple(_facts(found, pen)),
        sections=tuple(_sections(found, pen)),
        limits=tuple(pen.sentence(note) for note in found["notes"]) + tuple(pen.text(limit) for limit in LIMITS),
    )


def _facts(found: Comparison, pen: ComparisonPen) -> Iterable[tuple[str, str]]:
    target, drawn = found["target"], found["bootstrap"]
    yield pen.say("target"), str(target.get("name", "")) if isinstance(target, dict) else str(target)
    yield pen.say("first"), pen.side(found["first"])
    yield pen.say("champion"), pen.side(found["champion"]) if found["champion"] else pen.say("none")
    yield pen.say("rows"), f"{found['n']:,}"
    yield pen.say("labelled"), f"{found['labelled']:,}"
    yield pen.say("people"), f"{drawn['people']:,}"
    yield pen.say("draws"), f"{drawn['draws']:,}"
    yield pen.say("departments"), pen.say("all" if found["is_whole"] else "own")
    yield pen.say("intervals"), f"{pen.say('intervals_text')}. {pen.sentence(drawn['method'])}"


def _sections(found: Comparison, pen: ComparisonPen) -> Iterable[Section]:
    yield Section(heading=pen.say("runs"), grids=(_runs(found, pen),))
    yield Section(heading=pen.say("figures"), charts=(_aucs(found, pen),), grids=(_figures(found, pen),))
    if found["against_first"]:
        yield Section(heading=pen.say("differences"), grids=(_differences(found, pen),))
    yield comparison_groups.impact(found, pen)
    if found["against_first"]:
        yield comparison_groups.flips(found, pen)
    yield comparison_slices.section(found, pen)
    yield _parameters(found, pen)


def _runs(found: Comparison, pen: ComparisonPen) -> Grid:
    headers = ("run", "configuration", "trained_at", "trained_by", "cut", "snapshot", "left_out", "service")
    rows = (
        (
            run["run_id"],
            run["name"],
            run["trained_at"][:16].replace("T", " "),
            run["trained_by"],
            number(run["cut_score"]),
            str(run["snapshot"]),
            f"{found['left_out'][run['run_id']]:,}",
            pen.say("yes" if run["is_champion"] else "no"),
        )
        for run in found["runs"]
    )
    return pen.grid("runs", headers, rows)


def _aucs(found: Comparison, pen: ComparisonPen) -> BarChart:
    aucs = {name: figures["auc"] for name, figures in found["figures"].items()}
    bars = tuple(
        Bar(
            label=pen.side(name),
            value=one["value"] or 0.0,
            low=one["ci"][0],
            high=one["ci"][1],
            note=f"{number(one['value'])}, n = {one['n']:,}",
        )
        for name, one in aucs.items()
    )
    rows = ((pen.side(name), f"{one['n']:,}", number(one["value"]), interval(one)) for name, one in aucs.items())
    return BarChart(
        title=pen.say("auc_chart"),
        unit="AUC",
        bars=bars,
        grid=pen.grid("table", ("side", "n", "value", "interval"), rows),
        value_name=pen.say("value_sign"),
    )


def _figures(found: Comparison, pen: ComparisonPen) -> Grid:
    measures = next(iter(found["figures"].values()))
    headers = (pen.say("side"), *(measure_name(name, pen.language) for name in measures))
    rows = tuple(
        (pen.side(name), *(estimate_text(figures[measure]) for measure in measures))
        for name, figures in found["figures"].items()
    )
    return Grid(caption=pen.say("figures"), headers=headers, rows=rows)


def _differences(found: Comparison, pen: ComparisonPen) -> Grid:
    rows = (
        (
            pen.side(name),
            measure_name(measure, pen.language),
            number(one["value"]),
            interval(one),
            f"{one['n']:,}",
            verdict_word(one["verdict"], pen.language),
            "" if one["reason"] is None else pen.sentence(one["reason"]),
        )
        for name, pair in found["against_first"].items()
        for measure, one in pair["differences"].items()
    )
    headers = ("side", "measure", "difference", "interval", "n", "verdict", "remark")
    return pen.grid("differences", headers, rows)


def _parameters(found: Comparison, pen: ComparisonPen) -> Section:
    runs = [run["run_id"] for run in found["runs"]]
    if not found["parameters"]:
        return Section(heading=pen.say("parameters"), paragraphs=(pen.say("same"),))
    rows = tuple((name, *(str(values.get(run, "")) for run in runs)) for name, values in found["parameters"].items())
    headers = (pen.say("parameter"), *(pen.side(run) for run in runs))
    grid = Grid(caption=pen.say("parameters"), headers=headers, rows=rows)
    return Section(heading=pen.say("parameters"), grids=(grid,))
