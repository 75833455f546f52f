"""From when and until when a policy holds: alone, with others, and refused outside."""

import datetime as dt
from collections.abc import Mapping

import pytest

from validation import policy as policies
from validation.policy import PolicyError
from validation.policy_composition import CompositionError, strictest

TEXT = """
name: {name}
version: "2026-01-01"
extends: default
title: {{en: Own, zh: 自有}}
in_force: {when}
"""


def dated(when: str, name: str = "own") -> policies.Policy:
    """A policy in force as this YAML says."""
    return policies.parse(TEXT.format(name=name, when=when), f"{name}.yaml")


def test_a_policy_holds_from_its_first_to_its_last_day() -> None:
    own = dated('{from: "2026-02-01", until: "2026-03-31"}')

    held = [own.in_force.has(dt.date(2026, *day)) for day in ((1, 31), (2, 1), (3, 31), (4, 1))]

    assert held == [False, True, True, False]


def test_outside_of_its_days_it_is_refused_by_name() -> None:
    own = dated('{until: "2026-03-31"}')

    with pytest.raises(PolicyError, match="own: in force from always until 2026-03-31, not on 2026-04-01"):
        own.require_in_force(dt.date(2026, 4, 1))


@pytest.mark.parametrize("name", policies.names())
def test_no_shipped_policy_runs_out(name: str) -> None:
    """A date in the package would stop every gate of a company that does not update on that day."""
    assert policies.load(name).in_force.has(dt.date.max)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ({"from": "2026-02-01"}, {"from": "2026-03-01"}, {"from": "2026-03-01"}),
        ({"until": "2026-12-31"}, {"until": "2026-06-30"}, {"until": "2026-06-30"}),
        ({"from": "2026-02-01"}, {"until": "2026-06-30"}, {"from": "2026-02-01", "until": "2026-06-30"}),
    ],
)
def test_together_they_hold_while_all_do(
    one: Mapping[str, str], other: Mapping[str, str], both: Mapping[str, str]
) -> None:
    default = policies.load().document
    parts = [{**default, "name": name, "in_force": when} for name, when in (("a", one), ("b", other))]

    assert strictest(parts)["in_force"] == both
    assert strictest([*parts, default])["in_force"] == both


def test_policies_that_are_never_in_force_together_are_refused() -> None:
    default = policies.load().document
    early, late = ({"until": "2026-06-30"}, {"from": "2026-07-01"})

    with pytest.raises(CompositionError, match="on no day in force together"):
        strictest([{**default, "name": name, "in_force": when} for name, when in (("a", early), ("b", late))])


@pytest.mark.parametrize("when", ['{from: "2026-02-31"}', '{from: "2026-03-02", until: "2026-03-01"}', "{until: soon}"])
def test_days_that_do_not_exist_or_end_before_they_begin_are_refused(when: str) -> None:
    with pytest.raises(PolicyError, match=r"own\.yaml: in_force"):
        dated(when)
