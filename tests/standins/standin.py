"""A local server that stands in for a vendor's: routes with a label of how sure they are, state in memory, and faults.

A vendor's module has `create() -> StandIn`. Faults are injected from Python (`stand_in.faults.inject("429")`) or with
`POST /_faults {"kind": "429", "path": "^/v1/", "times": 2}`; `GET /_requests` lists what came,
`GET /_routes` the labels.
"""

import asyncio
import contextlib
import datetime as dt
import random
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

STATUS_FAULTS = ("401", "403", "429", "500", "502", "503")
"""Answered before the vendor's code runs."""

LATER_FAULTS = ("timeout_after_commit", "expired_token")
"""The server does them, around the vendor's code."""

VENDOR_FAULTS = ("duplicate", "reorder", "partial_failure", "clock_skew")
"""The vendor's code asks for them: `arranged`, `faults.take`, `now`."""

LABELS = {"D": "documented", "T": "seen elsewhere", "A": "assumed"}
"""How sure a route is."""

T = TypeVar("T")
Endpoint = Callable[[Request], Response | Awaitable[Response]]


@dataclass(slots=True)
class Fault:
    """`times` requests whose path matches get the fault; `seconds` is a wait or a skew, `retry_after` a header."""

    kind: str
    path: str = ""
    times: int = 1
    seconds: float = 3.0
    retry_after: str | None = "1"


class Faults:
    """What is to go wrong, in the order in which it was injected."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.taken: list[str] = []

    def inject(self, kind: str, path: str = "", times: int = 1, **options: object) -> None:
        """The next `times` requests whose path the pattern finds get this fault."""
        assert kind in (*STATUS_FAULTS, *LATER_FAULTS, *VENDOR_FAULTS), kind
        with self._lock:
            self._waiting.append(Fault(kind, path, times, **options))

    def take(self, kinds: str | Sequence[str], path: str) -> Fault | None:
        """The first fault of these kinds for the path, counted down; None where there is none."""
        wanted = (kinds,) if isinstance(kinds, str) else kinds
        with self._lock:
            for fault in self._waiting:
                if fault.kind in wanted and fault.times > 0 and re.search(fault.path, path):
                    fault.times -= 1
                    self.taken.append(fault.kind)
                    return fault
        return None

    def skew(self) -> dt.timedelta:
        """How far the server's clock is off now; it stays off until `clear`."""
        with self._lock:
            return dt.timedelta(seconds=sum(fault.seconds for fault in self._waiting if fault.kind == "clock_skew"))

    def clear(self) -> None:
        """Nothing goes wrong from here on."""
        with self._lock:
            self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came, and how it was answered; 0 for no answer."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """One route, how sure it is, and where that is known from."""

    method: str
    path: str
    label: str
    note: str
    endpoint: Endpoint = field(repr=False, compare=False)


class StandIn:
    """One vendor's server. Register routes with `route`, then serve it with `running`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults = Faults()
        self.seen: list[Seen] = []
        self.routes: list[Labelled] = []
        self.expire_tokens: Callable[[], bool] = lambda: False
        """Makes every token given out invalid; False where the vendor has none, and the fault is a plain 401."""
        self.error: Callable[[int], Response] = lambda status: JSONResponse({"message": "injected"}, status)
        """The vendor's own shape of an error."""

    def route(self, method: str, path: str, label: str, note: str = "") -> Callable[[Endpoint], Endpoint]:
        """Registers an endpoint: a function of the request, sync or async."""
        assert label in LABELS, label

        def register(endpoint: Endpoint) -> Endpoint:
            self.routes.append(Labelled(method, path, label, note, endpoint))
            return endpoint

        return register

    def now(self) -> dt.datetime:
        """The server's clock, in UTC; off by what `clock_skew` says."""
        return dt.datetime.now(dt.UTC) + self.faults.skew()

    def arranged(self, request: Request, rows: Sequence[T]) -> list[T]:
        """Rows twice each, or shuffled, where a fault says so.

        Give it the whole list where the server keeps the list's state from page to page, else a page: a list that is
        arranged anew for each page is another list, of which no reader could see all.
        """
        found = list(rows)
        if self.faults.take("duplicate", request.url.path):
            found = [row for row in found for _ in range(2)]
        if self.faults.take("reorder", request.url.path):
            random.Random(7).shuffle(found)  # noqa: S311
        return found

    def app(self) -> ASGIApp:
        """The server as an ASGI application."""
        own = [
            Route("/_faults", self._inject, methods=["POST", "DELETE"]),
            Route("/_requests", self._requests),
            Route("/_routes", self._labels),
        ]
        vendors = [Route(one.path, _endpoint(one.endpoint), methods=[one.method]) for one in self.routes]
        return _Faulty(self, Starlette(routes=own + vendors))

    async def _inject(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        else:
            self.faults.inject(**await request.json())
        return Response(status_code=204)

    def _requests(self, _: Request) -> Response:
        return JSONResponse([[one.method, one.path, one.query, one.status] for one in self.seen])

    def _labels(self, _: Request) -> Response:
        return JSONResponse([[one.method, one.path, LABELS[one.label], one.note] for one in self.routes])


class _Faulty:
    """Injects what is due around the vendor's own application, and remembers each request."""

    def __init__(self, stand_in: StandIn, app: Starlette) -> None:
        self._stand_in, self._app = stand_in, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_"):
            await self._app(scope, receive, send)
            return
        status = 0

        async def noting(message: dict) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._answer(scope, receive, noting)
        finally:
            request = Request(scope)
            self._stand_in.seen.append(
                Seen(request.method, request.url.path, dict(request.query_params), dict(request.headers), status)
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults, path = self._stand_in.faults, scope["path"]
        fault = faults.take((*STATUS_FAULTS, *LATER_FAULTS), path)
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "timeout_after_commit":
            await self._app(scope, receive, _nowhere)
            await _wait_for_disconnect(receive, fault.seconds)
        elif fault.kind == "expired_token" and self._stand_in.expire_tokens():
            await self._app(scope, receive, send)
        else:
            await self._error(fault)(scope, receive, send)

    def _error(self, fault: Fault) -> Response:
        status = 401 if fault.kind == "expired_token" else int(fault.kind)
        response = self._stand_in.error(status)
        if status in {429, 503} and fault.retry_after is not None:
            response.headers["Retry-After"] = fault.retry_after
        return response


async def _nowhere(message: dict) -> None:
    del message


async def _wait_for_disconnect(receive: Receive, seconds: float) -> None:
    """Until the client gives up, or so long; then the connection ends without an answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


def _endpoint(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        await request.body()  # a sync endpoint then reads request._body through `body_of`
        if asyncio.iscoroutinefunction(endpoint):
            return await endpoint(request)
        return await run_in_threadpool(endpoint, request)

    return answer


def body_of(request: Request) -> bytes:
    """The request's raw body, for endpoints that are no coroutines."""
    return request._body


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone and ends when it is told to, not up to 0.2 s later."""

    def install_signal_handlers(self) -> None:
        """None: it runs in a thread."""

    async def main_loop(self) -> None:
        """As uvicorn's own, which looks ten times a second."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def running(stand_in: StandIn | ASGIApp, port: int = 0) -> Iterator[str]:
    """Serves on a free port of loopback in a thread; gives the address without a closing slash."""
    app = stand_in.app() if isinstance(stand_in, StandIn) else stand_in
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the stand-in did not start"
        assert time.monotonic() < deadline, "the stand-in did not start"
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
