"""Which policy asks for at least as much as which."""

import copy
from typing import Any

import pytest

from validation import policy as policies
from validation.policy_strictness import is_never_weaker


def _default(**release: int) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(dict(policies.load().document))
    document["release"] = {**document["release"], **release}
    return {**document, "name": "own"}


@pytest.mark.parametrize("name", policies.names())
def test_every_shipped_policy_is_never_weaker_than_the_default_or_itself(name: str) -> None:
    shipped = policies.load(name).document

    assert is_never_weaker(shipped, shipped)
    assert is_never_weaker(policies.load(name, "default").document, policies.load().document)


@pytest.mark.parametrize(("days", "is_so"), [(20, True), (30, True), (40, False)])
def test_a_longer_grace_is_weaker(days: int, is_so: bool) -> None:
    assert is_never_weaker(_default(grace_days=days), policies.load().document) is is_so


def test_a_check_that_is_left_out_is_weaker() -> None:
    document = _default()
    document["checks"] = {name: one for name, one in document["checks"].items() if name != "leakage"}

    assert not is_never_weaker(document, policies.load().document)


def test_policies_that_cannot_be_put_together_count_as_weaker() -> None:
    document = _default()
    document["checks"]["adverse_impact"]["alpha"] = 0.01

    assert not is_never_weaker(document, policies.load().document)


def test_the_order_of_a_list_asks_for_nothing() -> None:
    document = _default()
    turned = {**document, "checks": dict(document["checks"])}
    tables = turned["checks"]["leakage"]
    turned["checks"]["leakage"] = {
        key: list(reversed(value)) if isinstance(value, list) else value for key, value in tables.items()
    }

    assert is_never_weaker(turned, document)
