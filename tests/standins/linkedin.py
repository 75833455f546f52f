"""A local LinkedIn: Recruiter System Connect, reads, lifecycle actions, and Apply Connect's deliveries to a webhook."""

import hashlib
import hmac
import json
import secrets
import threading
import uuid
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.standin import StandIn, body_of

CLIENT, SECRET = "child-app", "child-secret"
ORGANIZATION = "urn:li:organization:2414183"
MOST_AT_ONCE = 100
ACTIONS = frozenset({"APPLICATION_VIEWED", "RESUME_DOWNLOADED", "APPLICATION_REJECTED"})
ASSUMED_ACTIONS = frozenset({"APPLICATION_SCREENED", "APPLICATION_INTERVIEWED", "APPLICATION_HIRED"})
_RSC = "learn.microsoft.com/linkedin/talent, Middleware Platform"
_APPLY = "learn.microsoft.com/linkedin/talent, Apply Connect"
_CANDIDATE = [
    "firstName",
    "lastName",
    "middleInitial",
    "prefix",
    "suffix",
    "emailAddresses",
    "phoneNumbers",
    "addresses",
    "currentCompanyName",
    "currentJobTitle",
    "externalProfileUrl",
    "atsCreatedAt",
    "atsLastModifiedAt",
]
_APPLICATION = [
    "atsCandidateId",
    "atsJobPostingId",
    "atsJobPostingName",
    "candidateEmail",
    "firstName",
    "lastName",
    "source",
    "dispositionReason",
    "atsCreatedAt",
    "atsLastModifiedAt",
]
_BELOW = {
    "stages": ("stage", "atsCreatedAt"),
    "notes": ("note", "author", "atsCreatedAt"),
    "interviewFeedback": ("feedback", "evaluations", "interviewer", "interviewType", "atsCreatedAt"),
}
_REQUIRED = {
    "atsCandidateId": ("firstName", "lastName", "emailAddresses", "addresses", "atsCreatedAt", "atsLastModifiedAt"),
    "atsJobApplicationId": ("atsJobPostingId", "atsJobPostingName", "atsCreatedAt", "atsLastModifiedAt"),
    "stages": ("stage", "atsCreatedAt"),
    "notes": (),
    "interviewFeedback": (),
}


