"""What a gate report says of a check, in the reader's words: reasons, and each figure's name, stratum and definition.

The evidence keeps stored values and English definitions, so that it reads the same for ever. Here its codes become
words and its definitions sentences of the reader's language; what no table knows stands for itself.
"""

import functools
import re

from dashboards import group_words
from dashboards.documents import terms
from dashboards.gate_report import CheckLine
from dashboards.wording.words import Words, table
from warehouse import group_names


def reason(say: Words, line: CheckLine) -> str:
    """The check's sentence, its features, targets and groups in words; an older report keeps the codes of its day."""
    return terms.sentence(line.reason, say.language, about=line.check.partition(".")[2])


def figure(say: Words, name: str) -> str:
    """A figure's name, such as "Impact ratio: female" of `impact_ratio F`."""
    kind, _, about = name.partition(" ")
    what = say.of("figure", kind)
    return say("app.filter", name=what, values=_about(say, about)) if about else what


def stratum(say: Words, name: str) -> str:
    """Where a figure was taken: a stage, a way to divide, or a group of an attribute; empty of everybody."""
    attribute, _, group = name.partition(" ")
    if group and attribute in group_names.ATTRIBUTES:
        return group_words.of_attribute(say, attribute, group)
    return say.of("stratum", name.replace(" ", "_")).replace("_", " ") if name else ""


def comparator(say: Words, name: str) -> str:
    """What a figure is held against: a group, a score, or a phrase of ours."""
    told = _translated(say, "versus", name)
    if told != name:
        return told
    return say.of("attribute", name) if say.has(f"attribute.{name}") else group_words.group(say, name)


def definition(say: Words, sentence: str) -> str:
    """The figure's definition in the reader's language."""
    return _translated(say, "definition", sentence)


def _about(say: Words, stored: str) -> str:
    plain = stored.removeprefix("skill:")
    return say.of("skill", plain) if say.has(f"skill.{plain}") else group_words.group(say, stored)


def _translated(say: Words, page: str, english: str) -> str:
    for key, pattern in _patterns(page):
        found = pattern.fullmatch(english)
        if found:
            return say(key, **{fact: _fact(say, value) for fact, value in found.groupdict().items()})
    return english


def _fact(say: Words, value: str) -> str:
    way = f"stratum.by_{value.replace(' ', '_')}"
    if say.has(way):
        return say(way).removeprefix("按") if say.language == "zh" else value
    return terms.name(value, say.language) if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", value) else value


@functools.cache
def _patterns(page: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every English sentence of a page of the wording as a pattern, its facts named."""
    found = []
    for key, sentence in table("en").items():
        if key.startswith(f"{page}."):
            parts = re.split(r"\{(\w+)\}", sentence)
            shape = "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
            found.append((key, re.compile(shape)))
    return tuple(found)
