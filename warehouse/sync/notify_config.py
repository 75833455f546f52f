"""What makes a message and where it goes: `notifications.yaml` in the home, read again when it changes.

Without the file there is no rule, no channel and no webhook. Addresses that hold a secret are given by reference only.
"""

import datetime as dt
import functools
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import jsonschema

from warehouse.files.errors import MappingRefused
from warehouse.files.mapping_file import document
from warehouse.settings import Settings
from warehouse.sync import notify_templates
from warehouse.sync.outbox_errors import NotificationsInvalid, TemplateInvalid
from warehouse.sync.push import MessageKind

FILE = "notifications.yaml"

DEFAULT_ZONE = "Asia/Shanghai"

PERSON_VARIABLES = frozenset({"candidate_name", "job_title"})
"""What is filled in from the records when a message about an application is sent."""

CAUSE_VARIABLES: Mapping[str, frozenset[str]] = {
    "ai_interview_complete": PERSON_VARIABLES | {"interviewed_on"},
    "stage_decided": PERSON_VARIABLES | {"decided_on", "stage", "outcome"},
    "offer_accepted": PERSON_VARIABLES | {"accepted_on", "application"},
    "hire_recorded": PERSON_VARIABLES | {"starts_on", "application"},
    "score_given": frozenset({"application"}),
    "alert_raised": frozenset({"alert", "alert_kind", "verdict", "about"}),
}
"""What a template may use, beside the company's own words, for each cause."""

_KINDS = {"score_given": MessageKind.SCORE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach people. `url` is a reference; `recipient` says which of a candidate's addresses it needs."""

    name: str
    url: str
    recipient: str | None
    language: str | None
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A webhook out. `url` is an address or a reference, `secrets` are references, the newest first."""

    name: str
    url: str
    secrets: tuple[str, ...]
    is_live: bool = False
    allow_addresses: tuple[str, ...] = ()
    allow_http: bool = False
    personal: tuple[str, ...] = ()
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something happens, a message goes to `target`: a notification, a webhook or a push to the source."""

    when: str
    target: str
    kind: MessageKind
    only: Mapping[str, tuple[str, ...]]
    max_age: dt.timedelta
    template: str | None = None
    type: str | None = None
    to: str | None = None

    def takes(self, facts: Mapping[str, object]) -> bool:
        """Whether the cause has the values that the rule asks for."""
        return all(str(facts.get(name)) in values for name, values in self.only.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """The whole file."""

    company: Mapping[str, str] = field(default_factory=dict)
    human_contact: Mapping[str, str] = field(default_factory=dict)
    result_page: str | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_ZONE))
    channels: Mapping[str, Channel] = field(default_factory=dict)
    webhooks: Mapping[str, Endpoint] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def words(self, language: str) -> dict[str, str]:
        """What templates may say about the company, in one language."""
        given = {
            "company": self.company.get(language),
            "human_contact": self.human_contact.get(language),
            "result_page": self.result_page,
        }
        return {name: value for name, value in given.items() if value is not None}


def notifications(settings: Settings) -> Notifications:
    """The file as it stands now; empty where there is none. Raises NotificationsInvalid."""
    path = settings.home / FILE
    try:
        state = path.stat()
    except FileNotFoundError:
        return Notifications()
    return _read(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=64)
def _read(path: Path, modified_ns: int, size: int) -> Notifications:
    del modified_ns, size  # parts of the key: a changed file is read again
    try:
        content = document(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError, MappingRefused) as error:
        raise NotificationsInvalid(f"{path.name} cannot be read: {type(error).__name__}") from None
    _check_shape(content, path.name)
    found = _parsed(content)
    for number, rule in enumerate(found.rules, start=1):
        _check_rule(rule, found, path.parent, f"{path.name}: rule {number}")
    return found


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("warehouse.sync") / "notifications.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _check_shape(content: Mapping[str, object], name: str) -> None:
    error = jsonschema.exceptions.best_match(_validator().iter_errors(content))
    if error is None:
        return
    where = ".".join(str(part) for part in error.absolute_path) or "the file"
    is_open = error.validator in {"required", "additionalProperties"}
    said = error.message if is_open else f"it breaks {error.validator} {json.dumps(error.validator_value)[:120]}"
    raise NotificationsInvalid(f"{name}: {where}: {said}")


