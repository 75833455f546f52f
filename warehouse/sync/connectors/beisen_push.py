"""Moves applications to another phase at Beisen, the one way to act on an application that is well documented.

Scores, notes and statuses have no documented place there and are refused, not squeezed into another field. A move that
was tried before is looked for first. What the answer refuses by name is dead; what it does not mention is tried again.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import httpx

from warehouse.sync.connectors import beisen_records as records
from warehouse.sync.connectors.beisen_wire import MOST_IDS, RECRUIT, Wire, client_of
from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, Misconfigured, RateLimited, Refused
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Pusher, Receipt, ReceiptState
from warehouse.sync.sources import Source

JOB = "OpenPlatform/api/AsyncApiExecInfo/GetByRequestId"

LOOKS = 10
"""Times that an asynchronous transfer is asked after."""

BETWEEN_LOOKS_S = 2.0

RETRIED_WHEN = frozenset({"unavailable", "timed_out", "rate_limited", "unauthorized", "forbidden", "expired"})
"""Errors after which another attempt may succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a stage is in the tenant's recruiting process."""

    phase: str
    status: str | None = None
    process: str | None = None
    reason: str | None = None

    @property
    def body(self) -> Mapping[str, object]:
        """The step as `TransferPhase` takes it; what is not set is left out."""
        named = {"phaseId": self.phase, "statusId": self.status, "processId": self.process, "reasonId": self.reason}
        return {name: value for name, value in named.items() if value is not None}


