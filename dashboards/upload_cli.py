"""`hiregate sync upload`: candidates and applications of the records to LinkedIn's Recruiter System Connect."""

import json
import sys
from typing import Annotated

import typer


def upload(
    source: Annotated[str, typer.Argument(help="The source of connector linkedin that says where to.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    acting_as: Annotated[str | None, typer.Option("--as", help="Act as this identity.")] = None,
) -> None:
    """Send candidates and applications that changed to LinkedIn; a dry run unless the source says `mode: live`."""
    from dataclasses import asdict  # noqa: PLC0415

    from dashboards.progress import Progress  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse import identity, settings  # noqa: PLC0415
    from warehouse.sync.connectors.linkedin.upload import upload as send  # noqa: PLC0415
    from warehouse.sync.kit.errors import Misconfigured  # noqa: PLC0415
    from warehouse.sync.sources import source as named  # noqa: PLC0415

    of = settings.load()
    found = named(of, source)
    if found.connector != "linkedin":
        raise Misconfigured(f"{source}: only a source of connector linkedin takes candidates and applications")
    with Progress(sys.stderr) as bars:
        done = send(of, identity.acting(of, acting_as), found, progress=lambda _, sent: bars.advance(sent, None))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in done], ensure_ascii=False))
    else:
        for one in done:
            refused = ", ".join(f"{code} {n}" for code, n in sorted(one.refused.items())) or "none"
            dry = " (dry run, nothing was sent)" if one.is_dry_run else ""
            typer.echo(f"{one.entity}: {one.sent} to send, {one.taken} taken, refused: {refused}{dry}")
            if one.error:
                typer.echo(f"  {one.error}")
    raise typer.Exit(1 if any(one.error or one.refused for one in done) else 0)
