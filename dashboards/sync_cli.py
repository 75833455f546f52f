"""`hiregate sync status`: what each source delivered, when, and how many refused rows wait for somebody."""

import json
from typing import Annotated

import typer

app = typer.Typer(help="What each source delivered, and when.", no_args_is_help=True)


@app.callback()
def sync() -> None:
    """What each source delivered, and when."""


@app.command("status")
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    acting_as: Annotated[str | None, typer.Option("--as", help="Act as this identity.")] = None,
) -> None:
    """Show how healthy each source is: freshness, lag, yield against the usual, what waits and what was refused."""
    from dashboards import sync_text  # noqa: PLC0415 - heavy parts load in their commands
    from validation.sync_watch import standing  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    found = standing(of, identity.acting(of, acting_as))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False))
        return
    for line in sync_text.lines(found, of.language):
        typer.echo(line)
