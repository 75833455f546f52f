"""Writes the names and figures of a comparison in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from dashboards import group_words
from dashboards.audit_tables import number
from dashboards.reports.comparison_words import WORDS
from dashboards.reports.document import Grid
from dashboards.reports.words import Pen
from dashboards.wording.words import Words
from training.compare_shape import Comparison, EstimateJson, Sentence
from validation.outcome import Text

_SHORT = 8
"""Letters of a run's id that tell it apart from the others in a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPen:
    """A pen that knows what the sides are called."""

    pen: Pen
    names: Mapping[str, str]

    @classmethod
    def of(cls, found: Comparison, language: str) -> Self:
        """The pen for this comparison."""
        pen = Pen(words=WORDS, language=language)
        runs = {
            run["run_id"]: f"{run['name']} {run['run_id'][:_SHORT]}" + (" ★" if run["is_champion"] else "")
            for run in found["runs"]
        }
        return cls(pen=pen, names=runs)

    @property
    def language(self) -> str:
        """`en` or `zh`."""
        return self.pen.language

    def say(self, key: str) -> str:
        """The word with this key."""
        return self.pen.say(key)

    def text(self, text: Text) -> str:
        """The text in the report's language."""
        return self.pen.text(text)

    def sentence(self, sentence: Sentence) -> str:
        """The sentence in the report's language."""
        return sentence["zh"] if self.language == "zh" else sentence["en"]

    def side(self, name: str) -> str:
        """A run by its configuration and the start of its id, the champion with a star; a baseline in words."""
        return self.names.get(name) or self.say(name)

    def attribute(self, attribute: str) -> str:
        """An attribute, or several."""
        return " × ".join(self.say(one) for one in attribute.split("+"))

    def group(self, label: str) -> str:
        """A group's label by the names of its values."""
        return group_words.group(Words(language=self.language), label)

    def grid(self, caption: str, headers: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Grid:
        """A table whose caption and headers are keys."""
        return self.pen.grid(caption, headers, rows)

    def titled(self, caption: str, headers: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Grid:
        """A table whose caption is written already and whose headers are keys."""
        return Grid(caption=caption, headers=tuple(self.say(key) for key in headers), rows=tuple(rows))


def interval(one: EstimateJson) -> str:
    """Both ends, or a dash."""
    low, high = one["ci"]
    return "–" if low is None or high is None else f"{number(low)} – {number(high)}"


def estimate_text(one: EstimateJson) -> str:
    """The value with its interval, or a dash."""
    if one["value"] is None:
        return "–"
    return number(one["value"]) if one["ci"][0] is None else f"{number(one['value'])} ({interval(one)})"


def count(value: int | None) -> str:
    """A number of people, or a dash where it is not shown."""
    return "–" if value is None else f"{value:,}"
