"""Whether one policy asks for at least as much as another, in every setting."""

import json
from collections.abc import Mapping
from typing import Any

from validation.policy_composition import CompositionError, strictest

_BESIDE = frozenset({
    "name", "version", "title", "sources", "composed_of", "in_force", "jurisdictions", "job_levels",
})  # fmt: skip
"""What says of a policy whose it is, where and when, and not how strict it is."""


def is_never_weaker(policy: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    """Whether the strictest of both is the first itself; two that cannot be put together are not.

    `policy` and `than` are whole documents, as the ledger keeps them.
    """
    timeless = [{key: value for key, value in one.items() if key != "in_force"} for one in (policy, than)]
    try:
        both = strictest(timeless)
    except CompositionError:
        return False
    return _settings(both) == _settings(policy)


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _unordered(value) for key, value in document.items() if key not in _BESIDE}


def _unordered(value: Any) -> Any:  # noqa: ANN401 - YAML
    """The value with its lists sorted: the order in which a policy lists its tables or columns asks for nothing."""
    if isinstance(value, Mapping):
        return {key: _unordered(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return sorted((_unordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value
