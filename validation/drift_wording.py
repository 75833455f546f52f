"""The sentences of a drift verdict, in English and Chinese."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from validation.outcome import Text, Verdict

NAMES: Mapping[str, Text] = {
    "psi": Text(en="the stability index (PSI)", zh="稳定性指数（PSI）"),
    "jensen_shannon": Text(en="the Jensen-Shannon distance", zh="Jensen-Shannon 距离"),
    "wasserstein_normed": Text(en="the normed Wasserstein distance", zh="标准化 Wasserstein 距离"),
    "missing_change": Text(en="the change of the missing share", zh="缺失比例的变化"),
}
MOST_NAMED = 5


class Measured(Protocol):
    """What a sentence needs of an effect size."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def threshold(self) -> float: ...
    @property
    def null(self) -> float | None: ...
    @property
    def is_large(self) -> bool: ...
    @property
    def is_beyond_chance(self) -> bool: ...


def column_reason(
    column: str, verdict: Verdict, effects: Sequence[Measured], n: tuple[float, float], minimum_n: int
) -> Text:
    """Why a column got its verdict: the effect that decided, its threshold, and what chance alone would show."""
    if verdict is Verdict.PASS:
        return Text(
            en=f"{column}: no effect size reaches its practical threshold.",
            zh=f"{column}：各项效应量均未达到实际阈值。",
        )
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return _too_little(column, effects, n, minimum_n)
    effect = _deciding(effects)
    name, value = NAMES[effect.name], effect.value or 0.0
    null = effect.null or 0.0
    return Text(
        en=f"{column}: {name.en} is {value:.3g}, above the threshold of {effect.threshold:.3g} "
        f"and the {null:.2g} that chance alone could show.",
        zh=f"{column}：{name.zh}为 {value:.3g}，高于阈值 {effect.threshold:.3g}，也高于纯随机波动可达到的 {null:.2g}。",
    )


def absent_reason(column: str, *, is_in_reference: bool) -> Text:
    """Why a column that only one side has is not a pass."""
    if is_in_reference:
        return Text(
            en=f"{column}: the current rows lack this column; restore the feed, or name only the columns to compare.",
            zh=f"{column}：当前数据缺少该列；请恢复数据来源，或只指定其他列进行比较。",
        )
    return Text(
        en=f"{column}: the reference lacks this column, so there is nothing to compare it with.",
        zh=f"{column}：基准数据没有该列，无法比较。",
    )


def overall_reason(verdict: Verdict, columns: Sequence[str], of: int) -> Text:
    """Why the whole got its verdict: the columns that decided."""
    named = ", ".join(columns[:MOST_NAMED]) + (", …" if len(columns) > MOST_NAMED else "")
    named_zh = named.replace(", ", "、")
    if not of:
        return Text(en="No column was compared.", zh="没有可比较的列。")
    if verdict is Verdict.PASS:
        return Text(en=f"None of {of} columns drifted.", zh=f"{of} 列均无漂移。")
    words = {
        Verdict.BLOCK: Text(en="drifted far enough to block", zh="的漂移已达到阻断程度"),
        Verdict.REVIEW: Text(en="need a review", zh="需要复核"),
        Verdict.NOT_ENOUGH_EVIDENCE: Text(en="lack evidence for a verdict", zh="证据不足，无法下结论"),
    }[verdict]
    return Text(
        en=f"{len(columns)} of {of} columns {words.en}: {named}.",
        zh=f"{of} 列中有 {len(columns)} 列{words.zh}：{named_zh}。",
    )


def _too_little(column: str, effects: Sequence[Measured], n: tuple[float, float], minimum_n: int) -> Text:
    if min(n) < minimum_n:
        return Text(
            en=f"{column}: {n[0]:.0f} reference and {n[1]:.0f} current values are too few; "
            f"{minimum_n} of each are needed.",
            zh=f"{column}：基准 {n[0]:.0f} 个值、当前 {n[1]:.0f} 个值，数量不足；各需至少 {minimum_n} 个。",
        )
    effect = _deciding(effects)
    name, value, null = NAMES[effect.name], effect.value or 0.0, effect.null or 0.0
    return Text(
        en=f"{column}: {name.en} of {value:.3g} lies within the {null:.2g} that chance alone could show "
        "with so few rows.",
        zh=f"{column}：{name.zh} {value:.3g} 仍在样本量较小时随机波动可达到的 {null:.2g} 以内。",
    )


def _deciding(effects: Sequence[Measured]) -> Measured:
    """The effect farthest beyond its threshold, those beyond chance first."""

    def rank(effect: Measured) -> tuple[bool, float]:
        return effect.is_large and effect.is_beyond_chance, abs(effect.value or 0.0) / effect.threshold

    return max(effects, key=rank)
