"""The commands `hiregate load`, `loads` and `rebuild`: files into records, and records from raw files again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from warehouse.files.report import LoadReport
    from warehouse.files.source_file import Progress
    from warehouse.queries.loads import LoadRow


def load(
    file: Annotated[str, typer.Argument(help="A CSV, XLSX, Parquet or JSON-lines file.")],
    source: Annotated[str, typer.Option("--source", help="The outside system the file comes from.")],
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="A mapping file, or the name of one that ships with Hiregate.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON document.")] = False,
) -> None:
    """Bring a file into the records: new, changed and rejected rows are shown before anything is written."""
    from validation.contracts import check_batch  # noqa: PLC0415 - imports inside, so that --help answers at once
    from warehouse import identity, schema, settings  # noqa: PLC0415
    from warehouse.files.load import load_file  # noqa: PLC0415

    of = settings.load()
    schema.upgrade(of)
    with _bar(file) as progress:
        report = load_file(
            of,
            identity.acting(of),
            file,
            source=source,
            mapping=mapping,
            dry_run=dry_run,
            check=check_batch,
            progress=progress,
            preview=None if as_json else lambda found: _tell(_preview(found)),
        )
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        typer.echo(_outcome(report, of.language))


def loads(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as one JSON document.")] = False,
) -> None:
    """List the files that were brought in, the newest first."""
    from warehouse import identity, schema, settings  # noqa: PLC0415
    from warehouse.queries.loads import loads as listed  # noqa: PLC0415

    of = settings.load()
    schema.upgrade(of)
    rows = listed(of, identity.acting(of))
    if as_json:
        typer.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row.started_at:%Y-%m-%d %H:%M}  {row.source:<24} {row.file_name:<36} {row.rows_new:>9,} new"
            f" {row.rows_changed:>9,} changed {row.rows_rejected:>9,} rejected"
        )


def rebuild(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON document.")] = False,
) -> None:
    """Make all records again, from the raw files and events and the mappings that they were loaded with."""
    from validation.contracts import check_batch  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415
    from warehouse.rebuild import rebuild as rebuilt  # noqa: PLC0415

    of = settings.load()
    with _bar("raw files") as progress:
        counts = rebuilt(of, identity.acting(of), check=check_batch, progress=progress)
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        typer.echo("\n".join(f"{table:<20} {count:>12,}" for table, count in counts.items()))


@contextmanager
def _bar(name: str) -> Iterator["Progress"]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name.rsplit("/", 1)[-1], total=None)

        def show(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def _as_json(row: "LoadRow") -> dict[str, object]:
    return {
        "load_id": str(row.load_id),
        "source": row.source,
        "file": row.file_name,
        "started_at": row.started_at.isoformat(),
        "actor": row.actor,
        "rows": {
            "read": row.rows_read,
            "new": row.rows_new,
            "changed": row.rows_changed,
            "unchanged": row.rows_unchanged,
            "rejected": row.rows_rejected,
        },
        "generated": row.is_generated,
    }


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _preview(report: "LoadReport") -> str:
    lines = [f"{'table':<20}{'new':>12}{'changed':>12}{'unchanged':>12}{'rejected':>12}"]
    lines += [
        f"{table:<20}{counts.new:>12,}{counts.changed:>12,}{counts.unchanged:>12,}{counts.rejected:>12,}"
        for table, counts in report.tables.items()
    ]
    return "\n".join(lines)


def _outcome(report: "LoadReport", language: str) -> str:
    what = "Nothing written (dry run)" if report.is_dry_run else "Loaded"
    lines = [
        f"{what}: {report.file} of {report.source}, {report.rows_read:,} rows: {report.rows_new:,} new, "
        f"{report.rows_changed:,} changed, {report.rows_unchanged:,} unchanged, {report.rows_rejected:,} rejected."
    ]
    lines += [_preview(report)] if report.is_dry_run else []
    lines += [f"  {finding.verdict:<6} {finding.zh if language == 'zh' else finding.en}" for finding in report.findings]
    return "\n".join(lines)