class BeisenPusher:
    """Pushes to one tenant."""

    def __init__(self, wire: Wire, steps: Mapping[str, Step], clock: Clock = SYSTEM) -> None:
        """`steps` are the stages that can be moved to."""
        self._wire, self._steps, self._clock = wire, steps, clock

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message."""
        receipts: list[Receipt] = []
        moves: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            refusal = self._refusal(message)
            if refusal is not None:
                receipts.append(refusal)
            else:
                moves[str(message.payload["to"])].append(message)
        for stage, group in moves.items():
            receipts += self._moved(self._steps[stage], group)
        return receipts

    def _refusal(self, message: Message) -> Receipt | None:
        if message.kind is not MessageKind.STAGE_MOVE:
            sentence = f"Beisen documents no place for a {message.kind.value}; export it as a file instead"
            return _receipt(message, ReceiptState.DEAD, "not_supported", sentence)
        if str(message.payload.get("to")) not in self._steps:
            sentence = "push.stages of the source does not say which phase and status this stage is at Beisen"
            return _receipt(message, ReceiptState.DEAD, "unmapped_stage", sentence)
        if records.text(message.payload.get("external_id")) is None:
            return _receipt(message, ReceiptState.DEAD, "no_external_id", "the application's id at Beisen is not known")
        return None

    def _moved(self, step: Step, messages: Sequence[Message]) -> list[Receipt]:
        by_id: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            by_id[str(message.payload["external_id"])].append(message)
        tried_before = [id_ for id_, group in by_id.items() if any(one.attempts for one in group)]
        results: dict[str, Receipt] = {}
        for part in batches(tried_before, MOST_IDS):
            results |= _or_failed(part, lambda ids: dict.fromkeys(self._there(step, ids), _DONE_BEFORE))
        for part in batches((id_ for id_ in by_id if id_ not in results), MOST_IDS):
            results |= _or_failed(part, lambda ids: self._transferred(step, ids))
        return [_for(message, results[id_]) for id_, group in by_id.items() for message in group]

    def _there(self, step: Step, ids: Sequence[str]) -> frozenset[str]:
        """Those of the applications that are at the step."""
        path = f"{RECRUIT}/Apply/GetApplyListByApplyId"
        answer = self._wire.ask(path, {"applyIds": list(ids), "fieldNames": []})
        found = (records.application(row) for row in answer.rows("data"))
        return frozenset(record.id for record in found if record is not None and _is_at(record.body, step))

    def _transferred(self, step: Step, ids: Sequence[str]) -> Mapping[str, Receipt]:
        answer = self._wire.client.request(
            "POST", f"{RECRUIT}/Apply/TransferPhase", json={"applyIds": list(ids), **step.body}
        )
        request_id = records.text(answer.at("data.requestId"))
        if request_id is not None:
            return self._awaited(step, ids, request_id)
        return _by_id(ids, answer)

    def _awaited(self, step: Step, ids: Sequence[str], request_id: str) -> Mapping[str, Receipt]:
        """What became of a transfer that runs by itself; where it is partly done, each application is looked at."""
        state = self._state(request_id)
        if state == "AllSuccess":
            return {id_: _said(ReceiptState.CONFIRMED, receipt=request_id) for id_ in ids}
        if state in {"Running", "Overtime"}:
            return {id_: _said(ReceiptState.SENT, receipt=request_id) for id_ in ids}
        there = self._there(step, ids) if state == "PartialSuccess" else frozenset()
        refused = _said(ReceiptState.FAILED, "transfer_failed", "the transfer ran and did not move this application")
        return {id_: _said(ReceiptState.CONFIRMED, receipt=request_id) if id_ in there else refused for id_ in ids}

    def _state(self, request_id: str) -> str:
        state = "Running"
        for look in range(LOOKS):
            state = str(self._wire.client.get(JOB, {"requestId": request_id}).at("data.state"))
            if state != "Running" or look == LOOKS - 1:
                break
            self._clock.sleep(BETWEEN_LOOKS_S)
        return state


def pusher(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Pusher:
    """The pusher of a Beisen source. Raises Misconfigured."""
    client = client_of(source, part="push", transport=transport, clock=clock)
    return BeisenPusher(Wire(client), _steps(source), clock)


def _steps(source: Source) -> Mapping[str, Step]:
    stages = source.push.get("stages", {})
    if not isinstance(stages, dict):
        raise Misconfigured(f"{source.name}: push.stages names a phase and a status for each stage")
    steps = {}
    for stage, given in stages.items():
        if not isinstance(given, dict) or not given.get("phase"):
            raise Misconfigured(f"{source.name}: push.stages.{stage}: phase is missing")
        known = {name: str(given[name]) for name in ("phase", "status", "process", "reason") if name in given}
        steps[stage] = Step(**known)
    return steps


def _by_id(ids: Sequence[str], answer: Answer) -> Mapping[str, Receipt]:
    """A receipt for each id: refused where a list names it, confirmed only where the counts leave no other reading."""
    data = answer.at("data")
    lists = {name: value for name, value in data.items() if isinstance(value, list)} if isinstance(data, dict) else {}
    reasons = {str(id_): name for name, value in lists.items() for id_ in cast("list[object]", value)}
    refused = {id_: reasons[id_] for id_ in ids if id_ in reasons}
    done = answer.at("data.transferCount")
    is_clear = str(done) == str(len(ids) - len(refused))
    confirmed = _said(ReceiptState.CONFIRMED, receipt=answer.trace_id)
    unclear = _said(ReceiptState.FAILED, "unclear", "the answer's counts do not say whether this application was moved")
    return {id_: _refused(refused[id_]) if id_ in refused else confirmed if is_clear else unclear for id_ in ids}


def _refused(reason: str) -> Receipt:
    return _said(ReceiptState.DEAD, reason[:80], f"Beisen lists the application under {reason[:80]}")


def _or_failed(ids: Sequence[str], done: Callable[[Sequence[str]], Mapping[str, Receipt]]) -> Mapping[str, Receipt]:
    """What was done with these ids; where the call failed, the same failure for each of them and for no other."""
    try:
        return done(ids)
    except ConnectorError as error:
        return dict.fromkeys(ids, _failed(error))


def _failed(error: ConnectorError) -> Receipt:
    if isinstance(error, RateLimited):
        return _said(ReceiptState.FAILED, SLOW_DOWN, str(error), retry_after_s=error.retry_after_s)
    is_final = isinstance(error, Refused) or error.code not in RETRIED_WHEN
    return _said(ReceiptState.DEAD if is_final else ReceiptState.FAILED, error.code, str(error))


def _is_at(body: Mapping[str, object], step: Step) -> bool:
    return body["processPhaseId"] == step.phase and step.status in {None, body["processStatusId"]}


def _said(
    state: ReceiptState,
    error_code: str | None = None,
    error: str | None = None,
    *,
    receipt: str | None = None,
    retry_after_s: float | None = None,
) -> Receipt:
    return Receipt(
        outbox_id=0, state=state, receipt=receipt, error_code=error_code, error=error, retry_after_s=retry_after_s
    )


_DONE_BEFORE = _said(ReceiptState.CONFIRMED, receipt="found at the target")


def _for(message: Message, said: Receipt) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id,
        state=said.state,
        receipt=said.receipt,
        error_code=said.error_code,
        error=said.error,
        retry_after_s=said.retry_after_s,
    )


def _receipt(message: Message, state: ReceiptState, error_code: str, error: str) -> Receipt:
    return _for(message, _said(state, error_code, error))
