"""Who calls the HTTP API: the principal behind the key in `Authorization: Bearer …`.

A key's answer is remembered for a few seconds, so a revoked key is refused within `REMEMBERED_S`.
"""

import hashlib
import threading
import time

from models.problems import Problem
from warehouse import api_keys
from warehouse.access import Principal
from warehouse.settings import Settings

REMEMBERED_S = 5.0
_LARGEST = 10_000


class Doorkeeper:
    """Turns a header into a principal; may be shared between threads."""

    def __init__(self, settings: Settings) -> None:
        """For the keys of these settings."""
        self._settings = settings
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Principal]] = {}

    def admit(self, authorization: str | None) -> Principal:
        """The caller's principal. Raises Problem `missing_key` or `unknown_key`."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Problem("missing_key", headers={"WWW-Authenticate": "Bearer"})
        digest = hashlib.sha256(token.strip().encode()).digest()
        return self._remembered(digest) or self._looked_up(digest, token.strip())

    def _remembered(self, digest: bytes) -> Principal | None:
        with self._lock:
            until, principal = self._known.get(digest, (0.0, None))
        return principal if until > time.monotonic() else None

    def _looked_up(self, digest: bytes, token: str) -> Principal:
        try:
            principal = api_keys.principal_for(self._settings, token)
        except api_keys.UnknownKey as error:
            raise Problem("unknown_key", headers={"WWW-Authenticate": "Bearer"}) from error
        with self._lock:
            if len(self._known) >= _LARGEST:
                self._known.clear()
            self._known[digest] = (time.monotonic() + REMEMBERED_S, principal)
        return principal
