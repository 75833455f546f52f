"""`hiregate sync`: sources are asked, and how healthy each is."""

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards import quarantine_cli

if TYPE_CHECKING:
    from warehouse.access import Principal
    from warehouse.settings import Settings
    from warehouse.sync.intake import IntakeReport
    from warehouse.sync.runner import RunReport

app = typer.Typer(help="Ask sources for news, and see what each delivered.", no_args_is_help=True)
quarantine_cli.add_to(app)


@app.callback()
def sync() -> None:
    """Ask sources for news, and see what each delivered."""


@app.command("run")
def run(
    source: Annotated[str | None, typer.Argument(help="The source; left out: all that can be asked.")] = None,
    entity: Annotated[list[str] | None, typer.Option("--entity", help="Only this entity; may be repeated.")] = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="Compare all keys, to find what was deleted there.")] = False,
    accept_gone: Annotated[
        bool, typer.Option("--accept-gone", help="Believe a sweep that misses most of what was known.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON document.")] = False,
    acting_as: Annotated[str | None, typer.Option("--as", help="Act as this identity.")] = None,
) -> None:
    """Ask a source for what changed and map it into the records; after Ctrl-C the next run goes on from there."""
    from warehouse import identity, schema, settings  # noqa: PLC0415 - heavy parts load in their commands

    of = settings.load()
    schema.upgrade(of)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.getLogger("hiregate").addHandler(logging.NullHandler())  # the report says what the log would
    options = {"entities": entity, "sweep": sweep, "accept_gone": accept_gone}
    reports, taken = _runs(of, identity.acting(of, acting_as), source, options)
    if as_json:
        runs = [report.as_json() for report in reports]
        typer.echo(json.dumps({"runs": runs, "intake": taken.as_json()}, ensure_ascii=False))
    else:
        typer.echo("\n".join(line for report in reports for line in _told(report)) or _NOTHING_TO_ASK)
        for name, reason in taken.failures.items():
            typer.echo(f"{name}: what arrived waits: {reason}")
    raise typer.Exit(_exit_code(reports))


_NOTHING_TO_ASK = "no source file says `pull`; docs/sync.md shows how to connect one"


def _runs(
    of: "Settings", principal: "Principal", source: str | None, options: Mapping[str, object]
) -> tuple[list["RunReport"], "IntakeReport"]:
    """Each source's run, and one intake of what they brought; an interrupt leaves out the sources that come after."""
    from validation.contracts import check_batch  # noqa: PLC0415
    from warehouse.sync.intake import IntakeReport, intake  # noqa: PLC0415
    from warehouse.sync.runner import run as pull  # noqa: PLC0415
    from warehouse.sync.sources import sources  # noqa: PLC0415

    names = [source] if source else [name for name, found in sources(of).items() if found.pull]
    reports: list[RunReport] = []
    taken = IntakeReport()
    for name in names:
        with _bar(name) as progress:
            reports.append(pull(of, principal, name, progress=progress, **options))  # type: ignore[arg-type]  # named above
        if reports[-1].state == "cancelled":
            break
        found = intake(of, check=check_batch, source=name)
        taken = IntakeReport(batches=taken.batches + found.batches, failures=taken.failures | found.failures)
    return reports, taken


@contextmanager
def _bar(name: str) -> Iterator[Callable[[str, int, int | None], None]]:
    from dashboards.progress import Progress  # noqa: PLC0415

    with Progress(sys.stderr) as bars:
        shown = [""]

        def show(entity: str, done: int, total: int | None) -> None:
            if shown[0] != entity and sys.stderr.isatty():
                shown[0] = entity
                bars.tell(f"{name}: {entity}")
            bars.advance(done, total)

        yield show


def _told(report: "RunReport") -> list[str]:
    unsure = "" if report.verification == "documented" else f" (wire format {report.verification.replace('_', ' ')})"
    lines = [f"{report.source}: {report.state}{unsure}"]
    for one in report.entities:
        counts = f"{one.rows_read:>9,} read {one.rows_new:>9,} new {one.rows_gone:>6,} gone {one.requests:>6,} requests"
        lines.append(f"  {one.entity:<28} {one.state:<10}{counts}{f'  {one.error}' if one.error else ''}")
    return lines


def _exit_code(reports: Sequence["RunReport"]) -> int:
    states = {report.state for report in reports}
    if "cancelled" in states:
        return 130
    return 0 if states <= {"succeeded"} else 1


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
