"""Beisen's open platform on the wire: its token, its business codes under HTTP 200, its scrolls and batches.

Only what a third party's copy of the vendor's documents shows; nobody exercised it with credentials. Times carry no
zone and are China's.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast
from zoneinfo import ZoneInfo

import httpx

from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Expired, Malformed, Misconfigured, Refused, Unauthorized
from warehouse.sync.kit.windows import Window
from warehouse.sync.sources import Source

ADDRESS = "https://openapi.italent.cn"
CORE = "TenantBaseExternal/api/v5"
RECRUIT = "RecruitV6/api/v1"
CHINA = ZoneInfo("Asia/Shanghai")
FORM = "%Y-%m-%dT%H:%M:%S"

LONGEST_WINDOW = dt.timedelta(days=90)
"""Beyond it the time windows answer 417."""

MOST_IDS = 100
"""Ids of one call for details or for a transfer."""

MOST_RESTARTS = 3
"""Times that one window is begun again after its scroll expired; a scroll lives for about ten seconds."""

MOST_PAGES = 100_000

Row = Mapping[str, object]


def client_of(source: Source, *, part: str, transport: httpx.BaseTransport | None, clock: Clock = SYSTEM) -> Client:
    """The client of a source; its limits are those of the recruiting product, the lower ones."""
    return Client.of(
        replace(source, pull=_with_auth(source, source.pull), push=_with_auth(source, source.push, source.pull)),
        part=part,
        transport=transport,
        clock=clock,
        base_url=ADDRESS,
        success=Success(path="code", values=(200,), transient=(500,)),
        per_second=20,
        per_minute=1000,
    )


def _with_auth(source: Source, given: Row, below: Row | None = None) -> Row:
    """`app_id`, `app_secret` and `tenant_id` stand for the whole `auth` of the platform's own token call."""
    if "auth" in given or (below is not None and "app_id" not in given):
        return given
    try:
        app, secret, tenant = (str(given[name]) for name in ("app_id", "app_secret", "tenant_id"))
    except KeyError as error:
        raise Misconfigured(f"{source.name}: pull: {error.args[0]} is missing; Beisen gives it to each app") from None
    auth = {
        "kind": "oauth2_client_credentials",
        "token_url": "/OAuth/Token",
        "client_id": app,
        "client_secret": secret,
        "names": {"client_id": "app_id", "client_secret": "secret"},
        "extra": {"tenant_id": tenant},
    }
    return {**given, "auth": auth}


class Wire:
    """Asks the platform's reading methods, all of which are POST and change nothing."""

    def __init__(self, client: Client) -> None:
        """Every answer has to carry a business code of success."""
        self.client = client

    def ask(self, path: str, body: Row) -> Answer:
        """One call. Raises ConnectorError."""
        try:
            return self.client.request("POST", path, json=body, is_idempotent=True)
        except Unauthorized as error:
            raise Unauthorized(
                f"{error}; Beisen answers 401 also for methods that the app was not granted or that do not exist",
                status=error.status,
                trace_id=error.trace_id,
            ) from error

    def scrolled(self, path: str, window: Window, options: Row) -> Iterator[Answer]:
        """The pages of a core HR time window, begun again where its scroll expires: rows may then come twice.

        It ends with an empty page; `isLastData` is not to be trusted.
        """
        scroll: str | None = None
        restarts = 0
        for _ in range(MOST_PAGES):
            try:
                answer = self.ask(path, _window_body(window, options, scroll))
            except Refused as error:
                restarts += 1
                if scroll is None:
                    raise
                if restarts > MOST_RESTARTS:
                    raise Expired(f"{error}: the scroll expired {restarts} times", trace_id=error.trace_id) from error
                scroll = None
                continue
            if not answer.rows("data"):
                return
            yield answer
            found = answer.at("scrollId")
            if not isinstance(found, str) or not found:
                return
            scroll = found
        raise Malformed(f"{path}: more than {MOST_PAGES} pages")

    def batched(self, path: str, window: Window, options: Row) -> Iterator[Answer]:
        """The batches of a recruiting list that changed within the window."""
        start, end = window.written(FORM, CHINA)
        batch: object = None
        for _ in range(MOST_PAGES):
            answer = self.ask(path, {**options, "startTime": start, "endTime": end, "batchId": batch})
            yield answer
            following = answer.at("data.nextBatchId")
            if answer.at("data.isLastBatch") is True or following in (None, ""):
                return
            if following == batch:
                raise Malformed(f"{path}: the batches lead in a circle", trace_id=answer.trace_id)
            batch = following
        raise Malformed(f"{path}: more than {MOST_PAGES} batches")


def _window_body(window: Window, options: Row, scroll: str | None) -> Row:
    start, stop = window.written(FORM, CHINA)
    body = {**options, "startTime": start, "stopTime": stop}
    return body if scroll is None else {**body, "scrollId": scroll}


def failed_count(answer: Answer) -> int:
    """How many rows the answer says have failed, by its count or its list."""
    count, listed = answer.at("failCount"), answer.at("failDatas")
    number = int(str(count)) if str(count).isdecimal() else 0
    return max(number, len(cast("list[object]", listed)) if isinstance(listed, list) else 0)
