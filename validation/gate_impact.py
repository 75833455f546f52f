"""The gate's adverse-impact check: each table of the policy at the cut that will be in force, and one step beside it.

The table's verdict counts the groups that can be judged. A group below `min_n` is listed with its n and decides
nothing, but a sizeable one asks for review; harm that is proven in a small group asks for review as well. A
neighbouring cut can turn a pass into a review, never into more: nobody is selected at it.
"""

from collections.abc import Iterable, Iterator

from validation.adverse_impact import AdverseImpact, assess_by
from validation.decision_rule import State
from validation.gate_evidence import CutCounts, Evidence, Selection
from validation.gate_judgement import Judgement, lacking
from validation.group_count import GroupCount, marginal
from validation.group_impact import GroupImpact
from validation.group_words import named
from validation.impact_rule import Rule
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import Impact
from warehouse.access import SMALLEST_GROUP
from warehouse.queries.gate import NOT_ASKED

_NAMED = 4
_UNJUDGED = {State.INSUFFICIENT_DATA}
_FAIRER = Text(
    en="See which feature drives the difference, leave it out or replace it, retrain, and compare.",
    zh="查明造成差异的特征，去掉或替换后重新训练并比较。",
)
_SIGN = Text(
    en="Collect more evidence, or have a checker sign a waiver with the reason.",
    zh="积累更多证据，或由复核人说明理由签署豁免。",
)
_ASK = Text(
    en="Ask candidates for the attribute (voluntarily), or have a checker sign a waiver with the reason.",
    zh="请候选人自愿提供该属性，或由复核人说明理由签署豁免。",
)
_LOWER_THE_BAR = Text(
    en="Choose a cut at which somebody is selected, and retrain.", zh="选择有人入选的分数线并重新训练。"
)


def name_of(table: tuple[str, ...]) -> str:
    """The check's name for a table, such as `adverse_impact.sex+race_ethnicity`."""
    return f"adverse_impact.{'+'.join(table)}"


