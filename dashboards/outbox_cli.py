"""`hiregate outbox …`: what waits to go out, what went out, and what a person has to let out."""

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from warehouse.sync.outbox import Line

app = typer.Typer(
    help="Messages to outside systems and people.", no_args_is_help=True, pretty_exceptions_show_locals=False
)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Number = Annotated[int, typer.Argument(help="The message's number, as `hiregate outbox list` shows it.")]


@app.command("list")
def list_messages(
    target: Annotated[str | None, typer.Option(help="Only messages to this target.")] = None,
    state: Annotated[str | None, typer.Option(help="pending, sent, confirmed, failed or dead.")] = None,
    waiting: Annotated[bool, typer.Option(help="Only those that a person has to let out.")] = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """List the newest messages."""
    from warehouse.sync import outbox  # noqa: PLC0415 - heavy parts load in their commands

    of, principal = acting(acting_as)
    found = outbox.lines(of, principal, target=target, state=state, waiting=waiting or None)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found:
        typer.echo(_as_line(one))
    if not found:
        typer.echo("no message")


@app.command("show")
def show(number: Number, as_json: AsJson = False, acting_as: As = None) -> None:
    """Show one message as it would be sent, with stand-ins for names and contact."""
    from warehouse.sync import outbox, outbox_preview  # noqa: PLC0415

    of, principal = acting(acting_as)
    one = outbox.line(of, principal, number)
    shown = outbox_preview.of_message(of, one)
    if as_json:
        typer.echo(json.dumps({**asdict(one), "would_send": shown}, default=str, ensure_ascii=False))
        return
    typer.echo(_as_line(one))
    if one.error:
        typer.echo(f"  {one.error_code}: {one.error}")
    typer.echo(shown if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False))


@app.command("release")
def release(number: Number, acting_as: As = None) -> None:
    """Let a message out that waits for a person who did not make it."""
    from warehouse.sync import outbox  # noqa: PLC0415

    of, principal = acting(acting_as)
    outbox.release(of, principal, number)
    typer.echo(f"message {number} is released by {principal.id}")


@app.command("send")
def send(
    target: Annotated[str | None, typer.Option(help="Only messages to this target.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Send what is due now; the worker does the same every minute."""
    from warehouse.access import Permission  # noqa: PLC0415
    from warehouse.sync.outbox_delivery import send_due  # noqa: PLC0415

    of, principal = acting(acting_as)
    principal.require(Permission.RUN_SYNC)
    report = asdict(send_due(of, target=target))
    typer.echo(json.dumps(report) if as_json else ", ".join(f"{count} {word}" for word, count in report.items()))


@app.command("retry")
def retry(number: Number, acting_as: As = None) -> None:
    """Make a failed or dead message due again, with all its attempts."""
    from warehouse.sync import outbox  # noqa: PLC0415

    of, principal = acting(acting_as)
    outbox.retry(of, principal, number)
    typer.echo(f"message {number} is due again")


@app.command("dead")
def dead(number: Number, acting_as: As = None) -> None:
    """Give a message up that was not sent."""
    from warehouse.sync import outbox  # noqa: PLC0415

    of, principal = acting(acting_as)
    outbox.give_up(of, principal, number)
    typer.echo(f"message {number} is given up")


@app.command("enable")
def enable(
    target: Annotated[str, typer.Argument(help="The target, as `hiregate outbox list` shows it.")], acting_as: As = None
) -> None:
    """Send to a target again that had answered that it wants no more messages."""
    from warehouse.sync import outbox  # noqa: PLC0415

    of, principal = acting(acting_as)
    typer.echo(f"{target} is enabled" if outbox.enable(of, principal, target) else f"{target} was not disabled")


@app.command("catch-up")
def catch_up(
    hours: Annotated[float, typer.Option(min=0.01, help="How far back, by when records were loaded.")] = 24.0,
    acting_as: As = None,
) -> None:
    """Queue what the rules ask for about records loaded lately; nothing is queued twice."""
    from warehouse.access import Permission  # noqa: PLC0415
    from warehouse.postgres import unit_of_work  # noqa: PLC0415
    from warehouse.sync import outbox_causes  # noqa: PLC0415

    of, principal = acting(acting_as)
    principal.require(Permission.RUN_SYNC)
    with unit_of_work(of, principal) as session:
        queued = outbox_causes.catch_up(session, of, dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours))
    typer.echo(f"{queued} message{'' if queued == 1 else 's'} queued")


@app.command("preview")
def preview(
    template: Annotated[str | None, typer.Argument(help="The template; left out: the names of all.")] = None,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
) -> None:
    """Show a template with stand-ins for what is filled in at sending."""
    from warehouse import settings  # noqa: PLC0415
    from warehouse.sync import notify_templates, outbox_preview  # noqa: PLC0415

    of = settings.load()
    names = notify_templates.names(of.home)
    typer.echo("\n".join(names) if template is None else outbox_preview.of_template(of, template, language))


def _as_line(one: "Line") -> str:
    state = "dry run" if one.is_dry_run else "waits for release" if one.waits_for_release else one.state
    tries = f"{one.attempts} attempt{'' if one.attempts == 1 else 's'}"
    return f"{one.outbox_id:>8}  {one.kind:<12} {one.target:<28} {state:<18} {tries:<12} {one.subject or ''}".rstrip()
