"""From what came back, or did not, to a failure: its error, whether it may pass, and whether the call may be done."""

import re
from dataclasses import dataclass

import httpx

from warehouse.sync.kit import errors
from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.retry import NOT_DONE, TRANSIENT
from warehouse.sync.secrets import hide

LONGEST_REASON = 300
"""Characters of a 401's or 403's own text that are kept for the operator."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}|\d{1,9}")
_PERSONAL = re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+|\d{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed sending. `may_be_done` says that the system may have acted although no good answer came."""

    error: errors.ConnectorError
    is_transient: bool = False
    is_unauthorized: bool = False
    may_be_done: bool = True
    asked_wait_s: float | None = None


def of_transport(error: httpx.HTTPError, what: str) -> Failure:
    """No answer: a time-out or a broken connection; where none was made, nothing was done."""
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    kind = errors.TimedOut if isinstance(error, httpx.TimeoutException) else errors.Unavailable
    is_transient = isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
    sentence = f"{what}: no answer ({type(error).__name__})"
    return Failure(error=kind(sentence), is_transient=is_transient, may_be_done=not never_sent)


def of_answer(
    answer: Answer, success: Success | None, accept: frozenset[int], asked_wait_s: float | None
) -> Answer | Failure:
    """The answer itself where status and body say success."""
    if answer.status in accept:
        return answer
    if not 200 <= answer.status < 300:
        return _of_status(answer, asked_wait_s)
    verdict, code = success.judge(answer) if success else ("ok", None)
    return answer if verdict == "ok" else _of_body(answer, verdict, code, asked_wait_s)


def _of_status(answer: Answer, asked_wait_s: float | None) -> Failure:
    kind = _KINDS.get(answer.status) or (errors.Unavailable if answer.status >= 500 else errors.Refused)
    code = vendor_code(answer)
    reason = f": {_reason(answer)}" if answer.status in {401, 403} else ""
    sentence = f"{answer.what}: {answer.status} {kind.code}{f' {code}' if code else ''}{reason}"
    error = kind(sentence, status=answer.status, trace_id=answer.trace_id, vendor_code=code)
    return Failure(
        error=error,
        is_transient=answer.status in TRANSIENT,
        is_unauthorized=answer.status == 401,
        may_be_done=answer.status not in NOT_DONE,
        asked_wait_s=asked_wait_s,
    )


_KINDS: dict[int, type[errors.ConnectorError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    408: errors.TimedOut,
    429: errors.RateLimited,
    504: errors.TimedOut,
}


def _of_body(answer: Answer, verdict: str, code: str | None, asked_wait_s: float | None) -> Failure:
    kinds = {"transient": errors.Unavailable, "unauthorized": errors.Unauthorized}
    known = code if code is not None and _CODE.fullmatch(code) else None
    sentence = f"{answer.what}: {answer.status}, but the body says {known or 'nothing of success'}"
    error = kinds.get(verdict, errors.Refused)(
        sentence, status=answer.status, trace_id=answer.trace_id, vendor_code=known
    )
    return Failure(
        error=error,
        is_transient=verdict == "transient",
        is_unauthorized=verdict == "unauthorized",
        asked_wait_s=asked_wait_s,
    )


def vendor_code(answer: Answer) -> str | None:
    """The code in an error's body where it is a code and no sentence, in the places where vendors put it."""
    for path in ("error.code", "error", "code", "Code", "errorCode"):
        try:
            found = answer.at(path)
        except errors.Malformed:
            return None
        if isinstance(found, str | int) and not isinstance(found, bool) and _CODE.fullmatch(str(found)):
            return str(found)
    return None


def _reason(answer: Answer) -> str:
    """What the system says to a 401 or 403, without secrets, addresses and long numbers, on one line."""
    text = " ".join(hide(answer.body.decode("utf-8", "replace")).split())
    return _PERSONAL.sub("…", text)[:LONGEST_REASON] or "no reason given"
