"""Secrets by reference: a source file names where a secret is kept, never the secret itself.

`env:NAME` is an environment variable, `file:/absolute/path` a file whose last line break is dropped. A secret that was
read is known to `hide`, which takes it out of any text before a person or a log sees it.

Errors:

  SecretError
    SecretMissing   the reference leads nowhere; the message names the reference
    SecretLiteral   the secret itself stands where a reference must
"""

import os
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

LARGEST_BYTES = 65_536
"""Bytes of a file that may be one secret: private keys with their chain of certificates are far below."""

SHORTEST_HIDDEN = 6
"""Characters below which a secret is no word that could be told from any other text."""

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:[/~].*")
_seen: set[str] = set()


class SecretError(ValueError):
    """A secret cannot be used."""


class SecretMissing(SecretError):
    """The reference leads nowhere; `reference` names it."""

    def __init__(self, reference: str, reason: str) -> None:
        """`reason` in a few words."""
        super().__init__(f"secret {reference}: {reason}")
        self.reference = reference


class SecretLiteral(SecretError):
    """The secret itself stands where a reference must; the message does not repeat it."""

    def __init__(self, where: str) -> None:
        """`where` it stands."""
        super().__init__(f"{where}: write where the secret is kept, env:NAME or file:/path, never the secret itself")


def is_reference(text: object) -> bool:
    """Whether the text says where a secret is kept."""
    return isinstance(text, str) and _REFERENCE.fullmatch(text) is not None


def secret(reference: str) -> str:
    """The secret as it is now. Raises SecretMissing, or SecretLiteral where no reference was given."""
    if not is_reference(reference):
        raise SecretLiteral("secret")
    kind, _, name = reference.partition(":")
    value = _environment(reference, name) if kind == "env" else _file(reference, name)
    if not value:
        raise SecretMissing(reference, "it is empty")
    _remember(value)
    return value


def plain_or_secret(value: str) -> str:
    """The value that a reference leads to, or the text itself where it is none: for names that may be open."""
    return secret(value) if is_reference(value) else value


def hide(text: str) -> str:
    """The text with each secret that this process has read, plain or encoded for an address, taken out."""
    for value in sorted(_seen, key=len, reverse=True):
        text = text.replace(value, "[secret]")
    return text


def remember(value: str) -> None:
    """Makes `hide` know a secret that was not read but received, as an access token."""
    _remember(value)


def _remember(value: str) -> None:
    if len(_seen) >= 10_000:
        _seen.clear()
    _seen.update(form for form in (value, quote(value, safe=""), quote_plus(value)) if len(form) >= SHORTEST_HIDDEN)


def _environment(reference: str, name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise SecretMissing(reference, "no such environment variable; set it for the services and commands")
    return value.strip()


def _file(reference: str, name: str) -> str:
    path = Path(name).expanduser()
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as error:
        raise SecretMissing(reference, f"the file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SecretMissing(reference, "the file is no text") from None
    if len(content) > LARGEST_BYTES:
        raise SecretMissing(reference, f"the file is larger than {LARGEST_BYTES} bytes")
    return text.removesuffix("\n").removesuffix("\r")
