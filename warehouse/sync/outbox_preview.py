"""What would be sent, without sending it and without anybody's name: previews of messages and templates."""

from warehouse.settings import Settings
from warehouse.sync import notify_templates
from warehouse.sync.notify_config import notifications
from warehouse.sync.notify_templates import Letter
from warehouse.sync.notify_words import worded
from warehouse.sync.outbox import Line
from warehouse.sync.outbox_subject import STAND_INS, Subject
from warehouse.sync.outbox_targets import WEBHOOK
from warehouse.sync.push import Message, MessageKind
from warehouse.sync.webhooks_out import event

_HIDDEN = "‹filled in at sending›"


def of_message(settings: Settings, line: Line) -> str | dict[str, object]:
    """A notification as text, a webhook as its CloudEvent, any other message as its payload. Raises OutboxError."""
    message = Message(
        outbox_id=line.outbox_id,
        target=line.target,
        kind=MessageKind(line.kind),
        subject=line.subject,
        payload=line.payload,
        attempts=line.attempts,
        idempotency_key=line.idempotency_key,
    )
    if message.kind is MessageKind.NOTIFICATION:
        channel = notifications(settings).channels.get(line.target.partition(":")[2])
        language = (channel.language if channel is not None else None) or settings.language
        return _text(worded(settings, message, language, STAND_INS[language]))
    endpoint = notifications(settings).webhooks.get(line.target.removeprefix(WEBHOOK))
    if message.kind is MessageKind.WEBHOOK and endpoint is not None:
        return event(message, endpoint, _STAND_IN)
    return dict(line.payload)


def of_template(settings: Settings, name: str, language: str) -> str:
    """A template with a stand-in for each of its variables. Raises TemplateInvalid."""
    template = notify_templates.template(settings.home, name, language)
    given = {**notifications(settings).words(language), **STAND_INS[language]}
    values = {variable: given.get(variable, f"‹{variable}›") for variable in template.variables}
    return _text(template.filled(values))


def _text(letter: Letter) -> str:
    return f"{letter.title}\n\n{letter.body}"


_STAND_IN = Subject(
    full_name=_HIDDEN, full_name_local=_HIDDEN, email=_HIDDEN, phone=_HIDDEN, language=None, job_title=_HIDDEN
)
