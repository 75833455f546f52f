"""How LinkedIn's Middleware Platform is spoken to: Rest.li batches with a version header, and one result an entity.

A PUT replaces: a field that is left out becomes null there, so that every record is sent whole. A call holds at most
100 records, one call after another. The answer is 200 whatever became of each record; `results` and `errors` say it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import Clock
from warehouse.sync.kit.errors import Malformed, Misconfigured
from warehouse.sync.sources import Source

BASE_URL = "https://api.linkedin.com"
MOST_AT_ONCE = 100
"""Records of one call."""

RECORDS_PER_MINUTE = 10_000
VERSION = "202603"
"""The API version that the formats here were read from; `push.version` names a newer one."""

CANDIDATES, APPLICATIONS = ("v2/atsCandidates", "atsCandidateId"), ("v2/atsApplications", "atsJobApplicationId")
"""A collection and the field of its key that is our own id."""

_ORGANIZATION = re.compile(r"urn:li:organization:\d{1,15}")
_VERSION = re.compile(r"20\d{4}")
_DONE = range(200, 300)

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityResult:
    """What LinkedIn says of one record: its own status, `missing` where it says nothing."""

    id: str
    status: int | None

    @property
    def is_done(self) -> bool:
        """Whether the record is there now."""
        return self.status in _DONE

    @property
    def is_transient(self) -> bool:
        """Whether trying again may help: too much to do there, or a fault of theirs."""
        return self.status is None or self.status == 429 or self.status >= 500

    @property
    def code(self) -> str:
        """The status as a stable code."""
        return "missing" if self.status is None else f"entity_{self.status}"


class Platform:
    """The customer's part of the platform: everything belongs to one organization."""

    def __init__(self, client: Client, *, organization: str) -> None:
        """`organization` is the urn under which the integration was set up."""
        self.client, self.organization = client, organization

    @classmethod
    def of(cls, source: Source, *, part: str, transport: httpx.BaseTransport | None, clock: Clock) -> "Platform":
        """As the source's file describes it. Raises Misconfigured."""
        given = {**source.pull, **source.push}
        organization, version = str(given.get("organization", "")), str(given.get("version", VERSION))
        if not _ORGANIZATION.fullmatch(organization):
            raise Misconfigured(f"{source.name}: push.organization is the customer's urn:li:organization:<number>")
        if not _VERSION.fullmatch(version):
            raise Misconfigured(f"{source.name}: push.version is a year and month, such as {VERSION}")
        headers = {"LinkedIn-Version": version, "X-RestLi-Protocol-Version": str(given.get("protocol", "2.0.0"))}
        client = Client.of(
            source,
            part=part,
            transport=transport,
            clock=clock,
            base_url=BASE_URL,
            headers=headers,
            per_minute=RECORDS_PER_MINUTE / MOST_AT_ONCE,
        )
        return cls(client, organization=organization)

    def put(self, collection: tuple[str, str], records: Mapping[str, Body]) -> Iterator[EntityResult]:
        """Replaces candidates or applications, by our id; a result each. Raises ConnectorError."""
        path, name = collection
        for ids in batches(records, MOST_AT_ONCE):
            query = [pair for place, id_ in enumerate(ids) for pair in self._key_of(id_, name, f"ids[{place}].")]
            entities = {self._key(id_, name): records[id_] for id_ in ids}
            answer = self._put(f"{path}?{urlencode(query, safe='[]:')}", entities)
            yield from _results(answer, ids, name)

    def put_below(self, application: str, part: str, records: Mapping[str, Body]) -> Iterator[EntityResult]:
        """Replaces stages, notes or interview feedback of one application, by the id of each."""
        path, name = APPLICATIONS
        for ids in batches(records, MOST_AT_ONCE):
            query = urlencode([("ids", id_) for id_ in ids])
            answer = self._put(
                f"{path}/{self._key(application, name)}/{part}?{query}", {id_: records[id_] for id_ in ids}
            )
            yield from _results(answer, ids, None)

    def act(self, application: str, action: str, at_ms: int) -> Answer:
        """Tells LinkedIn what was done with an application that came from there; it mails the applicant."""
        body = {
            "jobApplicationId": application,
            "action": action,
            "performedAt": at_ms,
            "integrationContext": self.organization,
        }
        return self.client.request(
            "POST", "v2/jobApplicationLifecycleActions", json=body, headers={"x-restli-method": "create"}
        )

    def _put(self, path: str, entities: Mapping[str, Body]) -> Answer:
        return self.client.request(
            "PUT", path, json={"entities": dict(entities)}, headers={"x-restli-method": "batch_update"}
        )

    def _key_of(self, id_: str, name: str, before: str = "") -> list[tuple[str, str]]:
        return [
            (f"{before}{name}", id_),
            (f"{before}dataProvider", "ATS"),
            (f"{before}integrationContext", self.organization),
        ]

    def _key(self, id_: str, name: str) -> str:
        """The key of a record as text; our own id is escaped, for it may hold what separates the parts."""
        return "&".join(f"{part}={quote(value, safe=':')}" for part, value in self._key_of(id_, name))


def _results(answer: Answer, ids: Sequence[str], name: str | None) -> list[EntityResult]:
    """A result for each id; where one stands under both words, the error counts."""
    body = answer.json()
    if not isinstance(body, dict):
        raise Malformed(f"{answer.what}: no results in the answer", status=answer.status, trace_id=answer.trace_id)
    found: dict[str, int] = {}
    for part in ("results", "errors"):
        entries = body.get(part)
        for key, entry in cast("dict[str, object]", entries).items() if isinstance(entries, dict) else ():
            status = entry.get("status") if isinstance(entry, dict) else None
            id_ = dict(parse_qsl(key)).get(name, key) if name else key
            found[id_] = status if isinstance(status, int) else 500
    return [EntityResult(id=id_, status=found.get(id_)) for id_ in ids]
