"""Policies put together: one that extends another, and several that hold at once.

What extends another says only what differs, and the whole is held to the schema like any policy. Where several hold at
once (a jurisdiction's and a job level's), the strictest of each setting holds: nobody gains by adding a policy. The
table below says what stricter means for each setting; a setting that is not in it must agree.

Errors:

  CompositionError    a policy extends one that does not exist or extends itself, or two cannot be put together
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

ORDER = ("release", "release_with_note", "needs_signed_waiver", "block")
"""What a release may do, from the laxest to the strictest."""

ROLES = ("advisory", "blocking")

LOWER = frozenset({
    "review_share", "block_share", "lease_days", "grace_days", "longest_waiver_days", "min_single_auc", "too_good_auc",
    "least_others", "ahead", "unknown_limit", "min_share", "sizeable_share", "psi_review", "psi_block", "largest_error",
    "largest_spread", "largest_flips", "largest_auc", "shift_review", "spread_review",
})  # fmt: skip
"""Settings of which the lower value is the stricter one."""

HIGHER = frozenset({
    "min_training_rows", "min_holdout_rows", "min_holdout_of_each_label", "min_auc", "min_correlation", "threshold",
    "tolerance", "cut_step_share", "warn_days", "false_alarms",
})  # fmt: skip
"""Settings of which the higher value is the stricter one. Of `margin` it depends on the check."""

ONE_OF = frozenset({"min_n", "alpha", "latest_days"})
"""Settings of which neither value is the stricter one: a higher `min_n` and a lower `alpha` ask for more before a check
passes and before it fails, another `latest_days` looks at other people. The policies must agree."""


FLOOR = "chance_below"
"""Where data sufficiency keeps the least numbers of rows, for policies that ask for more than another one."""

_ROWS = ("min_training_rows", "min_holdout_rows", "min_holdout_of_each_label")


class CompositionError(ValueError):
    """Policies that cannot be put together; the message names them and the setting."""


def extended(document: Document, find: Callable[[str], Document], *, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The document over the one that it `extends`, and that one's own. Lists and settings it says replace the other's.

    `find` gives a policy's own document by its name. `composed_of` names the policies below it.
    """
    parent_name = document.get("extends")
    own = {key: value for key, value in document.items() if key != "extends"}
    if parent_name is None:
        return own
    if parent_name in seen:
        raise CompositionError(f"policy {parent_name!r} extends itself: {' → '.join((*seen, parent_name))}")
    parent = extended(find(str(parent_name)), find, seen=(*seen, str(parent_name)))
    below = [*parent.get("composed_of", ()), f"{parent['name']} {parent['version']}"]
    whole = {**_over(parent, own), "sources": _sources([parent, own]), "composed_of": below}
    return _with_floor(whole, [parent, whole])


