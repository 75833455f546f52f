"""Every way to cut a list into pages, over a list of seven; all rows once, and resumed where a walk stopped."""

from collections.abc import Callable

import httpx
import pytest

from warehouse.sync.kit import errors
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.paginate import Call, LinkHeader, pages, paginator_from

ROWS = [{"id": number} for number in range(7)]
BASE = "https://api.example.com"


def next_url(request: httpx.Request) -> httpx.Response:
    at = int(request.url.params.get("at", 0))
    following = f"{BASE}/rows?at={at + 3}" if at + 3 < len(ROWS) else None
    return httpx.Response(200, json={"rows": ROWS[at : at + 3], "next": following})


def link(request: httpx.Request) -> httpx.Response:
    at = int(request.url.params.get("at", 0))
    headers = {"Link": f'<{BASE}/rows?at=0>; rel="first", <{BASE}/rows?at={at + 3}>; rel="next"'} if at + 3 < 7 else {}
    return httpx.Response(200, json={"rows": ROWS[at : at + 3]}, headers=headers)


def cursor(request: httpx.Request) -> httpx.Response:
    at = int(request.url.params.get("after", 0))
    return httpx.Response(200, json={"rows": ROWS[at : at + 3], "c": str(at + 3), "more": at + 3 < len(ROWS)})


def number(first: int, **extra: bool) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"]) - first
        body = {"rows": ROWS[page * 3 : page * 3 + 3], "pages": "3", "last": page == 2}
        return httpx.Response(
            200, json={name: value for name, value in body.items() if name == "rows" or extra.get(name)}
        )

    return answer


def offset(request: httpx.Request) -> httpx.Response:
    at = int(request.url.params["offset"])
    return httpx.Response(200, json={"rows": ROWS[at : at + 3], "total": 7})


CASES = [
    ({"kind": "next_url", "path": "next"}, next_url),
    ({"kind": "link_header"}, link),
    ({"kind": "body_cursor", "path": "c", "parameter": "after", "more_path": "more"}, cursor),
    ({"kind": "page_number", "rows_path": "rows", "size": 3}, number(1)),
    ({"kind": "page_number", "rows_path": "rows", "first": 0, "size": 3}, number(0)),
    ({"kind": "page_number", "rows_path": "rows", "total_path": "pages"}, number(1, pages=True)),
    ({"kind": "page_number", "rows_path": "rows", "first": 0, "last_path": "last"}, number(0, last=True)),
    ({"kind": "offset", "rows_path": "rows", "size": 3}, offset),
    ({"kind": "offset", "rows_path": "rows", "size": 3, "total_path": "total"}, offset),
]


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(source="acme", base_url=BASE, transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(("config", "answer"), CASES)
def test_every_row_comes_once(config: dict[str, object], answer: Callable[[httpx.Request], httpx.Response]) -> None:
    walk = pages(client(answer), Call(path="rows"), paginator_from(config))

    assert [row for leaf in walk for row in leaf.answer.rows("rows")] == ROWS


@pytest.mark.parametrize(("config", "answer"), CASES)
def test_a_walk_goes_on_from_a_mark(
    config: dict[str, object], answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    paginator = paginator_from(config)
    first = next(pages(client(answer), Call(path="rows"), paginator))

    rest = pages(client(answer), Call(path="rows"), paginator, start=first.mark)

    assert [row for leaf in rest for row in leaf.answer.rows("rows")] == ROWS[3:]


def test_a_cursor_may_go_into_the_body_of_a_post() -> None:
    bodies = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, json={"rows": [], "c": "x" if len(bodies) == 1 else ""})

    config = {"kind": "body_cursor", "path": "c", "parameter": "scrollId", "where": "json"}
    call = Call(path="rows", method="POST", json={"size": 2})
    list(pages(client(answer), call, paginator_from(config)))

    assert bodies == [b'{"size":2}', b'{"size":2,"scrollId":"x"}']


def test_a_list_that_leads_in_a_circle_ends() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[], headers={"Link": f'<{BASE}/rows?at=3>; rel="next"'})

    with pytest.raises(errors.Malformed, match="circle"):
        list(pages(client(answer), Call(path="rows"), LinkHeader()))


@pytest.mark.parametrize("config", [{"kind": "magic"}, {"kind": "offset"}, {"kind": "next_url", "path": "x", "y": 1}])
def test_a_paginator_that_cannot_be_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(errors.Misconfigured, match="paginator"):
        paginator_from(config)


@pytest.mark.parametrize(
    "header",
    [
        "<https://api.example.com/rows?at=3>; rel=next",
        '<https://api.example.com/rows?at=3>;rel="prev next"',
        '<https://api.example.com/a,b>; rel="prev", <https://api.example.com/rows?at=3>; title="x"; REL="next"',
    ],
)
def test_the_next_link_is_found_however_it_is_written(header: str) -> None:
    answer = client(lambda _: httpx.Response(200, headers={"Link": header})).get("rows")

    assert LinkHeader().after(answer, None) == {"url": "https://api.example.com/rows?at=3"}
