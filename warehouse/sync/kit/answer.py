"""One answer of an outside system, its body read within bounds, and the test whether the body says success."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from warehouse.sync.event_values import at as value_at
from warehouse.sync.kit.errors import Malformed

TRACE_HEADERS = (
    "x-request-id",
    "x-correlation-id",
    "x-paas-request-id",
    "eagleeye-traceid",
    "x-li-uuid",
    "x-restli-id",
    "correlationid",
    "traceparent",
)
"""Headers by which a vendor's support finds a request, the first one found is used."""

QUOTA_HEADERS = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
"""Headers that say how many requests are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and body; the repr shows no body."""

    what: str
    url: str = field(repr=False)
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> object:
        """The body as JSON. Raises Malformed."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Malformed(f"{self.what}: the answer is no JSON", status=self.status, trace_id=self.trace_id) from None

    def at(self, path: str) -> object:
        """The value under a dotted path of the JSON body; None where it leads nowhere, the whole body for ``""``."""
        return value_at(self.json(), path.split(".") if path else ())

    def rows(self, path: str) -> list[Mapping[str, object]]:
        """The list of objects under a path; an absent or null list is empty. Raises Malformed for anything else."""
        found = self.at(path)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            where = f"under {path!r}" if path else "at the top"
            raise Malformed(f"{self.what}: no list of objects {where}", status=self.status, trace_id=self.trace_id)
        return found

    @property
    def trace_id(self) -> str | None:
        """The system's own name of this request, cut to 100 characters."""
        found = (self.headers.get(name) for name in TRACE_HEADERS)
        return next((text[:100] for text in found if text), None)

    @property
    def quota_left(self) -> int | None:
        """Requests left, where the system says it."""
        found = (self.headers.get(name, "") for name in QUOTA_HEADERS)
        return next((int(text) for text in found if text.isascii() and text.isdecimal()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """What a body must say for a 2xx answer to count: under `path` one of `values`, compared as text.

    The number 200 and the text "200" are the same code, for vendors write both.
    `transient` codes are tried again as a 503 is, `unauthorized` ones as a 401. A body without the field is a success
    only where `absent_is_success`.
    """

    path: str
    values: tuple[str | int, ...]
    transient: tuple[str | int, ...] = ()
    unauthorized: tuple[str | int, ...] = ()
    absent_is_success: bool = False

    def judge(self, answer: Answer) -> tuple[str, str | None]:
        """`ok`, `transient`, `unauthorized` or `refused`, and the code that the body says."""
        found = answer.at(self.path)
        if found is None:
            return ("ok" if self.absent_is_success else "refused"), None
        code = str(found).lower() if isinstance(found, bool) else str(found)
        for verdict, codes in (
            ("ok", self.values),
            ("transient", self.transient),
            ("unauthorized", self.unauthorized),
        ):
            if code in {str(one) for one in codes}:
                return verdict, code
        return "refused", code
