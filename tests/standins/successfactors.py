"""A stand-in for SAP SuccessFactors: OData v2 reads and upserts, OAuth by SAML bearer, and its outgoing SOAP event.

As strict as SAP's notes say: string Int64, `/Date()/`, 1000 rows a page, snapshot tokens that die, slices of time, the
1000-row scan of interviews, a status for each upserted row under HTTP 200, sets that a tenant has no licence for.
"""

import base64
import datetime as dt
import hmac
import json
import uuid
from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from lxml import etree
from signxml import XMLVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.standins.standin import StandIn, body_of
from tests.standins.successfactors_query import ODataError, Snapshots, count, read, rendered
from tests.standins.successfactors_rows import Tenant
from tests.standins.successfactors_schema import ENTITY_SETS, metadata_document
from tests.standins.successfactors_tenant import small_tenant
from tests.standins.successfactors_writes import upsert

USER, PASSWORD = "api@ACME", "s3cret-password"
CLIENT, COMPANY = "api-key-1", "ACME"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
TRIGGER_TOKEN = "trigger-token-1"
UNLICENSED = frozenset({"CalibrationSession"})
ASSESSMENT = frozenset({"JobApplicationAssessmentReport", "JobApplicationAssessmentReportDetail"})


class SuccessFactors(StandIn):
    """The server of one tenant. What the API user may not do is in `unlicensed`, `forbidden`, `read_only`, `hidden`."""

    def __init__(self, tenant: Tenant | None = None) -> None:
        super().__init__("SAP SuccessFactors")
        self.tenant = tenant or small_tenant()
        self.snapshots = Snapshots()
        self.unlicensed: frozenset[str] = UNLICENSED
        self.forbidden: frozenset[str] = frozenset()
        self.read_only: frozenset[str] = frozenset()
        self.hidden: Mapping[str, frozenset[str]] = {}
        self.certificate: str | None = None
        self.tokens: set[str] = set()
        self.error = _injected
        self.expire_tokens = self._forget_tokens
        _add_routes(self)

    @property
    def visible(self) -> frozenset[str]:
        """The entity sets that the tenant has."""
        return frozenset(ENTITY_SETS) - self.unlicensed

    def _forget_tokens(self) -> bool:
        had_any = bool(self.tokens)
        self.tokens.clear()
        return had_any

    def check(self, request: Request) -> None:
        """Basic or a live bearer token; else the vendor's 401."""
        given = request.headers.get("authorization", "")
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if hmac.compare_digest(given, basic) or given.removeprefix("Bearer ") in self.tokens:
            return
        raise ODataError(
            401, "LGN0002", "Authentication credentials are required. Please enter a valid username and password."
        )

    def licensed(self, name: str) -> str:
        """The name, if the tenant has such a set and the user may see it."""
        if name not in self.visible:
            raise ODataError(404, "NotFoundException", f"Entity {name} is not found")
        if name in self.forbidden:
            raise ODataError(403, "COE_UNAUTHORIZED_ACCESS", f"You have no permission to view {name}")
        return name

    def event(self, order_id: int, token: str = TRIGGER_TOKEN) -> bytes:
        """The SOAP body of `rcm_assessment_alert_v2` that the tenant sends for an assessment order."""
        space = "http://alert.successfactors.com"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
            f'<ns:createRcmAssessmentRequest xmlns:ns="{space}">'
            f"<ns:externalTriggerToken>{escape(token)}</ns:externalTriggerToken>"
            "<ns:rcmAssessmentRequest><ns:entityName>AssessmentOrder</ns:entityName>"
            f"<ns:entityId>{order_id}</ns:entityId></ns:rcmAssessmentRequest>"
            "</ns:createRcmAssessmentRequest></S:Body></S:Envelope>"
        ).encode()


def create() -> SuccessFactors:
    """The stand-in with a small invented tenant."""
    return SuccessFactors()


def _injected(status: int) -> Response:
    return _error(ODataError(status, f"COE_{status}", "injected"))


def _error(error: ODataError) -> Response:
    body = {"error": {"code": error.code, "message": {"lang": "en-US", "value": error.message}}}
    return JSONResponse(body, error.status)


