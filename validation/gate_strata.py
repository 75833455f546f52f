"""The gate's check within strata: does the model's decision hold job by job, or only when all jobs are thrown together?

Where the strata share one odds ratio the Mantel-Haenszel impact ratio is judged; where they differ (Breslow-Day) a
pooled figure is refused, and a stratum counts as failing only if its p value survives Holm's procedure over all strata
and groups.
"""

from collections.abc import Iterator

from validation.decision_rule import State
from validation.gate_evidence import Evidence
from validation.gate_impact import rule_of
from validation.gate_judgement import Judgement, gravest, lacking
from validation.gate_stages import in_one_family
from validation.group_count import label, marginal
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import Impact
from validation.strata import PooledImpact, StratifiedImpact, assess_strata
from warehouse.queries.gate import NOT_ASKED

_LOOK = Text(
    en="Look at the strata: leave out what drives the difference and retrain, or have a checker sign with the reason.",
    zh="逐层查看：去掉造成差异的特征并重新训练，或由复核人说明理由签署。",
)


def name_of(table: tuple[str, ...]) -> str:
    """The check's name for a table, such as `adverse_impact_strata.sex`."""
    return f"adverse_impact_strata.{'+'.join(table)}"


def strata(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    for table in policy.tables.get("adverse_impact_strata", ()):
        if not evidence.strata:
            nobody = Text(en="Nobody's job and group could be read.", zh="无法读取任何人的岗位与群体。")
            yield lacking(name_of(table), nobody, _LOOK)
        else:
            yield _judged(evidence, table, policy.impact)


def _judged(evidence: Evidence, table: tuple[str, ...], impact: Impact) -> Judgement:
    counts = {
        name: [one for one in marginal(its, table) if all(value != NOT_ASKED for _, value in one.group)]
        for name, its in evidence.strata.items()
    }
    found = assess_strata(counts, rule_of(impact), cut=evidence.cut)
    failing = _failing(found, impact)
    states = {entry.group: _state(entry, bool(failing)) for entry in found.pooled if not entry.is_excluded}
    state = gravest(states.values())
    causes = [entry for entry in found.pooled if states.get(entry.group) is state]
    return Judgement(
        check=name_of(table),
        state=state,
        reason=_reason(causes, failing, len(counts)),
        figures=tuple(_figure(evidence, entry) for entry in found.pooled),
        next_step=None if state is State.PASS else _LOOK,
        detail={"strata": found.as_json(), "failing": failing},
    )


def _failing(found: StratifiedImpact, impact: Impact) -> list[str]:
    """The strata in which harm is proven, over the whole family of strata and groups."""
    held = in_one_family(found.strata, impact)
    return [name for name, one in held.items() if any(line.state is State.FAIL for line in one.groups)]


def _state(entry: PooledImpact, has_failing: bool) -> State:
    state = entry.decision.state
    is_apart = entry.pair.is_homogeneous is False
    return State.REVIEW if state is State.FAIL and is_apart and not has_failing else state


def _reason(causes: list[PooledImpact], failing: list[str], total: int) -> Text:
    if not causes:
        return Text(en="There is nobody to compare with.", zh="没有可比较的对象。")
    named = f" {len(failing)} of {total} strata fail after Holm." if failing else ""
    named_zh = f"经 Holm 校正后 {total} 层中有 {len(failing)} 层未通过。" if failing else ""
    return Text(
        en=" ".join(f"{label(one.group)}: {one.decision.reason.en}" for one in causes[:4]) + named,
        zh="".join(f"{label(one.group)}：{one.decision.reason.zh}" for one in causes[:4]) + named_zh,
    )


def _figure(evidence: Evidence, entry: PooledImpact) -> Figure:
    pair = entry.pair
    return Figure(
        name=f"mh_impact_ratio {label(entry.group)}",
        value=None if pair.impact_ratio is None else float(pair.impact_ratio),
        n=pair.n1,
        definition="Mantel-Haenszel impact ratio over the strata (job families), Greenland-Robins interval.",
        interval=pair.ratio_interval(),
        period=evidence.period,
        cut=evidence.cut,
        comparator="the highest group of all strata together",
        snapshot=evidence.snapshot,
    )
