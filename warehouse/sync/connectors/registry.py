"""Which function makes a connector's reader, and which its pusher; their modules load when one is asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

import httpx

from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.kit.records import Connector
from warehouse.sync.push import Pusher
from warehouse.sync.sources import Source

CONNECTORS: Mapping[str, str] = {
    "beisen": "warehouse.sync.connectors.beisen:connector",
    "greenhouse": "warehouse.sync.connectors.greenhouse:connector",
    "ihr360": "warehouse.sync.connectors.ihr360:connector",
    "linkedin": "warehouse.sync.connectors.linkedin.reader:connector",
    "rest": "warehouse.sync.connectors.rest:connector",
    "successfactors": "warehouse.sync.connectors.successfactors.pull:connector",
}
"""Connector name to the function that makes its reader."""

PUSHERS: Mapping[str, str] = {
    "greenhouse": "warehouse.sync.connectors.greenhouse_push:pusher",
    "beisen": "warehouse.sync.connectors.beisen_push:pusher",
    "linkedin": "warehouse.sync.connectors.linkedin.pusher:pusher",
    "newrelic": "warehouse.sync.connectors.newrelic:pusher",
    "successfactors": "warehouse.sync.connectors.successfactors.push:pusher",
}
"""Connector name to the function that makes its pusher."""


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Connector:
    """The reader of a source. Raises Misconfigured where its connector reads nothing."""
    return cast("Connector", _made(CONNECTORS, source, "is not asked for records", transport, clock))


def pusher(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Pusher:
    """The pusher of a source. Raises Misconfigured where its connector writes nothing."""
    return cast("Pusher", _made(PUSHERS, source, "takes no messages", transport, clock))


def _made(
    known: Mapping[str, str],
    source: Source,
    lack: str,
    transport: httpx.BaseTransport | None,
    clock: Clock,
) -> object:
    if source.connector not in known:
        raise Misconfigured(f"{source.name}: a source of connector {source.connector} {lack}")
    module, _, name = known[source.connector].partition(":")
    make = cast("Callable[..., object]", getattr(import_module(module), name))
    return make(source, transport=transport, clock=clock)
