"""A local JSON API of no vendor: lists that change, codes in the body, lists within rows, children, signed addresses.

Every route is assumed. It is there so that the generic engine is held to something.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.standin import StandIn

TOKEN = "rest-token"
FIRST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LONGEST_DAYS = 31

Row = dict[str, object]


class Ats(StandIn):
    """Interviews by number, each with answers, and the notes of each; jobs as a bare list."""

    def __init__(self, interviews: int = 25) -> None:
        super().__init__("rest")
        self.interviews: dict[int, Row] = {}
        self.notes: dict[int, list[Row]] = {}
        self.jobs = [{"id": number, "title": f"Job {number}"} for number in range(1, 8)]
        self.code: object = 0
        for number in range(1, interviews + 1):
            self.interview(number, FIRST_DAY + dt.timedelta(days=number), 50 + number % 50)
        self.route("GET", "/v1/interviews", "A")(self._interviews)
        self.route("POST", "/v1/interviews/search", "A")(self._search)
        self.route("GET", "/v1/interviews/{number}/notes", "A")(self._notes)
        self.route("GET", "/v1/jobs", "A")(self._jobs)
        self.route("GET", "/v1/company", "A")(self._company)

    def interview(self, number: int, at: dt.datetime, score: int | None) -> None:
        """An interview as it is from `at` on."""
        self.interviews[number] = {
            "id": number,
            "candidate": {"id": f"C{number}", "email": f"c{number}@example.com"},
            "score": score,
            "finished_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "answers": [{"question": "q1", "points": 3}, {"question": "q2", "points": 4}],
        }
        self.notes[number] = [{"note_id": f"N{number}", "text": "good"}]

    def _guard(self, request: Request) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"error": "unauthorized"}, 401)
        return None

    def _interviews(self, request: Request) -> Response:
        """Changed since, cut by a cursor in the body; a recording's address is signed anew each time."""
        refused = self._guard(request)
        if refused:
            return refused
        since = dt.datetime.fromisoformat(request.query_params.get("updated_after", "2000-01-01T00:00:00Z"))
        rows = [row for row in self.interviews.values() if dt.datetime.fromisoformat(str(row["updated_at"])) >= since]
        start = int(request.query_params.get("cursor", 0))
        listed = self.arranged(request, rows)
        part = [
            row | {"recording": f"https://files.example.com/{secrets.token_hex(4)}"}
            for row in listed[start : start + 10]
        ]
        following = str(start + 10) if len(listed) > start + 10 else None
        return JSONResponse({"code": self.code, "data": {"items": part, "next": following}})

    async def _search(self, request: Request) -> Response:
        """Finished between two dates, at most a month apart."""
        given = await request.json()
        first, last = dt.date.fromisoformat(given["from"]), dt.date.fromisoformat(given["to"])
        if (last - first).days > LONGEST_DAYS:
            return JSONResponse({"code": 417, "data": None})
        rows = [
            row
            for row in self.interviews.values()
            if first.isoformat() <= str(row["finished_at"])[:10] <= last.isoformat()
        ]
        return JSONResponse({"code": "0", "data": self.arranged(request, rows)})

    def _notes(self, request: Request) -> Response:
        return JSONResponse({"notes": self.notes.get(int(request.path_params["number"]), [])})

    def _jobs(self, request: Request) -> Response:
        """Pages from 0 as a bare list."""
        page = int(request.query_params["page"])
        return JSONResponse(self._cut(self.arranged(request, self.jobs), page))

    def _cut(self, rows: Sequence[Row], page: int) -> list[Row]:
        return list(rows[page * 3 : page * 3 + 3])

    def _company(self, _: Request) -> Response:
        return JSONResponse({"company": {"name": "Acme", "id": 1}})


def create() -> StandIn:
    """Twenty-five interviews."""
    return Ats()
