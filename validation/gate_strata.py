"""The gate's check within strata: does the model's decision hold job by job, place by place and period by period, or
only when all are thrown together?

Each way to divide the people is looked at by itself. Where its strata share one odds ratio the Mantel-Haenszel impact
ratio is judged; where they differ (Breslow-Day) a pooled figure is refused. All comparisons of one table are one
family: a stratum, or a pooled ratio, fails only if that survives Holm's procedure over all ways, strata and groups.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validation.decision_rule import State, holm, level_left
from validation.gate_evidence import Evidence
from validation.gate_impact import rule_of
from validation.gate_judgement import Judgement, gravest, lacking
from validation.gate_stages import in_one_family
from validation.group_count import Group, GroupCount, label, marginal
from validation.group_words import named
from validation.impact_lines import family_size
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import Impact
from validation.strata import PooledImpact, StratifiedImpact, assess_strata
from warehouse.queries.gate import NOT_ASKED

_NAMED = 4
_WAYS = {
    "job_family": Text(en="job family", zh="岗位族"),
    "location": Text(en="place of work", zh="工作地点"),
    "country": Text(en="country", zh="国家"),
    "period": Text(en="quarter of application", zh="应聘季度"),
}
_LOOK = Text(
    en="Look at the strata: leave out what drives the difference and retrain, or have a checker sign with the reason.",
    zh="逐层查看：去掉造成差异的特征并重新训练，或由复核人说明理由签署。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to divide the people: what its strata say, which of them fail, and each group's state."""

    name: str
    found: StratifiedImpact
    failing: tuple[str, ...]
    states: Mapping[Group, State]

    @property
    def state(self) -> State:
        """The gravest of its groups."""
        return gravest(self.states.values())

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"state": self.state.value, "strata": self.found.as_json(), "failing": list(self.failing)}


def name_of(table: tuple[str, ...]) -> str:
    """The check's name for a table, such as `adverse_impact_strata.sex`."""
    return f"adverse_impact_strata.{'+'.join(table)}"


