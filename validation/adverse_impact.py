"""Adverse impact of one table: who is selected at what rate, against whom, and whether that is enough to act on.

`assess` is the entry: counts in, verdict out. Unknown people are disclosed and never dropped in silence, an undefined
ratio never passes, and no figure depends on the order or the grouping of the rows it came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from validation.comparator import HIGHEST, Comparator
from validation.group_count import GroupCount, attributes, flipped, merged
from validation.group_impact import GroupImpact
from validation.group_words import named
from validation.impact_lines import compared, family_size, lines
from validation.impact_rule import MIN_SHARE, Polarity, Rule
from validation.outcome import CheckResult, Figure, Text, Verdict, worst
from validation.two_by_two import FOUR_FIFTHS
from validation.unknowns import Unknown, disclose, missing_outcomes

# More groups than this are counted in a sentence, not named.
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseImpact:
    """The table of one set of attributes: a line a known group, the unknown beside it, and the verdict."""

    attributes: tuple[str, ...]
    definition: Text
    rule: Rule
    comparator: Comparator | None
    n: int
    unknown: Unknown
    groups: tuple[GroupImpact, ...]
    verdict: Verdict
    reason: Text
    cut: float | None = None

    def group(self, label: str) -> GroupImpact:
        """The line of the group with this label, such as `F` or `black, f`."""
        return next(line for line in self.groups if line.count.label == label)

    def as_json(self) -> dict[str, object]:
        """The contract's JSON, without strata."""
        return {
            "definition": self.definition.en,
            "cut": self.cut,
            "comparator": self.comparator.label if self.comparator else None,
            "comparator_rule": self.comparator.rule.en if self.comparator else None,
            "threshold": float(self.rule.threshold),
            "min_n": self.rule.min_n,
            "p_holm_comparisons": family_size(sum(line.p_holm is not None for line in self.groups), self.rule),
            "n": self.n,
            "unknown": self.unknown.as_json(),
            "groups": [line.as_json() for line in self.groups],
            "strata": None,
            "pooled": None,
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }

    def as_check(self, name: str) -> CheckResult:
        """The table as one check of a gate: a figure for each group's impact ratio."""
        figures = tuple(self._figure(line) for line in self.groups if not line.is_comparator)
        return CheckResult(check=name, verdict=self.verdict, reason=self.reason, figures=figures)

    def _figure(self, line: GroupImpact) -> Figure:
        return Figure(
            name=f"impact_ratio {line.count.label}",
            value=line.impact_ratio,
            n=line.count.n,
            definition=self.definition.en,
            interval=line.impact_ratio_ci,
            cut=self.cut,
            comparator=self.comparator.label if self.comparator else None,
        )


def assess(
    counts: Sequence[GroupCount],
    *,
    comparator: str = HIGHEST,
    min_n: int = 30,
    min_share: Fraction = MIN_SHARE,
    share_of_all: bool = False,
    threshold: Fraction = FOUR_FIFTHS,
    alpha: float = 0.05,
    polarity: Polarity = Polarity.FAVOURABLE,
    cut: float | None = None,
    outcome_missing: int = 0,
    definition: Text | None = None,
) -> AdverseImpact:
    """The adverse-impact table of these counts; equal groups are summed first. Settings: see `Rule`.

    `outcome_missing` people were considered but have no outcome: they are disclosed and weaken a pass.
    """
    rule = Rule(
        comparator=comparator,
        min_n=min_n,
        min_share=min_share,
        share_of_all=share_of_all,
        threshold=threshold,
        alpha=alpha,
        polarity=polarity,
    )
    return assess_by(rule, counts, cut=cut, outcome_missing=outcome_missing, definition=definition)


def assess_by(
    rule: Rule,
    counts: Sequence[GroupCount],
    *,
    cut: float | None = None,
    outcome_missing: int = 0,
    definition: Text | None = None,
) -> AdverseImpact:
    """`assess` with its settings in one value."""
    names = attributes(counts)
    cells = merged(map(flipped, counts) if rule.polarity is Polarity.ADVERSE else counts)
    unknown = disclose(cells, outcome_missing=outcome_missing)
    comparison = compared([count for count in cells if count.is_known], unknown, rule)
    table = lines(comparison)
    verdict, reason = conclusion(table, unknown, rule)
    return AdverseImpact(
        attributes=names,
        definition=definition or rule.polarity.definition,
        rule=rule,
        comparator=comparison.bar,
        n=sum(count.n for count in cells),
        unknown=unknown,
        groups=table,
        verdict=verdict,
        reason=reason,
        cut=cut,
    )


def conclusion(table: Sequence[GroupImpact], unknown: Unknown, rule: Rule) -> tuple[Verdict, Text]:
    """The gravest verdict of the groups that had to be compared, and the groups that caused it."""
    judged = [line for line in table if not line.is_comparator and _counts(line)]
    verdict = worst(line.verdict for line in judged)
    causes = [line for line in judged if line.verdict is verdict]
    considered = sum(line.count.n for line in table) + unknown.n
    missing = missing_outcomes(unknown, considered=considered, limit=rule.unknown_limit)
    if verdict is Verdict.PASS and missing is not None:
        return Verdict.REVIEW, missing
    return verdict, _because(verdict, causes)


def _counts(line: GroupImpact) -> bool:
    """Whether the line counts towards the verdict: excluded groups only with proven harm."""
    return line.excluded is None or line.harm_is_proven


def _because(verdict: Verdict, causes: Sequence[GroupImpact]) -> Text:
    if not causes:
        return Text(
            en="Fewer than two known groups are large enough: nothing can be compared.",
            zh="人数足够的已知群体不足两个：无法比较。",
        )
    if verdict is Verdict.PASS:
        return Text(
            en=f"Each of {len(causes)} compared groups is shown to reach the threshold."
            if len(causes) > 1
            else "The one group that is compared is shown to reach the threshold.",
            zh=f"参与比较的 {len(causes)} 个群体均证实达到阈值。",
        )
    told = [(named(line.count.group), line.decision.reason) for line in causes]
    who, reason = told[0]
    if len(told) > _NAMED:
        return Text(
            en=f"{len(told)} groups, among them {who.en}: {reason.en}",
            zh=f"{len(told)} 个群体，其中 {who.zh}：{reason.zh}",
        )
    return Text(
        en=" ".join(f"{who.en}: {reason.en}" for who, reason in told),
        zh="".join(f"{who.zh}：{reason.zh}" for who, reason in told),
    )
