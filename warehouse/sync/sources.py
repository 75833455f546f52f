"""The sources of sync: one YAML file a source in the sources' folder, named like the source, over a shipped profile.

A file is read again when it changes, so that a secret's or a setting's change needs no restart. A broken file stops its
own source only. A secret that stands in a file is refused before anything uses the file.

Errors:

  SourceError
    UnknownSource   no file and no built-in source has the name
    SourceInvalid   the file cannot be used; the message names file and place
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import jsonschema

from warehouse.files.errors import MappingRefused
from warehouse.files.mapping_file import document
from warehouse.settings import Settings
from warehouse.sync.secrets import is_reference

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What a source's or profile's name looks like."""

DEFAULT_ZONE = "Asia/Shanghai"

LARGEST_BYTES = 262_144
"""Bytes of a source file."""

EVERY_ENTITY = "*"
"""The key of `Source.freshness` that stands for all entities without a value of their own."""

_SECRET_NAME = re.compile(r"(?:^|_)(?:secrets?|passwords?|passwd|tokens?|private_key|api_?key|passphrase)$")
_NAMES_OF_FIELDS = frozenset({"names", "paginator"})
_OWN_MAPPING = frozenset({"webhook", "rest"})


class SourceError(ValueError):
    """A source cannot be used; the message is one line."""


class UnknownSource(SourceError):
    """No source has the name."""


class SourceInvalid(SourceError):
    """The source's file, or its profile, breaks the format."""


class Verification(StrEnum):
    """How sure a wire format is: the vendor's own documents, others' code, or an assumption of ours."""

    DOCUMENTED = "documented"
    SEEN_ELSEWHERE = "seen_elsewhere"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """How a source's events come in. `secrets` are references; the paths are dotted, a list's index is a number."""

    scheme: str
    secrets: tuple[str, ...] = ()
    header: str | None = None
    tolerance_seconds: int = 300
    max_bytes: int = 262_144
    rate_per_second: float = 500.0
    entity: str | None = None
    key: tuple[str, ...] = ()
    happened_at: str | None = None
    version: str | None = None
    allow_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One outside system.

    `mapping` is the name of a shipped mapping or the path of a file. `freshness` holds minutes an entity, `*` for the
    rest. `pull` and `push` are as the connector reads them; secrets in them are references.
    """

    name: str
    connector: str
    mapping: str
    profile: str | None = None
    verification: Verification = Verification.DOCUMENTED
    description: str = ""
    timezone: str = DEFAULT_ZONE
    owner: str | None = None
    freshness: Mapping[str, int] = field(default_factory=dict)
    webhook: Webhook | None = None
    pull: Mapping[str, object] = field(default_factory=dict)
    push: Mapping[str, object] = field(default_factory=dict)

    @property
    def every_minutes(self) -> int | None:
        """How often the worker pulls; None: only on command."""
        return cast("int | None", self.pull.get("every_minutes"))

    def freshness_of(self, entity: str | None = None) -> int | None:
        """Minutes after which the entity, or the source, is stale; None where nobody said."""
        return self.freshness.get(entity or EVERY_ENTITY, self.freshness.get(EVERY_ENTITY))


BUILT_IN: Mapping[str, Source] = {
    "plain_interviews": Source(
        name="plain_interviews",
        connector="webhook",
        mapping="plain_interviews",
        description="AI interviews sent to POST /v1/interviews by systems without a source of their own.",
    )
}
"""Sources that need no file; a file of the name takes the place of one."""


def source(settings: Settings, name: str) -> Source:
    """The source of this name as its file stands now. Raises UnknownSource, SourceInvalid."""
    if not NAME.fullmatch(name):
        raise UnknownSource(f"source {name[:80]!r}: names are 1 to 63 characters of a-z, 0-9, _ and -")
    path = settings.sources / f"{name}.yaml"
    try:
        state = path.stat()
    except OSError:
        if name in BUILT_IN:
            return BUILT_IN[name]
        raise UnknownSource(f"source {name!r}: there is no {path.name} in the sources' folder") from None
    return _read(path, state.st_mtime_ns, state.st_size)


def sources(settings: Settings) -> Mapping[str, Source]:
    """Every source that has a sound file, by name. The broken ones are `broken_sources`."""
    return {name: found for name, found in _all(settings).items() if isinstance(found, Source)}


def broken_sources(settings: Settings) -> Mapping[str, SourceInvalid]:
    """Every source whose file cannot be used, with the reason."""
    return {name: found for name, found in _all(settings).items() if isinstance(found, SourceInvalid)}


def profile_names() -> tuple[str, ...]:
    """The profiles that ship with Hiregate."""
    folder = files("warehouse.sync") / "profiles"
    if not folder.is_dir():
        return ()
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def profile(name: str) -> Mapping[str, object]:
    """The content of a shipped profile. Raises SourceInvalid."""
    path = files("warehouse.sync") / "profiles" / f"{name}.yaml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise SourceInvalid(f"profile {name!r} does not ship with Hiregate; there are {', '.join(profile_names())}")
    return _document(path.read_text(encoding="utf-8"), f"profile {name}")


def checked(content: Mapping[str, object], path: Path) -> Source:
    """The source that a file's content describes, over its profile. Raises SourceInvalid."""
    _refuse_literals(content, path.name)
    named = content.get("profile")
    merged = _over(profile(named), content) if isinstance(named, str) else dict(content)
    error = jsonschema.exceptions.best_match(_validator().iter_errors(merged))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path) or "the source"
        raise SourceInvalid(f"{path.name}: {where}: {_without_value(error)}")
    if merged["source"] != path.stem:
        raise SourceInvalid(
            f"{path.name}: it describes source {merged['source']!r}; name the file {merged['source']}.yaml"
        )
    return _source(merged, path)


