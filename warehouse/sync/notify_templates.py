"""The words of messages: one YAML file a template and language, `title` and `body` with `${variable}` in them.

A file of the same name under `templates/en` or `templates/zh` of the home takes the place of a shipped one. A variable
without a value is an error, never an empty place in a letter.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template as Words

from warehouse.files.errors import MappingRefused
from warehouse.files.mapping_file import document
from warehouse.sync.outbox_errors import MissingVariable, TemplateInvalid

LANGUAGES = ("en", "zh")

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What a template's name looks like."""

_SHIPPED = "warehouse.sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One message's words in one language."""

    name: str
    language: str
    title: str
    body: str

    @property
    def variables(self) -> frozenset[str]:
        """What it needs to be filled in."""
        return frozenset(Words(self.title).get_identifiers()) | frozenset(Words(self.body).get_identifiers())

    def filled(self, values: Mapping[str, str]) -> "Letter":
        """The message with its values. Raises MissingVariable for one that is absent or empty."""
        missing = sorted(name for name in self.variables if not values.get(name, "").strip())
        if missing:
            raise MissingVariable(f"template {self.name} ({self.language}): no value for {', '.join(missing)}")
        title = " ".join(Words(self.title).substitute(values).split())  # a line break in a title would end a header
        return Letter(title=title, body=Words(self.body).substitute(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message ready to send; it is kept nowhere."""

    title: str
    body: str


def language_of(given: str | None, otherwise: str) -> str:
    """`zh` for any way of writing Chinese, `en` for any other language, `otherwise` where none is known."""
    text = (given or "").strip().lower()
    if not text:
        return otherwise
    is_chinese = text.startswith(("zh", "cmn", "中", "chinese", "mandarin", "汉", "普通话"))
    return "zh" if is_chinese else "en"


def names(home: Path) -> tuple[str, ...]:
    """Every template, shipped or the home's own."""
    shipped = {item.name for item in (files(_SHIPPED) / "templates" / "en").iterdir()}
    own = {path.name for path in (home / "templates" / "en").glob("*.yaml")}
    return tuple(sorted(name.removesuffix(".yaml") for name in shipped | own if name.endswith(".yaml")))


def template(home: Path, name: str, language: str) -> Template:
    """The template of that name, the home's own before the shipped one. Raises TemplateInvalid."""
    if language not in LANGUAGES or not NAME.fullmatch(name):
        raise TemplateInvalid(f"there is no template {name[:80]!r} in {language[:10]!r}")
    own = home / "templates" / language / f"{name}.yaml"
    if own.is_file():
        return _own(own, name, language, own.stat().st_mtime_ns)
    return _shipped(name, language)


@functools.lru_cache(maxsize=64)
def _own(path: Path, name: str, language: str, modified_ns: int) -> Template:
    del modified_ns  # part of the key: a changed file is read again
    return _parsed(path.read_text(encoding="utf-8"), name, language)


@functools.cache
def _shipped(name: str, language: str) -> Template:
    path = files(_SHIPPED) / "templates" / language / f"{name}.yaml"
    if not path.is_file():
        raise TemplateInvalid(f"there is no template {name!r} in {language}")
    return _parsed(path.read_text(encoding="utf-8"), name, language)


def _parsed(text: str, name: str, language: str) -> Template:
    try:
        content = document(text, f"{language}/{name}.yaml")
    except MappingRefused:
        raise TemplateInvalid(f"the template {name} ({language}) is not YAML") from None
    title, body = content.get("title"), content.get("body")
    if set(content) != {"title", "body"} or not isinstance(title, str) or not isinstance(body, str):
        raise TemplateInvalid(f"the template {name} ({language}) must hold title and body, nothing else")
    if not (Words(title).is_valid() and Words(body).is_valid()):
        raise TemplateInvalid(f"the template {name} ({language}) has a $ that begins no variable; write $$ for one")
    return Template(name=name, language=language, title=title, body=body.strip() + "\n")
