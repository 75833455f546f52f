"""Greenhouse's Harvest API, versions 1 and 3, over invented people.

Version 1 pages by number with `Link` next and last and takes Basic; version 3 pages by an opaque cursor that may not be
joined by another parameter, newest id first, and takes a bearer token that ends. The transport of both is documented;
the fields of version 3's records are assumed to be those of version 1.
"""

import base64
import datetime as dt
import json
import re
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.standin import StandIn, body_of

TOKEN = "harvest-token"
CLIENT, SECRET = "client-1", "secret-1"
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
STAGES = ("Application Review", "AI Interview", "Face to Face", "Offer")
GRADES = ("definitely_not", "no", "yes", "strong_yes", "no_decision")
LISTS = ("departments", "jobs", "candidates", "applications", "scorecards", "offers")
CHANGED = {"applications": "last_activity_at"}
DOCS = {"v1": "grnhse/greenhouse-api-docs, Harvest", "v3": "harvestdocs.greenhouse.io, guides"}


class Greenhouse(StandIn):
    """One account. `rows` holds each list's records by id; `touch` changes one."""

    def __init__(self, people: int = 20) -> None:
        super().__init__("greenhouse")
        self.rows: dict[str, dict[int, dict]] = {name: {} for name in LISTS}
        self.tokens: set[str] = set()
        self.cursors: dict[str, tuple[str, list[int], int]] = {}
        self.finished: list[str] = []
        self.expire_tokens = self._expire
        self.error = lambda status: JSONResponse({"message": f"injected {status}"}, status)
        _fill(self.rows, people)
        self.route("POST", "/token", "D", "harvestdocs.greenhouse.io, authentication")(self._token)
        for name in LISTS:
            self.route("GET", f"/v1/{name}", "D", DOCS["v1"])(self._list_v1(name))
            label = "D" if name == "jobs" else "A"
            self.route("GET", f"/v3/{name}", label, DOCS["v3"])(self._list_v3(name))
        self.route("PATCH", "/take_home_tests/{test}", "D", "Assessment Partner API, mark test as completed")(
            self._done
        )

    def touch(self, name: str, id_: int, at: dt.datetime, **values: object) -> None:
        """Changes a record, as somebody does it at Greenhouse."""
        self.rows[name][id_] |= {**values, CHANGED.get(name, "updated_at"): _text(at)}

    def _expire(self) -> bool:
        had = bool(self.tokens)
        self.tokens.clear()
        return had

    def _token(self, request: Request) -> Response:
        form = dict(part.split("=", 1) for part in body_of(request).decode().split("&"))
        if (
            request.headers.get("authorization") != _basic(CLIENT, SECRET)
            or form.get("grant_type") != "client_credentials"
        ):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": "3600"})

    def _list_v1(self, name: str) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if request.headers.get("authorization") != _basic(TOKEN, ""):
                return JSONResponse({"message": "Invalid Basic Auth credentials"}, 401)
            query = request.query_params
            field = CHANGED.get(name, "updated_at")
            after = query.get("last_activity_after" if name == "applications" else "updated_after")
            found = [row for _, row in sorted(self.rows[name].items()) if not after or row.get(field, "") >= after]
            return self._numbered(request, found)

        return answer

    def _numbered(self, request: Request, found: list[dict]) -> Response:
        size, page = int(request.query_params.get("per_page", 100)), int(request.query_params.get("page", 1))
        if not 1 <= size <= 500:
            return JSONResponse({"message": "Validation error", "errors": [{"field": "per_page"}]}, 422)
        response = self._answer(self.arranged(request, found[(page - 1) * size : page * size]))
        if page * size < len(found):
            response.headers["Link"] = f'<{request.url.include_query_params(page=page + 1)}>; rel="next"'
        return response

    def _list_v3(self, name: str) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return JSONResponse({"message": "Invalid access token"}, 401)
            query = request.query_params
            if "cursor" in query:
                return (
                    self._next(request, query["cursor"])
                    if len(query) == 1
                    else JSONResponse({"message": "cursor"}, 422)
                )
            field = CHANGED.get(name, "updated_at")
            after = re.fullmatch(r"gte\|(.+)", query.get(field, ""))
            newest_first = sorted(self.rows[name].items(), reverse=True)
            found = [id_ for id_, row in newest_first if not after or row.get(field, "") >= after[1]]
            return self._part(request, name, self.arranged(request, found), int(query.get("per_page", 100)))

        return answer

    def _next(self, request: Request, cursor: str) -> Response:
        if cursor not in self.cursors:
            return JSONResponse({"message": "Invalid cursor"}, 422)
        return self._part(request, *self.cursors[cursor])

    def _part(self, request: Request, name: str, ids: list[int], size: int) -> Response:
        held = [self.rows[name][id_] for id_ in ids[:size] if id_ in self.rows[name]]
        response = self._answer(held)
        if len(ids) > size:
            cursor = base64.urlsafe_b64encode(f"{name}:{len(self.cursors)}".encode()).decode()
            self.cursors[cursor] = (name, ids[size:], size)
            response.headers["Link"] = f'<{request.url.replace(query="")}?cursor={cursor}>; rel="next"'
        return response

    def _answer(self, rows: list[dict]) -> Response:
        headers = {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49"}
        if self.faults.skew():
            headers["Date"] = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return JSONResponse(rows, headers=headers)

    def _done(self, request: Request) -> Response:
        self.finished.append(request.path_params["test"])
        return Response(status_code=200)


def create() -> Greenhouse:
    """An account with 200 applications."""
    return Greenhouse(people=200)


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _text(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _fill(rows: dict[str, dict[int, dict]], people: int) -> None:
    stamp = {"created_at": _text(START), "updated_at": _text(START)}
    rows["departments"][10] = {"id": 10, "name": "Research", "parent_id": None}
    rows["jobs"][20] = {"id": 20, "name": "Analyst", "requisition_id": "R-1", "status": "open", **stamp}
    rows["jobs"][20] |= {"departments": [{"id": 10, "name": "Research"}], "offices": [{"name": "Shanghai"}]}
    rows["jobs"][20] |= {"opened_at": _text(START - dt.timedelta(days=9)), "closed_at": None}
    for number in range(people):
        _add_person(rows, number)


def _add_person(rows: dict[str, dict[int, dict]], number: int) -> None:
    at = START + dt.timedelta(hours=number)
    person, application = 1_000 + number, 5_000 + number
    rows["candidates"][person] = {
        "id": person,
        "first_name": "Wei",
        "last_name": f"Li {number}",
        "email_addresses": [{"value": f"wei{number}@example.com", "type": "personal"}],
        "phone_numbers": [],
        "attachments": [{"filename": "cv.pdf", "url": f"https://example.com/{secrets.token_hex(8)}", "type": "resume"}],
        "custom_fields": {"birthday": "1990-01-01"},
        "created_at": _text(at),
        "updated_at": _text(at),
    }
    rows["applications"][application] = {
        "id": application,
        "candidate_id": person,
        "prospect": False,
        "applied_at": _text(at),
        "rejected_at": None,
        "last_activity_at": _text(at),
        "source": {"id": 2, "public_name": "Jobs page"},
        "jobs": [{"id": 20, "name": "Analyst"}],
        "status": "active",
        "current_stage": {"id": 1, "name": STAGES[0]},
    }
    if number % 4 == 0:
        rows["scorecards"][9_000 + number] = _scorecard(number, at)
    if number % 10 == 0:
        rows["offers"][7_000 + number] = _offer(number, at)


def _scorecard(number: int, at: dt.datetime) -> dict:
    return {
        "id": 9_000 + number,
        "application_id": 5_000 + number,
        "candidate_id": 1_000 + number,
        "interview": "Face to Face",
        "interviewed_at": _text(at + dt.timedelta(days=3)),
        "submitted_at": _text(at + dt.timedelta(days=3, hours=1)),
        "interviewer": {"id": 821, "name": "Robert Roe"},
        "overall_recommendation": GRADES[number // 4 % len(GRADES)],
        "attributes": [{"name": "Communication", "type": "Skills", "note": None, "rating": "yes"}],
        "updated_at": _text(at + dt.timedelta(days=3, hours=1)),
    }


def _offer(number: int, at: dt.datetime) -> dict:
    return {
        "id": 7_000 + number,
        "version": 1,
        "application_id": 5_000 + number,
        "created_at": _text(at + dt.timedelta(days=7)),
        "updated_at": _text(at + dt.timedelta(days=8)),
        "sent_at": (at + dt.timedelta(days=7)).date().isoformat(),
        "resolved_at": _text(at + dt.timedelta(days=8)),
        "starts_at": (at + dt.timedelta(days=30)).date().isoformat(),
        "status": "accepted" if number % 20 == 0 else "rejected",
    }


def deliver(action: str, payload: dict) -> bytes:
    """A webhook's body as Greenhouse writes it: letters beyond ASCII are escaped in the signed bytes."""
    return json.dumps({"action": action, "payload": payload}).encode()
