"""The HTTP client of every connector: who asks, how often, what is tried again, and what an answer has to be.

A call that may have changed something is sent again only where the system says that nothing was done, or where the
caller can look first (`already_done`). Addresses of another host are never called with this one's credentials.
Logs hold method, path, status, time and the system's trace id; never a query, a header, a body or a secret.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Self, cast

import httpx

from warehouse import telemetry
from warehouse.sync.kit import traffic
from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.auth import Auth, NoAuth, TokenRequest, auth_from, is_loopback
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, Misconfigured
from warehouse.sync.kit.failures import Failure, of_answer, of_transport
from warehouse.sync.kit.limits import RateLimit
from warehouse.sync.kit.retry import IDEMPOTENT, Retries, asked_wait_s
from warehouse.sync.kit.sending import Sending
from warehouse.sync.sources import Source

LOG = logging.getLogger("hiregate.sync")

for _name in ("httpx", "httpcore"):  # both log addresses with their queries, and headers
    logging.getLogger(_name).setLevel(logging.WARNING)

Params = Mapping[str, str | int | float | bool | None]


class Client:
    """Asks one system. `transport` takes the place of the network in tests; may be shared between threads."""

    def __init__(
        self,
        *,
        source: str,
        base_url: str,
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        success: Success | None = None,
        per_second: float | None = None,
        per_minute: float | None = None,
        timeout_s: float = 60.0,
        largest_bytes: int = 64 << 20,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        """`base_url` is https, or http on this machine; `largest_bytes` bounds an answer after decompression."""
        self._source, self._base = source, _checked_base(source, base_url)
        self._auth, self._success = auth or NoAuth(), success
        self._retries, self._clock = retries or Retries(), clock
        self._limit = RateLimit(per_second=per_second, per_minute=per_minute, clock=clock)
        self._sending = Sending(
            transport=transport,
            timeout_s=timeout_s,
            largest_bytes=largest_bytes,
            headers={"Accept": "application/json", "User-Agent": "hiregate", **(headers or {})},
            trust_env=not is_loopback(self._base),
            clock=clock,
        )

    @classmethod
    def of(
        cls,
        source: Source,
        *,
        part: str = "pull",
        transport: httpx.BaseTransport | None = None,
        clock: Clock = SYSTEM,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        success: Success | None = None,
        per_second: float | None = None,
        per_minute: float | None = None,
        retries: Retries | None = None,
        largest_bytes: int = 64 << 20,
    ) -> Self:
        """The client that a source's `pull` or `push` describes; what the file leaves out is as given here."""
        given = {**source.pull, **source.push} if part == "push" else source.pull
        url = cast("str | None", given.get("base_url")) or base_url
        if url is None:
            raise Misconfigured(f"{source.name}: {part}.base_url is missing; give the system's address")
        return cls(
            source=source.name,
            base_url=url,
            auth=auth_from(cast("Mapping[str, object] | None", given.get("auth")), base_url=url, clock=clock),
            headers=headers,
            success=success,
            per_second=cast("float | None", given.get("rate_per_second", per_second)),
            per_minute=cast("float | None", given.get("rate_per_minute", per_minute)),
            timeout_s=float(cast("float", given.get("timeout_seconds", 60.0))),
            retries=retries,
            largest_bytes=largest_bytes,
            transport=transport,
            clock=clock,
        )

    def get(self, path: str, params: Params | None = None, **options: object) -> Answer:
        """Reads; see `request`."""
        return self.request("GET", path, params=params, **options)  # type: ignore[arg-type]  # request checks them

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_idempotent: bool | None = None,
        already_done: Callable[[], Answer | None] | None = None,
        success: Success | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        """One call, with its attempts. `path` is below the base address, or an absolute address of the same origin.

        `is_idempotent` says that a call may be sent twice, where the method alone does not (a POST that reads).
        `already_done` looks, after an attempt whose outcome is unknown, whether it took effect: an Answer stands for
        the call's own, None lets it be sent again. `accept` are further statuses that are answers, as 404.
        Raises ConnectorError.
        """
        url = self._address(path)
        request = self._sending.build(
            method, url, params=params, json=json, form=form, content=content, headers=headers
        )
        repeatable = method.upper() in IDEMPOTENT if is_idempotent is None else is_idempotent
        return self._with_attempts(request, success or self._success, accept, repeatable, already_done)

    def _with_attempts(
        self,
        request: httpx.Request,
        success: Success | None,
        accept: frozenset[int],
        repeatable: bool,
        already_done: Callable[[], Answer | None] | None,
    ) -> Answer:
        has_renewed = False
        for attempt in range(1, self._retries.attempts + 1):
            outcome = self._once(request, success, accept)
            if _is_unauthorized(outcome) and not has_renewed and self._auth.renew():
                has_renewed = True
                traffic.current().retries += 1
                outcome = self._once(request, success, accept)
            if isinstance(outcome, Answer):
                return outcome
            if not outcome.is_transient:
                raise outcome.error
            done = self._look(outcome, already_done) if outcome.may_be_done and not repeatable else None
            if done is not None:
                return done
            if attempt == self._retries.attempts:
                raise outcome.error
            self._wait(outcome, attempt)
        raise AssertionError("the last attempt returns or raises")

    def _look(self, failure: Failure, already_done: Callable[[], Answer | None] | None) -> Answer | None:
        if already_done is None:
            failure.error.is_ambiguous = True
            raise failure.error
        return already_done()

    def _wait(self, failure: Failure, attempt: int) -> None:
        own, asked = self._retries.wait_s(attempt, self._clock), failure.asked_wait_s
        if asked is not None and asked > self._retries.longest_asked_s:
            failure.error.retry_after_s = asked
            raise failure.error
        traffic.current().retries += 1
        LOG.info("%s: attempt %d failed (%s), trying again", self._source, attempt, failure.error.code)
        self._clock.sleep(own if asked is None else asked + min(own, 1.0) * self._clock.jitter())

    def _once(self, request: httpx.Request, success: Success | None, accept: frozenset[int]) -> Answer | Failure:
        request.headers.update(self._auth.headers(self._fetch_token))
        with telemetry.span("connector.request", source=self._source, method=request.method) as act:
            telemetry.carry(request.headers)
            outcome = self._send(request, success, accept)
            status = outcome.status if isinstance(outcome, Answer) else outcome.error.status or 0
            act.note(status_code=status)
        if isinstance(outcome, Failure):
            telemetry.count("connector.http.errors", source=self._source, status_code=status)
        return outcome

    def _send(self, request: httpx.Request, success: Success | None, accept: frozenset[int]) -> Answer | Failure:
        what = f"{self._source}: {request.method} {shown_path(request.url)}"
        self._limit.wait()
        counts = traffic.current()
        counts.requests += 1
        began = self._clock.monotonic()
        try:
            answer = self._sending.send(request, what)
        except httpx.HTTPError as error:
            LOG.info("%s: %s", what, type(error).__name__)
            return of_transport(error, what)
        left = answer.quota_left
        counts.quota_left = counts.quota_left if left is None else left
        took_ms = 1000 * (self._clock.monotonic() - began)
        LOG.info("%s: %d in %.0f ms, trace %s", what, answer.status, took_ms, answer.trace_id or "-")
        asked = asked_wait_s(answer.headers, self._clock.now(), is_limited=answer.status == 429 or left == 0)
        return of_answer(answer, success, accept, asked)

    def _fetch_token(self, ask: TokenRequest) -> Answer:
        """A token, with attempts of its own: asking for one twice does no harm.

        Its server may be another host, for the source's file names it; it is called as safely as the base address.
        """
        fields = {ask.parameters if ask.parameters != "query" else "params": ask.fields}
        request = self._sending.build("POST", _checked_base(self._source, ask.url), headers=ask.headers, **fields)  # type: ignore[arg-type]
        for attempt in range(1, self._retries.attempts + 1):
            outcome = self._send(request, None, frozenset())
            if isinstance(outcome, Answer):
                return outcome
            if not outcome.is_transient or attempt == self._retries.attempts:
                raise outcome.error
            self._wait(outcome, attempt)
        raise AssertionError("the last attempt returns or raises")

    def _address(self, path: str) -> httpx.URL:
        if not path.startswith(("http://", "https://")):
            return httpx.URL(f"{str(self._base).rstrip('/')}/{path.lstrip('/')}" if path else str(self._base))
        url = httpx.URL(path)
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise ConnectorError(f"{self._source}: the answer leads to another host; it is not followed")
        return url

    def close(self) -> None:
        """Lets the connections go."""
        self._sending.close()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Lets the connections go."""
        self.close()


def _is_unauthorized(outcome: Answer | Failure) -> bool:
    return isinstance(outcome, Failure) and outcome.is_unauthorized


def shown_path(url: httpx.URL) -> str:
    """The path without its query and without what stands in quotes, which may name a person."""
    return re.sub(r"'[^']*'", "'…'", url.path)[:200]


def _checked_base(source: str, text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise Misconfigured(f"{source}: the address cannot be read") from None
    if url.userinfo or not url.host:
        raise Misconfigured(f"{source}: the address has no host, or holds a user; give the user under auth")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url)):
        raise Misconfigured(f"{source}: {url.host}: only https is called outside this machine")
    return url
