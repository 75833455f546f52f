"""`hiregate sync status`: what each source delivered, when, and how many refused rows wait for somebody."""

import json
from dataclasses import asdict
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
    """Show each source with its loads, its last delivery and its rows in quarantine."""
    from warehouse import identity, settings  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse.queries.loads import sources  # noqa: PLC0415

    of = settings.load()
    found = sources(of, identity.acting(of, acting_as))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found:
        typer.echo(
            f"{one.source:<28} last {one.last_finished_at:%Y-%m-%d %H:%M}  {one.loads:>4} loads"
            f" {one.rows_read:>12,} rows {one.open_quarantine:>8,} in quarantine"
        )
    if not found:
        typer.echo("nothing was loaded yet; `hiregate load FILE --source NAME` brings a file in")
