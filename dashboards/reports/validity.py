"""The validity report: one HTML file in English and Chinese, charts with the table behind them, nothing loaded."""

from collections.abc import Iterable
from html import escape

from dashboards.audit_tables import number
from dashboards.reports.page import behind, both, page, paragraphs, plain, table, verdict
from dashboards.reports.validity_charts import Grid, density, expectancy_bars, grid
from dashboards.reports.validity_words import WORDS
from validation.benchmarks import BENCHMARKS
from validation.differential_prediction import Line, Step
from validation.group_validity import GroupValidity
from validation.joint_validity import Joint
from validation.outcome import Interval, Text
from validation.validity import PredictorValidity, Validity
from validation.validity_figures import figures

_MOST_LINES = 5


def validity_report(found: Validity, file: str) -> str:
    """The whole page; `file` is the file's name."""
    body = [
        f"<p>{verdict(found.verdict)}</p>{paragraphs(found.reason)}",
        f"<p>{both(WORDS['file'])}: <b>{escape(file)}</b>; {both(WORDS['criterion'])}: "
        f"<b>{escape(found.criterion)}</b>; n = {found.n:,.0f}</p>",
        paragraphs(WORDS["selection"]),
        *(part for one in found.predictors for part in _predictor(one, found)),
        *(_joint(found.joint) if found.joint else ()),
        _benchmarks(),
        paragraphs(WORDS["method"]),
    ]
    return page(WORDS["title"], body)


def _predictor(one: PredictorValidity, found: Validity) -> Iterable[str]:
    yield f"<h2>{both(WORDS['predictor'])}: {escape(one.predictor)}</h2><p>{verdict(one.verdict)}</p>"
    yield paragraphs(one.reason)
    yield f"<h3>{both(WORDS['validity'])}</h3>"
    yield f"<p>{both(WORDS['people'])}: {one.correlation.n:,.0f}; {both(WORDS['missing'])}: {one.missing:,.0f}</p>"
    yield _figures(one, found)
    yield from _expectancy(one)
    yield from _scatter(one, found)
    if found.group is not None:
        yield from _groups(one, found.group)


def _figures(one: PredictorValidity, found: Validity) -> str:
    rows = [
        (
            both(WORDS[line.key]),
            _value(line.value, line.is_correction),
            _interval(line.interval),
            escape(line.assumption),
        )
        for line in figures(one, found.assumptions)
    ]
    note = "" if any(line.is_correction for line in figures(one, found.assumptions)) else paragraphs(WORDS["not_asked"])
    return table([WORDS[key] for key in ("figure", "value", "interval", "assumption")], rows) + note


def _value(value: float | None, is_correction: bool) -> str:
    return both(WORDS["not_correctable"]) if value is None and is_correction else number(value)


def _interval(interval: Interval | None) -> str:
    if interval is None or (interval.low is None and interval.high is None):
        return "–"
    return f"{number(interval.low)} – {number(interval.high)}"


def _expectancy(one: PredictorValidity) -> Iterable[str]:
    found = one.expectancy
    if not found.bands:
        return
    title = WORDS["expectancy"]
    yield f"<h3>{both(title)} {number(found.success_at)}</h3>"
    yield f"<p>{both(WORDS['observed_mark'])}; {both(WORDS['expected_mark'])}</p>"
    yield expectancy_bars(found.bands, f"{one.predictor}: {plain(title)} {number(found.success_at)}")
    rows = (
        (
            f"{band.low:.4g} – {band.high:.4g}",
            f"{band.n:,.0f}",
            f"{band.successes:,.0f}",
            f"{band.rate:.1%}",
            _interval(band.interval),
            "–" if band.expected_rate is None else f"{band.expected_rate:.1%}",
        )
        for band in found.bands
    )
    headers = [WORDS[key] for key in ("band", "n", "successes", "rate", "interval", "expected")]
    yield behind(WORDS["table"], table(headers, rows))


def _scatter(one: PredictorValidity, found: Validity) -> Iterable[str]:
    cells = grid(one.scatter)
    if cells is None:
        return
    title = WORDS["scatter"]
    yield f"<h3>{both(title)}</h3>"
    lines = _lines(one)
    yield density(cells, lines, one.predictor, found.criterion, f"{one.predictor}: {plain(title)}")
    yield behind(WORDS["table"], _grid_table(cells))


