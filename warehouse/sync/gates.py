"""The gate of each source that sends webhooks: its signature check, limits and reading, kept ready between requests.

Source files are looked at again every few seconds, so a new secret or limit needs no restart. Tokens of the rate limit
belong to this process.

Errors:

  GateClosed    the source is configured in a way that lets nothing in; the log says what to do
"""

import ipaddress
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from warehouse.settings import Settings
from warehouse.sync import signatures, sources
from warehouse.sync.bodies import BodyAdapter, adapter
from warehouse.sync.envelopes import Reading
from warehouse.sync.secrets import SecretError, secret
from warehouse.sync.signatures import SecretUnusable, Verifier
from warehouse.sync.sources import Source, SourceInvalid, UnknownSource, Webhook

LOOK_AGAIN_S = 5.0
"""Seconds for which a source's file, and that a source is unknown, is believed."""

BURST_S = 20.0
"""A source may send at once what its rate allows in so many seconds: people finish interviews at the same moment."""

MOST_UNKNOWN = 1_000
LOG = logging.getLogger("hiregate.inbox")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class GateClosed(RuntimeError):
    """The source is configured in a way that lets nothing in; the log says what to do."""


class Bucket:
    """A token bucket: `rate` tokens a second, at most `BURST_S` seconds' worth of them."""

    def __init__(self, rate: float) -> None:
        """Starts full."""
        self.rate = rate
        self._tokens = rate * BURST_S
        self._at = time.monotonic()

    def wait_s(self, count: int, now: float) -> float:
        """Takes `count` tokens and answers 0, or takes none and answers the seconds until they are there."""
        full = max(self.rate * BURST_S, float(count))
        self._tokens = min(full, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens >= count:
            self._tokens -= count
            return 0.0
        return (count - self._tokens) / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a delivery of one source must pass, and how it is read."""

    scheme: str
    max_bytes: int
    verifier: Verifier
    reading: Reading
    bucket: Bucket
    networks: tuple[_Network, ...] = ()
    adapter: BodyAdapter | None = None

    def admits(self, address: str | None) -> bool:
        """Whether deliveries may come from this network address; a source without a list takes every address."""
        if not self.networks:
            return True
        try:
            given = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        mapped = getattr(given, "ipv4_mapped", None)
        return any((mapped or given) in network for network in self.networks)


class Gates:
    """The gates of these settings, by source."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Reads nothing yet."""
        self._settings = settings
        self._clock = clock
        self._known: dict[str, tuple[float, Gate | GateClosed | None]] = {}
        self._buckets: dict[str, Bucket] = {}

    def remembered(self, name: str) -> Gate | None:
        """The gate where it was looked at a moment ago; None where `gate` must look."""
        until, gate = self._known.get(name, (0.0, None))
        return gate if isinstance(gate, Gate) and until > self._clock() else None

    def gate(self, name: str) -> Gate | None:
        """The gate of a source; None where no source of that name takes webhooks. Reads files.

        Raises GateClosed.
        """
        until, known = self._known.get(name, (0.0, None))
        if until <= self._clock():
            known = self._opened(name, known)
            if len(self._known) > MOST_UNKNOWN:
                self._known = {name: kept for name, kept in self._known.items() if kept[1] is not None}
            self._known[name] = (self._clock() + LOOK_AGAIN_S, known)
        if isinstance(known, GateClosed):
            raise GateClosed(str(known))
        return known

    def _opened(self, name: str, before: Gate | GateClosed | None) -> Gate | GateClosed | None:
        try:
            source = sources.source(self._settings, name)
            return self._made(source, source.webhook, before) if source.webhook else None
        except UnknownSource:
            return None
        except (SourceInvalid, SecretError, SecretUnusable) as error:
            closed = GateClosed(f"the source {name} lets nothing in: {error}")
        if str(before) != str(closed):
            LOG.error("%s", closed)
        return closed

    def _made(self, source: Source, webhook: Webhook, before: Gate | GateClosed | None) -> Gate:
        if webhook.scheme == "none" and not isinstance(before, Gate):
            LOG.warning(
                "ANYONE CAN SEND AS THE SOURCE %s: its webhook scheme is none, so nothing is checked", source.name
            )
        rate = float(webhook.rate_per_second)
        bucket = self._buckets.get(source.name)
        if bucket is None or bucket.rate != rate:
            bucket = self._buckets[source.name] = Bucket(rate)
        secrets = [secret(reference) for reference in webhook.secrets]
        return Gate(
            scheme=webhook.scheme,
            max_bytes=webhook.max_bytes,
            verifier=signatures.verifier(
                webhook.scheme,
                secrets,
                header=webhook.header,
                tolerance_s=float(webhook.tolerance_seconds),
            ),
            reading=_reading(source, webhook),
            bucket=bucket,
            networks=_networks(webhook.allow_addresses),
            adapter=adapter(source.connector, source.name, secrets),
        )


def _reading(source: Source, webhook: Webhook) -> Reading:
    return Reading(
        source=source.name,
        zone=ZoneInfo(source.timezone),
        entity=_path(webhook.entity),
        keys=tuple(_path(key) for key in webhook.key),
        happened_at=_path(webhook.happened_at),
        version=_path(webhook.version),
        is_lever=webhook.scheme == "lever",
    )


def _networks(addresses: Sequence[str]) -> tuple[_Network, ...]:
    try:
        return tuple(ipaddress.ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise SourceInvalid(f"webhook.allow_addresses: {error}; write 192.0.2.7 or 192.0.2.0/24") from error


def _path(dotted: str | None) -> tuple[str, ...]:
    return tuple(dotted.split(".")) if dotted else ()
