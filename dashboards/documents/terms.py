"""What records call things, in the reader's words: targets, features, periods, moments, and names inside sentences.

A sealed record keeps the names of its day, such as `content_logic` or `sex F`; a document never prints them. A name
without a word of ours is printed with blanks for its underscores.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from dashboards.documents.term_words import RACES, TERMS
from dashboards.gate_report import check_name
from dashboards.wording.words import NOTHING, Words
from training.weights_words import TARGETS

_GROUPS = ("skill", "attribute", "predictor", "criterion", "check", "dimension", "figure")
_SEX = r"(?P<value>[MFX])(?![A-Za-z0-9_])"
_NAME = re.compile(r"(?<![A-Za-z0-9_@./])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![A-Za-z0-9_@/])")
_OF_SEX = re.compile(rf"(?<![A-Za-z0-9_])sex {_SEX}")
_OF_RACE = re.compile(r"(?<![A-Za-z0-9_])race_ethnicity (?=[A-Z])")
_ALONE = re.compile(rf"(?<![A-Za-z0-9_]){_SEX}(?=[,:：、，（;；。]| [(<\d]|$)")
_RACE = re.compile("|".join(sorted(RACES, key=len, reverse=True)))


def term(group: str, name: str, language: str) -> str:
    """The word for a recorded name of this group, such as `excluded` and `no_label`."""
    found = TERMS.get(f"{group}.{name}")
    return found.in_language(language) if found else name.replace("_", " ")


def target(name: str, language: str) -> str:
    """What a model predicts; a dash where the record does not say."""
    found = TARGETS.get(name)
    return found.in_language(language) if found else term("target", name, language) or NOTHING


def source(name: str, language: str) -> str:
    """Where a feature is read from: a skill of the interview, or a column of the application."""
    return term("source", "skill" if name.startswith("skill:") else name, language)


def mapping(name: str, language: str) -> str:
    """A mapping with its version, from `name@version`."""
    plain, _, version = name.partition("@")
    shown = plain.replace("_", " ")
    return TERMS["mapping"].in_language(language).format(name=shown, version=version) if version else shown


def period(interval: str, language: str) -> str:
    """An ISO interval of days as from and to; another text stands for itself, nothing as a dash."""
    begins, _, ends = interval.partition("/")
    return TERMS["period"].in_language(language).format(begins=begins, ends=ends) if ends else begins or NOTHING


def moment(when: dt.datetime | str) -> str:
    """Date, time and zone; a text that is no ISO moment stands for itself, nothing as a dash."""
    try:
        found = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        return str(when) or NOTHING
    return f"{found.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if found.tzinfo else f"{found:%Y-%m-%d %H:%M}"


def recorded(group: str, values: Mapping[str, object], language: str) -> Iterator[str]:
    """Each single value of a recorded mapping with its word; mappings and lists in it are left out."""
    for name, value in values.items():
        if not isinstance(value, Mapping | list):
            yield f"{term(group, name, language)} {_value(group, name, value, language)}"


def _value(group: str, name: str, value: object, language: str) -> str:
    if value is None or value == "":
        return NOTHING
    if group == "period":
        return period(str(value), language)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return moment(str(value)) if name.endswith("_begins") else term(group, str(value), language)
    return str(value) if name == "seed" else f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def sentence(said: str, language: str, *, about: str = "") -> str:
    """A stored sentence with its names in words. `about` are the attributes it speaks of, such as `sex+race_ethnicity`:
    a bare `M` is a sex only where they hold it.
    """
    say = Words(language)

    def sex(found: re.Match[str]) -> str:
        return say.of("value", found["value"])

    said = _OF_RACE.sub("", _OF_SEX.sub(sex, said))
    if "sex" in about.split("+"):
        said = _ALONE.sub(sex, said)
    if language != "en":
        said = _RACE.sub(lambda found: say.of("value", found[0]), said)
    return _NAME.sub(lambda found: name(found[0], language), said)


def name(code: str, language: str) -> str:
    """A name of the records wherever it stands: a skill, an attribute, a target, a criterion."""
    say = Words(language)
    known = next((group for group in _GROUPS if say.has(f"{group}.{code}")), None)
    if known is not None:
        return say.of(known, code)
    return TARGETS[code].in_language(language) if code in TARGETS else code.replace("_", " ")


def waived(reason: str, language: str) -> str:
    """The reason of a waiver in the ledger, which begins with the name of its check."""
    code, colon, rest = reason.partition(": ")
    say = Words(language)
    is_check = bool(colon) and say.has(f"check.{code.partition('.')[0]}")
    return say("app.filter", name=check_name(say, code), values=rest) if is_check else reason
