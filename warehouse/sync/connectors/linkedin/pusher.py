"""Messages of the outbox to LinkedIn: scores as interview feedback, stages, notes, and what applicants are told.

A score becomes the feedback of one interview, with the decision's id as its own, so that sending it again replaces it.
A rejection is mailed to the applicant by LinkedIn: it goes out with a released stage move only, never with a status.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import httpx

from warehouse.sync.connectors.linkedin import records
from warehouse.sync.connectors.linkedin.wire import EntityResult, Platform
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, RateLimited, Refused
from warehouse.sync.kit.records import milliseconds
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Receipt, ReceiptState
from warehouse.sync.sources import Source

APPLICANT_URN = "urn:li:jobApplication:"
"""How an application begins that came in through LinkedIn itself; only of these is anything told to the applicant."""

REJECTED = "APPLICATION_REJECTED"
TOLD = frozenset(
    {
        "APPLICATION_VIEWED",
        "RESUME_DOWNLOADED",
        "APPLICATION_SCREENED",
        "APPLICATION_INTERVIEWED",
        "APPLICATION_HIRED",
    }
)
"""What may be told without a person's release; the last three names are assumed from the documentation's words."""

_PARTS = {MessageKind.SCORE: "interviewFeedback", MessageKind.STAGE_MOVE: "stages", MessageKind.NOTE: "notes"}


class _Unsendable(ValueError):
    """The message cannot be sent as it is; `code` says why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """A record below an application, and the message that brings it."""

    message: Message
    application: str
    part: str
    id: str
    body: Mapping[str, object]


