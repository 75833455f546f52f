"""One request over the wire: built, sent without following redirects, its answer read within bounds."""

import weakref
from collections.abc import Mapping

import httpx

from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.clock import Clock
from warehouse.sync.kit.errors import TooLarge


class Sending:
    """The connections to one system."""

    def __init__(
        self,
        *,
        transport: httpx.BaseTransport | None,
        timeout_s: float,
        largest_bytes: int,
        headers: Mapping[str, str],
        trust_env: bool,
        clock: Clock,
    ) -> None:
        """`timeout_s` bounds each wait for bytes and the whole answer; `trust_env` lets a proxy be used."""
        self._client = httpx.Client(
            transport=transport, timeout=timeout_s, headers=headers, follow_redirects=False, trust_env=trust_env
        )
        self._close = weakref.finalize(self, self._client.close)  # who forgets to close leaves no socket open
        self._largest_bytes, self._timeout_s, self._clock = largest_bytes, timeout_s, clock

    def build(
        self,
        method: str,
        url: httpx.URL,
        *,
        params: Mapping[str, str | int | float | bool | None] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """The request; parameters without a value are left out, the others are added to those of the address."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        where = url.copy_merge_params(given) if given else url
        return self._client.build_request(method, where, json=json, data=form, content=content, headers=headers)

    def send(self, request: httpx.Request, what: str) -> Answer:
        """The answer to a request. Raises httpx.HTTPError where none came, TooLarge for more bytes than are taken."""
        response = self._client.send(request, stream=True)
        try:
            body = self._body(response, what)
        finally:
            response.close()
        return Answer(what=what, url=str(request.url), status=response.status_code, headers=response.headers, body=body)

    def _body(self, response: httpx.Response, what: str) -> bytes:
        parts, size = [], 0
        stop = self._clock.monotonic() + self._timeout_s
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._largest_bytes:
                raise TooLarge(f"{what}: the answer is larger than {self._largest_bytes} bytes")
            if self._clock.monotonic() > stop:
                raise httpx.ReadTimeout("the answer takes too long", request=response.request)
        return b"".join(parts)

    def close(self) -> None:
        """Lets the connections go."""
        self._close()
