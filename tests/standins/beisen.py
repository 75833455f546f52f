"""A local Beisen 北森: token, core HR windows with scrolls, recruiting batches, phase transfer, asynchronous jobs.

Its traps are the vendor's: HTTP 200 with a business code that is text in one product and a number in the other, 417 on
a window beyond 90 days, scrolls that end with an empty page or expire after ten seconds, rows that repeat across
windows, two shapes of one answer, 401 on an unknown path, transfers that refuse some of their ids.
"""

import datetime as dt
import itertools
import json
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.beisen_company import (
    Company,
    Row,
    application_on_the_wire,
    china,
    employee_on_the_wire,
    read_china,
    shown,
)
from tests.standins.standin import StandIn, body_of

APP, SECRET, TENANT = "beisen-app", "beisen-secret", "110006"
LONGEST = dt.timedelta(days=90)
SCROLL_S = 10.0
_CRAWL = "a third party's copy of open.italent.cn, 2026-09"
_TREE = "named in the documents' tree, its fields are not public"
_CORE = "/TenantBaseExternal/api/v5"
_RECRUIT = "/RecruitV6/api/v1"


class Refusal(Exception):
    """An answer with HTTP 200 and a business code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Beisen(StandIn):
    """The tenant's `company`; `shape` of application details is `flat` or `nested`.

    `locked` are applications that refuse a transfer; `scrolls_to_expire` is how many next pages find their scroll dead;
    `job_states` are the states that an asynchronous transfer goes through, empty: it answers at once.
    """

    def __init__(self, company: Company | None = None) -> None:
        super().__init__("beisen")
        self.company = company or Company.of(25)
        self.shape = "flat"
        self.locked: set[str] = set()
        self.scrolls_to_expire = 0
        self.job_states: list[str] = []
        self.transfers: list[Row] = []
        self._tokens: set[str] = set()
        self._scrolls: dict[str, tuple[list[Row], float]] = {}
        self._batches: dict[str, list[Row]] = {}
        self._ids = itertools.count(1)
        self.expire_tokens = self._forget_tokens
        self._register()

    def _register(self) -> None:
        self.route("POST", "/OAuth/Token", "D", _CRAWL)(self._token)
        reads: list[tuple[str, str, Callable[[Request, Row], object]]] = [
            (f"{_CORE}/Employee/GetByTimeWindow", "D", self._employees),
            (f"{_CORE}/Offer/GetByTimeWindow", "D", self._offers),
            (f"{_RECRUIT}/Apply/GetApplyListByModifiedTime", "D", self._apply_list),
            (f"{_RECRUIT}/Apply/GetApplyListByApplyId", "D", self._apply_details),
            (f"{_RECRUIT}/Applicant/GetPersonProfileList", "D", self._profiles),
            (f"{_RECRUIT}/Job/GetJobList", "D", self._jobs),
            (f"{_RECRUIT}/Apply/TransferPhase", "D", self._transfer),
            (f"{_RECRUIT}/Interview/GetInterviewsByDate", "T", self._interviews),
        ]
        for path, label, endpoint in reads:
            self.route("POST", path, label, _CRAWL if label == "D" else _TREE)(self._guarded(endpoint))
        job = "/OpenPlatform/api/AsyncApiExecInfo/GetByRequestId"
        self.route("GET", job, "D", _CRAWL)(self._guarded(self._job))
        for method in ("GET", "POST"):
            self.route(method, "/{path:path}", "D", "401 for every unknown path, by an anonymous probe")(self._unknown)

    def _token(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs(body_of(request).decode()).items()}
        if given.get("tenant_id") != TENANT:
            return JSONResponse({"error": "invalid_tenantid"}, 400)
        if (given.get("app_id"), given.get("secret"), given.get("grant_type")) != (APP, SECRET, "client_credentials"):
            return JSONResponse({"error": "invalid_client"}, 400)
        token = secrets.token_hex(16)
        self._tokens.add(token)
        answer = {"access_token": token, "expires_in": "8400000", "tenant_id": TENANT, "user_id": 0}
        return JSONResponse(answer, headers={"X-RateLimit-Limit-second": "400"})

    def _forget_tokens(self) -> bool:
        self._tokens.clear()
        return True

    def _guarded(self, endpoint: Callable[[Request, Row], object]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            refused = self._refused(request)
            if refused is not None:
                return refused
            is_core = "TenantBaseExternal" in request.url.path
            try:
                return JSONResponse(endpoint(request, json.loads(body_of(request) or b"{}")), headers=_TRACE)
            except Refusal as error:
                code: object = str(error.code) if is_core else error.code
                return JSONResponse({"code": code, "message": str(error), "data": None}, headers=_TRACE)

        return answer

    def _refused(self, request: Request) -> Response | None:
        header = request.headers.get("Authorization")
        if header is None:
            return JSONResponse({"message": "Authorization header is empty"}, 400)
        if header.removeprefix("Bearer ") not in self._tokens:
            return JSONResponse({"message": "un-authorized"}, 401)
        return None

    def _unknown(self, request: Request) -> Response:
        return self._refused(request) or JSONResponse({"message": "un-authorized"}, 401)

    def _employees(self, request: Request, given: Row) -> Row:
        return self._window(request, given, self.company.employees, employee_on_the_wire)

    def _offers(self, request: Request, given: Row) -> Row:
        return self._window(request, given, self.company.offers, _with_modified)

    def _window(self, request: Request, given: Row, rows: dict[str, Row], wire: Callable[[Row], Row]) -> Row:
        """One page of a time window; the page after the last one is empty, and `isLastData` is never true."""
        if given.get("scrollId"):
            found, total = self._scrolled(str(given["scrollId"])), None
        else:
            start, end = _span(given, "startTime", "stopTime")
            changed = sorted(self.company.within(rows, start, end), key=lambda row: str(row["_modified"]))
            found = [wire(row) for row in self.arranged(request, changed)]
            total = len(found)
        size = min(int(str(given.get("capacity", 100))), 300)
        scroll = f"s{next(self._ids)}"
        self._scrolls[scroll] = (found[size:], time.monotonic() + SCROLL_S)
        return {
            "code": "200",
            "message": "",
            "total": total if total is not None else len(found),
            "scrollId": scroll,
            "isLastData": False,
            "data": found[:size],
        }

    def _scrolled(self, scroll: str) -> list[Row]:
        rows, until = self._scrolls.pop(scroll, ([], 0.0))
        if self.scrolls_to_expire > 0:
            self.scrolls_to_expire -= 1
            until = 0.0
        if time.monotonic() > until:
            raise Refusal(417, "scrollId is invalid or has expired")
        return rows

    def _apply_list(self, request: Request, given: Row) -> Row:
        names = ("applyId", "applicantId", "jobId")
        return self._batch(
            request, given, self.company.applications, lambda row: {name: row[name] for name in names}, 1000
        )

    def _jobs(self, request: Request, given: Row) -> Row:
        return self._batch(request, given, self.company.jobs, lambda row: _with_modified(row, "modifiedDate"), 100)

    def _batch(self, request: Request, given: Row, rows: dict[str, Row], wire: Callable[[Row], Row], size: int) -> Row:
        if given.get("batchId"):
            if str(given["batchId"]) not in self._batches:
                raise Refusal(417, "batchId is invalid")
            found = self._batches.pop(str(given["batchId"]))
        else:
            start, end = _span(given, "startTime", "endTime")
            found = [wire(row) for row in self.arranged(request, self.company.within(rows, start, end))]
        following = f"b{next(self._ids)}"
        self._batches[following] = found[size:]
        is_last = len(found) <= size
        data = {
            "total": len(found),
            "nextBatchId": None if is_last else following,
            "isLastBatch": is_last,
            "items": found[:size],
        }
        return {"code": 200, "message": "", "data": data}

    def _apply_details(self, request: Request, given: Row) -> Row:
        ids, fields = _ids(given, "applyIds"), [str(name) for name in given.get("fieldNames", [])]
        found = [
            application_on_the_wire(
                row,
                self.company.people[str(row["applicantId"])],
                self.company.jobs[str(row["jobId"])],
                fields,
                self.shape,
            )
            for row in (self.company.applications.get(id_) for id_ in ids)
            if row is not None
        ]
        return self._rows(request, found, "applyId")

    def _profiles(self, request: Request, given: Row) -> Row:
        fields = [str(name) for name in given.get("fieldNames", [])]
        found = []
        for id_ in _ids(given, "applicantIds"):
            row = self.company.people.get(id_)
            if row is not None:
                signed = f"https://files.example.com/{secrets.token_hex(4)}"
                values = [
                    {"name": name, "value": row[name], "text": row[name], "downloadUrl": signed}
                    for name in fields
                    if name in row
                ]
                found.append({"applicantId": id_, "fieldValues": values})
        return self._rows(request, found, "applicantId")

    def _rows(self, request: Request, found: list[Row], key: str) -> Row:
        """The rows; where some fail, they are named and left out."""
        rows = self.arranged(request, found)
        failed: list[object] = []
        if self.faults.take("partial_failure", request.url.path):
            failed, rows = [row[key] for row in rows[::2]], rows[1::2]
        return {"code": 200, "message": "", "failCount": len(failed), "failDatas": failed, "data": rows}

    def _interviews(self, request: Request, given: Row) -> Row:
        start, end = _span(given, "startTime", "endTime")
        rows = [
            {
                "interviewId": f"I-{row['applyId']}",
                "applyId": row["applyId"],
                "interviewTime": china(row["_modified"]),
                "round": 1,
            }
            for row in self.company.within(self.company.applications, start, end)
        ]
        return {"code": 200, "message": "", "data": self.arranged(request, rows)}

    def _transfer(self, request: Request, given: Row) -> Row:
        ids = _ids(given, "applyIds")
        locked = [id_ for id_ in ids if id_ in self.locked]
        unknown = [id_ for id_ in ids if id_ not in self.company.applications]
        left = [id_ for id_ in ids if id_ not in locked and id_ not in unknown]
        if self.faults.take("partial_failure", request.url.path) and left:
            locked.append(left.pop())
        request_id = f"r{next(self._ids)}"
        self.transfers.append({"applyIds": left, "phase": given["phaseId"], "status": given.get("statusId")})
        for id_ in left:
            self.company.move(id_, str(given["phaseId"]), str(given.get("statusId")), self.now())
        if self.job_states:
            return {"code": 200, "message": "", "data": {"requestId": request_id}}
        data = {
            "totalCount": len(ids),
            "transferCount": len(left),
            "noTransferCount": len(locked) + len(unknown),
            "lockedApplyIds": locked,
            "notExistApplyIds": unknown,
        }
        return {"code": 200, "message": "", "data": data}

    def _job(self, request: Request, given: Row) -> Row:
        del given
        state = self.job_states[0] if len(self.job_states) == 1 else self.job_states.pop(0)
        return {"code": 200, "message": "", "data": {"requestId": request.query_params["requestId"], "state": state}}


_TRACE = {"X-PAAS-Request-ID": "trace-1"}


def _with_modified(row: Row, name: str = "modifiedTime") -> Row:
    return shown(row) | {name: china(row["_modified"])}


def _span(given: Row, start: str, stop: str) -> tuple[str, str]:
    first, last = str(given[start]), str(given[stop])
    if read_china(last) - read_china(first) > LONGEST:
        raise Refusal(417, "the time window must not exceed 90 days")
    return first, last


def _ids(given: Row, name: str) -> list[str]:
    ids = given.get(name)
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise Refusal(417, f"{name} takes 1 to 100 ids")
    return [str(id_) for id_ in ids]


def create() -> StandIn:
    """A tenant with twenty-five applications."""
    return Beisen()
