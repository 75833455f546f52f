"""Where messages go: a source that takes pushes, a notification channel (`channel:NAME`), a webhook (`webhook:NAME`).

A target is live only where its own configuration says so; everything else runs dry.
"""

from collections.abc import Callable
from dataclasses import dataclass

from warehouse.settings import Settings
from warehouse.sync.notify_config import notifications
from warehouse.sync.outbox_errors import UnknownTarget
from warehouse.sync.push import Pusher

CHANNEL, WEBHOOK = "channel:", "webhook:"

PUSHED_AT_ONCE = 50
"""Messages of one call of a connector's pusher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place that takes messages; `at_once` is how many go to the pusher before the answers are recorded."""

    name: str
    is_live: bool
    pusher: Callable[[], Pusher]
    at_once: int = 1


def is_live(settings: Settings, name: str) -> bool:
    """Whether messages to this target are sent. Raises UnknownTarget."""
    return target(settings, name).is_live


def target(settings: Settings, name: str) -> Target:
    """The target of that name. Raises UnknownTarget."""
    if name.startswith(CHANNEL):
        return _channel(settings, name)
    return _webhook(settings, name) if name.startswith(WEBHOOK) else _source(settings, name)


def _channel(settings: Settings, name: str) -> Target:
    channel = notifications(settings).channels.get(name.removeprefix(CHANNEL))
    if channel is None:
        raise UnknownTarget(f"{name}: notifications.yaml has no such channel")

    def pusher() -> Pusher:
        from warehouse.sync.notify import ChannelPusher  # noqa: PLC0415 - Apprise loads where something is sent

        return ChannelPusher(settings=settings, channel=channel)

    return Target(name=name, is_live=channel.is_live, pusher=pusher)


def _webhook(settings: Settings, name: str) -> Target:
    endpoint = notifications(settings).webhooks.get(name.removeprefix(WEBHOOK))
    if endpoint is None:
        raise UnknownTarget(f"{name}: notifications.yaml has no such webhook")

    def pusher() -> Pusher:
        from warehouse.sync.webhooks_out import WebhookPusher  # noqa: PLC0415 - HTTP loads where something is sent

        return WebhookPusher(settings=settings, endpoint=endpoint)

    return Target(name=name, is_live=endpoint.is_live, pusher=pusher)


def _source(settings: Settings, name: str) -> Target:
    from warehouse.sync.sources import UnknownSource, source  # noqa: PLC0415 - the schema checker loads when needed

    try:
        found = source(settings, name)
    except UnknownSource as error:
        raise UnknownTarget(f"{name}: there is no such source, channel or webhook") from error

    def pusher() -> Pusher:
        from warehouse.sync.connectors import registry  # noqa: PLC0415 - connectors load where something is sent

        return registry.pusher(found)

    return Target(name=name, is_live=found.push.get("mode") == "live", pusher=pusher, at_once=PUSHED_AT_ONCE)
