"""Every sentence of the pages, in English and Chinese, from the folders `en` and `zh` beside this file.

A folder has one file a page; a file's name is the first part of its keys, such as `funnel.title`.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""The languages by code, each named in itself."""

NOTHING = "–"
"""What stands where there is no value."""


class UnknownWord(KeyError):
    """A page asked for words that the table lacks."""


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; call it with a key and the facts that the sentence names.

    `names` are values of the records with their names in this language, such as departments.
    """

    language: str
    names: tuple[tuple[str, str], ...] = ()

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence under `key`, such as `funnel.title`, with its facts filled in."""
        try:
            sentence = table(self.language)[key]
        except KeyError:
            raise UnknownWord(f"no words under {key!r} in {self.language}") from None
        return sentence.format(**facts) if facts else sentence

    def has(self, key: str) -> bool:
        """Whether there is a sentence under `key`."""
        return key in table(self.language)

    def of(self, group: str, value: str | None) -> str:
        """The name of a value such as a stage or a department; a value without a name stands for itself."""
        if value is None:
            return NOTHING
        if group == "value" and value in dict(self.names):
            return dict(self.names)[value]
        key = f"{group}.{value}"
        return self(key) if self.has(key) else value

    def listed(self, group: str, values: Iterable[str]) -> str:
        """The names of several values in one phrase."""
        return self("app.comma").join(self.of(group, value) for value in values)


@functools.cache
def table(language: str) -> Mapping[str, str]:
    """All sentences of a language, flat: `page.sentence`."""
    found: dict[str, str] = {}
    for file in sorted((files("dashboards.wording") / language).iterdir(), key=lambda file: file.name):
        page = file.name.removesuffix(".yaml")
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
        found.update({f"{page}.{name}": str(text) for name, text in loaded.items()})
    return found
