"""Group commit: whoever waits while one transaction is written goes into the next, together.

So the cost of a durable commit is shared by all requests of that moment, and nobody waits for a timer. An answer leaves
`Inbox.put` only after PostgreSQL has flushed the transaction that holds the whole request; where that is not known the
sender is told to try again, which adds nothing twice.

Errors:

  InboxError
    InboxUnavailable    PostgreSQL does not answer in time, or too much waits already; try again
    InboxRefused        PostgreSQL cannot store a value of this request
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

from warehouse import postgres, telemetry
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync.inbox import Accepted, Arrival, columns_of, insert_statement

LARGEST_BATCH = 500
"""Rows after which a transaction takes no further request; a request is never split."""

MOST_WAITING_BYTES = 128 * 1024 * 1024
"""Payload that may wait for PostgreSQL; beyond it requests are turned away."""

WRITE_S = 10.0
"""Seconds that one transaction may take, its reconnection included."""

CONNECT_S = 3
LOG = logging.getLogger("hiregate.inbox")

_INSERT = insert_statement().encode()
_FIND = (
    b"SELECT inbox_id, source, idempotency_key FROM landing.inbox WHERE (source, idempotency_key) IN"
    b" (SELECT * FROM unnest(CAST(%(sources)b AS text[]), CAST(%(keys)b AS text[])))"
)
_Place = tuple[str, str]


class InboxError(RuntimeError):
    """A request could not be put into the inbox."""


class InboxUnavailable(InboxError):
    """PostgreSQL does not answer in time, or too much waits already; the sender should try again."""


class InboxRefused(InboxError):
    """PostgreSQL cannot store a value of this request."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Waiting:
    arrivals: Sequence[Arrival]
    answer: "asyncio.Future[list[Accepted]]"
    trace: str | None = None

    @property
    def size(self) -> int:
        return sum(len(arrival.payload) for arrival in self.arrivals)


