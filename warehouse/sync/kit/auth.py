"""How a request proves who asks: Basic, bearer, a static header, and OAuth2 client credentials.

Secrets are references that are resolved at each use, so that a rotated one needs no restart. Tokens are kept in memory
only. The bearer of a SAML assertion is in `saml`.
"""

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast
from urllib.parse import urljoin

import httpx

from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Malformed, Misconfigured
from warehouse.sync.secrets import plain_or_secret, remember, secret

EARLY_S = 60.0
"""Seconds before its end at which a token is no longer used; at most a tenth of its life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A call for a token; `fields` go as `form`, `json` or `query`. The repr shows no field."""

    url: str
    fields: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    parameters: str = "form"


Fetch = Callable[[TokenRequest], Answer]
"""Sends a call for a token with the client's own limits and attempts, and without any authorization of its own."""


class Auth(Protocol):
    """Proves who asks."""

    def headers(self, fetch: Fetch) -> Mapping[str, str]:
        """The headers of the next request."""
        ...

    def renew(self) -> bool:
        """Forgets what it was given; whether asking again may help after a 401."""
        ...


class NoAuth:
    """For systems that ask for nothing."""

    def headers(self, fetch: Fetch) -> Mapping[str, str]:
        """None."""
        del fetch
        return {}

    def renew(self) -> bool:
        """It would not help."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """User and password; the user may itself be a reference, as for systems that take a token with a blank password."""

    user: str
    password: str | None = None

    def headers(self, fetch: Fetch) -> Mapping[str, str]:
        """`Authorization: Basic …`."""
        del fetch
        return {"Authorization": basic(plain_or_secret(self.user), secret(self.password) if self.password else "")}

    def renew(self) -> bool:
        """It would not help."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header with a secret value after a fixed word (`prefix`)."""

    header: str
    value: str
    prefix: str = ""

    def headers(self, fetch: Fetch) -> Mapping[str, str]:
        """The header."""
        del fetch
        return {self.header: f"{self.prefix}{secret(self.value)}"}

    def renew(self) -> bool:
        """It would not help."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """OAuth2 client credentials (RFC 6749 §4.4), with the changes that vendors make to it.

    `names` gives other names to grant_type, client_id, client_secret and scope, the empty name leaves one out; `send`
    is `body` or `basic`; `extra` are further fields whose values may be references.
    """

    token_url: str
    client_id: str
    client_secret: str
    scope: str | None = None
    send: str = "body"
    parameters: str = "form"
    names: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def token_request(self) -> TokenRequest:
        """The call for a token."""
        identity, proof = plain_or_secret(self.client_id), secret(self.client_secret)
        fields = {"grant_type": "client_credentials", "scope": self.scope or ""}
        headers = {}
        if self.send == "basic":
            headers["Authorization"] = basic(identity, proof)
        else:
            fields |= {"client_id": identity, "client_secret": proof}
        renamed = {self.names.get(name, name): value for name, value in fields.items() if value}
        renamed |= {name: plain_or_secret(value) for name, value in self.extra.items()}
        renamed.pop("", None)
        return TokenRequest(url=self.token_url, fields=renamed, headers=headers, parameters=self.parameters)


class Token:
    """A bearer token that is fetched when needed, kept until it nears its end, and fetched anew once after a 401."""

    def __init__(
        self,
        request: Callable[[], TokenRequest],
        *,
        token_path: str = "access_token",  # noqa: S107 - where the answer holds it
        expires_path: str = "expires_in",
        longest_s: float = 7200.0,
        clock: Clock = SYSTEM,
    ) -> None:
        """`longest_s` caps what the answer says, for vendors give lives that are not kept."""
        self._request, self._clock = request, clock
        self._token_path, self._expires_path, self._longest_s = token_path, expires_path, longest_s
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def headers(self, fetch: Fetch) -> Mapping[str, str]:
        """`Authorization: Bearer …`."""
        with self._lock:
            if not self._token or self._clock.monotonic() >= self._until:
                self._fetch(fetch)
            return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """Forgets the token."""
        with self._lock:
            self._token = ""
        return True

    def _fetch(self, fetch: Fetch) -> None:
        answer = fetch(self._request())
        token = answer.at(self._token_path)
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise Malformed(f"{answer.what}: no token under {self._token_path!r}", trace_id=answer.trace_id)
        remember(token)
        life = min(_seconds(answer.at(self._expires_path)), self._longest_s)
        self._token, self._until = token, self._clock.monotonic() + life - min(EARLY_S, life / 10)


def _seconds(value: object) -> float:
    """The life of a token: a number or text of one; where neither, no limit but the cap."""
    if isinstance(value, bool):
        return float("inf")
    try:
        return max(0.0, float(cast("float | str", value)))
    except (TypeError, ValueError):
        return float("inf")


def basic(user: str, password: str) -> str:
    """The value of a Basic `Authorization` header (RFC 7617), in UTF-8."""
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    remember(encoded)
    return f"Basic {encoded}"


def auth_from(config: Mapping[str, object] | None, *, base_url: str = "", clock: Clock = SYSTEM) -> Auth:
    """The auth that a source file's `auth` describes. Raises Misconfigured for a kind that does not exist.

    A token's address without a host is at that of `base_url`: from its root where it begins with a slash, else below.
    """
    given = {key: cast("str", value) for key, value in (config or {"kind": "none"}).items()}
    if "token_url" in given:
        given["token_url"] = urljoin(f"{base_url.rstrip('/')}/", given["token_url"])
    match given.pop("kind", None):
        case "none":
            return NoAuth()
        case "basic":
            return Basic(**given)
        case "bearer":
            return Header(header="Authorization", value=given["token"], prefix="Bearer ")
        case "header":
            return Header(**given)
        case "oauth2_client_credentials":
            return _client_credentials(given, clock)
        case "saml_bearer":
            return _saml(given, clock)
        case kind:
            raise Misconfigured(f"auth: there is no kind {kind!r}")


def _client_credentials(given: Mapping[str, object], clock: Clock) -> Token:
    kept = dict(given)
    options = _token_options(kept)
    credentials = ClientCredentials(**cast("dict[str, str]", kept))  # type: ignore[arg-type]  # the schema checked each
    return Token(credentials.token_request, clock=clock, **options)  # type: ignore[arg-type]  # the schema checked each


def _saml(given: Mapping[str, object], clock: Clock) -> Token:
    from warehouse.sync.kit.saml import SamlBearer  # noqa: PLC0415 - only who signs loads the XML libraries

    kept = dict(given)
    options = _token_options(kept)
    bearer = SamlBearer(**cast("dict[str, str]", kept), clock=clock)
    return Token(bearer.token_request, clock=clock, **options)  # type: ignore[arg-type]  # the schema checked each


def _token_options(given: dict[str, object]) -> dict[str, object]:
    names = {"token_path": "token_path", "expires_path": "expires_path", "longest_seconds": "longest_s"}
    return {own: given.pop(name) for name, own in names.items() if name in given}


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is this machine's own."""
    return url.host in {"localhost", "::1"} or url.host.startswith("127.")