def adverse_impact(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    for table in policy.impact.tables:
        selection = evidence.selection
        if selection is None or not selection.deployed.counts:
            reason = Text(
                en="Nobody's score and group could be read: nothing can be compared.",
                zh="无法读取任何人的得分与群体：无法比较。",
            )
            yield lacking(name_of(table), reason, _ASK)
        else:
            yield _judged(evidence, selection, table, policy.impact)


def _judged(evidence: Evidence, selection: Selection, table: tuple[str, ...], impact: Impact) -> Judgement:
    rule = rule_of(impact)
    deployed = _assessed(selection.deployed, table, rule, selection.unscored)
    beside = [
        (side, _assessed(counts, table, rule, selection.unscored))
        for side, counts in (("one step lower", selection.lower), ("one step higher", selection.higher))
        if counts is not None
    ]
    state, reason = conclusion(deployed, impact)
    elsewhere = _not_asked(selection.deployed, table)
    failing = [(side, other) for side, other in beside if conclusion(other, impact)[0] is State.FAIL]
    if state is State.PASS and failing:
        state, reason = State.REVIEW, _unstable(failing)
    figures = [_unknown(evidence, selection, deployed), *_figures(evidence, selection, deployed, None)]
    if elsewhere:
        figures.insert(1, _elsewhere(evidence, selection, deployed, elsewhere))
    for side, other in beside:
        figures.extend(_figures(evidence, selection, other, side))
    return Judgement(
        check=name_of(table),
        state=state,
        reason=_placed(_disclosed(reason, deployed, impact), elsewhere),
        figures=tuple(figures),
        next_step=_next_step(state),
        detail={
            "deployed": deployed.as_json(),
            "neighbours": [{"side": side, **other.as_json()} for side, other in beside],
            "above_median": _above_median(selection.above_median, table),
        },
        people=_people(deployed),
    )


def _people(table: AdverseImpact) -> int | None:
    """The people of the failing comparison that has most of them; None where none fails."""
    failed = (line.table for line in table.groups if line.state is State.FAIL and line.table is not None)
    return max((pair.n1 + pair.n2 for pair in failed), default=None)


def rule_of(impact: Impact) -> Rule:
    """The policy's settings as those of an adverse-impact table."""
    return Rule(
        min_n=impact.min_n,
        min_share=impact.min_share,
        threshold=impact.threshold,
        alpha=impact.alpha,
        unknown_limit=impact.unknown_limit,
        counts_all_pairs=True,
    )


def _assessed(counts: CutCounts, table: tuple[str, ...], rule: Rule, unscored: int) -> AdverseImpact:
    asked = [count for count in marginal(counts.counts, table) if not _is_not_asked(count)]
    return assess_by(rule, asked, cut=counts.cut, outcome_missing=unscored)


def _above_median(counts: CutCounts | None, table: tuple[str, ...]) -> dict[str, object] | None:
    """Who scores above the median, by group and without a judgement: the gate judges the cut that will be in force."""
    if counts is None:
        return None
    asked = [one for one in marginal(counts.counts, table) if not _is_not_asked(one)]
    unknown = [one for one in asked if not one.is_known]
    return {
        "median": counts.cut,
        "groups": [{"group": dict(one.group), "n": one.n, "selected": one.selected} for one in asked if one.is_known],
        "unknown": {"n": sum(one.n for one in unknown), "selected": sum(one.selected for one in unknown)},
    }


def _is_not_asked(count: GroupCount) -> bool:
    return any(value == NOT_ASKED for _, value in count.group)


def _not_asked(counts: CutCounts, table: tuple[str, ...]) -> int:
    """People who applied where nobody is asked for an attribute of the table."""
    return sum(count.n for count in marginal(counts.counts, table) if _is_not_asked(count))


def conclusion(table: AdverseImpact, impact: Impact) -> tuple[State, Text]:
    """The state of one table and the groups that caused it, in the order: fail, undefined, nothing, review, pass."""
    lines = [line for line in table.groups if not line.is_comparator]
    weighed = [line for line in lines if line.excluded is None]
    judged = [line for line in weighed if line.state not in _UNJUDGED]
    failed = [line for line in judged if line.state is State.FAIL]
    if failed:
        return State.FAIL, _below(failed, impact)
    undefined = [line for line in judged if line.state is State.UNDEFINED]
    if undefined:
        return State.UNDEFINED, undefined[0].decision.reason
    if not judged:
        return State.INSUFFICIENT_DATA, Text(
            en=f"No two known groups have {impact.min_n} people each: nothing can be compared.",
            zh=f"没有两个已知群体各达到 {impact.min_n} 人：无法比较。",
        )
    unclear = [line for line in judged if line.state is State.REVIEW] + [line for line in lines if line.harm_is_proven]
    sizeable = [line for line in weighed if line.state in _UNJUDGED and line.share >= impact.sizeable_share]
    if unclear or sizeable:
        return State.REVIEW, _not_shown(unclear, impact) if unclear else _too_few(sizeable)
    missing = table.unknown.outcome_missing
    if missing > impact.unknown_limit * (table.n + missing):
        return State.REVIEW, _unscored(missing, table.n + missing)
    return State.PASS, _passed(judged)


def _below(failed: list[GroupImpact], impact: Impact) -> Text:
    line = f"{float(impact.threshold):.2f}"
    return Text(
        en=f"The impact ratio is below {line}, and not by chance, for {_named(failed).en}.",
        zh=f"以下群体的影响比低于 {line}，且并非偶然：{_named(failed).zh}。",
    )


def _not_shown(unclear: list[GroupImpact], impact: Impact) -> Text:
    line = f"{float(impact.threshold):.2f}"
    return Text(
        en=f"The data do not show an impact ratio of at least {line} for {_named(unclear).en}.",
        zh=f"数据不能证明以下群体的影响比达到 {line}：{_named(unclear).zh}。",
    )


def _too_few(sizeable: list[GroupImpact]) -> Text:
    found = [(named(line.count.group), line.share) for line in sizeable]
    names = ", ".join(f"{who.en} ({share:.0%})" for who, share in found)
    words = "，".join(f"{who.zh}（{share:.0%}）" for who, share in found)
    return Text(
        en=f"A sizeable group has too few people to be judged: {names}.",
        zh=f"占比不小的群体人数不足、无法判断：{words}。",
    )


def _named(lines: list[GroupImpact]) -> Text:
    """The groups with their ratios, the lowest first; past four the others are counted."""
    ordered = sorted(lines, key=lambda line: line.impact_ratio or 0.0)
    found = [(named(one.count.group), one.impact_ratio or 0.0, one.count.n) for one in ordered[:_NAMED]]
    more = _more(len(ordered) - _NAMED)
    return Text(
        en=", ".join(f"{who.en} ({ratio:.3f}, n = {n:,})" for who, ratio, n in found) + more.en,
        zh="，".join(f"{who.zh}（{ratio:.3f}，n = {n:,}）" for who, ratio, n in found) + more.zh,
    )


def _passed(judged: list[GroupImpact]) -> Text:
    weakest = min(judged, key=lambda line: line.impact_ratio if line.impact_ratio is not None else 0.0)
    who = named(weakest.count.group)
    return Text(
        en=f"All groups that can be judged ({len(judged)}) are shown to reach the threshold; the lowest impact ratio is"
        f" {weakest.impact_ratio:.3f} ({who.en}, n = {weakest.count.n:,}).",
        zh=f"{len(judged)} 个可判断群体均证实达到阈值；最低影响比为"
        f" {weakest.impact_ratio:.3f}（{who.zh}，n = {weakest.count.n:,}）。",
    )


def _unscored(missing: int, total: int) -> Text:
    return Text(
        en=f"{missing:,} of {total:,} people have no score: too many for a pass without a look.",
        zh=f"{total:,} 人中有 {missing:,} 人没有得分：数量过多，须复核后方可通过。",
    )


def _unstable(failing: Iterable[tuple[str, AdverseImpact]]) -> Text:
    cuts = [other.cut for _, other in failing if other.cut is not None]
    return Text(
        en="It reaches the threshold at the deployed cut, but fails at "
        + ", ".join(f"{cut:.3f}" for cut in cuts)
        + ".",
        zh="在上线分数线处达到阈值，但在 " + "、".join(f"{cut:.3f}" for cut in cuts) + " 处未通过。",
    )


def _disclosed(reason: Text, table: AdverseImpact, impact: Impact) -> Text:
    """The reason, and after it who could not be judged: groups that are too small, and people of unknown group."""
    few = [line for line in table.groups if not line.is_comparator and line.state in _UNJUDGED]
    en, zh = reason.en, reason.zh
    if few:
        names = _counted(few)
        en += f" Too few to judge (below {impact.min_n}): {names.en}."
        zh += f"人数不足 {impact.min_n}、无法判断：{names.zh}。"
    share = table.unknown.share or 0.0
    if share > impact.unknown_limit:
        en += f" The group of {share:.0%} of the people is unknown."
        zh += f"{share:.0%} 的人员群体未知。"
    return Text(en=en, zh=zh)


def _counted(few: list[GroupImpact]) -> Text:
    found = [(named(line.count.group), _shown(line.count.n)) for line in few[:_NAMED]]
    more = _more(len(few) - _NAMED)
    return Text(
        en=", ".join(f"{who.en} {n}" for who, n in found) + more.en,
        zh="，".join(f"{who.zh} {n}" for who, n in found) + more.zh,
    )


def _more(others: int) -> Text:
    """How many groups a list leaves out; nothing where it leaves out none."""
    return Text(en=f" and {others} more", zh=f"，另有 {others} 个群体") if others > 0 else Text(en="", zh="")


def _placed(reason: Text, elsewhere: int) -> Text:
    """The reason, and after it how many people the table is not about."""
    if not elsewhere:
        return reason
    return Text(
        en=f"{reason.en} {elsewhere:,} people applied where this is not asked and stand in no rate.",
        zh=f"{reason.zh}另有 {elsewhere:,} 人的申请地不询问该属性，不计入任何比率。",
    )


def _shown(n: int) -> str:
    """A number of people in a sentence: very small ones could name somebody, the audit's table has them all."""
    return str(n) if n >= SMALLEST_GROUP else f"<{SMALLEST_GROUP}"


def _next_step(state: State) -> Text | None:
    steps = {State.FAIL: _FAIRER, State.UNDEFINED: _LOWER_THE_BAR, State.REVIEW: _SIGN, State.INSUFFICIENT_DATA: _ASK}
    return steps.get(state)


def _unknown(evidence: Evidence, selection: Selection, table: AdverseImpact) -> Figure:
    return Figure(
        name="unknown_share",
        value=table.unknown.share,
        n=table.n,
        definition="Share of the people considered whose group is not known; they stand in no rate.",
        period=selection.period,
        cut=table.cut,
        comparator="all people considered",
        snapshot=evidence.snapshot,
    )


def _elsewhere(evidence: Evidence, selection: Selection, table: AdverseImpact, n: int) -> Figure:
    return Figure(
        name="not_asked",
        value=float(n),
        n=n + table.n,
        definition="People who applied in a country in which the policy does not have the attribute asked for.",
        period=selection.period,
        cut=table.cut,
        comparator="all people considered",
        snapshot=evidence.snapshot,
    )


def _figures(evidence: Evidence, selection: Selection, table: AdverseImpact, side: str | None) -> Iterator[Figure]:
    for line in table.groups:
        if line.is_comparator:
            continue
        yield Figure(
            name=f"impact_ratio {line.count.label}",
            value=line.impact_ratio,
            n=line.count.n,
            definition=table.definition.en,
            interval=line.impact_ratio_ci,
            period=selection.period,
            cut=table.cut,
            comparator=table.comparator.label if table.comparator else None,
            stratum=side,
            snapshot=evidence.snapshot,
        )
