"""Pseudonyms: HMAC-SHA256 under a key that stands outside the records, cut to 128 bits and written in hex.

Whoever holds the lake cannot go back to a person, not even knowing every source record id, without the key. PostgreSQL
computes the same from `sha256` alone, as RFC 2104 defines it: the two key blocks reach it as settings of the
transaction, bound as parameters, so that the key stands in no statement text and no log.
"""

import hmac
import os
import secrets
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.settings import Settings, SettingsError

_BLOCK = 64
_HEX_DIGITS = 32


def pseudonym(key: bytes, kind: str, identifier: str) -> str:
    """The pseudonym of `identifier` (uuid text or a source's own id); `kind` keeps equal ids of two kinds apart."""
    return hmac.new(key, f"{kind}:{identifier}".encode(), "sha256").hexdigest()[:_HEX_DIGITS]


def fingerprint(key: bytes) -> str:
    """What tells two keys apart and tells nothing of either."""
    return hmac.new(key, b"fingerprint", "sha256").hexdigest()[:16]


def expression(kind: str, column: str) -> str:
    """SQL for the pseudonym of a column, null where that is null; needs `lend` in the same transaction."""
    inner, outer = (f"(SELECT decode(current_setting('hiregate.pseudonym_{part}'), 'hex'))" for part in ("in", "out"))
    message = f"convert_to('{kind}:' || {column}, 'UTF8')"
    return f"left(encode(sha256({outer} || sha256({inner} || {message})), 'hex'), {_HEX_DIGITS})"


def lend(session: Session, key: bytes) -> None:
    """Gives the key's two blocks to the transaction, for `expression`."""
    block = key.ljust(_BLOCK, b"\0")
    session.execute(
        text(
            "SELECT set_config('hiregate.pseudonym_in', :inner, true),"
            " set_config('hiregate.pseudonym_out', :outer, true)"
        ),
        {"inner": bytes(b ^ 0x36 for b in block).hex(), "outer": bytes(b ^ 0x5C for b in block).hex()},
    )


def key_of(settings: Settings) -> bytes:
    """The key: HIREGATE_PSEUDONYM_KEY where it is set, else a file under the home that the first call makes.

    Machines that share one lake need the same key. A new key gives everyone new pseudonyms: refresh fully after it.
    Raises SettingsError for a key that is not 32 bytes of hex.
    """
    if settings.pseudonym_key:
        return _decoded(settings.pseudonym_key, "HIREGATE_PSEUDONYM_KEY")
    path = settings.home / "keys" / "pseudonym.key"
    if not path.exists():
        _create(path)
    return _decoded(path.read_text(encoding="ascii").strip(), str(path))


def _decoded(text_: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text_)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingsError(f"{where} must hold 32 bytes as 64 hex digits; `openssl rand -hex 32` makes some")
    return key


def _create(path: Path) -> None:
    """Makes the file whole or not at all, readable by its owner only; of two makers the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32), encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