def _parsed(content: Mapping[str, object]) -> Notifications:
    channels = cast("dict[str, dict[str, str]]", content.get("channels", {}))
    webhooks = cast("dict[str, dict[str, object]]", content.get("webhooks", {}))
    return Notifications(
        company=cast("dict[str, str]", content.get("company", {})),
        human_contact=cast("dict[str, str]", content.get("human_contact", {})),
        result_page=cast("str | None", content.get("result_page")),
        zone=_zone(str(content.get("timezone", DEFAULT_ZONE))),
        channels={name: _channel(name, given) for name, given in channels.items()},
        webhooks={name: _endpoint(name, given) for name, given in webhooks.items()},
        rules=tuple(_rule(given) for given in cast("list[dict[str, object]]", content.get("rules", []))),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise NotificationsInvalid(f"{FILE}: timezone: there is no zone {name!r}") from None


def _channel(name: str, given: Mapping[str, str]) -> Channel:
    return Channel(
        name=name,
        url=given["url"],
        recipient=given.get("recipient"),
        language=given.get("language"),
        is_live=given.get("mode") == "live",
    )


def _endpoint(name: str, given: Mapping[str, object]) -> Endpoint:
    networks = tuple(cast("list[str]", given.get("allow_addresses", [])))
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise NotificationsInvalid(f"{FILE}: webhooks.{name}.allow_addresses: {network!r} is no network") from None
    return Endpoint(
        name=name,
        url=str(given["url"]),
        secrets=tuple(cast("list[str]", given["secrets"])),
        is_live=given.get("mode") == "live",
        allow_addresses=networks,
        allow_http=bool(given.get("allow_http", False)),
        personal=tuple(cast("list[str]", given.get("personal", []))),
        timeout_s=float(cast("float", given.get("timeout_seconds", 20.0))),
    )


def _rule(given: Mapping[str, object]) -> Rule:
    when = str(given["when"])
    only = cast("dict[str, list[str]]", given.get("only", {}))
    target, kind = _target_of(given, when)
    return Rule(
        when=when,
        target=target,
        kind=kind,
        only={name: tuple(values) for name, values in only.items()},
        max_age=dt.timedelta(hours=float(cast("float", given.get("max_age_hours", 72)))),
        template=cast("str | None", given.get("template")),
        type=cast("str | None", given.get("type")),
        to=cast("str | None", given.get("to")),
    )


def _target_of(given: Mapping[str, object], when: str) -> tuple[str, MessageKind]:
    if "channel" in given:
        return f"channel:{given['channel']}", MessageKind.NOTIFICATION
    if "webhook" in given:
        return f"webhook:{given['webhook']}", MessageKind.WEBHOOK
    default = _KINDS.get(when, MessageKind.STATUS)
    return str(given["push"]), MessageKind(str(given.get("kind", default)))


def _check_rule(rule: Rule, found: Notifications, home: Path, where: str) -> None:
    """What the schema cannot say: names that must be there, and words that the template needs."""
    place, _, name = rule.target.partition(":")
    known = {"channel": found.channels, "webhook": found.webhooks}.get(place)
    if known is not None and name not in known:
        raise NotificationsInvalid(f"{where}: there is no {place} {name!r}")
    if (rule.kind is MessageKind.STAGE_MOVE) != (rule.to is not None):
        raise NotificationsInvalid(f"{where}: a stage_move says the stage in `to`, and only a stage_move does")
    if rule.template is None:
        return
    if rule.when == "alert_raised" and found.channels[name].recipient is not None:
        raise NotificationsInvalid(
            f"{where}: an alert is about no candidate; send it to a channel of the company's own"
        )
    for language in notify_templates.LANGUAGES:
        _check_template(rule, found, home, language, where)


def _check_template(rule: Rule, found: Notifications, home: Path, language: str, where: str) -> None:
    try:
        template = notify_templates.template(home, str(rule.template), language)
    except TemplateInvalid as error:
        raise NotificationsInvalid(f"{where}: {error}") from None
    missing = template.variables - CAUSE_VARIABLES[rule.when] - set(found.words(language))
    if missing:
        raise NotificationsInvalid(
            f"{where}: the template {rule.template} ({language}) needs {', '.join(sorted(missing))};"
            f" {rule.when} has {', '.join(sorted(CAUSE_VARIABLES[rule.when]))}, {FILE} may give the company's words"
        )
