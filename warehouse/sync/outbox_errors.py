"""What can go wrong with messages out, before any of them is sent.

Errors:

  OutboxError
    UnknownMessage          no message of that number
    NotReleasable           the message does not wait for this person's release
    NotSettled              the message is in a state in which that cannot be done
    UnknownTarget           no source, channel or webhook of that name
    NotificationsInvalid    notifications.yaml cannot be used
    TemplateInvalid         a template is missing or cannot be used
    MissingVariable         a template needs a value that is not there
"""


class OutboxError(RuntimeError):
    """Something about messages out cannot be done as asked."""


class UnknownMessage(OutboxError):
    """No message of that number."""

    def __init__(self, outbox_id: int) -> None:
        """`outbox_id` was asked for."""
        super().__init__(f"message {outbox_id}: there is none; `hiregate outbox list` shows them")


class NotReleasable(OutboxError):
    """The message does not wait for this person's release."""


class NotSettled(OutboxError):
    """The message is in a state in which that cannot be done."""


class UnknownTarget(OutboxError):
    """No source, channel or webhook of that name."""


class NotificationsInvalid(OutboxError):
    """notifications.yaml cannot be used; the message names the place, never a value."""


class TemplateInvalid(OutboxError):
    """A template is missing or cannot be used."""


class MissingVariable(OutboxError):
    """A template needs a value that is not there."""
