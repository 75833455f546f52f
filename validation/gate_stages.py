"""The gate's check of the whole process: adverse impact of every stage, and of the bottom line that they add up to.

The stage that the model decides is taken as the model would decide it at the deployed cut (and one step beside it), the
others as they are. A stage that fails is not excused by a good bottom line (Connecticut v. Teal), and stages that each
pass can add up to a process that fails. All comparisons of one table are one family: Holm's procedure runs over stages
and groups together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from validation import gate_outside
from validation.adverse_impact import AdverseImpact, assess_by
from validation.decision_rule import State, decide, holm
from validation.gate_bottom_line import BottomLine, bottom_line
from validation.gate_evidence import CutCounts, Evidence, Outside
from validation.gate_impact import conclusion, rule_of
from validation.gate_judgement import Judgement, gravest, lacking
from validation.group_count import GroupCount, marginal
from validation.group_impact import GroupImpact
from validation.impact_lines import family_size
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import Impact
from warehouse.queries.gate import NOT_ASKED

MODEL_STAGE = "ai_interview"
"""The stage that the model's cut decides."""

_STAGES = {
    "applied": Text(en="applied", zh="应聘"),
    MODEL_STAGE: Text(en="AI interview (this model)", zh="AI 面试（本模型）"),
    "re_interview": Text(en="re-interview", zh="复面"),
    "offer": Text(en="offer", zh="录用通知"),
    "hire": Text(en="hire", zh="入职"),
}
_LOOK = Text(
    en="Look at the stage that is named: change how it decides, or have a checker sign for it with the reason.",
    zh="查看所列阶段：调整其决定方式，或由复核人说明理由签署。",
)
_REFRESH = Text(en="Refresh the lake, then evaluate the gate again.", zh="刷新数据湖，然后重新评估门禁。")

Funnel = Mapping[str, Sequence[GroupCount]]


def name_of(table: tuple[str, ...]) -> str:
    """The check's name for a table, such as `adverse_impact_stages.sex`."""
    return f"adverse_impact_stages.{'+'.join(table)}"


