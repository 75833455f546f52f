"""The three tables of New York's Local Law 144 (6 RCNY 5-300, 5-301): sex, race/ethnicity, and their intersections.

Counts and rates of every category are published, also of those below 2 %, which only cannot be the most selected one;
ratios above 1 are legitimate and stay. The rule knows no threshold: these tables publish, they pass no verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from validation.comparator import HIGHEST, choose
from validation.cut_scores import Scores, above, median
from validation.group_count import Group, GroupCount, marginal
from validation.impact_rule import MIN_SHARE
from validation.outcome import Text

DISCLAIMER = Text(
    en="Monitoring by the platform; this is not the independent bias audit that Local Law 144 requires.",
    zh="本表为平台自行监测，并非 Local Law 144 所要求的独立偏见审计。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One published line; `is_excluded` marks a category below the smallest share of the data."""

    count: GroupCount
    share: float
    impact_ratio: float | None
    is_excluded: bool

    @property
    def rate(self) -> float | None:
        """Selection or scoring rate."""
        return self.count.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTable:
    """One of the three tables; the number of unknown people belongs to this table alone."""

    attributes: tuple[str, ...]
    categories: tuple[Category, ...]
    most_selected: Group | None
    unknown: int

    def category(self, label: str) -> Category:
        """The line with this label, such as `Female` or `White, Female`."""
        return next(line for line in self.categories if line.count.label == label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All tables of one class of a tool; `median` is set for scoring rates."""

    tables: tuple[CategoryTable, ...]
    is_scoring: bool
    median: float | None = None


def category_table(
    counts: Sequence[GroupCount],
    attributes: Sequence[str],
    *,
    min_share: Fraction = MIN_SHARE,
    share_of_all: bool = False,
) -> CategoryTable:
    """One table by these attributes; a share is of the known people, with `share_of_all` of everybody."""
    cells = marginal(counts, attributes)
    known = [count for count in cells if count.is_known]
    unknown = sum(count.n for count in cells if not count.is_known)
    total = sum(count.n for count in known) + (unknown if share_of_all else 0)
    # The rule knows no smallest number of people, only a smallest share.
    bar = choose(known, wanted=HIGHEST, min_n=1, min_share=min_share, total=total)
    best = bar.selected / bar.n if bar else 0.0
    lines = tuple(
        Category(
            count=count,
            share=count.n / total,
            impact_ratio=count.rate / best if best and count.rate is not None else None,
            is_excluded=count.n < min_share * total,
        )
        for count in known
    )
    return CategoryTable(
        attributes=tuple(attributes),
        categories=lines,
        most_selected=bar.group if bar and bar.selected else None,
        unknown=unknown,
    )


def summary(counts: Sequence[GroupCount], attributes: Sequence[str], *, median_score: float | None = None) -> Summary:
    """A table for each attribute alone, and one of all together when there is more than one."""
    wanted = [(name,) for name in attributes] + ([tuple(attributes)] if len(attributes) > 1 else [])
    return Summary(
        tables=tuple(category_table(counts, names) for names in wanted),
        is_scoring=median_score is not None,
        median=median_score,
    )


def scoring_summary(cells: Mapping[Group, Scores], attributes: Sequence[str]) -> Summary:
    """Scoring rates: strictly above the median of the full sample, people of unknown category included in it alone."""
    middle = median(cells)
    counts = above(cells, middle) if middle is not None else ()
    return summary(counts, attributes, median_score=middle)
