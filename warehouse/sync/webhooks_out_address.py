"""Where an outgoing webhook may go: only to public addresses, unless its endpoint names the network.

The name is resolved once, every address behind it is checked, and the connection goes to an address that was checked,
so that a name which changes between check and use leads nowhere else.

Errors:

  AddressError
    AddressRefused      the address may not be reached
    AddressUnresolved   the name has no address now
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_CLOUD_SERVICES = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Public-looking addresses that answer only inside a cloud: Azure's host service."""

MOST_ADDRESSES = 3
"""Addresses of one name that are tried before the attempt has failed."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressError(RuntimeError):
    """A webhook's address cannot be used; the message does not repeat it."""


class AddressRefused(AddressError):
    """The address may not be reached."""


class AddressUnresolved(AddressError):
    """The name has no address now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A checked way to an endpoint: the `urls` name its addresses, `host` is the certificate's name.

    `netloc` is the Host header.
    """

    urls: tuple[str, ...]
    host: str
    netloc: str


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as the operating system finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def pinned(
    url: str, *, allow_addresses: Sequence[str] = (), allow_http: bool = False, resolve: Resolve = resolved
) -> Pinned:
    """The way to `url` by an address that may be reached. Raises AddressError."""
    parts = urlsplit(url)
    host, port = parts.hostname, _port(parts.port, parts.scheme)
    if parts.scheme not in ({"https", "http"} if allow_http else {"https"}) or not host:
        raise AddressRefused("the address must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("the address holds a user name; sign the message instead")
    addresses = [_plain(text) for text in _looked_up(host, port, resolve)]
    allowed = [ipaddress.ip_network(network) for network in allow_addresses]
    for address in addresses:
        if not _may_be_reached(address, allowed):
            raise AddressRefused("the address is private, loopback, link-local or a cloud's own; it is not reached")
    literals = [f"[{address}]" if address.version == 6 else str(address) for address in dict.fromkeys(addresses)]
    urls = [parts._replace(netloc=f"{literal}:{port}", fragment="").geturl() for literal in literals[:MOST_ADDRESSES]]
    return Pinned(urls=tuple(urls), host=host, netloc=parts.netloc)


def _port(given: int | None, scheme: str) -> int:
    return given or (80 if scheme == "http" else 443)


def _looked_up(host: str, port: int, resolve: Resolve) -> Sequence[str]:
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise AddressUnresolved("the name of the endpoint has no address now") from error
    if not found:
        raise AddressUnresolved("the name of the endpoint has no address now")
    return found


def _plain(text: str) -> Ip:
    """The address that is meant: an IPv4 address inside an IPv6 one counts as itself."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _may_be_reached(address: Ip, allowed: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast and address not in _CLOUD_SERVICES
