"""The SuccessFactors pusher: scores by the best rung that the tenant has, stage moves, and nothing else.

The tenant's `$metadata` decides the rungs. The system's own answer for each row decides between confirmed and failed;
where an earlier attempt, or an attempt without an answer, may have been written, it looks before it writes.
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import httpx

from warehouse.sync.connectors.successfactors import score_file
from warehouse.sync.connectors.successfactors.metadata import Metadata, metadata
from warehouse.sync.connectors.successfactors.odata import Service
from warehouse.sync.connectors.successfactors.push_options import FILE, PushOptions, push_options
from warehouse.sync.connectors.successfactors.rungs import APPLICATION, SETS, Rung, decided_at, external_id, rungs
from warehouse.sync.connectors.successfactors.stage_moves import StageMoves
from warehouse.sync.connectors.successfactors.upsert import RowAnswer, upsert
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, RateLimited
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Receipt, ReceiptState
from warehouse.sync.sources import Source


class SuccessFactorsPusher:
    """Writes to one tenant."""

    def __init__(self, service: Service, options: PushOptions) -> None:
        """Asks nothing yet."""
        self._service, self._options = service, options

    @functools.cached_property
    def _metadata(self) -> Metadata:
        return metadata(self._service.client, SETS)

    @property
    def ladder(self) -> list[str]:
        """The rungs that the tenant has, best first. Raises ConnectorError."""
        names = [rung.name for rung in self._rungs()]
        return [*names, FILE] if self._writes_files else names

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message."""
        try:
            ladder = self._rungs()
        except ConnectorError as error:
            return [_failed(message, error.code, error.retry_after_s) for message in messages]
        scores = [message for message in messages if message.kind is MessageKind.SCORE]
        return [*self._scores(ladder, scores), *self._others(messages)]

    def _rungs(self) -> list[Rung]:
        return rungs(self._service, self._metadata, self._options)

    @property
    def _writes_files(self) -> bool:
        return FILE in self._options.rungs and self._options.folder is not None

    def _others(self, messages: Sequence[Message]) -> Iterator[Receipt]:
        moves = StageMoves(self._service, self._metadata.types.get(APPLICATION), self._options.statuses)
        for message in messages:
            if message.kind is MessageKind.STAGE_MOVE:
                yield moves.move(message)
            elif message.kind is not MessageKind.SCORE:
                yield _dead(message, "not_supported", f"SuccessFactors takes no {message.kind}")

    def _scores(self, ladder: Sequence[Rung], messages: Sequence[Message]) -> Iterator[Receipt]:
        left = []
        for message in messages:
            fault = self._fault(message)
            if fault is None:
                left.append(message)
            else:
                yield _dead(message, "unusable_message", fault)
        for rung in ladder:
            if not left:
                return
            receipts = self._on(rung, left)
            yield from receipts
            done = {receipt.outbox_id for receipt in receipts}
            left = [message for message in left if message.outbox_id not in done]
        yield from self._in_file(left)

    def _fault(self, message: Message) -> str | None:
        """Why the message can be sent nowhere."""
        try:
            external_id(message)
            decided_at(message)
            self._options.score(message.payload)
        except (KeyError, TypeError, ValueError) as error:
            return str(error) if isinstance(error, ValueError) else "the message holds no score"
        return None

    def _on(self, rung: Rung, messages: Sequence[Message]) -> list[Receipt]:
        """A receipt for each message that can go by this rung."""
        try:
            rows = rung.rows(messages)
            fitting = [message for message in messages if message.outbox_id in rows]
            before = rung.present([message for message in fitting if message.attempts > 0])
        except ConnectorError as error:
            return [_failed(message, error.code, error.retry_after_s) for message in messages]
        due = [message for message in fitting if message.outbox_id not in before]
        answers = upsert(self._service.client, [rows[message.outbox_id] for message in due])
        doubtful = [message for message, answer in zip(due, answers, strict=True) if answer.is_doubtful]
        there = before | _looked(lambda: rung.present(doubtful))
        known = {message.outbox_id: answer for message, answer in zip(due, answers, strict=True)}
        return [_receipt(message, rung, known.get(message.outbox_id), there) for message in fitting]

    def _in_file(self, messages: Sequence[Message]) -> Iterator[Receipt]:
        folder = self._options.folder
        if not messages:
            return
        if not self._writes_files or folder is None:
            for message in messages:
                yield _dead(message, "no_way_back", "this tenant and API user leave no way to write a score back")
            return
        try:
            name = score_file.written(folder, self._options, messages)
        except OSError:
            yield from (_failed(message, "file_not_written", None) for message in messages)
            return
        for message in messages:
            yield Receipt(outbox_id=message.outbox_id, state=ReceiptState.SENT, receipt=name)


def pusher(
    source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM
) -> SuccessFactorsPusher:
    """The pusher of a source. Raises Misconfigured."""
    client = Client.of(source, part="push", transport=transport, clock=clock)
    return SuccessFactorsPusher(Service(client), push_options(source))


def _looked(look: Callable[[], frozenset[int]]) -> frozenset[int]:
    """What is there for sure; nothing where it cannot be seen now."""
    try:
        return look()
    except ConnectorError:
        return frozenset()


def _receipt(message: Message, rung: Rung, answer: RowAnswer | None, there: frozenset[int]) -> Receipt:
    if message.outbox_id in there:
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=f"{rung.name}: found there")
    if answer is not None and answer.is_done:
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=answer.receipt)
    code, wait = (answer.code, answer.retry_after_s) if answer else (None, None)
    return _failed(message, code or "row_refused", wait)


def _failed(message: Message, code: str, retry_after_s: float | None) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id,
        state=ReceiptState.FAILED,
        error_code=SLOW_DOWN if code == RateLimited.code else code,
        error="SuccessFactors did not take the row",
        retry_after_s=retry_after_s,
    )


def _dead(message: Message, code: str, sentence: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=ReceiptState.DEAD, error_code=code, error=sentence)
