"""The sentences of a comparison, in English and Chinese: why a figure is not there, and what a difference says."""

from collections.abc import Mapping

from training.compare_shape import Sentence, SideVerdict

MEASURE_NAMES: Mapping[str, tuple[str, str]] = {
    "auc": ("AUC", "AUC"),
    "brier": ("Brier score", "Brier 分数"),
    "calibration_error": ("calibration error", "校准误差"),
    "calibration_slope": ("calibration slope", "校准斜率"),
    "calibration_intercept": ("calibration intercept", "校准截距"),
    "precision": ("precision at the cut", "分数线处的精确率"),
    "lift": ("lift at the cut", "分数线处的提升度"),
    "selection_rate": ("selection rate", "选拔率"),
    "impact_ratio": ("impact ratio", "影响比"),
}

_VERDICTS: Mapping[SideVerdict, tuple[str, str]] = {
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "not_told_apart": ("not told apart", "无法区分"),
    "differs": ("differs", "有差异"),
    "undefined": ("undefined", "无定义"),
}

REASONS: Mapping[str, Sentence] = {
    "no_labels": {"en": "No row with a label and a score.", "zh": "没有同时具有标签和得分的记录。"},
    "one_outcome": {
        "en": "Only one of the two outcomes occurs among the labelled.",
        "zh": "有标签的记录中只出现一种结果。",
    },
    "none_selected": {
        "en": "Nobody at or above the cut has a label.",
        "zh": "分数线及以上没有任何带标签的人。",
    },
    "no_positives": {"en": "Nobody among the labelled proved good.", "zh": "有标签的人中没有正面结果。"},
    "not_a_chance": {
        "en": "The score is no chance between 0 and 1, so calibration says nothing.",
        "zh": "该得分不是 0 到 1 之间的概率，校准无意义。",
    },
    "no_fit": {
        "en": "The recalibration has no finite solution: the score parts the outcomes completely, or is constant.",
        "zh": "重新校准没有有限解：得分把两种结果完全分开，或为常数。",
    },
    "few_draws": {
        "en": "Undefined in more than one draw in twenty, so there is no interval.",
        "zh": "超过二十分之一的抽样中无定义，因此没有置信区间。",
    },
    "no_spread": {
        "en": "The same in every draw, so the draws cannot say how far from it the truth may lie.",
        "zh": "所有抽样中均相同，抽样无法说明真值可能偏离多远，因此没有置信区间。",
    },
    "nobody": {"en": "Nobody is here.", "zh": "此处没有人。"},
    "no_comparator": {
        "en": "No comparator: nobody's group is known, or no group is large enough.",
        "zh": "没有对照群体：群体均未知，或没有人数足够的群体。",
    },
    "comparator_unselected": {
        "en": "Nobody of the comparator is at or above the cut.",
        "zh": "对照群体中没有人达到分数线。",
    },
    "too_small_to_show": {
        "en": "Too few people to show, or hidden so that a smaller number cannot be found by subtraction.",
        "zh": "人数过少不予显示，或为防止通过相减推出更小的数字而隐藏。",
    },
    "no_judged_flip": {"en": "No flip has a label.", "zh": "没有带标签的翻转。"},
}


def too_few(n: int, least: int) -> Sentence:
    """A slice or group that is too small to be judged."""
    return {
        "en": f"{n} people or applications, {least} are needed to judge.",
        "zh": f"仅 {n} 人（份），至少需要 {least} 才能判断。",
    }


def verdict_word(verdict: SideVerdict, language: str) -> str:
    """The verdict in words."""
    return _VERDICTS[verdict][language == "zh"]


def measure_name(measure: str, language: str) -> str:
    """The measure in words."""
    return MEASURE_NAMES[measure][language == "zh"]


def difference(
    measure: str,
    value: float | None,
    ci: list[float | None],
    level: float,
    verdict: SideVerdict,
    reason: Sentence | None,
    about: str = "",
) -> Sentence:
    """What a difference says; `about` names the group or slice."""
    names = MEASURE_NAMES[measure]
    en, zh = (f"{about}: {names[0]}", f"{about}：{names[1]}") if about else (names[0], names[1])
    if value is None:
        because = reason or REASONS["nobody"]
        return {
            "en": f"{_capital(en)}: no difference is defined. {because['en']}",
            "zh": f"{zh}：差异无定义。{because['zh']}",
        }
    low, high = ci
    within = ("no interval", "无置信区间") if low is None or high is None else _interval(low, high, level)
    words = _VERDICTS[verdict]
    return {
        "en": f"{_capital(en)} changes by {value:+.3f} against the first ({within[0]}): {words[0]}.",
        "zh": f"{zh}相对首个运行变化 {value:+.3f}（{within[1]}）：{words[1]}。",
    }


def flips(fixes: int, breaks: int, p: float | None, verdict: SideVerdict) -> Sentence:
    """What the judged flips say."""
    if p is None:
        return REASONS["no_judged_flip"]
    words = _VERDICTS[verdict]
    return {
        "en": f"Of {fixes + breaks:,} flips with a label {fixes:,} fix and {breaks:,} break (p {p:.2g}): {words[0]}.",
        "zh": f"{fixes + breaks:,} 个带标签的翻转中，{fixes:,} 个修正、{breaks:,} 个变差（p {p:.2g}）：{words[1]}。",
    }


def _interval(low: float, high: float, level: float) -> tuple[str, str]:
    return (
        f"{level:.0%} interval {low:+.3f} to {high:+.3f}".replace("%", " %"),
        f"{level:.0%} 置信区间 {low:+.3f} 至 {high:+.3f}",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
