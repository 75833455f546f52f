"""A local i人事 (ihr360): token by Basic and query, HR side only, no filter for changes, bodies that are bare arrays.

Its traps are the vendor's: success is code 0 or 200, pages are asked for from 1 and may be reported from 0, leavers
come for at most three months at once, and asking for a token again gives the same one.
"""

import base64
import datetime as dt
import json
import secrets
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.ihr360_company import Company
from tests.standins.standin import StandIn, body_of

APP, SECRET = "ihr-app", "ihr-secret"
API = "/openapi/thirdparty/api"
_HANDBOOK = "a third party's copy of the vendor's handbook, 2026-08"
MOST_BASICS, MOST_DETAILS = 1000, 100


class Refusal(Exception):
    """An answer with HTTP 200 and a code that is no success."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Ihr360(StandIn):
    """The `company`; `success_code` is 0 or 200, `reports_from` the number by which page 1 calls itself.

    `overstated` is by how many more people a list says it holds than it does.
    """

    def __init__(self, company: Company | None = None) -> None:
        super().__init__("ihr360")
        self.company = company or Company.of(25)
        self.success_code = 0
        self.reports_from = 1
        self.largest_page = 10
        self.overstated = 0
        self._token = ""
        self.expire_tokens = self._forget_token
        self.error = lambda status: JSONResponse({"error": "invalid_token", "error_description": "injected"}, status)
        self._register()

    def _register(self) -> None:
        self.route("POST", "/openapi/oauth/token", "D", _HANDBOOK)(self._give_token)
        routes: list[tuple[str, str, Callable[[Request], object]]] = [
            ("GET", "staff/v1/staffs/ids", self._ids),
            ("POST", "staff/v1/staffs/basic", self._basics),
            ("GET", "staff/v1/quitForms/quitedWithinInterval", self._quits),
            ("POST", "staff/v1/staff/performances/staffIds", self._performances),
            ("POST", "payroll/v1/salaryProfile/queryWithStaffId", self._salaries),
        ]
        for method, path, endpoint in routes:
            self.route(method, f"{API}/{path}", "D", _HANDBOOK)(self._guarded(endpoint))

    def _give_token(self, request: Request) -> Response:
        expected = base64.b64encode(f"{APP}:{SECRET}".encode()).decode()
        query = request.query_params
        is_asked = (query.get("grant_type"), query.get("scope")) == ("client_credentials", "client")
        if request.headers.get("Authorization") != f"Basic {expected}" or not is_asked:
            return JSONResponse({"error": "invalid_client", "error_description": "Bad client credentials"}, 401)
        self._token = self._token or secrets.token_hex(16)
        return JSONResponse(
            {"access_token": self._token, "token_type": "bearer", "expires_in": 7199, "scope": "client"}
        )

    def _forget_token(self) -> bool:
        self._token = ""
        return True

    def _guarded(self, endpoint: Callable[[Request], object]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if not self._token or request.headers.get("Authorization") != f"Bearer {self._token}":
                return JSONResponse({"error": "invalid_token", "error_description": "expired"}, 401)
            try:
                data = endpoint(request)
            except Refusal as error:
                return JSONResponse({"code": error.code, "message": str(error), "data": None, "errorResult": None})
            return JSONResponse({"code": self.success_code, "message": "成功", "data": data, "errorResult": None})

        return answer

    def _ids(self, request: Request) -> object:
        status = request.query_params["staffStatus"]
        found = [id_ for id_, row in self.company.staff.items() if row["staffStatus"] == status]
        return self._paged(request, self.arranged(request, found))

    def _paged(self, request: Request, rows: Sequence[object]) -> object:
        number, size = int(request.query_params["pageNo"]), int(request.query_params["pageSize"])
        if number < 1:
            raise Refusal(400, "pageNo starts at 1")
        size = min(size, self.largest_page)
        info = {
            "pageNo": number - 1 + self.reports_from,
            "pageSize": size,
            "totalCount": len(rows) + self.overstated,
            "totalPages": -(-len(rows) // size),
        }
        return {"pageInfo": info, "dataList": list(rows[(number - 1) * size : number * size])}

    def _basics(self, request: Request) -> object:
        found = [self.company.staff[id_] for id_ in _bare(request, MOST_BASICS) if id_ in self.company.staff]
        if self.faults.take("partial_failure", request.url.path):
            found = found[1:]
        return self.arranged(request, found)

    def _quits(self, request: Request) -> object:
        first = dt.date.fromisoformat(request.query_params["startDate"])
        last = dt.date.fromisoformat(request.query_params["endDate"])
        if last >= _three_months_after(first):
            raise Refusal(4001, "时间区间不能超过三个月")
        rows = [row for row in self.company.quits if first.isoformat() <= str(row["lastWorkDay"]) <= last.isoformat()]
        return self.arranged(request, rows)

    def _performances(self, request: Request) -> object:
        rows = [row for id_ in _bare(request, MOST_DETAILS) for row in self.company.performances.get(id_, [])]
        return self.arranged(request, rows)

    def _salaries(self, request: Request) -> object:
        ids = _bare(request, MOST_DETAILS)
        rows = [{"staffId": id_, "salaryItem": item} for id_ in ids for item in self.company.salaries.get(id_, [])]
        return self.arranged(request, rows)


def _bare(request: Request, most: int) -> list[str]:
    given = json.loads(body_of(request))
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise Refusal(4000, f"the body is an array of 1 to {most} ids")
    return [str(id_) for id_ in given]


def _three_months_after(day: dt.date) -> dt.date:
    month = day.month + 3
    first = dt.date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return first + dt.timedelta(days=day.day - 1)


def create() -> StandIn:
    """A company of twenty-five people."""
    return Ihr360()