def _over(parent: Document, own: Document) -> dict[str, Any]:
    merged = dict(parent)
    for key, value in own.items():
        below = parent.get(key)
        merged[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def strictest(documents: Sequence[Document]) -> dict[str, Any]:
    """One document in which the strictest setting of all of them holds, whatever their order; the name joins theirs.

    A policy that is given twice counts once. It is in force while all of them are, and for the places and job levels of
    any of them.
    """
    if not documents:
        raise CompositionError("there is no policy to put together")
    first, *others = _each_once(documents)
    if not others:
        return dict(first)
    whole = dict(first)
    for other in others:
        whole = {
            **_both(whole, other, "", (str(whole["name"]), str(other["name"]))),
            "name": f"{whole['name']}_{other['name']}"[:64].replace("-", "_"),
            "version": max(str(whole["version"]), str(other["version"])),
            "title": {k: f"{whole['title'][k]} + {other['title'][k]}" for k in ("en", "zh")},
            "sources": _sources([whole, other]),
        }
    whole["composed_of"] = [f"{one['name']} {one['version']}" for one in (first, *others)]
    return _with_floor(whole, [first, *others])


def _with_floor(whole: dict[str, Any], parts: Sequence[Document]) -> dict[str, Any]:
    """The whole, and below which numbers of rows a finding may be chance: the least that any of the parts asks for.

    Who asks for more rows before a check may pass must not turn a failure that is proven without them into a lack of
    evidence.
    """
    floors = [_floor(part) for part in parts]
    floor = {
        name: min(one[name] for one in floors if name in one) for name in _ROWS if any(name in one for one in floors)
    }
    own = _rows(whole)
    if not own or all(own.get(name) == least for name, least in floor.items()):
        return whole
    return {**whole, "checks": {**whole["checks"], "data_sufficiency": {**own, FLOOR: floor}}}


def _floor(part: Document) -> dict[str, int]:
    """The numbers of rows below which the part calls a finding chance; the schema looks at what is no number."""
    rows = _rows(part)
    asked = rows.get(FLOOR, rows)
    known = asked if isinstance(asked, Mapping) else {}
    return {name: known[name] for name in _ROWS if isinstance(known.get(name), int)}


def _rows(part: Document) -> Document:
    checks = part.get("checks")
    rows = checks.get("data_sufficiency") if isinstance(checks, Mapping) else None
    return rows if isinstance(rows, Mapping) else {}


def _each_once(documents: Sequence[Document]) -> list[Document]:
    """The documents by name and version, those of the same content once."""
    kept: list[Document] = []
    for document in sorted(documents, key=lambda one: (str(one["name"]), str(one["version"]))):
        if document not in kept:
            kept.append(document)
    return kept


def _both(one: Document, other: Document, place: str, names: tuple[str, str]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in {**one, **other}:
        if key == "asked" and not (key in one and key in other):
            continue  # the other asks everywhere
        at = f"{place}.{key}" if place else key
        if key in one and key in other:
            merged[key] = _stricter(key, one[key], other[key], at, names)
        else:
            merged[key] = one.get(key, other.get(key))
    return merged


def _stricter(key: str, one: Any, other: Any, place: str, names: tuple[str, str]) -> Any:  # noqa: ANN401 - YAML
    if place in _TOLD or one == other:
        return one
    if place == "in_force":
        return _while_both(one, other, names)
    if isinstance(one, Mapping) and isinstance(other, Mapping) and key not in _CHOICES:
        return _both(one, other, place, names)
    choose = _CHOICES.get("margin above" if key == "margin" and _is_change(place) else key)
    if choose is None:
        choose = next((_later(order) for order in (ORDER, ROLES) if {one, other} <= set(order)), None)
    if choose is None:
        raise CompositionError(f"{names[0]} and {names[1]} differ in {place}, of which neither is the stricter")
    return choose(one, other)


def _while_both(one: Mapping[str, str], other: Mapping[str, str], names: tuple[str, str]) -> dict[str, str]:
    """From the later first day to the earlier last one; ISO dates compare as text."""
    both = {**one, **other}
    if "from" in one and "from" in other:
        both["from"] = max(one["from"], other["from"])
    if "until" in one and "until" in other:
        both["until"] = min(one["until"], other["until"])
    if both.get("from", "") > both.get("until", "9999-12-31"):
        raise CompositionError(f"{names[0]} and {names[1]} are on no day in force together")
    return both


def _is_change(place: str) -> bool:
    """Of a group's change against the champion the higher margin is stricter, of a loss in quality the lower one."""
    return place.startswith("checks.adverse_impact_champion")


def _later(order: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    return lambda one, other: max(one, other, key=order.index)


def _union(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return [*one, *(name for name in other if name not in one)]


def _sorted_union(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return sorted({*one, *other})


def _intersection(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return [name for name in one if name in other]


def _asked(one: Mapping[str, Sequence[Any]], other: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Where either asks; an attribute that one of them asks for everywhere is asked for everywhere."""
    return {name: _union(one[name], other[name]) for name in one if name in other}


_TOLD = frozenset({"name", "version", "title", "sources", "composed_of"})
_CHOICES: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(LOWER, min),
    **dict.fromkeys(HIGHER, max),
    "margin": min,
    "margin above": max,
    "tables": _union,
    "sources": _union,
    "required": _union,
    "noted": _intersection,
    "accepted": _intersection,
    "by": _union,
    "asked": _asked,
    "jurisdictions": _sorted_union,
    "job_levels": _sorted_union,
}


def _sources(documents: Sequence[Document]) -> list[Any]:
    found: dict[str, Any] = {}
    for document in documents:
        for source in document.get("sources", ()):
            found[source["id"]] = source
    return list(found.values())
