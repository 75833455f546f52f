"""The ways in which systems cut a list into pages, each as a value that a source file can describe.

`pages` walks them. Each answer comes with a mark: given back as `start`, the walk goes on after that page. A list that
leads in a circle ends as Malformed instead of never.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.client import Client, Params
from warehouse.sync.kit.errors import Malformed, Misconfigured

MOST_PAGES = 1_000_000
"""Pages of one walk, above which something is wrong."""

_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]*)\s*)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a walk; `is_idempotent` holds for a POST that reads, `success` goes before the client's own."""

    path: str
    method: str = "GET"
    params: Params = field(default_factory=dict)
    json: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_idempotent: bool = True
    success: Success | None = None

    def ask(self, client: Client) -> Answer:
        """The answer."""
        return client.request(
            self.method,
            self.path,
            params=self.params or None,
            json=self.json,
            headers=self.headers,
            is_idempotent=self.is_idempotent,
            success=self.success,
        )

    def with_value(self, name: str, value: str | int, where: str) -> "Call":
        """The same call with a parameter in its query or its JSON body."""
        if where == "json":
            return replace(self, json={**(self.json or {}), name: value})
        return replace(self, params={**self.params, name: value})


Mark = Mapping[str, object]
"""Where a walk stands: plain JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page's answer; `mark` is where the next one is, None after the last."""

    answer: Answer
    mark: Mark | None


class Paginator(Protocol):
    """Says which call is a page, and where the next is."""

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The call for the page at the mark; None is the first page."""
        ...

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """Where the page after this answer is; None where there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """Everything in one answer."""

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The call itself."""
        del mark
        return first

    def after(self, answer: Answer, mark: Mark | None) -> None:
        """Nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextUrl:
    """The body holds the next page's address under `path`."""

    path: str

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The address that the last answer gave."""
        return first if mark is None else replace(first, path=str(mark["url"]), params={})

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """The address under `path`."""
        del mark
        found = answer.at(self.path)
        return {"url": found} if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHeader:
    """The header `Link` holds the next page's address (RFC 8288)."""

    rel: str = "next"

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The address that the last answer gave."""
        return first if mark is None else replace(first, path=str(mark["url"]), params={})

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """The link of this relation."""
        del mark
        for url, attributes in _LINK.findall(answer.headers.get("link", "")):
            found = _REL.search(attributes)
            if found and self.rel in (found.group(1) or found.group(2) or "").lower().split():
                return {"url": url}
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCursor:
    """The body holds a word under `path` that the next call gives back as `parameter`, in its query or JSON body.

    `more_path` names a field that says whether there is more; without it an absent or empty word ends the walk.
    """

    path: str
    parameter: str
    where: str = "query"
    more_path: str | None = None

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The call with the last answer's word."""
        return first if mark is None else first.with_value(self.parameter, cast("str", mark["cursor"]), self.where)

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """The word under `path`."""
        del mark
        found = answer.at(self.path)
        has_more = self.more_path is None or str(answer.at(self.more_path)).lower() in {"true", "1"}
        is_word = isinstance(found, str | int) and not isinstance(found, bool) and found != ""
        return {"cursor": found} if has_more and is_word else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNumber:
    """Pages by number from `first` (0 or 1).

    The walk ends after `total_path` pages, where `last_path` says so, or where `rows_path` holds fewer rows than `size`
    (none, without a size).
    """

    rows_path: str
    parameter: str = "page"
    first: int = 1
    size: int | None = None
    size_parameter: str | None = None
    total_path: str | None = None
    last_path: str | None = None
    where: str = "query"

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The call with the page's number."""
        number = self.first if mark is None else cast("int", mark["page"])
        call = first.with_value(self.parameter, number, self.where)
        if self.size_parameter and self.size:
            call = call.with_value(self.size_parameter, self.size, self.where)
        return call

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """The next number, unless this was the last page."""
        number = self.first if mark is None else cast("int", mark["page"])
        return None if self._is_last(answer, number) else {"page": number + 1}

    def _is_last(self, answer: Answer, number: int) -> bool:
        if self.last_path is not None and isinstance(answer.at(self.last_path), bool):
            return answer.at(self.last_path) is True
        if self.total_path is not None:
            total = _whole(answer.at(self.total_path))
            if total is not None:
                return number - self.first + 1 >= total
        rows = len(answer.rows(self.rows_path))
        return rows == 0 or (self.size is not None and rows < self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Pages by the number of rows before them; ends at `total_path` rows, or at a page with fewer rows than `size`."""

    rows_path: str
    size: int
    parameter: str = "offset"
    size_parameter: str | None = "limit"
    total_path: str | None = None
    where: str = "query"

    def call(self, first: Call, mark: Mark | None) -> Call:
        """The call with the number of rows to skip."""
        call = first.with_value(self.parameter, cast("int", mark["offset"]) if mark else 0, self.where)
        return call.with_value(self.size_parameter, self.size, self.where) if self.size_parameter else call

    def after(self, answer: Answer, mark: Mark | None) -> Mark | None:
        """The number of rows so far, unless this was the last page."""
        rows = len(answer.rows(self.rows_path))
        upto = (cast("int", mark["offset"]) if mark else 0) + rows
        total = _whole(answer.at(self.total_path)) if self.total_path else None
        is_last = rows == 0 or (rows < self.size if total is None else upto >= total)
        return None if is_last else {"offset": upto}


def pages(client: Client, call: Call, paginator: Paginator, *, start: Mark | None = None) -> Iterator[Leaf]:
    """Every page from `start` on, the first one where it is None. Raises ConnectorError, Malformed for a circle."""
    mark, seen = start, set[str]()
    for _ in range(MOST_PAGES):
        answer = paginator.call(call, mark).ask(client)
        mark = paginator.after(answer, mark)
        yield Leaf(answer=answer, mark=mark)
        if mark is None:
            return
        if str(mark) in seen:
            raise Malformed(f"{answer.what}: the list leads in a circle", trace_id=answer.trace_id)
        seen.add(str(mark))
    raise Malformed(f"{call.path}: more than {MOST_PAGES} pages")


_KINDS: Mapping[str, type[Paginator]] = {
    "none": OnePage,
    "next_url": NextUrl,
    "link_header": LinkHeader,
    "body_cursor": BodyCursor,
    "page_number": PageNumber,
    "offset": Offset,
}


def paginator_from(config: Mapping[str, object] | None) -> Paginator:
    """The paginator that a source file describes: `kind` and the kind's own fields. Raises Misconfigured."""
    given = dict(config or {"kind": "none"})
    kind = given.pop("kind", None)
    if kind not in _KINDS:
        raise Misconfigured(f"paginator: there is no kind {kind!r}; there are {', '.join(_KINDS)}")
    try:
        return _KINDS[str(kind)](**given)
    except TypeError:
        raise Misconfigured(f"paginator {kind}: a field is missing or unknown") from None


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None
