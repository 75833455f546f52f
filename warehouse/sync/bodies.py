"""Deliveries that are no JSON: which connector reads and answers them in its system's own language.

An adapter proves the sender itself, for such systems put their token into the body. It answers with the arrivals that
the inbox keeps, and once they are durable with the body that the system expects.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from warehouse.sync.inbox import Accepted, Arrival
from warehouse.sync.signatures import Delivery

ADAPTERS: Mapping[str, str] = {
    "successfactors": "warehouse.sync.connectors.successfactors.soap:adapter",
}
"""Connector name to the function that makes its adapter of a source's name and live secrets."""


class BodyAdapter(Protocol):
    """Reads and answers the deliveries of one source."""

    media_type: str

    def reads(self, headers: Mapping[str, str]) -> bool:
        """Whether deliveries with these headers, in lower case, are its."""
        ...

    def arrivals(self, delivery: Delivery) -> list[Arrival]:
        """The events of a delivery whose sender is proven. Raises SignatureError, EnvelopeError."""
        ...

    def answer(self, arrivals: Sequence[Arrival], accepted: Sequence[Accepted]) -> bytes:
        """The body of the answer once the arrivals are durable."""
        ...


def adapter(connector: str, source: str, secrets: Sequence[str]) -> BodyAdapter | None:
    """The adapter of a source; None where its connector reads JSON alone."""
    named = ADAPTERS.get(connector)
    if named is None:
        return None
    module, _, name = named.partition(":")
    make = cast("Callable[[str, Sequence[str]], BodyAdapter]", getattr(import_module(module), name))
    return make(source, secrets)
