"""Every sentence of the pages, in English and Chinese, from `en.yaml` and `zh.yaml` beside this file."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""The languages by code, each named in itself."""


class UnknownWord(KeyError):
    """A page asked for words that the table lacks."""


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; call it with a key and the facts that the sentence names."""

    language: str

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
        """The name of a value such as a stage or a verdict; a value without a name stands for itself."""
        if value is None:
            return "–"
        key = f"{group}.{value}"
        return self(key) if self.has(key) else value


@functools.cache
def table(language: str) -> Mapping[str, str]:
    """All sentences of a language, flat: `page.sentence`."""
    loaded = yaml.safe_load((files("dashboards.wording") / f"{language}.yaml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": str(text) for group, sentences in loaded.items() for name, text in sentences.items()}
