"""One spelling for what is written in many ways: e-mail addresses, telephone numbers, names in both scripts.

Nothing here guesses: a value that cannot be read as what it should be is no identifier at all.
"""

import re
import unicodedata

SHORTEST_PHONE = 7
"""Digits below which a number is an extension or a mistake."""

_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
_NOT_A_PERSON = frozenset({"noreply", "no-reply", "donotreply", "none", "na", "n/a", "unknown", "test", "null"})
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXTENSION = re.compile(r"(?:ext\.?|x|转|分机)\s*\d+$")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "先生", "女士", "小姐"})


def email(given: str | None) -> str | None:
    """An address in lower case without a tag; at Google also without dots, which it ignores."""
    text = unicodedata.normalize("NFKC", given or "").strip().strip("<>").lower().removeprefix("mailto:")
    if not _ADDRESS.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    local = local.partition("+")[0]
    if domain in _GOOGLE:
        local, domain = local.replace(".", ""), "gmail.com"
    return None if not local or local in _NOT_A_PERSON else f"{local}@{domain}"


def phone(given: str | None) -> str | None:
    """The digits without what dials out of a country or a house; None where too few are left."""
    text = unicodedata.normalize("NFKC", given or "").strip().lower()
    digits = "".join(letter for letter in _EXTENSION.sub("", text) if letter.isdecimal()).lstrip("0")
    if len(digits) < SHORTEST_PHONE or len(set(digits)) == 1:
        return None
    return digits


def same_phone(left: str, right: str) -> bool:
    """Whether two numbers are one, where one may lack the country's code."""
    short, long = sorted((left, right), key=len)
    return long.endswith(short) and len(long) - len(short) <= 3


def phone_block(digits: str) -> str:
    """What two spellings of one number share: the last seven digits."""
    return digits[-SHORTEST_PHONE:]


def is_han(text: str) -> bool:
    """Whether a name is written in Chinese characters."""
    return _HAN.search(text) is not None


def latin_name(given: str | None) -> str | None:
    """Words in lower case without accents and titles, in alphabetical order: family names come first or last."""
    text = unicodedata.normalize("NFKD", given or "")
    plain = "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()
    words = [word for word in re.split(r"[^\w']+", plain) if word and word not in _TITLES]
    return " ".join(sorted(words)) or None


def han_name(given: str | None) -> str | None:
    """Chinese characters without blanks, middle dots and titles."""
    text = "".join(letter for letter in unicodedata.normalize("NFKC", given or "") if letter.isalnum())
    for title in _TITLES:
        text = text.removesuffix(title)
    return text or None


def names(full_name: str | None, full_name_local: str | None) -> tuple[str | None, str | None]:
    """The name in Latin letters and in Chinese characters, whichever column it stood in."""
    given = [name for name in (full_name, full_name_local) if name and name.strip()]
    latin = next((name for name in given if not is_han(name)), None)
    han = next((name for name in given if is_han(name)), None)
    return latin_name(latin), han_name(han)
