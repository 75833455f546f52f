"""`hiregate up`, `down` and `status`: start, stop and look at the services of this home."""

import json
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dashboards.lease_status import LeaseStatus
    from dashboards.services import Status
    from warehouse.settings import Settings

READY_S = 120.0
STOP_S = 120.0
NEEDED = ("api", "worker", "dashboards")
"""The services that `up` waits for; the MLflow pages take longer and nobody waits for them."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def up(wait: Annotated[bool, typer.Option(help="Wait until everything answers.")] = True) -> None:
    """Start PostgreSQL, the API, the worker, the pages and MLflow on loopback."""
    from dashboards import services  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse.settings import load  # noqa: PLC0415

    settings = services.with_ports(load())
    if services.supervisor(settings) is None:
        settings.logs.mkdir(parents=True, exist_ok=True)
        with (settings.logs / "supervisor.log").open("ab") as log:
            subprocess.Popen(
                [sys.executable, "-m", "dashboards.supervisor"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=services.environment("supervisor", settings),
                start_new_session=True,
            )
    if wait:
        wait_until_up(settings)
    _print(services.statuses(settings), as_json=False)


def wait_until_up(settings: "Settings", timeout_s: float = READY_S) -> None:
    """Returns when every service answers; raises ServicesError naming the log to read."""
    from dashboards import services  # noqa: PLC0415

    deadline = time.monotonic() + timeout_s
    while True:
        late = [status.name for status in services.statuses(settings) if status.name in NEEDED and status.state != "up"]
        if not late:
            return
        if time.monotonic() > deadline:
            raise services.ServicesError(f"{', '.join(late)} did not start; see {settings.logs}")
        time.sleep(0.5)


def down() -> None:
    """Stop every service of this home; what is running is finished first."""
    from dashboards import services  # noqa: PLC0415
    from dashboards.supervisor import stop_orphans  # noqa: PLC0415
    from warehouse import postgres  # noqa: PLC0415
    from warehouse.settings import load  # noqa: PLC0415

    settings = load()
    supervisor = services.supervisor(settings)
    if supervisor is not None:
        supervisor.terminate()
        supervisor.wait(timeout=STOP_S)
    else:
        stop_orphans(settings)
        postgres.stop(settings)
        services.state_file(settings).unlink(missing_ok=True)
    typer.echo("everything is stopped")


def status(as_json: Json = False) -> None:
    """Show how each service does, and how long the champions' leases run."""
    from dashboards import services  # noqa: PLC0415
    from dashboards.lease_status import lease_statuses  # noqa: PLC0415
    from warehouse.settings import load  # noqa: PLC0415

    settings = load()
    _print(services.statuses(settings), lease_statuses(settings), as_json=as_json)


def _print(found: "list[Status]", leases: "tuple[LeaseStatus, ...]" = (), *, as_json: bool) -> None:
    if as_json:
        listed = [{**asdict(one), "kind": "service"} for one in found]
        typer.echo(json.dumps([*listed, *({**asdict(one), "kind": "lease"} for one in leases)], ensure_ascii=False))
        return
    for one in found:
        restarts = f"  restarted {one.restarts} times" if one.restarts else ""
        typer.echo(f"{one.name:<11} {one.state:<9} {one.url or '':<24}{restarts}")
    for lease in leases:
        typer.echo(f"{lease.name}: {lease.sentence}")