def _lines(one: PredictorValidity) -> list[tuple[str, Line]]:
    named = [(f"{group.group} (n = {group.n:,.0f})", group.line.line) for group in one.groups if group.line is not None]
    if named:
        return named[:_MOST_LINES]
    seen = one.scatter.moments()
    if seen.sum_of_squares("x") <= 0:
        return []
    slope = seen.sum_of_products("x", "y") / seen.sum_of_squares("x")
    middle = float(seen.mean[seen.at("y")]) - slope * float(seen.mean[seen.at("x")])
    return [(f"{one.predictor} (n = {seen.n:,.0f})", Line(intercept=middle, slope=slope))]


def _grid_table(cells: Grid) -> str:
    """Criterion from high to low down, predictor from low to high across."""
    across = list(zip(cells.x_edges, cells.x_edges[1:], strict=False))
    down = list(zip(cells.y_edges, cells.y_edges[1:], strict=False))
    corner = Text(en="criterion \\ predictor", zh="效标 \\ 预测变量")
    spans = [f"{low:.4g} – {high:.4g}" for low, high in across]
    headers = [corner, *(Text(en=span, zh=span) for span in spans)]
    rows = (
        (f"{low:.4g} – {high:.4g}", *(f"{people:,.0f}" for people in counts))
        for (low, high), counts in reversed(list(zip(down, cells.counts, strict=True)))
    )
    return table(headers, rows)


def _groups(one: PredictorValidity, column: str) -> Iterable[str]:
    judged = one.prediction_judgement
    yield f"<h3>{both(WORDS['groups'])} ({escape(column)})</h3><p>{verdict(judged.verdict)}</p>"
    yield paragraphs(judged.reason)
    headers = [WORDS[key] for key in ("group", "n", "missing", "r", "interval", "line", "residual", "dmod", "excluded")]
    yield table(headers, (_group(group) for group in one.groups))
    if one.prediction is not None:
        steps = {
            "omnibus": one.prediction.omnibus,
            "slope": one.prediction.slope,
            "intercept": one.prediction.intercept,
        }
        yield table(
            [WORDS["step"], *(Text(en=word, zh=word) for word in ("F", "df", "p"))],
            ((both(WORDS[name]), *_step(step)) for name, step in steps.items()),
        )


def _group(group: GroupValidity) -> tuple[str, ...]:
    line, dmod = group.line, group.dmod
    return (
        escape(group.group),
        f"{group.n:,.0f}",
        f"{group.missing:,.0f}",
        number(group.correlation.r),
        _interval(group.correlation.interval),
        f"{line.line.intercept:.4g} + {line.line.slope:.4g} x" if line else "–",
        f"{line.mean_residual:+.3f}" if line else "–",
        f"{dmod.signed:+.2f} / {dmod.unsigned:.2f}" if dmod else "–",
        both(group.excluded) if group.excluded else "–",
    )


def _step(step: Step) -> tuple[str, str, str]:
    return number(step.f), f"{step.df[0]}; {step.df[1]:.0f}", "–" if step.p is None else f"{step.p:.3g}"


def _joint(joint: Joint) -> Iterable[str]:
    yield f"<h2>{both(WORDS['joint'])}</h2><p>n = {joint.n:,.0f}</p>"
    headers = [WORDS[key] for key in ("predictor", "r_squared", "delta")] + [Text(en="p", zh="p")]
    rows = (
        (
            escape(" + ".join(joint.predictors[: place + 1])),
            number(step.r_squared if step else None),
            number(step.delta_r_squared if step else None, 4),
            "–" if step is None or step.p is None else f"{step.p:.3g}",
        )
        for place, step in enumerate(joint.increments, start=1)
    )
    yield table(headers, rows)


def _benchmarks() -> str:
    headers = [WORDS[key] for key in ("kind", "mean", "credibility")]
    rows = ((both(one.name), number(one.validity, 2), _interval(one.credibility_interval())) for one in BENCHMARKS)
    source = "Sackett, Zhang, Berry &amp; Lievens (2022)"
    return behind(WORDS["benchmarks"], table(headers, rows) + f"<p>{source}</p>")
