"""`hiregate demo`: the main job on a generated company, then everything served."""

import json as jsonlib
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer


def demo(
    applications: Annotated[int, typer.Option(min=150, help="Applications of the generated company.")] = 20_000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the result, or end after the promotion.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run the main job on a generated company: load, check, train, gate, approve, promote, serve."""
    from dashboards import demo as job  # noqa: PLC0415 - heavy parts load in their commands
    from dashboards.progress import Progress  # noqa: PLC0415
    from warehouse import postgres  # noqa: PLC0415
    from warehouse.settings import load  # noqa: PLC0415

    settings = load()
    was_running = postgres.is_running(settings)
    with Progress(sys.stderr) as progress:
        summary = job.run(settings, applications=applications, tell=progress.tell, advance=progress.advance)
    if json:
        typer.echo(jsonlib.dumps(summary, ensure_ascii=False))
    else:
        _print(summary)
    if serve:
        from dashboards.services_cli import up  # noqa: PLC0415

        up()
    elif not was_running:
        postgres.stop(settings)


def _print(summary: Mapping[str, Any]) -> None:
    typer.echo(
        f"\nA generated company with {summary['applications']:,} applications. Nothing here is about a real person.\n"
    )
    for told in summary["verdicts"]:
        typer.echo(f"{told['configuration']}: {told['verdict']}. {told['reason']}")
    typer.echo(f"\n{_champion(summary['champion'])}")
    for row in summary["funnel"]:
        typer.echo(f"  {row['stage']:<14} entered {row['entered']:>8,}   went on {row['advanced']:>8,}")
    typer.echo(f"\n{summary['seconds']['total']} s in all\n")


def _champion(champion: Mapping[str, Any] | None) -> str:
    if champion is None:
        return (
            "Nothing is released: the demo waives neither a block nor a lack of evidence."
            " Run it with --applications 20000 in another HIREGATE_HOME to see a release."
        )
    return (
        f"Champion: {champion['model']} version {champion['version']}, proposed by {champion['proposed_by']},"
        f" approved by {champion['approved_by']}, lease until {champion['lease_until'][:10]}"
    )
