"""`hiregate alert list|ack|close`: conditions that came true, taken up and explained by people."""

import json
import uuid
from dataclasses import asdict
from typing import Annotated

import typer

from dashboards.acting import acting

app = typer.Typer(help="Conditions that came true and need somebody.", no_args_is_help=True)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
Id = Annotated[uuid.UUID, typer.Argument(help="The alert's id, as `hiregate alert list` prints it.")]


@app.callback()
def alert() -> None:
    """Conditions that came true and need somebody."""


@app.command("list")
def list_alerts(
    closed: Annotated[bool, typer.Option("--closed", help="Those that were closed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    acting_as: As = None,
) -> None:
    """Show the open alerts, the newest first."""
    from warehouse import alerts  # noqa: PLC0415 - heavy parts load in their commands

    of, who = acting(acting_as)
    found = alerts.alerts(of, who, is_open=not closed)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found:
        taken = f"  taken up by {one.acknowledged_by}" if one.acknowledged_by else ""
        ended = f"  closed: {one.cause}" if one.closed_at else ""
        sentence = one.zh if of.language == "zh" else one.en
        typer.echo(f"{one.alert_id}  {one.raised_at:%Y-%m-%d %H:%M}  {one.subject}: {sentence}{taken}{ended}")
    if not found:
        typer.echo("no closed alert" if closed else "no open alert")


@app.command("ack")
def ack(alert_id: Id, acting_as: As = None) -> None:
    """Take an alert up."""
    from warehouse import alerts  # noqa: PLC0415

    of, who = acting(acting_as)
    alerts.acknowledge(of, who, alert_id)
    typer.echo(f"{alert_id} is taken up by {who.id}")


@app.command("close")
def close(
    alert_id: Id, cause: Annotated[str, typer.Option("--cause", help="Why it happened.")], acting_as: As = None
) -> None:
    """Close an alert with its cause."""
    from warehouse import alerts  # noqa: PLC0415

    of, who = acting(acting_as)
    alerts.close(of, who, alert_id, cause)
    typer.echo(f"{alert_id} is closed by {who.id}")
