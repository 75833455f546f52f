"""The command `hiregate refresh`: brings the lake up to the records, and folds changes into the base when due."""

import dataclasses
import json
from typing import Annotated

import typer


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Rebuild every table instead of following the changes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the snapshot as one JSON document.")] = False,
) -> None:
    """Bring the lake up to the records; without a change nothing is written."""
    from rich.console import Console  # noqa: PLC0415 - imports inside, so that --help answers at once
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    from warehouse import settings  # noqa: PLC0415
    from warehouse.lake import compaction  # noqa: PLC0415
    from warehouse.lake import refresh as lake  # noqa: PLC0415

    of = settings.load()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("rows"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, object] = {}

        def show(table: str, rows: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table, total=None)
            progress.advance(bars[table], rows)  # type: ignore[arg-type]

        taken = lake.refresh(of, full=full, progress=show)
        progress.add_task("compaction", total=None)
        compacted = compaction.compact(of)
    if compacted is not None:
        taken = dataclasses.replace(compacted, rows_written=taken.rows_written)
    typer.echo(json.dumps(taken.as_json()) if as_json else _sentence(taken.as_json()))


def _sentence(taken: dict[str, object]) -> str:
    return f"Lake at snapshot {taken['snapshot']}: {taken['rows_written']:,} rows written."
