"""The settings of an adverse-impact assessment, each a convention that changes numbers, so each is recorded."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from validation.comparator import HIGHEST
from validation.outcome import Text
from validation.two_by_two import FOUR_FIFTHS

# 6 RCNY 5-301(d): categories below two percent may be left out of the comparison.
MIN_SHARE = Fraction(1, 50)


class Polarity(StrEnum):
    """Whether the outcome is good for the person (advance) or bad (flagged, rejected)."""

    FAVOURABLE = "favourable"
    ADVERSE = "adverse"

    @property
    def definition(self) -> Text:
        """What the rate counts, in a sentence."""
        return _DEFINITIONS[self]


_DEFINITIONS = {
    Polarity.FAVOURABLE: Text(
        en="Selection rate: people selected, out of all considered in the group.",
        zh="选拔率：群体中入选人数占全部被考虑人数的比例。",
    ),
    Polarity.ADVERSE: Text(
        en="Rate of people NOT given the adverse outcome, out of all considered in the group.",
        zh="比率：群体中未获得不利结果的人数占全部被考虑人数的比例。",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a table is assessed.

    `comparator` is `highest`, `rest` (all others pooled) or a group's label; `min_share` is of the known people, with
    `share_of_all` of everybody; above `unknown_limit` unknown people a pass must survive the worst case.
    With `counts_all_pairs`, as the release gate has it, the highest group has been compared with every other one, and a
    failing upper bound counts its family too; without, a family is the comparisons that the table shows, by p alone.
    `bar_min_n` is how many people the highest group needs, `min_n` unless it is set: Local Law 144 knows shares alone.
    """

    comparator: str = HIGHEST
    min_n: int = 30
    bar_min_n: int | None = None
    min_share: Fraction = MIN_SHARE
    share_of_all: bool = False
    counts_all_pairs: bool = False
    threshold: Fraction = FOUR_FIFTHS
    alpha: float = 0.05
    polarity: Polarity = Polarity.FAVOURABLE
    unknown_limit: float = 0.05
