"""Adverse impact over strata (requisition, location, period): each stratum apart, and pooled only where they agree.

The crude table decides nothing here. Where the strata share one odds ratio the Mantel-Haenszel impact ratio is judged;
where they differ (Breslow-Day p below .10) a pooled pass is refused and the strata speak.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from validation.adverse_impact import AdverseImpact, assess_by
from validation.comparator import HIGHEST, REST
from validation.decision_rule import Decision, State, holm, level_left
from validation.group_count import Group, GroupCount, flipped, merged
from validation.group_impact import GroupImpact
from validation.group_words import named
from validation.impact_lines import BELOW_SHARE, family_size
from validation.impact_rule import Polarity, Rule
from validation.mantel_haenszel import HOMOGENEITY_P, MantelHaenszel
from validation.outcome import Text, Verdict, finite, worst
from validation.two_by_two import TwoByTwo
from validation.unknowns import missing_outcomes

# More groups than this are not named in a sentence.
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledImpact:
    """One group against the comparator over all strata; `p_holm` counts all the groups that are pooled.

    `harm_is_proven` marks an excluded group that would have failed.
    """

    group: Group
    pair: MantelHaenszel
    decision: Decision
    is_excluded: bool
    p_holm: float | None = None
    harm_is_proven: bool = False

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; the impact ratio is null where pooling is refused."""
        homogeneity, is_homogeneous = self.pair.homogeneity, self.pair.is_homogeneous
        is_refused = is_homogeneous is not True
        return {
            "group": dict(self.group),
            "mantel_haenszel_or": finite(self.pair.odds_ratio),
            "mantel_haenszel_or_ci": self.pair.odds_ratio_interval().as_list(),
            "impact_ratio": None if is_refused else finite(self.pair.impact_ratio),
            "impact_ratio_ci": [None, None] if is_refused else self.pair.ratio_interval().as_list(),
            "cmh_chi2": finite(self.pair.chi2()),
            "cmh_p": finite(self.pair.p_value()),
            "p_holm": finite(self.p_holm),
            "breslow_day": finite(homogeneity.breslow_day) if homogeneity else None,
            "breslow_day_p": finite(homogeneity.p_value) if homogeneity else None,
            "tarone_p": finite(homogeneity.tarone_p) if homogeneity else None,
            "homogeneous": is_homogeneous,
            "refused": is_refused,
            "verdict": self.decision.verdict.value,
            "reason": {"en": self.decision.reason.en, "zh": self.decision.reason.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifiedImpact:
    """The crude table, the table of each stratum, and each group's pooled comparison."""

    crude: AdverseImpact
    strata: Mapping[str, AdverseImpact]
    pooled: tuple[PooledImpact, ...]
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """The contract's JSON: group lines carry the verdict over strata and keep the crude one beside it."""
        answer = self.crude.as_json()
        verdicts = {entry.group: entry for entry in self.pooled}
        answer["groups"] = [_line_json(line, verdicts.get(line.count.group)) for line in self.crude.groups]
        answer["strata"] = [_stratum_json(name, table) for name, table in self.strata.items()]
        answer["pooled"] = self._pooled_json()
        answer["verdict"] = self.verdict.value
        answer["reason"] = {"en": self.reason.en, "zh": self.reason.zh}
        return answer

    def _pooled_json(self) -> dict[str, object] | None:
        """The pair whose pooled ratio is farthest from one stands first; all pairs follow in `groups`."""
        if not self.pooled:
            return None
        entries = [entry.as_json() for entry in self.pooled]
        farthest = min(range(len(entries)), key=lambda index: _nearness(self.pooled[index]))
        return {**entries[farthest], "groups": entries}


def assess_strata(
    strata: Mapping[str, Sequence[GroupCount]],
    rule: Rule | None = None,
    *,
    cut: float | None = None,
    outcome_missing: int = 0,
    definition: Text | None = None,
) -> StratifiedImpact:
    """Adverse impact of the same groups in several strata; settings as in `assess`."""
    rule = rule or Rule()
    everyone = [count for counts in strata.values() for count in counts]
    crude = assess_by(rule, everyone, cut=cut, outcome_missing=outcome_missing, definition=definition)
    groups = [line.count.group for line in crude.groups]
    tables = {name: assess_by(rule, _completed(counts, groups), cut=cut) for name, counts in strata.items()}
    cells = [_by_group(counts, rule) for counts in strata.values()]
    pooled = _pooled_lines(crude, cells, tables)
    verdict, reason = _conclusion(pooled)
    missing = missing_outcomes(crude.unknown, considered=crude.n, limit=rule.unknown_limit)
    if verdict is Verdict.PASS and missing is not None:
        verdict, reason = Verdict.REVIEW, missing
    return StratifiedImpact(crude=crude, strata=tables, pooled=pooled, verdict=verdict, reason=reason)


def _completed(counts: Sequence[GroupCount], groups: Sequence[Group]) -> list[GroupCount]:
    """The stratum's counts with nobody in the groups it lacks, so that a named comparator is always there."""
    return [*counts, *(GroupCount(group=group, n=0, selected=0) for group in groups)]


def _by_group(counts: Sequence[GroupCount], rule: Rule) -> dict[Group, GroupCount]:
    favourable = [flipped(count) if rule.polarity is Polarity.ADVERSE else count for count in counts if count.is_known]
    return {count.group: count for count in merged(favourable)}


def _pooled_lines(
    crude: AdverseImpact, cells: Sequence[Mapping[Group, GroupCount]], tables: Mapping[str, AdverseImpact]
) -> tuple[PooledImpact, ...]:
    """Each group but the comparator, all in one family of comparisons."""
    if crude.comparator is None:
        return ()
    bar = crude.comparator.group
    compared = [line for line in crude.groups if not line.is_comparator]
    pairs = [
        MantelHaenszel(tables=tuple(_table(by_group, line.count.group, bar) for by_group in cells)) for line in compared
    ]
    adjusted = _family(pairs, crude.rule)
    return tuple(
        _demoted(_pooled(line, pair, p_holm, crude, tables))
        for line, pair, p_holm in zip(compared, pairs, adjusted, strict=True)
    )


def _family(pairs: Sequence[MantelHaenszel], rule: Rule) -> list[float | None]:
    """Holm-adjusted p values of the pairs that are pooled and have enough people; None for the others."""
    raw = {
        index: p_value
        for index, pair in enumerate(pairs)
        if min(pair.n1, pair.n2) >= rule.min_n and pair.is_homogeneous and (p_value := pair.p_value()) is not None
    }
    adjusted = dict(zip(raw, holm(list(raw.values()), family=family_size(len(raw), rule)), strict=True))
    return [adjusted.get(index) for index in range(len(pairs))]


def _pooled(
    line: GroupImpact,
    pair: MantelHaenszel,
    p_holm: float | None,
    crude: AdverseImpact,
    tables: Mapping[str, AdverseImpact],
) -> PooledImpact:
    return PooledImpact(
        group=line.count.group,
        pair=pair,
        decision=_weakened(_decide(pair, p_holm, crude.rule, tables), line, crude),
        is_excluded=line.excluded is not None,
        p_holm=p_holm,
    )


def _demoted(entry: PooledImpact) -> PooledImpact:
    """As in the crude table: a group below the smallest share cannot block, but proven harm asks for a person."""
    if not entry.is_excluded or entry.decision.state is not State.FAIL:
        return entry
    reason = entry.decision.reason
    review = _decision(State.REVIEW, f"{reason.en} {BELOW_SHARE.en}", f"{reason.zh}{BELOW_SHARE.zh}")
    return replace(entry, decision=review, harm_is_proven=True)


def _table(by_group: Mapping[Group, GroupCount], focal: Group, bar: Group | None) -> TwoByTwo:
    mine = by_group.get(focal)
    if bar is None:
        theirs = [count for group, count in by_group.items() if group != focal]
    else:
        theirs = [by_group[bar]] if bar in by_group else []
    return TwoByTwo(
        x1=mine.selected if mine else 0,
        n1=mine.n if mine else 0,
        x2=sum(count.selected for count in theirs),
        n2=sum(count.n for count in theirs),
    )


def _decide(pair: MantelHaenszel, p_holm: float | None, rule: Rule, tables: Mapping[str, AdverseImpact]) -> Decision:
    if min(pair.n1, pair.n2) < rule.min_n:
        few = min(pair.n1, pair.n2)
        return _decision(
            State.INSUFFICIENT_DATA,
            f"{few} people over all strata, {rule.min_n} are needed to judge.",
            f"各层合计仅 {few} 人，至少需要 {rule.min_n} 人才能判断。",
        )
    if pair.is_homogeneous is False:
        return _apart(pair, tables)
    ratio = pair.impact_ratio
    if ratio is None:
        return _decision(State.UNDEFINED, "No pooled impact ratio can be formed.", "无法计算合并影响比。")
    # The crude comparator may be the disadvantaged one within strata; under `highest` both directions are held up.
    judged = pair.reversed if rule.comparator in {HIGHEST, REST} and ratio > 1 and pair.reversed.impact_ratio else pair
    return _judged(judged, p_holm, rule)


def _judged(pair: MantelHaenszel, p_holm: float | None, rule: Rule) -> Decision:
    """A pass by the plain lower bound; a failure by the family's p, or by an upper bound at the level of the rule."""
    ratio, bounds = pair.impact_ratio or 0.0, pair.ratio_interval(level=1 - 2 * rule.alpha)
    line, p_value = rule.threshold, pair.p_value() if p_holm is None else p_holm
    alpha = level_left(rule.alpha, pair.p_value(), p_holm) if rule.counts_all_pairs else rule.alpha
    high = pair.ratio_interval(level=1 - 2 * alpha).high
    if bounds.low is not None and bounds.low >= line and pair.is_homogeneous:
        return _decision(
            State.PASS,
            f"Within strata the impact ratio is {ratio:.3f}, its lower bound {bounds.low:.3f}.",
            f"各层内影响比为 {ratio:.3f}，下限 {bounds.low:.3f}。",
        )
    is_proven = (high is not None and high < line) or (p_value is not None and p_value <= rule.alpha)
    if ratio < line and is_proven:
        return _decision(
            State.FAIL,
            f"Within strata the impact ratio is {ratio:.3f}, below {float(line):.2f}, and not by chance.",
            f"各层内影响比为 {ratio:.3f}，低于 {float(line):.2f}，且并非偶然。",
        )
    return _decision(
        State.REVIEW,
        f"Within strata the impact ratio is {ratio:.3f}: not shown to reach {float(line):.2f}.",
        f"各层内影响比为 {ratio:.3f}：未能证明达到 {float(line):.2f}。",
    )


def _apart(pair: MantelHaenszel, tables: Mapping[str, AdverseImpact]) -> Decision:
    """Strata that differ are not pooled: one that blocks, blocks; otherwise a person looks at them."""
    homogeneity = pair.homogeneity
    p_value = homogeneity.p_value if homogeneity else HOMOGENEITY_P
    blocked = [name for name, table in tables.items() if table.verdict is Verdict.BLOCK]
    if blocked:
        return _decision(
            State.FAIL,
            f"The strata differ (Breslow-Day p = {p_value:.2g}): not pooled; {len(blocked)} of {len(tables)} block.",
            f"各层不一致（Breslow-Day p = {p_value:.2g}）：不合并。{len(tables)} 层中 {len(blocked)} 层被阻断。",
        )
    return _decision(
        State.REVIEW,
        f"The strata differ (Breslow-Day p = {p_value:.2g}): a pooled figure is refused, look at each.",
        f"各层不一致（Breslow-Day p = {p_value:.2g}）：不采用合并结果，请逐层查看。",
    )


def _weakened(decision: Decision, line: GroupImpact, crude: AdverseImpact) -> Decision:
    """A pass that unknown people could overturn becomes a review, as in the crude table."""
    share, low = crude.unknown.share or 0.0, line.bounds.worst_case.low if line.bounds else None
    is_safe = share <= crude.rule.unknown_limit or low is None or low >= crude.rule.threshold
    if decision.state is not State.PASS or is_safe:
        return decision
    return _decision(
        State.REVIEW,
        f"{share:.1%} of the people are of unknown group; at worst the impact ratio is {low:.3f}.",
        f"{share:.1%} 的人员群体未知；最坏情况下影响比为 {low:.3f}。",
    )


def _conclusion(pooled: Sequence[PooledImpact]) -> tuple[Verdict, Text]:
    judged = [entry for entry in pooled if not entry.is_excluded or entry.harm_is_proven]
    verdict = worst(entry.decision.verdict for entry in judged)
    causes = [entry for entry in judged if entry.decision.verdict is verdict]
    if not causes:
        return verdict, Text(en="There is nobody to compare with.", zh="没有可比较的对象。")
    told = [(named(entry.group), entry.decision.reason) for entry in causes[:_NAMED]]
    return verdict, Text(
        en=" ".join(f"{who.en}: {reason.en}" for who, reason in told),
        zh="".join(f"{who.zh}：{reason.zh}" for who, reason in told),
    )


def _decision(state: State, en: str, zh: str) -> Decision:
    return Decision(state=state, reason=Text(en=en, zh=zh))


def _nearness(entry: PooledImpact) -> float:
    ratio = entry.pair.impact_ratio
    return float("inf") if ratio is None else float(min(Fraction(ratio), 1 / Fraction(ratio)) if ratio else 0)


def _line_json(line: GroupImpact, pooled: PooledImpact | None) -> dict[str, object]:
    answer = line.as_json()
    answer["crude_verdict"] = answer["verdict"]
    if pooled is not None:
        entry = pooled.as_json()
        answer["verdict"], answer["reason"] = entry["verdict"], entry["reason"]
        answer["mh_impact_ratio"], answer["mh_impact_ratio_ci"] = entry["impact_ratio"], entry["impact_ratio_ci"]
    return answer


def _stratum_json(name: str, table: AdverseImpact) -> dict[str, object]:
    answer = table.as_json()
    return {"stratum": name, **{key: answer[key] for key in ("n", "comparator", "unknown", "groups", "verdict")}}