class LinkedIn(StandIn):
    """What was synced: `candidates`, `applications`, `below[application][part]`; `actions` told to applicants."""

    def __init__(self) -> None:
        super().__init__("linkedin")
        self.candidates: dict[str, dict[str, object]] = {}
        self.applications: dict[str, dict[str, object]] = {}
        self.below: dict[str, dict[str, dict[str, dict[str, object]]]] = {}
        self.actions: list[dict[str, object]] = []
        self.mails: list[tuple[str, str]] = []
        self.seats: list[dict[str, object]] = []
        self.exports: dict[str, list[dict[str, object]]] = {}
        self.refused_ids: set[str] = set()
        self.batches: list[int] = []
        self._tokens: set[str] = set()
        self._lock = threading.Lock()
        self.expire_tokens = self._expire
        self.error = lambda status: _error(status, "injected")
        self.route("POST", "/oauth/v2/accessToken", "D", "learn.microsoft.com, Client Credential Flow")(self._token)
        self.route("PUT", "/v2/atsCandidates", "D", _RSC)(self._guarded(self._put_candidates))
        self.route("PUT", "/v2/atsApplications", "D", _RSC)(self._guarded(self._put_applications))
        self.route("PUT", "/v2/atsApplications/{key}/{part}", "D", _RSC)(self._guarded(self._put_below))
        self.route("GET", "/v2/seats", "T", "api-evangelist/linkedin")(self._guarded(self._seats))
        self.route("GET", "/v2/exportedCandidates", "T", "api-evangelist/linkedin")(self._guarded(self._exports))
        self.route("POST", "/v2/jobApplicationLifecycleActions", "D", f"{_APPLY}; three of six actions assumed")(
            self._guarded(self._act)
        )

    def _expire(self) -> bool:
        self._tokens.clear()
        return True

    def _token(self, request: Request) -> Response:
        given = dict(parse_qsl(body_of(request).decode()))
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "expires_in": 5_184_000})

    def _guarded(self, answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def guarded(request: Request) -> Response:
            if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
                return _error(401, "Invalid access token")
            version = request.headers.get("linkedin-version", "")
            if not (version.isdecimal() and len(version) == 6):
                return _error(400, "A version must be present")
            with self._lock:
                return answer(request)

        return guarded

    def _put_candidates(self, request: Request) -> Response:
        return self._put(request, "atsCandidateId", _CANDIDATE, self.candidates)

    def _put_applications(self, request: Request) -> Response:
        return self._put(request, "atsJobApplicationId", _APPLICATION, self.applications)

    def _put(self, request: Request, name: str, fields: list[str], into: dict[str, dict[str, object]]) -> Response:
        ids = [value for key, value in request.query_params.multi_items() if key.endswith(f"].{name}")]
        contexts = [value for key, value in request.query_params.multi_items() if key.endswith("].integrationContext")]
        if set(contexts) - {ORGANIZATION} or len(contexts) != len(ids):
            return _error(403, "Not enough permissions to access this organization")
        return self._each(request, ids, name, fields, into, key_of=lambda key: dict(parse_qsl(key)).get(name, ""))

    def _put_below(self, request: Request) -> Response:
        application = dict(parse_qsl(request.path_params["key"])).get("atsJobApplicationId", "")
        part = request.path_params["part"]
        if part not in _BELOW:
            return _error(404, "No such resource")
        into = self.below.setdefault(application, {}).setdefault(part, {})
        ids = request.query_params.getlist("ids")
        return self._each(request, ids, part, list(_BELOW[part]), into, key_of=lambda key: key)

    def _each(
        self,
        request: Request,
        ids: list[str],
        name: str,
        fields: list[str],
        into: dict[str, dict[str, object]],
        key_of: Callable[[str], str],
    ) -> Response:
        """One result an entity inside 200; a field that a body leaves out becomes null."""
        if request.headers.get("x-restli-method") != "batch_update":
            return _error(400, "x-restli-method is missing")
        entities = json.loads(body_of(request)).get("entities", {})
        self.batches.append(len(entities))
        if len(entities) > MOST_AT_ONCE or sorted(map(key_of, entities)) != sorted(ids):
            return _error(400, "too many records, or ids and entities differ")
        fault = self.faults.take("partial_failure", request.url.path)
        results, errors = {}, {}
        for place, (key, body) in enumerate(entities.items()):
            id_ = key_of(key)
            if fault is not None and place % 2:
                errors[key] = {"status": 500, "message": "try again"}
            elif id_ in self.refused_ids or not _is_whole(body, name):
                errors[key] = {"status": 400, "message": f"{id_} is not valid"}
            else:
                into[id_] = {field: body.get(field) for field in fields}
                results[key] = {"status": 204}
        return JSONResponse({"results": results, "errors": errors})

    def _act(self, request: Request) -> Response:
        given = json.loads(body_of(request))
        is_known = given.get("action") in ACTIONS | ASSUMED_ACTIONS
        if not is_known or not isinstance(given.get("performedAt"), int) or "jobApplicationId" not in given:
            return _error(400, "not an action")
        self.actions.append(given)
        mail = (given["jobApplicationId"], given["action"])
        if mail not in self.mails:
            self.mails.append(mail)
        return Response(status_code=201)

    def _seats(self, request: Request) -> Response:
        start, count = int(request.query_params.get("start", 0)), int(request.query_params.get("count", 10))
        rows = self.arranged(request, self.seats)
        paging = {"start": start, "count": count, "total": len(rows)}
        return JSONResponse({"elements": rows[start : start + count], "paging": paging})

    def _exports(self, request: Request) -> Response:
        found = self.exports.get(request.query_params.get("requestId", ""))
        return _error(404, "no such request") if found is None else JSONResponse({"elements": found})

    def application(self, number: int = 1, **contact: str) -> dict[str, object]:
        """An application as Apply Connect delivers it."""
        given = {"first": "Ada", "last": "Lovelace", "email": "ada@example.org", **contact}
        return {
            "type": "EXPORT_JOB_APPLICATION",
            "jobApplicationId": f"urn:li:jobApplication:{number}",
            "jobApplicant": f"urn:li:person:p{number}",
            "externalJobId": "JOB-7",
            "appliedAt": 1_767_603_600_000,
            "questionResponses": {
                "contactInformationQuestionResponses": {
                    "firstNameAnswer": {"value": given["first"]},
                    "lastNameAnswer": {"value": given["last"]},
                    "emailAnswer": {"value": given["email"]},
                    "cellphoneNumberQuestionAnswer": {"nationalNumber": "5550100"},
                },
                "resumeQuestionResponses": {"resumeQuestionAnswer": {"mediaUrl": "https://www.linkedin.com/ambry/x"}},
            },
        }

    def deliver(self, post: Callable[..., httpx.Response], url: str, body: dict[str, object]) -> httpx.Response:
        """Sends an application; the body holds letters as they are, the signature covers them as escapes."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"X-LI-Signature": signature(json.dumps(body)), "Content-Type": "application/json"}
        return post(url, content=raw, headers=headers)

    def is_proven(self, get: Callable[..., httpx.Response], url: str) -> bool:
        """Whether an endpoint answers the challenge, as is asked every two hours."""
        code = str(uuid.uuid4())
        answer = get(url, params={"challengeCode": code})
        expected = hmac.new(SECRET.encode(), code.encode(), hashlib.sha256).hexdigest()
        return answer.status_code == 200 and answer.json() == {"challengeCode": code, "challengeResponse": expected}


def signature(escaped: str) -> str:
    """The header's value for a body whose non-ASCII letters are escaped."""
    return hmac.new(SECRET.encode(), f"hmacsha256={escaped}".encode(), hashlib.sha256).hexdigest()


def create() -> LinkedIn:
    """A LinkedIn without any record."""
    return LinkedIn()


def _is_whole(body: dict[str, object], name: str) -> bool:
    if any(body.get(field) is None for field in _REQUIRED[name]):
        return False
    if name in {"atsCandidateId", "atsJobApplicationId"}:
        return body["atsLastModifiedAt"] >= body["atsCreatedAt"] > 0
    return body.get("stage") != "Not Available"


def _error(status: int, message: str) -> Response:
    return JSONResponse({"status": status, "message": message, "serviceErrorCode": 100}, status)
