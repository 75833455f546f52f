"""`/v1/events/{source}`: raw bytes in, 202 once they are durable; plain ASGI, because a thousand may come at once.

The order is: is there such a source, may this address send, how large, who signed, how often, what is it. Nothing of a
body is looked at before its signature. No value of a delivery is logged or repeated in an answer.
"""

import asyncio
import re
import time
import urllib.parse
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from starlette.types import Receive, Scope

from models.problems import KINDS, Problem
from warehouse import telemetry
from warehouse.sync.bodies import BodyAdapter
from warehouse.sync.envelopes import EnvelopeError, MediaTypeUnknown, NotJson, arrivals
from warehouse.sync.gates import Gate, GateClosed, Gates
from warehouse.sync.group_commit import Inbox, InboxRefused, InboxUnavailable
from warehouse.sync.inbox import Accepted, Arrival
from warehouse.sync.signatures import Delivery, SignatureError, SignatureMissing, TimestampOutside

BODY_S = 20.0
"""Seconds in which a body must have arrived."""

MOST_FAULTS = 20
"""Faults that an answer lists."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back to the sender."""

    status: int
    body: bytes
    headers: _Headers


class EventDoor:
    """Takes the deliveries of every source of one process."""

    def __init__(self, gates: Gates, inbox: Inbox) -> None:
        """`inbox` belongs to the event loop that the deliveries come in on."""
        self._gates = gates
        self._inbox = inbox

    async def answer(self, scope: Scope, receive: Receive, name: str) -> Answer:
        """The answer to one request for the source `name`."""
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        request_id = request_id_of(headers)
        scheme = None
        try:
            gate = await self._gate(name)
            scheme = gate.scheme
            status, document = await self._answered(gate, scope, headers, receive)
        except Problem as problem:
            telemetry.count("webhook.rejected", source=name if scheme else "unknown", reason=problem.code)
            return _refusal(problem, request_id, scheme)
        if isinstance(document, bytes):
            media = gate.adapter.media_type if gate.adapter else "application/octet-stream"
            return _written(status, document, request_id, media.encode())
        return _json(status, document, request_id)

    async def _answered(
        self, gate: Gate, scope: Scope, headers: dict[str, str], receive: Receive
    ) -> tuple[int, dict[str, object] | bytes]:
        if not gate.admits((scope.get("client") or (None,))[0]):
            raise Problem("not_allowed")
        if scope["method"] == "GET" and gate.scheme == "linkedin":
            return 200, _challenge(gate, scope)
        if scope["method"] != "POST":
            raise Problem("method_not_allowed", headers={"Allow": "POST"})
        delivery = Delivery(headers=headers, body=await body_within(gate.max_bytes, headers, receive))
        adapter = gate.adapter if gate.adapter is not None and gate.adapter.reads(headers) else None
        found = _found(gate, adapter, delivery)
        accepted = await self._kept(gate, found)
        return (200, adapter.answer(found, accepted)) if adapter else _accepted(accepted, gate)

    async def _gate(self, name: str) -> Gate:
        try:
            gate = self._gates.remembered(name) or await asyncio.to_thread(self._gates.gate, name)
        except GateClosed as error:
            raise Problem("source_closed", headers={"Retry-After": "60"}) from error
        if gate is None:
            raise Problem("not_found")
        return gate

    async def _kept(self, gate: Gate, found: Sequence[Arrival]) -> list[Accepted]:
        wait_s = gate.bucket.wait_s(len(found), time.monotonic())
        if wait_s:
            raise Problem("rate_limited", headers={"Retry-After": str(int(wait_s) + 1)})
        try:
            return await self._inbox.put_together(found)
        except (InboxUnavailable, InboxRefused) as error:
            raise problem_of(error) from error


