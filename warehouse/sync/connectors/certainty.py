"""How sure each connector is of what it does, route by route, as data: for the generated page, screens and tests."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

import yaml

from warehouse.sync.sources import Verification

LABELS: Mapping[str, Verification] = {
    "D": Verification.DOCUMENTED,
    "T": Verification.SEEN_ELSEWHERE,
    "A": Verification.UNVERIFIED,
}
"""The letters that stand-ins and the data file use."""

WAYS = ("auth", "pull", "push", "webhook", "file")
"""How data moves on a route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: what moves on it (an entity, or words), how, how sure it is, and where that is known from."""

    what: str
    how: str
    route: str
    sure: Verification
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One connector. `limits` is what it does not do and what is not known; `example` a source file, or None."""

    name: str
    title: str
    summary: str
    limits: str
    routes: tuple[Route, ...]
    example: str | None = None


@functools.cache
def described() -> tuple[Described, ...]:
    """Every connector, in the order of the page."""
    text = (files("warehouse.sync.connectors") / "certainty.yaml").read_text(encoding="utf-8")
    return tuple(_described(item) for item in cast("list[dict[str, object]]", yaml.safe_load(text)))


def _described(item: Mapping[str, object]) -> Described:
    routes = cast("list[dict[str, str]]", item["routes"])
    return Described(
        name=str(item["name"]),
        title=str(item["title"]),
        summary=" ".join(str(item["summary"]).split()),
        limits=" ".join(str(item["limits"]).split()),
        routes=tuple(_route(route) for route in routes),
        example=cast("str | None", item.get("example")),
    )


def _route(route: Mapping[str, str]) -> Route:
    if set(route) != {"what", "how", "route", "sure", "source"}:
        raise ValueError(f"certainty.yaml: a route's fields are {', '.join(route)}; quote what holds a comma")
    return Route(
        what=route["what"],
        how=route["how"],
        route=route["route"],
        sure=LABELS[route["sure"]],
        source=route["source"],
    )