def stages(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    for table in policy.tables.get("adverse_impact_stages", ()):
        if not evidence.funnel or evidence.selection is None:
            nobody = Text(en="The funnel of the period could not be read.", zh="无法读取该期间的招聘漏斗。")
            yield lacking(name_of(table), nobody, _REFRESH)
        else:
            yield _judged(evidence, evidence.funnel, evidence.selection.deployed, table, policy.impact)


def with_model(funnel: Funnel, cut: CutCounts, table: tuple[str, ...]) -> dict[str, tuple[GroupCount, ...]]:
    """Each stage's counts of a table, the model's own stage as it would decide at this cut."""
    return {
        stage: tuple(one for one in marginal(cut.counts if stage == MODEL_STAGE else counts, table) if _is_asked(one))
        for stage, counts in funnel.items()
    }


def _is_asked(count: GroupCount) -> bool:
    return all(value != NOT_ASKED for _, value in count.group)


def _judged(
    evidence: Evidence, funnel: Funnel, deployed: CutCounts, table: tuple[str, ...], impact: Impact
) -> Judgement:
    counts = with_model(funnel, deployed, table)
    tables = in_one_family({stage: assess_by(rule_of(impact), its) for stage, its in counts.items()}, impact)
    found = {stage: conclusion(one, impact) for stage, one in tables.items()}
    whole = bottom_line(counts, impact)
    state = gravest([whole.state, *(state for state, _ in found.values())])
    beside = _beside(evidence, funnel, table, impact)
    outside = _outside(evidence, table)
    if state is State.PASS and any(other.state is State.FAIL for other in beside.values()):
        state = State.REVIEW
    return Judgement(
        check=name_of(table),
        state=state,
        reason=_reason(found, whole, beside, outside),
        figures=(
            *_stage_figures(evidence, tables),
            *_whole_figures(evidence, whole),
            *gate_outside.figures(evidence, outside, counts),
        ),
        next_step=None if state is State.PASS else _LOOK,
        detail={
            "stages": {stage: {**one.as_json(), **_beside_rates(stage, outside)} for stage, one in tables.items()},
            "bottom_line": whole.as_json(),
            "neighbours": {side: other.as_json() for side, other in beside.items()},
        },
    )


def _outside(evidence: Evidence, table: tuple[str, ...]) -> dict[str, tuple[Outside, ...]]:
    """By stage, who is in no rate; the model decides about everybody with a score, wherever they are now."""
    found = {stage: gate_outside.narrowed(its, table) for stage, its in evidence.outside.items()}
    return {stage: its for stage, its in found.items() if stage != MODEL_STAGE}


def _beside_rates(stage: str, outside: Mapping[str, Sequence[Outside]]) -> dict[str, object]:
    return {"not_counted": gate_outside.as_json(outside[stage], _words(stage))} if stage in outside else {}


def in_one_family(tables: Mapping[str, AdverseImpact], impact: Impact) -> dict[str, AdverseImpact]:
    """The tables judged with p values adjusted over all of them, so that many comparisons prove no harm by chance."""
    tests = [
        (name, index, line.table.p_value)
        for name, table in tables.items()
        for index, line in enumerate(table.groups)
        if line.p_holm is not None and line.table is not None
    ]
    family = sum(family_size(sum(one == name for one, _, _ in tests), table.rule) for name, table in tables.items())
    adjusted = holm([p_value for _, _, p_value in tests if p_value is not None], family=family)
    by_place = {
        (name, index): p_value
        for (name, index, _), p_value in zip((one for one in tests if one[2] is not None), adjusted, strict=True)
    }
    return {
        name: replace(
            table,
            groups=tuple(_again(line, by_place.get((name, index)), impact) for index, line in enumerate(table.groups)),
        )
        for name, table in tables.items()
    }


def _again(line: GroupImpact, adjusted: float | None, impact: Impact) -> GroupImpact:
    """A finding that the larger family takes the significance from becomes what the table alone then says."""
    if line.state is not State.FAIL or line.table is None or adjusted is None:
        return line
    decision = decide(
        line.table, min_n=impact.min_n, threshold=impact.threshold, alpha=impact.alpha, adjusted_p=adjusted
    )
    return replace(line, decision=decision, p_holm=adjusted)


def _beside(evidence: Evidence, funnel: Funnel, table: tuple[str, ...], impact: Impact) -> dict[str, BottomLine]:
    chosen = evidence.selection
    sides = {} if chosen is None else {"one step lower": chosen.lower, "one step higher": chosen.higher}
    return {side: bottom_line(with_model(funnel, cut, table), impact) for side, cut in sides.items() if cut is not None}


def _reason(
    found: Mapping[str, tuple[State, Text]],
    whole: BottomLine,
    beside: Mapping[str, BottomLine],
    outside: Mapping[str, Sequence[Outside]],
) -> Text:
    """The gravest stages first, the bottom line, what one step of the cut would change, and whom no rate counts."""
    worst = gravest(state for state, _ in found.values())
    named = [(stage, reason) for stage, (state, reason) in found.items() if state is worst]
    if worst is State.PASS:
        text = Text(en=f"All {len(found)} stages pass.", zh=f"全部 {len(found)} 个阶段通过。")
    else:
        text = Text(
            en=" ".join(f"{_words(stage).en}: {reason.en}" for stage, reason in named),
            zh="".join(f"{_words(stage).zh}：{reason.zh}" for stage, reason in named),
        )
    text = Text(en=f"{text.en} Bottom line: {whole.reason.en}", zh=f"{text.zh}全流程结果：{whole.reason.zh}")
    if worst is State.FAIL and whole.state is State.PASS:
        text = Text(
            en=f"{text.en} A good bottom line does not excuse a stage that fails.",
            zh=f"{text.zh}全流程结果达标并不能免除未通过阶段的责任。",
        )
    failing = [side for side, other in beside.items() if other.state is State.FAIL]
    if failing and whole.state is not State.FAIL:
        text = Text(
            en=f"{text.en} The bottom line fails {' and '.join(failing)}.",
            zh=f"{text.zh}分数线移动一步时全流程结果未通过。",
        )
    if not outside:
        return text
    others = gate_outside.sentence(outside, {stage: _words(stage) for stage in outside})
    return Text(en=f"{text.en} {others.en}", zh=f"{text.zh}{others.zh}")


def _words(stage: str) -> Text:
    return _STAGES.get(stage, Text(en=stage, zh=stage))


def _stage_figures(evidence: Evidence, tables: Mapping[str, AdverseImpact]) -> Iterator[Figure]:
    for stage, table in tables.items():
        for line in table.groups:
            if not line.is_comparator:
                yield Figure(
                    name=f"impact_ratio {line.count.label}",
                    value=line.impact_ratio,
                    n=line.count.n,
                    definition="Share that advanced, of those whose consideration at this stage is finished.",
                    interval=line.impact_ratio_ci,
                    period=evidence.period,
                    cut=evidence.cut if stage == MODEL_STAGE else None,
                    comparator=table.comparator.label if table.comparator else None,
                    stratum=stage,
                    snapshot=evidence.snapshot,
                )


def _whole_figures(evidence: Evidence, whole: BottomLine) -> Iterator[Figure]:
    for line in whole.lines:
        yield Figure(
            name=f"impact_ratio {line.label}",
            value=line.ratio,
            n=line.n,
            definition="Product of the stages' rates over the comparator's, this model deciding its own stage.",
            interval=line.interval,
            period=evidence.period,
            cut=evidence.cut,
            comparator=whole.comparator,
            stratum="bottom line",
            snapshot=evidence.snapshot,
        )
