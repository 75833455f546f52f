"""`GET /metrics`: this process's requests, and the state of the records, as Prometheus reads them.

Aggregates only. A caller on this machine needs no key; any other needs one that may read loads or ask for scores. Where
the records cannot be reached the answer still comes, and says so in `hiregate_records_reachable`.
"""

import ipaddress
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from models.auth import Doorkeeper
from models.metrics_process import Measured, process_metrics
from models.metrics_records import RecordsCollector
from models.problems import Problem
from warehouse import telemetry
from warehouse.access import Permission


def include(app: FastAPI) -> None:
    """Adds the route, and the measuring of every request, to the application."""
    watched = process_metrics()
    telemetry.listen(watched)
    of_records = CollectorRegistry()
    of_records.register(RecordsCollector(app.state.settings))
    app.add_middleware(Measured, watched=watched)

    @app.get("/metrics", response_class=PlainTextResponse, tags=["health"], dependencies=[Depends(_admitted)])
    def metrics() -> Response:
        """Requests, backlog, freshness, quarantine, outbox, lease and jobs, in Prometheus text."""
        text = generate_latest(watched.registry) + generate_latest(of_records)
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _admitted(request: Request, authorization: Annotated[str | None, Header()] = None) -> None:
    if _is_loopback(request):
        return
    door: Doorkeeper = request.app.state.doorkeeper
    principal = door.admit(authorization)
    if not (principal.may(Permission.READ_LOADS) or principal.may(Permission.SCORE)):
        raise Problem("not_allowed")


def _is_loopback(request: Request) -> bool:
    """Whether the connection itself comes from this machine and nobody else is said to stand behind it."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
