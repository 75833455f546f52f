"""Single values of a plain document, held to their type: YAML's "no" in quotes is text and never a no.

Errors: TypeError for a value of another type and ValueError for one out of range; the message names the key.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

Plain = Mapping[str, Any]


def text(plain: Plain, key: str) -> str:
    """A text that says something. Raises KeyError where the key is missing."""
    found = plain[key]
    if not isinstance(found, str) or not found.strip():
        raise TypeError(f"{key} is {found!r}; it is a text")
    return found


def whole(plain: Plain, key: str, usual: int, *, least: int, most: int) -> int:
    """A whole number between the least and the most, `usual` where the key is missing."""
    found = plain.get(key, usual)
    if isinstance(found, bool) or not isinstance(found, int):
        raise TypeError(f"{key} is {found!r}; it is a whole number")
    if not least <= found <= most:
        raise ValueError(f"{key} is {found}; it must lie between {least} and {most:,}")
    return found


def flag(plain: Plain, key: str, *, usual: bool) -> bool:
    """Yes or no, `usual` where the key is missing."""
    found = plain.get(key, usual)
    if not isinstance(found, bool):
        raise TypeError(f"{key} is {found!r}; it is true or false, without quotes")
    return found


def number(value: object, name: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{name} is {value!r}; it is a number")
    return value


def listed(plain: Plain, key: str, usual: Sequence[Any] = ()) -> list[Any]:
    """A list, `usual` where the key is missing."""
    found = plain.get(key, usual)
    if not isinstance(found, list | tuple):
        raise TypeError(f"{key} is {found!r}; it is a list")
    return list(found)


def mapped(plain: Plain, key: str) -> dict[str, Any]:
    """A mapping of keys to values, empty where the key is missing."""
    found = plain.get(key, {})
    if not isinstance(found, Mapping):
        raise TypeError(f"{key} is {found!r}; it is a mapping of keys to values")
    return dict(found)
