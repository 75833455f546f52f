"""Audit answers as tables in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from dashboards.reports.error_words import WORDS
from validation.adverse_impact import AdverseImpact
from validation.error_rates import LABELS_NOTE, ErrorRates
from validation.group_impact import GroupImpact
from validation.strata import StratifiedImpact

# A pipe has no width of its own; this one shows every column whole.
_WIDTH = 140

_HEADERS = {
    "en": ("group", "n", "selected", "rate", "impact ratio", "95 % interval", "p", "test", "shortfall", "verdict"),
    "zh": ("群体", "人数", "入选", "选拔率", "影响比", "95% 置信区间", "p", "检验", "人数差额", "结论"),
}
_ERROR_HEADERS = {
    "en": ("group", "n", "TP", "FP", "TN", "FN", "TPR", "FPR", "FNR", "precision", "selection rate"),
    "zh": (
        "群体",
        "人数",
        "真阳性",
        "假阳性",
        "真阴性",
        "假阴性",
        "真阳性率",
        "假阳性率",
        "假阴性率",
        "精确率",
        "选拔率",
    ),
}
_TESTS = {
    "en": {"pooled_z": "pooled z", "mid_p": "mid-p"},
    "zh": {"pooled_z": "合并 z 检验", "mid_p": "mid-p"},
}
_VERDICTS = {
    "pass": "通过",
    "review": "需复核",
    "block": "阻断",
    "not_enough_evidence": "证据不足",
}


def print_adverse_impact(answer: AdverseImpact | StratifiedImpact, language: str) -> None:
    """The lines of a table, what is unknown, and the verdict with its reason."""
    crude = answer if isinstance(answer, AdverseImpact) else answer.crude
    pooled = {} if isinstance(answer, AdverseImpact) else {entry.group: entry.decision for entry in answer.pooled}
    console = terminal()
    comparator = crude.comparator
    table = Table(*_HEADERS[language], title=crude.definition.in_language(language), title_justify="left")
    for line in crude.groups:
        verdict = pooled.get(line.count.group, line.decision).verdict
        # Values of the file are plain text: square brackets in them are no markup.
        table.add_row(*(Line(cell) for cell in _cells(line, verdict.value, language)))
    console.print(table)
    if comparator is not None:
        word = "对照群体" if language == "zh" else "comparator"
        say(console, f"{word}: {comparator.label} ({comparator.rule.in_language(language)})")
    say(console, _left_out(crude.unknown.n, crude.n, crude.unknown.outcome_missing, language))
    say(console, f"{verdict_word(answer.verdict.value, language)}: {answer.reason.in_language(language)}")


def print_error_rates(answer: ErrorRates, language: str) -> None:
    """Confusion counts and rates by group, the gaps between groups, and the verdict with its reason."""
    console = terminal()
    table = Table(*_ERROR_HEADERS[language])
    for group in answer.groups:
        counts = (f"{value:,}" for value in (group.n, group.tp, group.fp, group.tn, group.fn))
        rates = (number(value) for value in (group.tpr, group.fpr, group.fnr, group.ppv, group.selection_rate))
        table.add_row(*(Line(cell) for cell in (group.label, *counts, *rates)))
    console.print(table)
    ratio = "比值" if language == "zh" else "ratio"
    for name, value in answer.differences.items():
        metric = WORDS[name].in_language(language)
        say(console, f"{metric}: {number(value)} ({ratio} {number(answer.ratios.get(name))})")
    say(console, _left_out(answer.unknown, answer.n + answer.unknown, answer.missing, language))
    say(console, LABELS_NOTE.in_language(language))
    say(console, f"{verdict_word(answer.verdict.value, language)}: {answer.reason.in_language(language)}")


def terminal() -> Console:
    """The reader's terminal, or a page wide enough for a table when the output goes elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def say(console: Console, sentence: str) -> None:
    """A sentence as it is, without markup."""
    console.print(Line(sentence))


def verdict_word(verdict: str, language: str) -> str:
    """A verdict in the reader's language."""
    return _VERDICTS[verdict] if language == "zh" else verdict.replace("_", " ")


def number(value: float | None, digits: int = 3) -> str:
    """A number for people; a dash where it is undefined."""
    return "–" if value is None else f"{value:.{digits}f}"


def _cells(line: GroupImpact, verdict: str, language: str) -> tuple[str, ...]:
    table = None if line.is_comparator else line.table
    low, high = line.impact_ratio_ci.as_list()
    p_value = table.p_value if table else None
    return (
        line.count.label,
        f"{line.count.n:,}",
        f"{line.count.selected:,}",
        number(line.rate),
        number(line.impact_ratio),
        f"{number(low)} – {number(high)}" if table else "–",
        "–" if p_value is None else f"{p_value:.2g}",
        _TESTS[language][table.test] if table and p_value is not None else "–",
        number(table.shortfall_pooled if table else None, 1),
        verdict_word(verdict, language),
    )


def _left_out(unknown: int, n: int, missing: int, language: str) -> str:
    if language == "zh":
        return f"群体未知：{unknown} 人（共 {n} 人）；无结果：{missing} 人"
    return f"unknown group: {unknown} of {n}; no outcome: {missing}"
