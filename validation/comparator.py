"""Against whom a group's rate is held: the highest eligible group, a named group, or everybody else.

A group of a few people must not set the bar for all others: the highest group counts only with at least 2 % of the
people and `min_n` of them (29 CFR 1607.4(D), 6 RCNY 5-301(d)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from validation.group_count import BadCounts, Group, GroupCount
from validation.outcome import Text

HIGHEST = "highest"
REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """The chosen bar; `group` is None for the pooled rest, and `has_enough` says whether it may carry a verdict."""

    group: Group | None
    label: str
    n: int
    selected: int
    rule: Text
    has_enough: bool


def choose(
    known: Sequence[GroupCount],
    *,
    wanted: str,
    min_n: int,
    min_share: Fraction,
    total: int,
    bar_min_n: int | None = None,
) -> Comparator | None:
    """The comparator among the known groups; None when there is nobody to compare with.

    `total` is the number of people of whom the share is taken. Ties go to the larger group. Where no group reaches
    `min_share` (hundreds of small groups) the highest with `min_n` is taken, and the rule says so. `bar_min_n` takes
    the place of `min_n` in the choice; whether the chosen one may carry a verdict stays a matter of `min_n`.
    """
    filled = [count for count in known if count.n]
    if not filled:
        return None
    if wanted == HIGHEST:
        top, rule = _highest(filled, min_n if bar_min_n is None else bar_min_n, min_share, total)
        return _of(top, rule, min_n)
    if wanted == REST and not any(_matches(count, wanted) for count in filled):
        return _rest(filled)
    return _named(known, wanted, min_n)


def others(known: Sequence[GroupCount], group: Group) -> tuple[int, int]:
    """Selected and number of the known people outside `group`."""
    rest = [count for count in known if count.group != group]
    return sum(count.selected for count in rest), sum(count.n for count in rest)


def _highest(filled: list[GroupCount], min_n: int, min_share: Fraction, total: int) -> tuple[GroupCount, Text]:
    enough = [count for count in filled if count.n >= min_n]
    eligible = [count for count in enough if count.n >= min_share * total]
    percent = float(min_share * 100)
    if eligible and min_n <= 1:
        rule = Text(
            en=f"highest rate among groups of at least {percent:g} %",
            zh=f"占比不低于 {percent:g}% 的群体中选拔率最高者",
        )
    elif eligible:
        rule = Text(
            en=f"highest rate among groups of at least {percent:g} % and {min_n} people",
            zh=f"占比不低于 {percent:g}% 且不少于 {min_n} 人的群体中选拔率最高者",
        )
    elif enough:
        rule = Text(
            en=f"highest rate among groups of at least {min_n} people; none reaches {percent:g} %",
            zh=f"不少于 {min_n} 人的群体中选拔率最高者；没有群体达到 {percent:g}%",
        )
    else:
        rule = Text(
            en=f"highest rate; no group has {min_n} people, so nothing is concluded",
            zh=f"选拔率最高者；没有群体达到 {min_n} 人，故不作结论",
        )
    # `max` keeps the first of equals, and groups come sorted: the choice never depends on the order of rows.
    return max(eligible or enough or filled, key=lambda count: (Fraction(count.selected, count.n), count.n)), rule


def _named(known: Sequence[GroupCount], wanted: str, min_n: int) -> Comparator:
    for count in known:
        if _matches(count, wanted):
            return _of(count, Text(en="named group", zh="指定群体"), min_n)
    names = "; ".join(count.label for count in known[:10])
    raise BadCounts(f"no group is called {wanted!r} (there are: {names})")


def _rest(filled: list[GroupCount]) -> Comparator:
    return Comparator(
        group=None,
        label="rest",
        n=sum(count.n for count in filled),
        selected=sum(count.selected for count in filled),
        rule=Text(en="all other known people, pooled", zh="其余所有已知人员合并"),
        has_enough=len(filled) > 1,
    )


def _of(count: GroupCount, rule: Text, min_n: int) -> Comparator:
    return Comparator(
        group=count.group, label=count.label, n=count.n, selected=count.selected, rule=rule, has_enough=count.n >= min_n
    )


def _matches(count: GroupCount, wanted: str) -> bool:
    plain = ",".join(part.strip() for part in wanted.split(","))
    return wanted == count.label or plain == ",".join((value or "unknown").strip() for _, value in count.group)
