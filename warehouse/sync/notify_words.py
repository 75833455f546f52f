"""A notification's words: its template in the recipient's language, filled with facts, company's words and name."""

from collections.abc import Mapping

from warehouse.settings import Settings
from warehouse.sync import notify_templates
from warehouse.sync.notify_config import Channel, notifications
from warehouse.sync.notify_templates import Letter, language_of
from warehouse.sync.outbox_subject import Subject, variables
from warehouse.sync.push import Message


def letter(settings: Settings, channel: Channel, message: Message, about: Subject | None) -> Letter:
    """The message's words in the recipient's language. Raises OutboxError."""
    own = channel.language or settings.language
    language = language_of(about.language if about is not None else None, own) if channel.recipient else own
    return worded(settings, message, language, about.variables(language) if about is not None else {})


def worded(settings: Settings, message: Message, language: str, person: Mapping[str, str]) -> Letter:
    """The message's words with the given ones for the person. Raises OutboxError."""
    said = notifications(settings)
    facts = message.payload.get("facts")
    values = variables(facts if isinstance(facts, dict) else {}, language, said.zone)
    template = notify_templates.template(settings.home, str(message.payload.get("template")), language)
    return template.filled({**said.words(language), **values, **person})
