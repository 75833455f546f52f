"""What tests of the outbox share: people, a notifications.yaml, drafts, a pusher that answers as told, a clock."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import yaml
from sqlalchemy import select

from tests.builders import Builder, build
from warehouse.access import NOBODY, Principal, Role
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox import Draft
from warehouse.sync.outbox_targets import Target
from warehouse.sync.push import Message, MessageKind, Receipt, ReceiptState
from warehouse.tables.landing import Outbox

HR_ADMIN = Principal(id="mei", roles=frozenset({Role.HR_ADMIN}))
INTEGRATION = Principal(id="ivan", roles=frozenset({Role.INTEGRATION_ADMIN}))

Answer = Callable[[Message], Receipt]


def configure(settings: Settings, **content: object) -> None:
    """Writes notifications.yaml."""
    (settings.home / "notifications.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def person(settings: Settings, *, source: str = "acme", **given: object) -> uuid.UUID:
    """An application of a candidate with a name and contact, for the opening of a Sales Associate."""

    def of(builder: Builder) -> uuid.UUID:
        builder = replace(builder, source=source)
        values = {"full_name": "Wei Zhang", "full_name_local": "张伟", "email": "wei@example.com", "language": "en"}
        candidate = builder.candidate(**{**values, **given})
        return builder.application(builder.requisition(builder.department(), title="Sales Associate"), candidate)

    return build(settings, of)


def draft(target: str, key: str = "k1", kind: MessageKind = MessageKind.STATUS, **given: object) -> Draft:
    """A message about one application unless told otherwise."""
    values = {"payload": {"external_id": "a1"}, "subject": "application:1", **given}
    return Draft(target=target, idempotency_key=key, kind=kind, **values)


def queue(settings: Settings, *drafts: Draft) -> int:
    """Queues them in a transaction of their own."""
    with unit_of_work(settings, NOBODY) as session:
        return outbox.enqueue(session, settings, drafts)


def rows(settings: Settings) -> list[Outbox]:
    """Every message, the oldest first."""
    with unit_of_work(settings, NOBODY, DatabaseRole.INTAKE) as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.outbox_id)))


def live_source(settings: Settings, name: str = "acme", mode: str = "live") -> str:
    """A source file whose pushes go out."""
    settings.sources.mkdir(parents=True, exist_ok=True)
    content = {"source": name, "connector": "rest", "mapping": "plain_interviews", "push": {"mode": mode}}
    (settings.sources / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return name


@dataclass(slots=True, kw_only=True)
class Told:
    """A pusher that keeps what it was given and answers as the test says."""

    answer: Answer
    pushed: list[Message] = field(default_factory=list)
    at_once: int = 10

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt each."""
        self.pushed.extend(messages)
        return [self.answer(message) for message in messages]

    def lookup(self, _: Settings, name: str) -> Target:
        """This pusher, whatever the target's name."""
        return Target(name=name, is_live=True, pusher=lambda: self, at_once=self.at_once)


def told(state: str, **given: object) -> Told:
    """A pusher that answers the same for each message."""
    return Told(answer=lambda message: Receipt(outbox_id=message.outbox_id, state=ReceiptState(state), **given))


@dataclass(slots=True, kw_only=True)
class Clock:
    """A clock that stands until it is moved."""

    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.now

    def pass_(self, **given: float) -> None:
        """Moves it on."""
        self.now += dt.timedelta(**given)
