"""What can be read from LinkedIn: the seats of the contract, and candidates that a recruiter exported.

An export is asked for by the request id that LinkedIn's notice names; `pull.export_requests` lists those to fetch.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import httpx

from warehouse.sync.connectors.linkedin.wire import Platform
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.kit.records import Entity, Page, Position, Record
from warehouse.sync.sources import Source

SEAT, EXPORTED = "Seat", "ExportedCandidate"
PAGE = 100
MOST_PASSES = 3
"""Times that the seats are read where they shift."""

_KEYS = {SEAT: "seatUrn", EXPORTED: "personUrn"}


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> "Reader":
    """The reader of a source. Raises Misconfigured."""
    requests = source.pull.get("export_requests", [])
    return Reader(
        platform=Platform.of(source, part="pull", transport=transport, clock=clock),
        contract=cast("str | None", source.pull.get("contract")),
        requests=[str(one) for one in requests] if isinstance(requests, list) else [],
        name=source.name,
    )


class Reader:
    """Reads for one organization."""

    def __init__(self, *, platform: Platform, contract: str | None, requests: Sequence[str], name: str) -> None:
        """`contract` is the urn whose seats are read; without it there are none."""
        self._platform, self._contract, self._requests, self._name = platform, contract, requests, name

    def entities(self) -> Sequence[Entity]:
        """Seats where a contract is named, exports where requests are."""
        seats = [Entity(name=SEAT, sweep=True)] if self._contract else []
        return [*seats, *([Entity(name=EXPORTED)] if self._requests else [])]

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """Everything, for LinkedIn does not say what changed; unchanged records are the same record again."""
        del position
        if entity == EXPORTED:
            yield from self._exports()
        elif entity == SEAT:
            yield from self._seats()
        else:
            raise Misconfigured(f"{self._name}: LinkedIn has no entity {entity}; there are {SEAT} and {EXPORTED}")

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """The ids of all seats."""
        for page in self.pull(entity, None):
            yield [record.id for record in page.records]

    def _seats(self) -> Iterator[Page]:
        """Pages shift when a seat comes or goes meanwhile: read again until as many were seen as there are."""
        seen: set[str] = set()
        for _ in range(MOST_PASSES):
            total = 0
            for page in self._pass():
                seen |= {record.id for record in page.records}
                total = page.source_total or 0
                yield page
            if len(seen) >= total:
                break
        yield Page(records=[], position={}, source_total=total)

    def _pass(self) -> Iterator[Page]:
        start, total = 0, 1
        while start < total:
            params = {"q": "seatsByAttributes", "contracts": self._contract, "start": start, "count": PAGE}
            answer = self._platform.client.get("v2/seats", params)
            rows, said = answer.rows("elements"), answer.at("paging.total")
            total = said if isinstance(said, int) else start + len(rows)
            start += len(rows)
            yield _page(SEAT, rows, total=total)
            if not rows:
                return

    def _exports(self) -> Iterator[Page]:
        for request in self._requests:
            params = {"q": "request", "requestId": request}
            answer = self._platform.client.get("v2/exportedCandidates", params, accept=frozenset({404}))
            rows = [] if answer.status == 404 else answer.rows("elements")
            yield _page(EXPORTED, rows)


def _page(entity: str, rows: Sequence[Mapping[str, object]], *, total: int | None = None) -> Page:
    key = _KEYS[entity]
    records = [Record(entity=entity, id=str(row[key]), body=row) for row in rows if row.get(key)]
    return Page(records=records, source_total=total, rejected=len(rows) - len(records))
