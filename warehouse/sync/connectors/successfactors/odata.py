"""Reads of one OData v2 service: server-side paging along `__next`, `in` lists in batches, counts and single rows.

Paging is by snapshot, so that rows which move meanwhile are neither lost nor repeated. A snapshot's token is
short-lived: where the system refuses it, `Expired` says that the sweep has to begin again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from warehouse.sync.connectors.successfactors.metadata import PATH, EntityType
from warehouse.sync.connectors.successfactors.values import Row, decoded, literal
from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.errors import Expired, Malformed, NotFound, Refused

LARGEST_PAGE = 1_000
"""Rows of one page, whatever is asked for."""

IDS_AT_ONCE = 100
LONGEST_LIST = 1_500
"""Characters of one `in` list, so that addresses stay far below what servers take."""

MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to read of an entity set."""

    entity: str
    filter: str | None = None
    expand: Sequence[str] = ()
    select: Sequence[str] = ()
    options: dict[str, str] = field(default_factory=dict)

    def params(self, page_size: int) -> dict[str, str]:
        """The query's parameters for the first page."""
        found = {"$format": "json", "paging": "snapshot", "customPageSize": str(min(page_size, LARGEST_PAGE))}
        if self.filter:
            found["$filter"] = self.filter
        if self.expand:
            found["$expand"] = ",".join(self.expand)
        if self.select:
            found["$select"] = ",".join(self.select)
        return found | self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page: its rows, and the address of the next one below the service, None after the last."""

    rows: Sequence[Row]
    next: str | None
    quota_left: int | None = None


class Service:
    """One tenant's OData service."""

    def __init__(self, client: Client, *, page_size: int = 500) -> None:
        """`page_size` is asked for; the system gives at most 1000 rows."""
        self.client = client
        self._page_size = page_size

    def pages(self, query: Query, *, start: str | None = None) -> Iterator[Leaf]:
        """The pages from `start` on, an address that an earlier page gave. Raises Expired where that is refused."""
        seen: set[str] = set()
        at = start
        for _ in range(MOST_PAGES):
            answer = self._first(query) if at is None else self._continued(at)
            leaf = _leaf(answer)
            yield leaf
            if leaf.next is None:
                return
            if leaf.next in seen:
                raise Malformed(f"{answer.what}: the list leads in a circle", trace_id=answer.trace_id)
            seen.add(leaf.next)
            at = leaf.next
        raise Malformed(f"{query.entity}: more than {MOST_PAGES} pages")

    def rows(self, query: Query) -> Iterator[Row]:
        """All rows of a small read."""
        for leaf in self.pages(query):
            yield from leaf.rows

    def by_ids(
        self,
        kind: EntityType,
        column: str,
        ids: Iterable[str],
        *,
        expand: Sequence[str] = (),
        select: Sequence[str] = (),
    ) -> Iterator[Row]:
        """The rows whose column is one of the ids, asked for in lists of ids."""
        edm = kind.properties[column].type if column in kind.properties else "String"
        for part in batches(ids, IDS_AT_ONCE, longest_text=LONGEST_LIST):
            listed = ",".join(literal(edm, one) for one in part)
            yield from self.rows(Query(entity=kind.name, filter=f"{column} in {listed}", expand=expand, select=select))

    def one(self, entity: str, key: str, *, expand: Sequence[str] = (), select: Sequence[str] = ()) -> Row | None:
        """The row of a key literal; None where there is none."""
        params = {"$format": "json", "$expand": ",".join(expand) or None, "$select": ",".join(select) or None}
        try:
            found = self.client.get(f"{PATH}/{entity}({key})", params).at("d")
        except NotFound:
            return None
        return decoded(found) if isinstance(found, dict) else None

    def count(self, entity: str) -> int | None:
        """How many rows the system says it holds; None where it does not say."""
        try:
            text = self.client.get(f"{PATH}/{entity}/$count", headers={"Accept": "text/plain"}).body.strip()
        except (NotFound, Refused):
            return None
        return int(text) if text.isdigit() else None

    def _first(self, query: Query) -> Answer:
        return self.client.get(f"{PATH}/{query.entity}", query.params(self._page_size))

    def _continued(self, at: str) -> Answer:
        try:
            return self.client.get(f"{PATH}/{at}")
        except (Refused, NotFound) as error:
            raise Expired(f"the snapshot is refused ({error.status})", status=error.status) from error


def _leaf(answer: Answer) -> Leaf:
    body = answer.at("d")
    rows = body.get("results") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(f"{answer.what}: no d.results", status=answer.status, trace_id=answer.trace_id)
    following = body.get("__next") if isinstance(body, dict) else None
    return Leaf(
        rows=[decoded(row) for row in rows],
        next=_below(str(following), answer) if following else None,
        quota_left=answer.quota_left,
    )


def _below(address: str, answer: Answer) -> str:
    """The part of the next page's address below the service; its host is the one we know, whatever it says."""
    _, found, rest = address.partition(f"/{PATH}/")
    if not found or ".." in rest.partition("?")[0]:
        raise Malformed(f"{answer.what}: __next leads nowhere", trace_id=answer.trace_id)
    return rest
