"""The tables of the adverse-impact report."""

from collections.abc import Mapping, Sequence

from dashboards.audit_tables import number
from dashboards.reports.document import Grid
from dashboards.reports.words import Pen, interval_text, p_text
from validation.adverse_impact import AdverseImpact
from validation.group_impact import GroupImpact
from validation.strata import PooledImpact, StratifiedImpact

_METHODS = ("katz", "koopman", "wilson", "greenland-robins")


def rate_grid(pen: Pen, lines: Sequence[GroupImpact]) -> Grid:
    """Each group's count and rate."""
    rows = (
        (
            pen.group(line.count.group),
            f"{line.count.n:,}",
            f"{line.count.selected:,}",
            number(line.rate),
            interval_text(line.rate_ci),
        )
        for line in lines
    )
    return pen.grid("table", ("group", "n", "selected", "rate", "interval"), rows)


def ratio_grid(pen: Pen, table: AdverseImpact) -> Grid:
    """Each group's impact ratio, how its interval is made, and the verdict."""
    rows = (
        (
            pen.group(line.count.group),
            number(line.impact_ratio),
            interval_text(line.impact_ratio_ci),
            pen.say(line.impact_ratio_ci.method) if line.impact_ratio_ci.method in _METHODS else "–",
            pen.verdict(line.verdict),
            pen.text(line.excluded),
        )
        for line in table.groups
    )
    return pen.grid("table", ("group", "ratio", "interval", "method", "verdict", "remark"), rows)


def test_grid(pen: Pen, table: AdverseImpact) -> Grid:
    """Each group's test against the comparator, and what ratio groups of this size could show."""
    keys = ("group", "n", "selected", "rate", "ratio", "interval", "test", "p", "p_holm", "mde", "verdict")
    return _captioned("test_table", table, pen.grid("table", keys, (_tested(pen, line) for line in table.groups)), pen)


def _tested(pen: Pen, line: GroupImpact) -> tuple[str, ...]:
    pair = None if line.is_comparator else line.table
    p_value = pair.p_value if pair else None
    return (
        pen.group(line.count.group),
        f"{line.count.n:,}",
        f"{line.count.selected:,}",
        number(line.rate),
        number(line.impact_ratio),
        interval_text(line.impact_ratio_ci),
        pen.say(pair.test) if pair and p_value is not None else "–",
        p_text(p_value),
        p_text(line.p_holm),
        number(line.minimum_detectable_ratio, 2),
        pen.verdict(line.verdict),
    )


def people_grid(pen: Pen, table: AdverseImpact) -> Grid:
    """How many people each difference is, and whether one of them decides."""
    keys = ("group", "shortfall", "shortfall_reference", "needed", "flips")
    return _captioned(
        "people_table", table, pen.grid("table", keys, (_people(pen, line) for line in table.groups)), pen
    )


def _people(pen: Pen, line: GroupImpact) -> tuple[str, ...]:
    pair = None if line.is_comparator else line.table
    return (
        pen.group(line.count.group),
        number(pair.shortfall_pooled if pair else None, 1),
        number(pair.shortfall_reference if pair else None, 1),
        "–" if pair is None else str(pair.selections_needed(line.threshold) or 0),
        "–" if pair is None or pair.flip_flops is None else pen.say("yes" if pair.flip_flops else "no"),
    )


def _captioned(key: str, table: AdverseImpact, grid: Grid, pen: Pen) -> Grid:
    attributes = pen.say("comma").join(table.attributes)
    return Grid(caption=f"{attributes}{pen.say('colon')}{pen.say(key)}", headers=grid.headers, rows=grid.rows)


def bound_grid(pen: Pen, table: AdverseImpact) -> Grid:
    """How far the people of unknown group could move each ratio."""
    rows = (
        (
            pen.group(line.count.group),
            number(line.impact_ratio),
            interval_text(line.bounds.proportional),
            interval_text(line.bounds.worst_case),
        )
        for line in table.groups
        if line.bounds is not None
    )
    return pen.grid("bounds_table", ("group", "ratio", "proportional", "worst"), rows)


def pooled_grid(pen: Pen, answer: StratifiedImpact) -> Grid:
    """Each group over all strata; the pooled ratio is refused where the strata differ."""
    keys = ("group", "odds", "ratio", "interval", "homogeneity", "verdict")
    return pen.grid("pooled", keys, (_pooled(pen, entry) for entry in answer.pooled))


def _pooled(pen: Pen, entry: PooledImpact) -> tuple[str, ...]:
    pair, homogeneity = entry.pair, entry.pair.homogeneity
    is_told = pair.is_homogeneous is True
    return (
        pen.group(entry.group),
        number(pair.odds_ratio),
        number(pair.impact_ratio) if is_told else pen.say("refused"),
        interval_text(pair.ratio_interval()) if is_told else "–",
        p_text(homogeneity.p_value if homogeneity else None),
        pen.verdict(entry.decision.verdict),
    )


def stratum_grid(pen: Pen, strata: Mapping[str, AdverseImpact]) -> Grid:
    """Each group in each stratum."""
    rows = (
        (
            name,
            pen.group(line.count.group),
            f"{line.count.n:,}",
            number(line.rate),
            number(line.impact_ratio),
            interval_text(line.impact_ratio_ci),
            pen.verdict(line.verdict),
        )
        for name, table in strata.items()
        for line in table.groups
    )
    return pen.grid("by_stratum", ("stratum", "group", "n", "rate", "ratio", "interval", "verdict"), rows)