def pusher(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> "LinkedInPusher":
    """The pusher of a source; it needs `push.organization`. Raises Misconfigured."""
    platform = Platform.of(source, part="push", transport=transport, clock=clock)
    actions = source.push.get("actions")
    rejected = source.push.get("rejected_stages", ["rejected", "Rejected"])
    return LinkedInPusher(
        platform=platform,
        actions=cast("Mapping[str, str]", actions) if isinstance(actions, Mapping) else {},
        rejected_stages=frozenset(str(one) for one in rejected) if isinstance(rejected, list) else frozenset(),
        clock=clock,
    )


class LinkedInPusher:
    """Pushes for one organization."""

    def __init__(
        self, *, platform: Platform, actions: Mapping[str, str], rejected_stages: frozenset[str], clock: Clock
    ) -> None:
        """`actions` name the action that an applicant is told of at a stage of ours; none is told unless named."""
        self._platform, self._actions, self._rejected, self._clock = platform, actions, rejected_stages, clock

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message; records of one application and kind go in one call."""
        receipts: list[Receipt] = []
        below: dict[tuple[str, str], list[_Below]] = defaultdict(list)
        for message in messages:
            try:
                if message.kind is MessageKind.STATUS:
                    receipts.append(self._told(message))
                else:
                    found = self._below(message)
                    below[found.application, found.part].append(found)
            except _Unsendable as error:
                receipts.append(_dead(message, error.code, str(error)))
        for (application, part), together in below.items():
            receipts.extend(self._put(application, part, together))
        return receipts

    def _put(self, application: str, part: str, found: Sequence[_Below]) -> list[Receipt]:
        """Of two messages with one id the later one is what is sent, and both are answered by its result."""
        try:
            results = list(self._platform.put_below(application, part, {one.id: one.body for one in found}))
        except ConnectorError as error:
            return [_refused(one.message, error) for one in found]
        by_id = {result.id: result for result in results}
        return [self._after(one, by_id[one.id]) for one in found]

    def _after(self, one: _Below, result: EntityResult) -> Receipt:
        to = one.message.payload.get("to")
        if result.is_done and one.part == "stages" and to in self._rejected and _is_theirs(one.application):
            return self._act(one.message, one.application, REJECTED, self._clock.now())
        return _of_result(one.message, result)

    def _told(self, message: Message) -> Receipt:
        application, at = _application(message), _moment(message.payload.get("at"))
        action = message.payload.get("action") or self._actions.get(str(message.payload.get("stage")))
        if action == REJECTED or message.payload.get("outcome") == "not_advanced":
            raise _Unsendable("needs_person", "a rejection goes out with a stage move that a person has let out")
        if action not in TOLD:
            raise _Unsendable("no_action", "LinkedIn has no action for this; push.actions names one a stage")
        if not _is_theirs(application):
            raise _Unsendable("not_theirs", "only applications that came through LinkedIn are told of there")
        return self._act(message, application, str(action), at or self._clock.now())

    def _act(self, message: Message, application: str, action: str, at: dt.datetime) -> Receipt:
        """LinkedIn mails an applicant once for each action, so that a repeated one does no harm."""
        try:
            self._platform.act(application, action, milliseconds(at))
        except ConnectorError as error:
            return _refused(message, error)
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=action)

    def _below(self, message: Message) -> _Below:
        make: Callable[[Message], Mapping[str, object]] | None = {
            MessageKind.SCORE: self._feedback,
            MessageKind.STAGE_MOVE: self._stage,
            MessageKind.NOTE: self._note,
        }.get(message.kind)
        if make is None:
            raise _Unsendable("kind_unknown", f"LinkedIn takes no message of kind {message.kind.value}")
        return _Below(
            message=message,
            application=_application(message),
            part=_PARTS[message.kind],
            id=_id(message),
            body=make(message),
        )

    def _feedback(self, message: Message) -> Mapping[str, object]:
        given = message.payload
        names = {"score": "Score", "band": "Band", "recommendation": "Recommendation", "model_version": "Model"}
        evaluations = {word: str(given[name]) for name, word in names.items() if given.get(name) is not None}
        if "Recommendation" not in evaluations:
            raise _Unsendable("no_recommendation", "a score goes back together with its recommendation")
        at = _moment(given.get("decided_at")) or self._clock.now()
        return records.feedback(evaluations, _reasons(given.get("reasons")), at)

    def _stage(self, message: Message) -> Mapping[str, object]:
        to = message.payload.get("to")
        if not isinstance(to, str) or not to.strip() or to == "Not Available":
            raise _Unsendable("no_stage", "a stage has a name of at least one character")
        return records.stage(to, _moment(message.payload.get("at")) or self._clock.now())

    def _note(self, message: Message) -> Mapping[str, object]:
        text = message.payload.get("note")
        if not isinstance(text, str) or not text.strip():
            raise _Unsendable("no_note", "the note is empty")
        return records.note(text, _moment(message.payload.get("at")) or self._clock.now())


def _application(message: Message) -> str:
    found = message.payload.get("external_id")
    if not isinstance(found, str) or not found or "/" in found:
        raise _Unsendable("no_application", "the message names no application that LinkedIn knows")
    return found


def _id(message: Message) -> str:
    """The record's id at LinkedIn: the decision's, else one that is the same on every attempt."""
    decision = message.payload.get("decision_id")
    if message.kind is MessageKind.SCORE and isinstance(decision, str):
        return decision
    return hashlib.sha256(message.idempotency_key.encode()).hexdigest()[:32]


def _reasons(given: object) -> str | None:
    """The English reasons, one a line."""
    sentences = (
        [str(one["en"]) for one in given if isinstance(one, dict) and "en" in one] if isinstance(given, list) else []
    )
    return "\n".join(sentences) or None


def _is_theirs(application: str) -> bool:
    return application.startswith(APPLICANT_URN)


def _moment(given: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _of_result(message: Message, result: EntityResult) -> Receipt:
    if result.is_done:
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=str(result.status))
    state = ReceiptState.FAILED if result.is_transient else ReceiptState.DEAD
    sentence = "LinkedIn did not take this record" if result.status else "LinkedIn said nothing of this record"
    return Receipt(outbox_id=message.outbox_id, state=state, error_code=result.code, error=sentence)


def _dead(message: Message, code: str, sentence: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=ReceiptState.DEAD, error_code=code, error=sentence)


def _refused(message: Message, error: ConnectorError) -> Receipt:
    """The whole call was refused: for good where it is the request's fault."""
    is_final = isinstance(error, Refused)
    return Receipt(
        outbox_id=message.outbox_id,
        state=ReceiptState.DEAD if is_final else ReceiptState.FAILED,
        error_code=SLOW_DOWN if isinstance(error, RateLimited) else error.code,
        error=str(error),
        retry_after_s=error.retry_after_s,
    )
