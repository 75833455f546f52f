"""`hiregate job …`: what runs or waits for somebody, how far it is, and how to stop it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from warehouse.job_values import JobLine

app = typer.Typer(
    help="Trainings, comparisons and gates that run in the background.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Reference = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, or the beginning of it.")]


@app.command("list")
def list_jobs(as_json: AsJson = False, acting_as: As = None) -> None:
    """List the newest jobs that you may see, the newest first."""
    from warehouse import job_rows  # noqa: PLC0415 - heavy parts load in their commands

    found = job_rows.jobs_of(*acting(acting_as))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(line(one))
    if not found:
        typer.echo("no job")


@app.command("show")
def show(reference: Reference, as_json: AsJson = False, acting_as: As = None) -> None:
    """Show one job with its log."""
    from warehouse import job_rows  # noqa: PLC0415

    found = job_rows.find(*acting(acting_as), reference)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    typer.echo(line(found))
    for entry in found.log:
        typer.echo(f"  {entry.at:%Y-%m-%d %H:%M:%S} {entry.text}")
    if found.error:
        typer.echo(f"  {found.error}")
    if found.result:
        typer.echo(f"  {json.dumps(dict(found.result), ensure_ascii=False)}")


@app.command("cancel")
def cancel(reference: Reference, as_json: AsJson = False, acting_as: As = None) -> None:
    """Stop a job: one that waits at once, one that runs within seconds; nothing of it is kept."""
    from warehouse import job_rows  # noqa: PLC0415

    of, principal = acting(acting_as)
    found = job_rows.find(of, principal, reference)
    state = job_rows.cancel(of, principal, found.job_id)
    if as_json:
        typer.echo(json.dumps({"job": str(found.job_id), "state": state.value}))
        return
    typer.echo(f"{found.job_id} is {state.value}")


def line(one: "JobLine") -> str:
    """A job in one line."""
    far = f" {one.step}/{one.steps} {one.step_text}" if one.is_open and one.steps else ""
    return f"{one.job_id} {one.kind:<8} {one.state.value:<10} {one.asked_at:%Y-%m-%d %H:%M} {one.asked_by}{far}"
