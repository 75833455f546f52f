"""Two checks of the gate on data: contracts of the loads that feed the snapshot, and enough matured labels."""

import numpy as np

from validation.decision_rule import State
from validation.gate_comparison import is_graded
from validation.gate_evidence import ContractFinding, Evidence, Floats, Loads
from validation.gate_judgement import Judgement, lacking
from validation.outcome import Figure, Text, Verdict
from validation.policy import Policy
from validation.policy_settings import Contracts, Sufficiency

_NAMED = 3
_FITTED = "training_rows"
_ROWS = {
    _FITTED: Text(en="training rows", zh="训练集行数"),
    "holdout_rows": Text(en="holdout rows", zh="留出集行数"),
    "positive_labels": Text(en="positive labels", zh="正标签"),
    "negative_labels": Text(en="negative labels", zh="负标签"),
}
_MEND = Text(
    en="Look at the findings, correct the file or its mapping, load it again and retrain.",
    zh="查看数据问题，修正文件或映射，重新导入并重新训练。",
)
_CHECK = Text(
    en="Load the files again with their contracts, then evaluate the gate again.",
    zh="按数据契约重新导入文件，然后重新评估门禁。",
)


def data_contracts(evidence: Evidence, policy: Policy) -> Judgement:
    """The gravest finding decides, by its share of the values; a load that was never checked is not a good one."""
    loads = evidence.loads
    if loads is None or loads.loads == 0:
        return lacking(
            "data_contracts",
            Text(en="No load is known to feed this snapshot.", zh="没有已知的数据导入对应此快照。"),
            _CHECK,
        )
    figures = (
        _figure(evidence, "rows_rejected", loads.rows_rejected, loads.rows_read, "Rows refused by the loads."),
        _figure(evidence, "loads", loads.loads, loads.rows_read, "Loads that feed the snapshot."),
    )
    state, reason = _contract_state(loads, policy.contracts)
    step = {State.PASS: None, State.INSUFFICIENT_DATA: _CHECK}.get(state, _MEND)
    return Judgement(check="data_contracts", state=state, reason=reason, figures=figures, next_step=step)


def _contract_state(loads: Loads, rule: Contracts) -> tuple[State, Text]:
    weighed = [finding for finding in loads.findings if finding.expectation not in rule.noted]
    for state in (State.FAIL, State.REVIEW):
        found = [finding for finding in weighed if finding_state(finding, rule) is state]
        if found:
            return state, _found(found)
    if loads.unchecked:
        return State.INSUFFICIENT_DATA, Text(
            en=f"{len(loads.unchecked)} of {loads.loads} loads were never checked: {', '.join(loads.unchecked)}.",
            zh=f"{loads.loads} 次导入中有 {len(loads.unchecked)} 次未经检查：{'、'.join(loads.unchecked)}。",
        )
    return State.PASS, _whole(loads, rule)


def finding_state(finding: ContractFinding, rule: Contracts) -> State:
    """What one finding asks: its values were kept out (`block`) or let in with a note (`review`)."""
    if finding.verdict is Verdict.PASS:
        return State.PASS
    share = finding.unexpected_n / finding.n if finding.n else 1.0
    if finding.verdict is Verdict.BLOCK and share >= rule.block_share:
        return State.FAIL
    return State.REVIEW if share >= rule.review_share else State.PASS


def _whole(loads: Loads, rule: Contracts) -> Text:
    kept_out, read = loads.rows_rejected, loads.rows_read
    return Text(
        en=f"No contract is broken in {rule.review_share:.0%} of the values or more: {loads.loads} loads,"
        f" {kept_out:,} of {read:,} rows kept out.",
        zh=f"没有数据契约在 {rule.review_share:.0%} 以上的值中被违反：{loads.loads} 次导入，"
        f"{read:,} 行中拒收 {kept_out:,} 行。",
    )


