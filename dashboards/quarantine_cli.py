"""`hiregate sync retry`, `quarantine`, `dismiss` and `assign`: what a person does with refused rows."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from warehouse.queries.loads import QuarantinedRow
    from warehouse.sync.resubmission import Attempt

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Numbers = Annotated[list[int], typer.Argument(help="Numbers of rows, as `hiregate sync quarantine` shows them.")]
SourceName = Annotated[str | None, typer.Argument(help="The source; left out: all of them.")]


def add_to(app: typer.Typer) -> None:
    """Gives `app` the commands."""
    app.command("retry")(retry)
    app.command("quarantine")(quarantine)
    app.command("dismiss")(dismiss)
    app.command("assign")(assign)


def retry(
    source: SourceName = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="A mapping to try instead: a file, or one that ships with Hiregate.")
    ] = None,
    row: Annotated[list[int] | None, typer.Option("--row", help="Only this row; may be repeated.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Why, for those who look later.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Try refused events and rows again, as they came, with the mapping as it is now or another one."""
    from validation.contracts import check_batch  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse.sync.quarantine import resubmit, sources_with_open_rows  # noqa: PLC0415

    of, principal = acting(acting_as)
    if mapping is not None and source is None:
        raise typer.BadParameter("a mapping belongs to one source; name it.", param_hint="SOURCE")
    names = [source] if source is not None else list(sources_with_open_rows(of, principal))
    done = {
        name: resubmit(
            of, principal, name, check=check_batch, mapping=mapping, dry_run=dry_run, ids=row or None, note=note
        )
        for name in names
    }
    if as_json:
        typer.echo(json.dumps([_as_json(name, one, dry_run) for name, one in done.items()], ensure_ascii=False))
        return
    for line in (line for name, one in done.items() for line in _told(name, one, dry_run, of.language)):
        typer.echo(line)
    if not done:
        typer.echo("no row waits in quarantine")


def quarantine(
    source: SourceName = None,
    status: Annotated[str, typer.Option("--status", help="open, resubmitted, dismissed or all.")] = "open",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows at most, the newest ones.")] = 100,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """List refused rows with their reasons and masked values."""
    from warehouse.queries.loads import quarantined  # noqa: PLC0415

    of, principal = acting(acting_as)
    if status not in {"open", "resubmitted", "dismissed", "all"}:
        raise typer.BadParameter("say open, resubmitted, dismissed or all.", param_hint="--status")
    found = quarantined(of, principal, source=source, status=None if status == "all" else status, limit=limit)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found:
        typer.echo(_as_line(one, of.language))
    if not found:
        typer.echo("no such row in quarantine")


def dismiss(
    numbers: Numbers,
    note: Annotated[str, typer.Option("--note", help="Why, without values of the row.")],
    acting_as: As = None,
) -> None:
    """Set refused rows aside for good."""
    from warehouse.sync.quarantine import dismiss as dismissed  # noqa: PLC0415

    of, principal = acting(acting_as)
    typer.echo(f"{dismissed(of, principal, numbers, note=note)} set aside by {principal.id}")


def assign(
    numbers: Numbers,
    owner: Annotated[str, typer.Option("--owner", help="Who looks after them from now on.")],
    acting_as: As = None,
) -> None:
    """Hand refused rows to somebody."""
    from warehouse.sync.quarantine import assign as assigned  # noqa: PLC0415

    of, principal = acting(acting_as)
    typer.echo(f"{assigned(of, principal, numbers, owner=owner)} handed to {owner}")


def _as_json(source: str, done: "Attempt", dry_run: bool) -> dict[str, object]:
    return {
        "source": source,
        "dry_run": dry_run,
        "tried": done.tried,
        "accepted": done.tried - done.refused,
        "refused": done.refused,
        "tables": {table: dict(counts) for table, counts in done.tables.items()},
        "records": {table: [dict(row) for row in rows] for table, rows in done.records.items()},
        "refusals": [asdict(one) for one in done.refusals],
    }


def _told(source: str, done: "Attempt", dry_run: bool, language: str) -> Iterator[str]:
    what = "would be accepted (dry run)" if dry_run else "accepted"
    yield f"{source}: {done.tried:,} tried, {done.tried - done.refused:,} {what}, {done.refused:,} refused"
    for table, rows in done.records.items() if dry_run else ():
        for row in rows:
            yield f"  {table:<20} " + "  ".join(f"{name}={value}" for name, value in row.items())
    for one in done.refusals:
        place = f"{one.file} row {one.row}" if one.file else f"event {one.row}"
        yield f"  {place}, {one.column or one.table or 'the whole'}: {_reason(one.code, language)}"


def _as_line(one: "QuarantinedRow", language: str) -> str:
    where = f"{one.source} {one.file_name} row {one.row_number}"
    what = one.column_name or one.table_name or "the whole"
    owner = f"  [{one.owner}]" if one.owner else ""
    return f"{one.quarantine_id:>8}  {one.status:<11} {where}, {what}: {_reason(one.reason_code, language)}{owner}"


def _reason(code: str, language: str) -> str:
    from warehouse.files.wording import reason  # noqa: PLC0415

    return reason(code)[language == "zh"]
