"""What sentences call groups of people and attributes, in English and Chinese: `F` is a female group, 女.

It stands this low so that whoever writes a sentence about a group and whoever keeps small groups out of sentences
(`warehouse.gate_reading`) know the same names. A value without a word of ours, such as one of somebody's own file,
stands for itself.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Name(NamedTuple):
    """A name in English and in Chinese."""

    en: str
    zh: str


UNKNOWN, NOT_ASKED = Name("unknown", "未知"), Name("not asked", "未询问")

ATTRIBUTES: Mapping[str, Name] = {
    "sex": Name("sex", "性别"),
    "race_ethnicity": Name("race/ethnicity", "种族/族裔"),
    "disability": Name("disability", "残障"),
    "age_group": Name("age group", "年龄组"),
}

_SEX = {
    "F": Name("female", "女"),
    "M": Name("male", "男"),
    "X": Name("other", "其他"),
    "female": Name("female", "女"),
    "male": Name("male", "男"),
}
_RACE = {
    "White": Name("White", "白人"),
    "Asian": Name("Asian", "亚裔"),
    "Hispanic or Latino": Name("Hispanic or Latino", "西班牙裔或拉丁裔"),
    "Black or African American": Name("Black or African American", "黑人或非裔美国人"),
    "Two or More Races": Name("Two or More Races", "两个或以上种族"),
    "American Indian or Alaska Native": Name("American Indian or Alaska Native", "美洲印第安人或阿拉斯加原住民"),
    "Native Hawaiian or Other Pacific Islander": Name(
        "Native Hawaiian or Other Pacific Islander", "夏威夷原住民或其他太平洋岛民"
    ),
}
# "yes" and 是 alone say nothing in a sentence, and 是 would be found in half of all Chinese ones
_DISABILITY = {"yes": Name("with a disability", "有残障"), "no": Name("without a disability", "无残障")}
_AGE = {"40 and over": Name("40 and over", "40 岁及以上"), "under 40": Name("under 40", "40 岁以下")}
_ANY = {"unknown": UNKNOWN, "(not asked)": NOT_ASKED}

VALUES: Mapping[str, Mapping[str, Name]] = {
    "sex": _SEX,
    "gender": _SEX,
    "race_ethnicity": _RACE,
    "race": _RACE,
    "ethnicity": _RACE,
    "disability": _DISABILITY,
    "age_group": _AGE,
}
"""By attribute, the values that have a word; the names that files have for an attribute too."""


def value(attribute: str, stored: str | None) -> Name:
    """The name of one value; None is the unknown one."""
    if stored is None:
        return UNKNOWN
    return VALUES.get(attribute.lower(), {}).get(stored) or _ANY.get(stored) or Name(stored, stored)


def attribute(name: str) -> Name:
    """The name of an attribute; one without a word has blanks for its underscores."""
    plain = name.replace("_", " ")
    return ATTRIBUTES.get(name, Name(plain, plain))


def group(pairs: Iterable[tuple[str, str | None]]) -> Name:
    """The name of a group, its values in order."""
    named = [value(name, stored) for name, stored in pairs]
    return Name(", ".join(one.en for one in named), "、".join(one.zh for one in named))


def pattern(label: str) -> str:
    """A regular expression for every way in which a sentence may name the group of this label, such as `Asian, F`.

    Of no attribute is asked: a name too many leaves out a sentence too many, a name too few would name somebody.
    """
    return "(?:, |、)".join(_any_of(part) for part in label.split(", "))


def _any_of(stored: str) -> str:
    tables = (_ANY, *VALUES.values())
    ways = dict.fromkeys([stored, *(way for table in tables if stored in table for way in table[stored])])
    return f"(?:{'|'.join(_alone(way) for way in ways)})"


def _alone(text: str) -> str:
    """The text, not as a part of a longer word; Chinese has no blanks between words."""
    before = r"(?<![A-Za-z0-9_])" if re.match(r"[A-Za-z0-9_]", text) else ""
    after = r"(?![A-Za-z0-9_])" if re.search(r"[A-Za-z0-9_]$", text) else ""
    return f"{before}{re.escape(text)}{after}"
