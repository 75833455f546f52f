"""A gate's report as far as its reader may see it: the one place where small groups leave it.

What is stored is complete. Whoever may not read demographics gets every verdict, but of the checks on groups no whole
table, no figure and no sentence about a group of fewer than `SMALLEST_GROUP` people, nor about one from which and from
a total such a group could be computed. `warehouse.ledger` and the list of evaluations read through here, so pages,
commands, the API, cards and documents follow.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from warehouse import group_names
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.queries.suppression import hidden

OF_GROUPS = ("adverse_impact", "error_rates")
"""How the names of checks on groups of people begin."""

WITHHELD = "needs the permission read_demographics"
"""What stands in the place of whole tables."""

_OVERALL = ""
_LISTED = ("deployed", "errors")
_SHOWN = ("group", "n", "selected", "rate", "rate_ci", "impact_ratio", "impact_ratio_ci", "is_comparator", "excluded")
_KEPT = ("cut", "comparator", "definition", "n", "unknown")
_ENDS = {"en": re.compile(r"(?<=[.!?]) +"), "zh": re.compile(r"(?<=。)")}
_FEW = re.compile(r"(?<![\d.,])[1-9](?= people| 人| in process| withdrew)|(?<=n = )[1-9](?![\d.,])")
_STATES = {
    "en": {
        "fail": "A group is below the line, and not by chance.",
        "review": "The data do not settle it for every group.",
        "pass": "All groups that can be judged pass.",
        "undefined": "A figure of a group has no value.",
        "insufficient_data": "There are too few people of known groups to judge.",
    },
    "zh": {
        "fail": "有群体低于阈值，且并非偶然。",
        "review": "数据尚不能对每个群体作出判断。",
        "pass": "所有可判断的群体均通过。",
        "undefined": "有群体的指标无定义。",
        "insufficient_data": "已知群体的人数不足，无法判断。",
    },
}
_UNNAMED = {
    "en": f"Groups of fewer than {SMALLEST_GROUP} people, and those that would give them away, are not named.",
    "zh": f"少于 {SMALLEST_GROUP} 人的群体及可据以推知其人数的群体不予列名。",
}

Plain = Mapping[str, Any]


def readable(report: Plain, reader: Principal) -> dict[str, Any]:
    """The report for this reader: itself for those who may read demographics, else without small groups.

    A reduced check says in `withheld` how many of its figures are left out. A stored value that is no report of ours
    comes back as it is.
    """
    checks = report.get("checks")
    if reader.may(Permission.READ_DEMOGRAPHICS) or not isinstance(checks, Sequence):
        return dict(report)
    selected = {_about(one): _unnamed(one).get(_OVERALL, frozenset()) for one in checks if _is_of_selection(one)}
    return {
        **report,
        "checks": [
            _reduced(one, selected.get(_about(one), frozenset())) if _is_of_groups(one) else one for one in checks
        ],
    }


def _is_of_groups(check: object) -> bool:
    return isinstance(check, Mapping) and str(check.get("check", "")).startswith(OF_GROUPS)


def _is_of_selection(check: object) -> bool:
    """Whether it is the table of who is selected, which the other checks on the same attributes are about as well."""
    return isinstance(check, Mapping) and str(check.get("check", "")).startswith("adverse_impact.")


def _about(check: object) -> str:
    """The attributes of a check's table, such as `sex+race_ethnicity`."""
    return str(check.get("check", "")).partition(".")[2] if isinstance(check, Mapping) else ""


def _reduced(check: Plain, selected: frozenset[str]) -> dict[str, Any]:
    """The check without its small groups, and without those left out of the table of who is `selected`."""
    unnamed = _unnamed(check)
    unnamed[_OVERALL] = unnamed.get(_OVERALL, frozenset()) | selected
    figures = list(check.get("figures") or ())
    labels: frozenset[str] = frozenset().union(*unnamed.values())
    shown = [_without(figure, labels) for figure in figures if _is_shown(figure, unnamed)]
    reason, state = check.get("reason"), str(check.get("state", ""))
    return {
        **check,
        "figures": shown,
        "withheld": int(check.get("withheld", 0)) + len(figures) - len(shown),
        "reason": _told(reason, labels, state) if isinstance(reason, Mapping) else reason,
        "detail": _detail(check, unnamed.get(_OVERALL, frozenset())),
    }


def _unnamed(check: Plain) -> dict[str, frozenset[str]]:
    """By stratum, the labels of groups that are not named; a figure without a table counts by its own n."""
    attributes = _about(check).split("+")
    is_crossed = len(attributes) > 1
    found: dict[str, frozenset[str]] = {}
    for stratum, sizes in (*_tables(check, attributes), *_of_figures(check)):
        names = list(sizes)
        small = frozenset(names[place] for place in hidden([sizes[name] for name in names]))
        # the tables of each attribute are the margins of a crossed one: a margin less what is shown is what is hidden
        found[stratum] = found.get(stratum, frozenset()) | (frozenset(names) if small and is_crossed else small)
    return found