def _all(settings: Settings) -> dict[str, Source | SourceInvalid]:
    found: dict[str, Source | SourceInvalid] = {}
    for path in sorted(settings.sources.glob("*.yaml")):
        try:
            found[path.stem] = source(settings, path.stem)
        except SourceInvalid as error:
            found[path.stem] = error
        except UnknownSource as error:
            found[path.stem] = SourceInvalid(str(error))
    return found


@functools.lru_cache(maxsize=256)
def _read(path: Path, modified_ns: int, size: int) -> Source:
    del modified_ns  # part of the key: a changed file is read again
    if size > LARGEST_BYTES:
        raise SourceInvalid(f"{path.name}: it is larger than {LARGEST_BYTES} bytes")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceInvalid(f"{path.name}: it cannot be read as text ({type(error).__name__})") from None
    return checked(_document(text, path.name), path)


def _document(text: str, name: str) -> dict[str, object]:
    try:
        return document(text, name)
    except MappingRefused as error:
        raise SourceInvalid(str(error).replace("the mapping", "the source")) from None


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("warehouse.sync") / "source.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _without_value(error: jsonschema.ValidationError) -> str:
    """What is wrong, without the value that stands there: it may be a secret in the wrong place."""
    if error.validator in {"required", "additionalProperties"}:
        return error.message
    return f"it breaks {error.validator} {json.dumps(error.validator_value)[:120]}"


def _refuse_literals(content: object, name: str, where: str = "") -> None:
    if isinstance(content, dict):
        for key, value in content.items():
            if key in _NAMES_OF_FIELDS:
                continue
            _refuse_literal(key, value, name, f"{where}{key}")
            _refuse_literals(value, name, f"{where}{key}.")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            _refuse_literals(value, name, f"{where}{index}.")


def _refuse_literal(key: str, value: object, name: str, where: str) -> None:
    given = value if isinstance(value, list) else [value]
    is_blank_user = (
        key == "auth" and isinstance(value, dict) and value.get("kind") == "basic" and "password" not in value
    )
    if is_blank_user and not is_reference(cast("dict[str, object]", value).get("user")):
        raise SourceInvalid(f"{name}: {where}.user: without a password it is a token; say where it is kept, env:NAME")
    if _SECRET_NAME.search(key) and any(isinstance(one, str | int) and not is_reference(one) for one in given):
        raise SourceInvalid(
            f"{name}: {where}: say where the secret is kept, env:NAME or file:/path, not the secret itself"
        )


def _over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        replaces = key == "auth" or not (isinstance(under, dict) and isinstance(value, dict))
        merged[key] = value if replaces else _over(cast("dict[str, object]", under), cast("dict[str, object]", value))
    return merged


def _source(content: Mapping[str, object], path: Path) -> Source:
    name, connector = str(content["source"]), str(content["connector"])
    zone = str(content.get("timezone", DEFAULT_ZONE))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise SourceInvalid(f"{path.name}: timezone: there is no zone {zone!r}") from None
    return Source(
        name=name,
        connector=connector,
        mapping=_mapping(content.get("mapping"), name if connector in _OWN_MAPPING else connector, path),
        profile=cast("str | None", content.get("profile")),
        verification=Verification(str(content.get("verification") or _sureness(connector))),
        description=str(content.get("description", "")),
        timezone=zone,
        owner=cast("str | None", content.get("owner")),
        freshness=_freshness(content.get("freshness_minutes")),
        webhook=_webhook(cast("dict[str, object] | None", content.get("webhook"))),
        pull=cast("dict[str, object]", content.get("pull", {})),
        push=cast("dict[str, object]", content.get("push", {})),
    )


_SURENESS: Mapping[str, Verification] = {
    "rest": Verification.UNVERIFIED,
    "beisen": Verification.SEEN_ELSEWHERE,  # known from others' copies of the vendors' documents alone
    "ihr360": Verification.SEEN_ELSEWHERE,
}


def _sureness(connector: str) -> Verification:
    return _SURENESS.get(connector, Verification.DOCUMENTED)


def _mapping(given: object, default: str, path: Path) -> str:
    if given is None:
        return default
    text = str(given)
    return str((path.parent / text).resolve()) if text.endswith((".yaml", ".yml")) else text


def _freshness(given: object) -> dict[str, int]:
    if given is None:
        return {}
    return cast("dict[str, int]", given) if isinstance(given, dict) else {EVERY_ENTITY: cast("int", given)}


def _webhook(given: Mapping[str, object] | None) -> Webhook | None:
    if given is None:
        return None
    lists = {"secrets", "key", "allow_addresses"}
    return Webhook(**{key: tuple(value) if key in lists else value for key, value in given.items()})  # type: ignore[arg-type]  # the schema checked each
