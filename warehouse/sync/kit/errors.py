"""Why an outside system did not give what was asked, each with a stable code for health, alerts and the outbox.

ConnectorError
  Misconfigured   misconfigured   the source's file asks for something that cannot be done
  Unauthorized    unauthorized    401: who asks is not known there
  Forbidden       forbidden       403: who asks may not
  NotLicensed     not_licensed    the system's customer does not have this part of it
  NotFound        not_found       404
  RateLimited     rate_limited    429, and the wait that was asked for is longer than ours
  Unavailable     unavailable     5xx or no connection, after all attempts
  TimedOut        timed_out       no answer in time, after all attempts
  Refused         refused         the request or a row of it is not accepted
  Expired         expired         a cursor, scroll or snapshot lives no longer; begin again
  Malformed       malformed       the answer is not what the system documents
  TooLarge        too_large       the answer is larger than we take

No message holds a value of a record, a query or a secret.
"""

from typing import ClassVar


class ConnectorError(RuntimeError):
    """What went wrong with one request or one entity; the message is one line."""

    code: ClassVar[str] = "failed"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        trace_id: str | None = None,
        vendor_code: str | None = None,
        retry_after_s: float | None = None,
        is_ambiguous: bool = False,
    ) -> None:
        """`vendor_code` is the system's own name of the fault.

        `is_ambiguous` says that a write may have happened although no answer came; `retry_after_s` is in seconds.
        """
        super().__init__(" ".join(message.split()))
        self.status = status
        self.trace_id = trace_id
        self.vendor_code = vendor_code
        self.retry_after_s = retry_after_s
        self.is_ambiguous = is_ambiguous


class Misconfigured(ConnectorError):
    """The source's file asks for something that cannot be done."""

    code = "misconfigured"


class Unauthorized(ConnectorError):
    """Who asks is not known there."""

    code = "unauthorized"


class Forbidden(ConnectorError):
    """Who asks may not."""

    code = "forbidden"


class NotLicensed(ConnectorError):
    """The system's customer does not have this part of it."""

    code = "not_licensed"


class NotFound(ConnectorError):
    """There is nothing under the address."""

    code = "not_found"


class RateLimited(ConnectorError):
    """Too many requests, and the wait asked for is longer than ours."""

    code = "rate_limited"


class Unavailable(ConnectorError):
    """The system fails or cannot be reached."""

    code = "unavailable"


class TimedOut(ConnectorError):
    """No answer came in time."""

    code = "timed_out"


class Refused(ConnectorError):
    """The request is not accepted."""

    code = "refused"


class Expired(ConnectorError):
    """A cursor, scroll or snapshot lives no longer."""

    code = "expired"


class Malformed(ConnectorError):
    """The answer is not what the system documents."""

    code = "malformed"


class TooLarge(ConnectorError):
    """The answer is larger than we take."""

    code = "too_large"