def _add_routes(server: SuccessFactors) -> None:
    @server.route("POST", "/oauth/token", "D", "SAP help: OAuth2 SAML bearer")
    def token(request: Request) -> Response:
        form = dict(_form(body_of(request)))
        if (
            form.get("client_id") != CLIENT
            or form.get("company_id") != COMPANY
            or not _is_genuine(server, request, form)
        ):
            return JSONResponse({"error": "invalid_grant"}, 401)
        made = uuid.uuid4().hex
        server.tokens.add(made)
        return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": 86_399})

    @server.route("GET", "/odata/v2/{names}/$metadata", "D", "SAP KBA 2735876; edmx of a tenant")
    def metadata(request: Request) -> Response:
        return _answered(server, request, lambda: _metadata(server, request.path_params["names"]))

    @server.route("GET", "/odata/v2/{name}/$count", "D", "OData v2")
    def counted(request: Request) -> Response:
        name = request.path_params["name"]
        return _answered(
            server,
            request,
            lambda: PlainTextResponse(str(count(server.tenant, server.licensed(name), dict(request.query_params)))),
        )

    @server.route("POST", "/odata/v2/upsert", "D", "SAP KBA 2148752, 2920680, 3111059; COE0019 from KBA 2723468")
    def upserted(request: Request) -> Response:
        return _answered(server, request, lambda: _upserted(server, request))

    @server.route("GET", "/odata/v2/{name:str}", "D", "SAP KBA 2735876, 3308165, 2554717")
    def listed(request: Request) -> Response:
        return _answered(server, request, lambda: _read(server, request))


def _answered(server: SuccessFactors, request: Request, make: "object") -> Response:
    try:
        server.check(request)
        made = make()  # type: ignore[operator]
    except ODataError as error:
        return _error(error)
    return made if isinstance(made, Response) else JSONResponse(made)


def _metadata(server: SuccessFactors, names: str) -> Response:
    wanted = tuple(server.licensed(name) for name in names.split(","))
    document = metadata_document(wanted, server.read_only, server.hidden)
    return Response(document, media_type="application/xml")


def _read(server: SuccessFactors, request: Request) -> object:
    name, _, key = request.path_params["name"].partition("(")
    server.licensed(name)
    url = f"{str(request.base_url).rstrip('/')}/odata/v2"
    query = dict(request.query_params)
    if key:
        return _single(server, name, key.removesuffix(")"), query, url)
    return read(
        server.tenant, server.snapshots, name, query, url, server.visible, lambda rows: server.arranged(request, rows)
    )


def _single(server: SuccessFactors, name: str, key: str, query: dict[str, str], url: str) -> object:
    one = ENTITY_SETS[name]
    wanted = key.removesuffix("L").strip("'")
    for row in server.tenant.rows.get(name, []):
        if str(row[one.keys[0]]) == wanted:
            return {"d": rendered(server.tenant, one, row, query, url, server.visible)}
    raise ODataError(404, "NotFoundException", f"{name} is not found")


def _upserted(server: SuccessFactors, request: Request) -> object:
    body = json.loads(body_of(request))
    fault = server.faults.take("partial_failure", request.url.path)
    refused = frozenset({0}) if fault else frozenset()
    return {"d": upsert(server.tenant, body, server.read_only, server.now(), refused)}


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode())


def _is_genuine(server: SuccessFactors, request: Request, form: dict[str, str]) -> bool:
    """Whether the assertion is signed with the registered certificate, for us, and alive."""
    if server.certificate is None or form.get("grant_type") != "urn:ietf:params:oauth:grant-type:saml2-bearer":
        return False
    try:
        verified = XMLVerifier().verify(base64.b64decode(form["assertion"]), x509_cert=server.certificate)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it proves nothing
        return False
    root = verified.signed_xml
    audience = root.findtext(f".//{{{ASSERTION}}}Audience")
    confirmation = root.find(f".//{{{ASSERTION}}}SubjectConfirmationData")
    conditions = root.find(f".//{{{ASSERTION}}}Conditions")
    now = server.now()
    return (
        audience == "www.successfactors.com"
        and isinstance(confirmation, etree._Element)
        and confirmation.get("Recipient") == str(request.url)
        and dt.datetime.fromisoformat(conditions.get("NotBefore"))
        <= now
        < dt.datetime.fromisoformat(conditions.get("NotOnOrAfter"))
    )
