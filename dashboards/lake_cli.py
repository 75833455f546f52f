"""The command `hiregate refresh`: brings the lake up to the records, and folds changes into the base when due."""

import json
from typing import Annotated

import typer


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Rebuild every table instead of following the changes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the snapshot as one JSON document.")] = False,
) -> None:
    """Bring the lake up to the records; without a change nothing is written."""
    from rich.console import Console  # noqa: PLC0415 - imports inside, so that --help answers at once
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn  # noqa: PLC0415

    from warehouse import settings  # noqa: PLC0415
    from warehouse.lake import compaction  # noqa: PLC0415
    from warehouse.lake import refresh as lake  # noqa: PLC0415

    of = settings.load()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("rows"))
    bars: dict[str, TaskID] = {}
    written = 0
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def show(table: str, rows: int) -> None:
            nonlocal written
            written += rows
            if table not in bars:
                bars[table] = progress.add_task(table, total=None)
            progress.advance(bars[table], rows)

        taken = lake.refresh(of, full=full, progress=show)
        progress.add_task("compaction", total=None)
        taken = compaction.compact(of) or taken
    document = {**taken.as_json(), "rows_written": written}
    typer.echo(json.dumps(document) if as_json else _sentence(taken.id, written, of.language))


def _sentence(snapshot: int, written: int, language: str) -> str:
    if language == "zh":
        return f"数据湖现为快照 {snapshot}，本次写入 {written:,} 行。"
    return f"The lake is at snapshot {snapshot}; {written:,} rows were written."
