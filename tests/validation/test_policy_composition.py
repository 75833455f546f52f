"""Policies that extend one another, and several that hold at once."""

import json
from pathlib import Path

import pytest

from validation import policy as policies
from validation.decision_rule import Action, State
from validation.policy import PolicyError
from validation.policy_composition import CompositionError, strictest
from validation.policy_settings import Role

OWN = """
name: own
version: "2026-01-01"
extends: default
title: {en: Own, zh: 自有}
checks:
  validity: {min_auc: 0.61}
"""


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_policy_can_be_read_and_is_dated() -> None:
    found = {name: policies.load(name) for name in policies.names()}

    assert set(found) >= {"default", "us-nyc", "us-ca", "eu", "cn", "level-senior"}
    assert all(found[name].name == name for name in found)


def test_what_extends_another_says_only_what_differs(tmp_path: Path) -> None:
    own, default = policies.load(_write(tmp_path / "own.yaml", OWN)), policies.load()

    assert (own.validity.min_auc, own.validity.alpha) == (0.61, default.validity.alpha)
    assert own.document["composed_of"] == [f"default {default.version}"]
    assert own.sha256 != default.sha256


def test_the_stored_document_of_a_composed_policy_reads_back_as_itself(tmp_path: Path) -> None:
    own = policies.load(_write(tmp_path / "own.yaml", OWN))

    again = policies.from_document(json.loads(json.dumps(own.document)))

    assert (again.sha256, again.validity) == (own.sha256, own.validity)


def test_of_several_policies_the_strictest_setting_holds() -> None:
    eu, senior = policies.load("eu"), policies.load("level-senior")

    both = policies.load("eu", "level-senior")

    assert both.lease_days == min(eu.lease_days, senior.lease_days) == 90
    assert both.longest_waiver_days == 60
    assert both.validity.min_auc == 0.6
    assert both.contracts.review_share == eu.contracts.review_share
    assert both.name == "eu_level_senior"


def test_the_order_of_policies_changes_no_setting() -> None:
    one, other = policies.load("us-ca", "level-senior", "us-nyc"), policies.load("us-nyc", "us-ca", "level-senior")

    assert (one.validity, one.contracts, one.lease_days) == (other.validity, other.contracts, other.lease_days)
    assert set(one.impact.tables) == set(other.impact.tables)


@pytest.mark.parametrize("name", policies.names())
def test_adding_a_policy_never_makes_anything_laxer(name: str) -> None:
    alone, both = policies.load("default"), policies.load("default", name)

    assert both.lease_days <= alone.lease_days
    assert both.validity.min_auc >= alone.validity.min_auc
    assert set(alone.impact.tables) <= set(both.impact.tables)
    assert all(both.roles[check] is Role.BLOCKING for check, role in alone.roles.items() if role is Role.BLOCKING)


def test_a_stricter_consequence_and_role_win() -> None:
    default = policies.load().document
    advisory = {**default["consequences"]["advisory"], "review": "needs_signed_waiver"}
    stricter = {
        **default,
        "name": "strict",
        "consequences": {**default["consequences"], "advisory": advisory},
        "checks": {**default["checks"], "drift": {**default["checks"]["drift"], "role": "blocking"}},
    }

    both = policies.from_document(strictest([default, stricter]))

    assert both.roles["drift"] is Role.BLOCKING
    assert both.consequences[Role.ADVISORY][State.REVIEW] is Action.NEEDS_SIGNED_WAIVER


def test_an_attribute_is_asked_for_wherever_any_policy_asks(tmp_path: Path) -> None:
    """Fewer people left out is stricter; a policy that names no countries asks everywhere."""
    default = policies.load().document
    changed = json.loads(json.dumps(default))
    changed["checks"]["adverse_impact"]["asked"] = {"race_ethnicity": ["GB"], "disability": ["GB"]}
    silent = json.loads(json.dumps(default))
    del silent["checks"]["adverse_impact"]["asked"]

    both = strictest([default, changed])["checks"]["adverse_impact"]["asked"]

    assert both == {"race_ethnicity": ["US", "GB"]}
    assert "asked" not in strictest([default, silent])["checks"]["adverse_impact"]
    assert "asked" not in strictest([silent, default])["checks"]["adverse_impact"]


def test_a_policy_that_extends_itself_or_nothing_is_refused(tmp_path: Path) -> None:
    absent = _write(tmp_path / "own.yaml", OWN.replace("extends: default", "extends: nowhere"))

    with pytest.raises(PolicyError, match="no policy 'nowhere' to extend"):
        policies.load(absent)


def test_what_a_policy_below_may_not_soften_stays_refused(tmp_path: Path) -> None:
    softened = OWN + "consequences: {blocking: {fail: release}}\n"

    with pytest.raises(PolicyError, match=r"consequences\.blocking\.fail"):
        policies.load(_write(tmp_path / "own.yaml", softened))


def test_settings_of_which_neither_is_stricter_must_agree() -> None:
    default = policies.load().document
    checks = {**default["checks"], "drift": {**default["checks"]["drift"], "new_setting": 1}}
    other = {**checks, "drift": {**checks["drift"], "new_setting": 2}}

    with pytest.raises(CompositionError, match=r"checks\.drift\.new_setting"):
        strictest([{**default, "checks": checks}, {**default, "name": "other", "checks": other}])


def test_an_unknown_policy_is_answered_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match="level-senior"):
        policies.load("atlantis")


@pytest.mark.parametrize("checks", ["[1]", "{data_sufficiency: 3}", "{data_sufficiency: {min_training_rows: many}}"])
def test_rows_that_are_no_numbers_are_refused_by_their_place(tmp_path: Path, checks: str) -> None:
    odd = OWN.replace("checks:\n  validity: {min_auc: 0.61}", f"checks: {checks}")

    with pytest.raises(PolicyError, match="checks"):
        policies.load(_write(tmp_path / "own.yaml", odd))
