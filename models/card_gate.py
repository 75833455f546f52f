"""The gate's side of a model card: its checks, and impact ratios by group with small groups withheld."""

import dataclasses

from models.card import CardCheck, CardFairness, CardGate, CardGroup
from models.card_record import Plain, interval, listed, mapping, number, text
from validation.outcome import Text
from validation.suppression import suppress
from warehouse.access import SMALLEST_GROUP
from warehouse.ledger_values import StoredGate

IMPACT = "adverse_impact."
"""How the names of the gate's tables of impact ratios begin."""
NOT_ASKED = "not_asked"
"""The gate's figure of people who applied where nobody is asked for the attribute."""


def gate(found: StoredGate) -> CardGate:
    """The result with the reason of each check."""
    return CardGate(
        gate_result_id=str(found.gate_result_id),
        verdict=found.verdict,
        policy=found.policy,
        policy_version=found.policy_version,
        policy_sha256=found.policy_sha256,
        evaluated_at=found.evaluated_at,
        evaluated_by=found.evaluated_by,
        checks=tuple(_check(mapping(one)) for one in listed(found.report.get("checks"))),
    )


def _check(plain: Plain) -> CardCheck:
    return CardCheck(
        check=str(plain.get("check", "")),
        verdict=str(plain.get("verdict", "")),
        role=str(plain.get("role", "")),
        reason=text(plain.get("reason")) or Text(en="", zh=""),
    )


def fairness(found: StoredGate) -> tuple[CardFairness, ...]:
    """The gate's tables at the cut in force, complete: for those who may read demographics, and to be suppressed."""
    checks = [mapping(one) for one in listed(found.report.get("checks"))]
    tables = [one for one in checks if str(one.get("check", "")).startswith(IMPACT)]
    return tuple(_table(one, mapping(mapping(one.get("detail")).get("deployed"))) for one in tables)


def _table(check: Plain, plain: Plain) -> CardFairness:
    n, comparator = number(plain.get("n")), plain.get("comparator")
    return CardFairness(
        check=str(check.get("check", "")),
        verdict=str(check.get("verdict", "")),
        cut=number(plain.get("cut")),
        comparator=None if comparator is None else str(comparator),
        definition=str(plain.get("definition", "")),
        n=None if n is None else int(n),
        unknown_share=number(mapping(plain.get("unknown")).get("share")),
        groups=tuple(_group(mapping(one)) for one in listed(plain.get("groups"))),
        not_asked=_not_asked(check),
    )


def _not_asked(check: Plain) -> int:
    """How many people the check counts who were never asked for the attribute."""
    figures = (mapping(one) for one in listed(check.get("figures")))
    return sum(int(number(one.get("value")) or 0) for one in figures if one.get("name") == NOT_ASKED)


def _group(plain: Plain) -> CardGroup:
    n, selected, excluded = number(plain.get("n")), number(plain.get("selected")), plain.get("excluded")
    return CardGroup(
        group={name: None if value is None else str(value) for name, value in mapping(plain.get("group")).items()},
        n=None if n is None else int(n),
        selected=None if selected is None else int(selected),
        rate=number(plain.get("rate")),
        rate_interval=interval(plain.get("rate_ci")),
        impact_ratio=number(plain.get("impact_ratio")),
        impact_interval=interval(plain.get("impact_ratio_ci")),
        is_comparator=plain.get("is_comparator") is True,
        excluded=None if excluded is None else str(excluded),
        is_hidden=plain.get("hidden") is True,
    )


def suppressed(tables: tuple[CardFairness, ...]) -> tuple[CardFairness, ...]:
    """The tables without figures of small groups, nor of those from which a small one could be computed.

    A table of several attributes is hidden whole as soon as one of its cells is: the tables of each attribute are its
    margins, and a margin less the cells that are shown would be the hidden one.
    """
    return tuple(_suppressed(table) for table in tables)


def _suppressed(table: CardFairness) -> CardFairness:
    counts = {place: group.n or 0 for place, group in enumerate(table.groups)}
    hidden = suppress(counts, k=SMALLEST_GROUP).hidden
    if not hidden:
        return table
    is_crossed = any(len(group.group) > 1 for group in table.groups)
    groups = tuple(
        _hidden(group) if is_crossed or place in hidden else group for place, group in enumerate(table.groups)
    )
    return dataclasses.replace(table, n=None, unknown_share=None, groups=groups)


def _hidden(group: CardGroup) -> CardGroup:
    return dataclasses.replace(
        group, n=None, selected=None, rate=None, rate_interval=None, impact_ratio=None, impact_interval=None,
        is_hidden=True,
    )  # fmt: skip