def strata(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    for table in policy.tables.get("adverse_impact_strata", ()):
        counts = _counts(evidence, table, policy.strata_by)
        if not counts:
            nobody = Text(en="Nobody's job, place and group could be read.", zh="无法读取任何人的岗位、地点与群体。")
            yield lacking(name_of(table), nobody, _LOOK)
        else:
            yield _judged(evidence, counts, table, policy.impact)


def _counts(
    evidence: Evidence, table: tuple[str, ...], by: Sequence[str]
) -> dict[str, dict[str, tuple[GroupCount, ...]]]:
    """By way and stratum, the people who were asked; a way that divides nobody is left out where another one does."""
    found = {way: _asked(evidence.strata.get(way, {}), table) for way in by}
    several = {way: counts for way, counts in found.items() if len(counts) > 1}
    return several or {way: counts for way, counts in found.items() if counts}


def _asked(counts: Mapping[str, tuple[GroupCount, ...]], table: tuple[str, ...]) -> dict[str, tuple[GroupCount, ...]]:
    kept = {
        name: tuple(one for one in marginal(its, table) if all(value != NOT_ASKED for _, value in one.group))
        for name, its in counts.items()
    }
    return {name: its for name, its in kept.items() if its}


def _judged(
    evidence: Evidence,
    counts: Mapping[str, Mapping[str, Sequence[GroupCount]]],
    table: tuple[str, ...],
    impact: Impact,
) -> Judgement:
    ways = _ways({way: assess_strata(its, rule_of(impact), cut=evidence.cut) for way, its in counts.items()}, impact)
    state = gravest(way.state for way in ways)
    return Judgement(
        check=name_of(table),
        state=state,
        reason=_reason([way for way in ways if way.state is state], state),
        figures=tuple(_figure(evidence, way.name, entry) for way in ways for entry in way.found.pooled),
        next_step=None if state is State.PASS else _LOOK,
        detail={"by": {way.name: way.as_json() for way in ways}},
    )


def _ways(found: Mapping[str, StratifiedImpact], impact: Impact) -> list[_Way]:
    failing = _failing(found, impact)
    adjusted = _adjusted(found)
    return [
        _Way(
            name=way,
            found=one,
            failing=failing[way],
            states={
                entry.group: _state(entry, adjusted.get((way, entry.group)), bool(failing[way]), impact)
                for entry in one.pooled
                if not entry.is_excluded
            },
        )
        for way, one in found.items()
    ]


def _failing(found: Mapping[str, StratifiedImpact], impact: Impact) -> dict[str, tuple[str, ...]]:
    """By way, the strata in which harm is proven, over the whole family of ways, strata and groups."""
    places = {f"{way}/{name}": (way, name) for way, one in found.items() for name in one.strata}
    held = in_one_family({key: found[way].strata[name] for key, (way, name) in places.items()}, impact)
    proven = [places[key] for key, one in held.items() if any(line.state is State.FAIL for line in one.groups)]
    return {way: tuple(name for its, name in proven if its == way) for way in found}


def _adjusted(found: Mapping[str, StratifiedImpact]) -> dict[tuple[str, Group], float]:
    """Each pooled comparison's p value after Holm, those that are pooled of all ways together."""
    raw = {
        (way, entry.group): p_value
        for way, one in found.items()
        for entry in one.pooled
        if not entry.is_excluded and entry.pair.is_homogeneous and (p_value := entry.pair.p_value()) is not None
    }
    family = sum(family_size(sum(way == its for its, _ in raw), one.crude.rule) for way, one in found.items())
    return dict(zip(raw, holm(list(raw.values()), family=family), strict=True))


def _state(entry: PooledImpact, adjusted: float | None, has_failing: bool, impact: Impact) -> State:
    """The pooled decision; a failure stands where it is proven among all comparisons, else a person looks."""
    if entry.decision.state is not State.FAIL:
        return entry.decision.state
    is_proven = has_failing if entry.pair.is_homogeneous is False else _is_proven(entry, adjusted, impact)
    return State.FAIL if is_proven else State.REVIEW


def _is_proven(entry: PooledImpact, adjusted: float | None, impact: Impact) -> bool:
    if adjusted is not None and adjusted <= impact.alpha:
        return True
    pair = entry.pair if (entry.pair.impact_ratio or 0.0) <= 1 else entry.pair.reversed
    left = level_left(impact.alpha, entry.pair.p_value(), adjusted)
    high = pair.ratio_interval(level=1 - 2 * left).high
    return high is not None and high < impact.threshold


def _reason(ways: Sequence[_Way], state: State) -> Text:
    told = [_told(way, state) for way in ways]
    return Text(en=" ".join(one.en for one in told), zh="".join(one.zh for one in told))


def _told(way: _Way, state: State) -> Text:
    name, total = _WAYS.get(way.name, Text(en=way.name, zh=way.name)), len(way.found.strata)
    causes = [entry for entry in way.found.pooled if way.states.get(entry.group) is state]
    if not causes:
        return Text(en=f"By {name.en}: there is nobody to compare with.", zh=f"按{name.zh}：没有可比较的对象。")
    sentences = [_sentence(entry, state) for entry in causes[:_NAMED]]
    en, zh = " ".join(one.en for one in sentences), "".join(one.zh for one in sentences)
    if way.failing:
        en += f" {len(way.failing)} of {total} strata fail after Holm."
        zh += f"经 Holm 校正后 {total} 层中有 {len(way.failing)} 层未通过。"
    return Text(en=f"By {name.en} ({total}): {en}", zh=f"按{name.zh}（{total} 层）：{zh}")


def _sentence(entry: PooledImpact, state: State) -> Text:
    """The group and its reason; a failure that the family takes away says so instead of claiming proof."""
    reason = entry.decision.reason
    if state is State.REVIEW and entry.decision.state is State.FAIL:
        reason = Text(
            en="below the line, but not proven among all strata and groups that were compared (Holm).",
            zh="低于阈值，但在全部层与群体的比较中未获证实（Holm 校正）。",
        )
    who = named(entry.group)
    return Text(en=f"{who.en}: {reason.en}", zh=f"{who.zh}：{reason.zh}")


def _figure(evidence: Evidence, way: str, entry: PooledImpact) -> Figure:
    """The pooled ratio; no value where the strata differ, for pooling is refused."""
    pair, name = entry.pair, _WAYS.get(way, Text(en=way, zh=way)).en
    is_pooled = pair.is_homogeneous is True
    return Figure(
        name=f"mh_impact_ratio {label(entry.group)}",
        value=None if not is_pooled or pair.impact_ratio is None else float(pair.impact_ratio),
        n=pair.n1,
        definition=f"Mantel-Haenszel impact ratio over the strata by {name}, Greenland-Robins interval; undefined where"
        " Breslow-Day says that they differ.",
        interval=pair.ratio_interval() if is_pooled else None,
        period=evidence.period,
        cut=evidence.cut,
        comparator="the highest group of all strata together",
        stratum=f"by {name}",
        snapshot=evidence.snapshot,
    )
