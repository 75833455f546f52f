"""Notifications by mail, chat and SMS: Apprise behind one door, one message a call.

The channel's address is a secret and is read where it is used. Apprise and its HTTP client write addresses and
texts to their logs; these are closed here.
"""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import apprise

from warehouse.settings import Settings
from warehouse.sync.notify_config import Channel
from warehouse.sync.notify_templates import Letter
from warehouse.sync.notify_words import letter
from warehouse.sync.outbox_errors import NotificationsInvalid, OutboxError
from warehouse.sync.outbox_subject import Subject, subject_of
from warehouse.sync.push import Message, Receipt, ReceiptState
from warehouse.sync.secrets import SecretError, secret

_SILENT = logging.CRITICAL + 1
_TALKERS = ("apprise", "urllib3", "urllib3.connectionpool")
PLACEHOLDER = "{to}"
"""Stands in a channel's address for the candidate's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A letter and the address it goes to; neither is kept or shown."""

    letter: Letter = field(repr=False)
    url: str = field(repr=False)


class _Undeliverable(Exception):
    """The message cannot be delivered, now or ever."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPusher:
    """Sends notifications through one channel. `sent` means that the channel's service took the message."""

    settings: Settings
    channel: Channel

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt a message."""
        return [self._pushed(message) for message in messages]

    def _pushed(self, message: Message) -> Receipt:
        try:
            addressed = self._addressed(message)
        except _Undeliverable as error:
            return _receipt(message, ReceiptState.DEAD, error.code, str(error))
        except (SecretError, OutboxError) as error:
            return _receipt(message, ReceiptState.FAILED, type(error).__name__, str(error))
        return _delivered(message, addressed)

    def _addressed(self, message: Message) -> Addressed:
        about = subject_of(self.settings, message.payload.get("application_id"))
        if about is None and "application_id" in message.payload:
            raise _Undeliverable("subject_gone", "the application or its candidate is gone")
        return Addressed(letter=letter(self.settings, self.channel, message, about), url=self._url(about))

    def _url(self, about: Subject | None) -> str:
        url = secret(self.channel.url)
        if self.channel.recipient is None:
            return url
        if PLACEHOLDER not in url:
            raise NotificationsInvalid(
                f"channel {self.channel.name}: its address lacks {PLACEHOLDER} for the recipient"
            )
        address = about.chosen((self.channel.recipient,)).get(self.channel.recipient) if about is not None else None
        if not address:
            raise _Undeliverable("no_contact", f"the candidate has no {self.channel.recipient}")
        return url.replace(PLACEHOLDER, quote(address, safe="@"))


def _delivered(message: Message, addressed: Addressed) -> Receipt:
    for name in _TALKERS:
        logging.getLogger(name).setLevel(_SILENT)
    service = apprise.Apprise()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # one of its plugins asks for a module that Python drops
        is_known = service.add(addressed.url)
    if not is_known:
        return _receipt(message, ReceiptState.DEAD, "channel_unusable", "Apprise does not know the channel's address")
    if service.notify(body=addressed.letter.body, title=addressed.letter.title, body_format="text"):
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.SENT)
    return _receipt(message, ReceiptState.FAILED, "channel_refused", "the channel's service did not take the message")


def _receipt(message: Message, state: ReceiptState, code: str, sentence: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=state, error_code=code, error=sentence)