def _tables(check: Plain, attributes: Sequence[str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Each table of the detail: its stratum and the people of each group."""
    detail = _mapping(check.get("detail"))
    for name in _LISTED:
        yield _OVERALL, _sizes(_mapping(detail.get(name)), attributes)
    yield "bottom line", _sizes(_mapping(detail.get("bottom_line")), attributes)
    for stage, table in _mapping(detail.get("stages")).items():
        yield str(stage), _sizes(_mapping(table), attributes)
    ways = [_mapping(way).get("strata") for way in _mapping(detail.get("by")).values()]
    for divided in (detail.get("strata"), *ways):
        yield _OVERALL, _sizes(_mapping(divided), attributes)


def _of_figures(check: Plain) -> Iterator[tuple[str, dict[str, int]]]:
    for figure in check.get("figures") or ():
        label, n = _label(figure), figure.get("n")
        if label is not None and isinstance(n, int) and 0 < n < SMALLEST_GROUP:
            yield str(figure.get("stratum") or _OVERALL), {label: n}


def _sizes(table: Plain, attributes: Sequence[str]) -> dict[str, int]:
    found = {}
    for line in table.get("groups") or ():
        n = line.get("n")
        if isinstance(n, int):
            found[_name(line.get("group"), attributes)] = n
    return found


def _name(group: object, attributes: Sequence[str]) -> str:
    """The group as sentences name it; a stored mapping has lost the order of its attributes."""
    if not isinstance(group, Mapping):
        return str(group)
    order = attributes if set(attributes) == set(group) else list(group)
    return ", ".join("unknown" if group[name] is None else str(group[name]) for name in order)


def _label(figure: Plain) -> str | None:
    """The group that a figure is about, such as of `impact_ratio F`; None for a figure of everybody."""
    _, blank, label = str(figure.get("name", "")).partition(" ")
    return label if blank else None


def _is_shown(figure: Plain, unnamed: Mapping[str, frozenset[str]]) -> bool:
    label, stratum = _label(figure), str(figure.get("stratum") or _OVERALL)
    if label is None:
        value = figure.get("value")
        return not (figure.get("name") in ("in_process", "withdrawn") and value and 0 < value < SMALLEST_GROUP)
    return label not in unnamed.get(stratum, frozenset()) | unnamed.get(_OVERALL, frozenset())


def _without(figure: Plain, labels: frozenset[str]) -> Plain:
    return {**figure, "comparator": None} if figure.get("comparator") in labels else figure


def _told(reason: Plain, labels: frozenset[str], state: str) -> dict[str, str]:
    return {str(language): _sentences(str(text), str(language), labels, state) for language, text in reason.items()}


def _sentences(text: str, language: str, labels: frozenset[str], state: str) -> str:
    """The sentences that name none of the labels; where the first one did, what the state says in its place."""
    words = _STATES.get(language, _STATES["en"])
    said = [one for one in _ENDS.get(language, _ENDS["en"]).split(text) if one]
    kept = [one for one in said if not _names(one, labels)]
    between = "" if language == "zh" else " "
    if _names(between.join(kept), labels):  # a label with a full stop in it was cut in two
        kept = []
    if len(kept) < len(said):
        first = [] if kept and kept[0] == said[0] else [words.get(state, words["review"])]
        kept = [*first, *kept, _UNNAMED.get(language, _UNNAMED["en"])]
    return _FEW.sub(f"<{SMALLEST_GROUP}", between.join(kept))


def _names(sentence: str, labels: frozenset[str]) -> bool:
    return any(re.search(group_names.pattern(label), sentence) for label in labels if label)


def _detail(check: Plain, unnamed: frozenset[str]) -> dict[str, Any]:
    """The table at the deployed cut without the groups that are not named; nothing else of the detail."""
    table = _mapping(_mapping(check.get("detail")).get("deployed"))
    if not table:
        return {"withheld": WITHHELD}
    attributes = _about(check).split("+")
    lines = [
        _line(line, is_hidden=line.get("hidden") is True or _name(line.get("group"), attributes) in unnamed)
        for line in table.get("groups", ())
    ]
    kept = {name: table[name] for name in _KEPT if name in table}
    if unnamed:
        kept |= {"n": None, "unknown": {}}
        if kept.get("comparator") in unnamed:
            kept["comparator"] = None
    return {"withheld": WITHHELD, "deployed": {**kept, "groups": lines}}


def _line(line: Plain, *, is_hidden: bool) -> dict[str, Any]:
    """A group's line with what a card shows; of a hidden one its name alone."""
    if is_hidden:
        return {"group": line.get("group"), "is_comparator": line.get("is_comparator"), "hidden": True}
    return {name: line.get(name) for name in _SHOWN}


def _mapping(value: object) -> Plain:
    return value if isinstance(value, Mapping) else {}
