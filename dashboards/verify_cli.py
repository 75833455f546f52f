"""`hiregate verify`: whether everything around the release ledger is as the ledger says."""

import json
from typing import Annotated

import typer

from dashboards.acting import acting


def verify(
    mend: Annotated[
        bool, typer.Option("--mend", help="Set MLflow's aliases and tags right; everything else stays.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    acting_as: Annotated[str | None, typer.Option("--as", help="Act as this identity.")] = None,
) -> None:
    """Check the log, the released files, every run's files and figures, and MLflow's aliases; exit 1 if any differs."""
    from models import release_mirror, releases  # noqa: PLC0415 - heavy parts load in their commands

    of, who = acting(acting_as)
    found = release_mirror.differences(of, who)
    if mend:
        for model in sorted({one.subject for one in found if one.code in {"alias", "tag"}}):
            releases.mirror(of, model)
        found = release_mirror.differences(of, who)
    if as_json:
        lines = [{"code": o.code, "subject": o.subject, "en": o.sentence.en, "zh": o.sentence.zh} for o in found]
        typer.echo(json.dumps({"holds": not found, "differences": lines}, ensure_ascii=False))
    else:
        for one in found:
            typer.echo(one.sentence.in_language(of.language))
        if not found:
            typer.echo("all as the ledger says")
    raise typer.Exit(1 if found else 0)