def _found(findings: list[ContractFinding]) -> Text:
    named = findings[:_NAMED]
    more = len(findings) - len(named)
    return Text(
        en=" ".join(f"{one.source}, {one.place}: {one.sentence.en}" for one in named)
        + (f" And {more} more." if more else ""),
        zh="".join(f"{one.source}，{one.place}：{one.sentence.zh}" for one in named)
        + (f"另有 {more} 项。" if more else ""),
    )


def data_sufficiency(evidence: Evidence, policy: Policy) -> Judgement:
    """Training rows, holdout rows, and holdout rows of each label value, each with its minimum."""
    holdout = evidence.holdout
    if holdout is None:
        return lacking(
            "data_sufficiency",
            Text(en="The run kept no holdout.", zh="该训练没有保留留出集。"),
            Text(en="Train again; every run keeps a holdout.", zh="请重新训练；每次训练都会保留留出集。"),
        )
    needs = _needs(holdout.label, holdout.training_rows, policy.sufficiency)
    figures = tuple(_figure(evidence, name, n, n, definition) for name, definition, n, _ in needs)
    short = [(name, n, least) for name, _, n, least in needs if n < least]
    if short:
        reason = Text(
            en="Too few rows: " + ", ".join(f"{_ROWS[name].en} {n} of {least}" for name, n, least in short) + ".",
            zh="数据行数不足：" + "，".join(f"{_ROWS[name].zh} {n}（需要 {least}）" for name, n, least in short) + "。",
        )
        step = Text(
            en="Wait until more labels have matured, or take a target that matures sooner.",
            zh="等待更多标签成熟，或选择成熟更早的目标。",
        )
        return Judgement(
            check="data_sufficiency", state=State.INSUFFICIENT_DATA, reason=reason, figures=figures, next_step=step
        )
    reason = Text(
        en=f"{holdout.training_rows:,} training rows and {needs[1][2]:,} holdout rows with a matured label.",
        zh=f"训练集 {holdout.training_rows:,} 行，留出集 {needs[1][2]:,} 行有成熟标签。",
    )
    return Judgement(check="data_sufficiency", state=State.PASS, reason=reason, figures=figures)


def has_few_labels(evidence: Evidence, policy: Policy) -> bool:
    """Whether the holdout has fewer labelled rows, or rows of one label, than what makes a finding more than chance."""
    return any(name != _FITTED for name in _short(evidence, policy))


def has_few_rows(evidence: Evidence, policy: Policy) -> bool:
    """Whether anything of that is lacking: labels of the holdout, or rows that were fitted."""
    return bool(_short(evidence, policy))


def _short(evidence: Evidence, policy: Policy) -> list[str]:
    holdout = evidence.holdout
    if holdout is None:
        return ["holdout_rows"]
    needs = _needs(holdout.label, holdout.training_rows, policy.chance_below)
    return [name for name, _, n, least in needs if n < least]


def _needs(label: Floats, training_rows: int, rule: Sufficiency) -> list[tuple[str, str, int, int]]:
    """Name, definition, number there is and number needed."""
    matured = label[np.isfinite(label)]
    needs = [
        (_FITTED, "Rows the model was fitted on.", training_rows, rule.min_training_rows),
        ("holdout_rows", "Holdout rows with a matured label.", len(matured), rule.min_holdout_rows),
    ]
    if is_graded(label):
        return needs
    least = rule.min_holdout_of_each_label
    positive = int((matured > 0).sum())
    return [
        *needs,
        ("positive_labels", "Holdout rows whose label is positive.", positive, least),
        ("negative_labels", "Holdout rows whose label is negative.", len(matured) - positive, least),
    ]


def _figure(evidence: Evidence, name: str, value: int, n: int, definition: str) -> Figure:
    return Figure(
        name=name,
        value=float(value),
        n=n,
        definition=definition,
        period=evidence.period,
        snapshot=evidence.snapshot,
    )