async def body_within(most_bytes: int, headers: dict[str, str], receive: Receive) -> bytes:
    """The whole body, refused as soon as it is known to be larger. Raises Problem `too_large` and `too_slow`."""
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said) > most_bytes:
        raise Problem("too_large", f"at most {most_bytes} bytes")
    parts, size, is_more = [], 0, True
    try:
        async with asyncio.timeout(BODY_S):
            while is_more and size <= most_bytes:
                message = await receive()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                is_more = message.get("more_body", False)
    except TimeoutError:
        raise Problem("too_slow") from None
    if size > most_bytes:
        raise Problem("too_large", f"at most {most_bytes} bytes")
    return b"".join(parts)


def request_id_of(headers: dict[str, str]) -> str:
    """The request's own id where it can be repeated safely, else a new one."""
    given = headers.get("x-request-id", "")
    return given if given.isascii() and given.isprintable() and 0 < len(given) <= 100 else uuid.uuid4().hex


def _found(gate: Gate, adapter: BodyAdapter | None, delivery: Delivery) -> list[Arrival]:
    """The events of a delivery whose sender is proven; an adapter proves it itself, from inside the body."""
    try:
        if adapter is not None:
            return adapter.arrivals(delivery)
        gate.verifier.check(delivery, time.time())
        return arrivals(gate.reading, delivery)
    except (SignatureError, EnvelopeError) as error:
        raise problem_of(error) from error


def problem_of(error: Exception) -> Problem:
    """The refusal that tells a sender of an error on the way into the inbox."""
    if isinstance(error, EnvelopeError):
        codes = {NotJson: "malformed", MediaTypeUnknown: "unsupported_media_type"}
        faults = [{"path": fault.path, "code": fault.code} for fault in error.faults[:MOST_FAULTS]]
        return Problem(codes.get(type(error), "invalid_request"), errors=faults)
    if isinstance(error, TimestampOutside):
        return Problem("timestamp_outside")
    if isinstance(error, SignatureError):
        code = "signature_missing" if isinstance(error, SignatureMissing) else "signature_wrong"
        return Problem("bad_signature", errors=[{"path": "", "code": code}])
    if isinstance(error, InboxRefused):
        return Problem("invalid_request", errors=[{"path": "", "code": "not_storable"}])
    return Problem("unavailable", headers={"Retry-After": "1"})


def _challenge(gate: Gate, scope: Scope) -> dict[str, object]:
    """LinkedIn asks every two hours whether the endpoint knows the secret.

    Only a uuid is answered: anything longer could be a delivery that somebody wants to have signed.
    """
    query = urllib.parse.parse_qs(scope.get("query_string", b"").decode("latin-1"))
    codes = query.get("challengeCode", [])
    if len(codes) != 1 or not _UUID.fullmatch(codes[0]):
        raise Problem("invalid_request", errors=[{"path": "challengeCode", "code": "not_a_uuid"}])
    return {"challengeCode": codes[0], "challengeResponse": gate.verifier.challenge_response(codes[0])}


def _accepted(accepted: Sequence[Accepted], gate: Gate) -> tuple[int, dict[str, object]]:
    """The same for the same keys, whoever was first. LinkedIn takes nothing but 200 for success."""
    ids = [one.inbox_id for one in accepted]
    return 200 if gate.scheme == "linkedin" else 202, {"id": ids[0]} if len(ids) == 1 else {"id": ids[0], "ids": ids}


def _refusal(problem: Problem, request_id: str, scheme: str | None) -> Answer:
    document = problem.as_json(request_id)
    if scheme == "linkedin":
        document |= {"errorCode": problem.code, "additionalErrorDetails": KINDS[problem.code].title.en}
    answer = _json(KINDS[problem.code].status, document, request_id, b"application/problem+json")
    extra = [(name.lower().encode(), value.encode("latin-1")) for name, value in problem.headers.items()]
    return Answer(status=answer.status, body=answer.body, headers=answer.headers + extra)


def _json(status: int, document: dict[str, object], request_id: str, media: bytes = b"application/json") -> Answer:
    return _written(status, orjson.dumps(document), request_id, media)


def _written(status: int, body: bytes, request_id: str, media: bytes) -> Answer:
    headers = [
        (b"content-type", media),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        (b"cache-control", b"no-store"),
    ]
    return Answer(status=status, body=body, headers=headers)
