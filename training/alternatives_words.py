"""Why an alternative was chosen, in one sentence of each language."""

from collections.abc import Sequence

from training.alternatives_points import Impact, Point
from validation.group_words import named
from validation.outcome import Text


def because(points: Sequence[Point], chosen: Point, tolerance: float) -> Text:
    """The choice with the figures that led to it; the first point is the configured fit."""
    configured, tried = points[0], len(points) - 1
    if chosen.impact.ratio is None:
        return Text(
            en="No two groups with known members are large enough to compare, so the configured fit stands.",
            zh="没有两个已知群体人数足以比较，因此保留原配置。",
        )
    if chosen is configured:
        return Text(
            en=f"None of {tried} alternatives has clearly less impact ({_ratio(configured.impact, 'en')}) and is shown"
            f" to rank people no worse than {tolerance:.3f} AUC below the configured fit, which therefore stands.",
            zh=f"{tried} 种替代方案中，没有一种在 AUC 下降不超过 {tolerance:.3f} 的前提下影响明显更小"
            f"（{_ratio(configured.impact, 'zh')}），因此保留原配置。",
        )
    lost, least = _difference(chosen)
    doubt = _doubt(chosen.impact, configured.impact)
    return Text(
        en=f"Of {tried} alternatives, “{chosen.words.en}” has the least impact among those shown to rank people no"
        f" worse than {tolerance:.3f} AUC below the configured fit: {_ratio(chosen.impact, 'en')} instead of"
        f" {_ratio(configured.impact, 'en')}, AUC difference {lost} (at least {least}).{doubt.en}",
        zh=f"在 {tried} 种替代方案中，“{chosen.words.zh}”在 AUC 下降不超过 {tolerance:.3f} 的方案里影响最小："
        f"{_ratio(chosen.impact, 'zh')}，原配置为{_ratio(configured.impact, 'zh')}；AUC 差 {lost}（至少 {least}）。"
        f"{doubt.zh}",
    )


def _doubt(chosen: Impact, configured: Impact) -> Text:
    """What must be said of a gain that the interval of the chosen ratio does not show; nothing of a clear one."""
    low = chosen.worst[1].impact_ratio_ci.low if chosen.worst else None
    if low is not None and configured.ratio is not None and low > configured.ratio:
        return Text(en="", zh="")
    return Text(
        en=" The interval holds the configured fit's ratio too, so the gain may be chance.",
        zh="该区间也包含原配置的影响比，改善可能只是偶然。",
    )


def _difference(point: Point) -> tuple[str, str]:
    found = point.difference
    if found is None or found.difference is None or found.interval.low is None:
        return "–", "–"
    return f"{found.difference:+.3f}", f"{found.interval.low:+.3f}"


def _ratio(impact: Impact, language: str) -> str:
    worst = impact.worst
    if worst is None or worst[1].impact_ratio is None:
        return "undefined" if language == "en" else "无定义"
    _, line = worst
    low, high = line.impact_ratio_ci.low, line.impact_ratio_ci.high
    ends = "" if low is None or high is None else f"{low:.2f}–{high:.2f}"
    who = named(line.count.group)
    if language == "en":
        return f"lowest impact ratio {line.impact_ratio:.3f} ({', '.join(filter(None, (who.en, ends)))})"
    return f"最低影响比 {line.impact_ratio:.3f}（{'，'.join(filter(None, (who.zh, ends)))}）"