class Inbox:
    """The door of one process and one event loop into the inbox; it holds one connection."""

    def __init__(self, settings: Settings) -> None:
        """Connects with the first event."""
        self._settings = settings
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._is_away = False

    async def put(self, arrival: Arrival) -> Accepted:
        """The row of one arrival, once it is durable. Raises InboxUnavailable and InboxRefused."""
        return (await self.put_together([arrival]))[0]

    async def put_together(self, arrivals: Sequence[Arrival]) -> list[Accepted]:
        """The rows of all arrivals of one request, once they are durable: all of them, or an error and none.

        Raises InboxUnavailable and InboxRefused.
        """
        if self._waiting_bytes > MOST_WAITING_BYTES:
            raise InboxUnavailable("too much waits for PostgreSQL")
        loop = asyncio.get_running_loop()
        with telemetry.span("inbox.put", source=arrivals[0].source, rows=len(arrivals)):
            waiting = _Waiting(arrivals=arrivals, answer=loop.create_future(), trace=telemetry.traceparent())
            self._waiting.append(waiting)
            self._waiting_bytes += waiting.size
            if self._writer is None or self._writer.done():
                self._writer = loop.create_task(self._write_while_any_waits())
            accepted = await waiting.answer
        telemetry.count("webhook.verified", len(accepted), source=arrivals[0].source)
        return accepted

    async def close(self) -> None:
        """Finishes what waits and lets the connection go."""
        if self._writer is not None:
            await asyncio.wait([self._writer])
        await self._disconnect()

    async def _write_while_any_waits(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            try:
                await self._write(batch)
            except BaseException:
                _refuse([*batch, *self._waiting], InboxUnavailable("the inbox stopped"))
                self._waiting.clear()
                self._waiting_bytes = 0
                raise

    def _next_batch(self) -> list[_Waiting]:
        batch, rows = [], 0
        while self._waiting and rows < LARGEST_BATCH:
            waiting = self._waiting.popleft()
            self._waiting_bytes -= waiting.size
            batch.append(waiting)
            rows += len(waiting.arrivals)
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        arrivals = [arrival for waiting in batch for arrival in waiting.arrivals]
        try:
            accepted = iter(await self._committed(arrivals, batch[0].trace))
        except psycopg.DataError as error:
            await self._write_singly(batch, error)
        except (psycopg.Error, OSError, TimeoutError) as error:
            self._note_away(error)
            await self._disconnect()
            _refuse(batch, InboxUnavailable("PostgreSQL does not answer"))
        else:
            for waiting in batch:
                answer = [next(accepted) for _ in waiting.arrivals]
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    async def _write_singly(self, batch: Sequence[_Waiting], error: psycopg.DataError) -> None:
        """One request's value must not fail the others that happened to wait beside it."""
        if len(batch) == 1:
            LOG.warning("an event was refused by PostgreSQL: %s", error.sqlstate or type(error).__name__)
            _refuse(batch, InboxRefused("a value cannot be stored"))
            return
        for waiting in batch:
            await self._write([waiting])

    async def _committed(self, arrivals: Sequence[Arrival], trace: str | None) -> list[Accepted]:
        """Writes in one transaction; a connection that turns out dead is replaced once, for the keys make it safe.

        A statement that ran into its time limit is not tried again: whoever holds a row of the same key still does.
        """
        async with asyncio.timeout(WRITE_S):
            if self._connection is not None:
                try:
                    return await self._added(self._connection, arrivals, trace)
                except psycopg.errors.QueryCanceled:
                    raise
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    await self._disconnect()
            return await self._added(await self._connect(), arrivals, trace)

    async def _added(
        self, connection: psycopg.AsyncConnection[TupleRow], arrivals: Sequence[Arrival], trace: str | None
    ) -> list[Accepted]:
        """The connection commits by itself: the rows come back only after the statement's transaction is flushed."""
        first: dict[_Place, Arrival] = {}
        for arrival in arrivals:
            first.setdefault((arrival.source, arrival.key), arrival)
        new = await _places(connection, _INSERT, columns_of(list(first.values()), trace=trace))
        missing = [place for place in first if place not in new]
        old = await self._earlier(connection, missing) if missing else {}
        made_by = {id(arrival) for place, arrival in first.items() if place in new}
        ids = old | new
        return [
            Accepted(inbox_id=ids[arrival.source, arrival.key], is_new=id(arrival) in made_by) for arrival in arrivals
        ]

    @staticmethod
    async def _earlier(connection: psycopg.AsyncConnection[TupleRow], places: Sequence[_Place]) -> dict[_Place, int]:
        """Rows that were there before; a statement of its own also sees what was committed a moment ago."""
        sources, keys = [source for source, _ in places], [key for _, key in places]
        found = await _places(connection, _FIND, {"sources": sources, "keys": keys})
        if len(found) < len(places):
            raise psycopg.OperationalError("a row that was in the way is gone again")
        return found

    async def _connect(self) -> psycopg.AsyncConnection[TupleRow]:
        address = await asyncio.to_thread(postgres.address, self._settings)
        connection = await psycopg.AsyncConnection.connect(address, autocommit=True, connect_timeout=CONNECT_S)
        await connection.execute(
            "SELECT set_config('role', %s, false), set_config('synchronous_commit', 'on', false),"
            " set_config('statement_timeout', %s, false)",
            [DatabaseRole.APP.value, f"{WRITE_S * 500:.0f}ms"],
        )
        self._connection = connection
        if self._is_away:
            LOG.info("PostgreSQL answers again")
        self._is_away = False
        return connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _note_away(self, error: BaseException) -> None:
        """Says so once an outage; without the message, which may hold values."""
        if not self._is_away:
            LOG.error("the inbox cannot be written: %s", getattr(error, "sqlstate", None) or type(error).__name__)
        self._is_away = True


async def _places(
    connection: psycopg.AsyncConnection[TupleRow], statement: bytes, parameters: Mapping[str, object]
) -> dict[_Place, int]:
    cursor = await connection.execute(statement, parameters, binary=True)
    return {(row[1], row[2]): row[0] for row in await cursor.fetchall()}


def _refuse(batch: Sequence[_Waiting], error: InboxError) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
