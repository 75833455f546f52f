"""Progress of long work on the terminal: one line a step and a bar where the work knows its length."""

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class Progress:
    """Shows steps and bars on a stream that is not stdout, so that `--json` stays one document."""

    def __init__(self, stream: TextIO) -> None:
        """On `stream`, usually stderr."""
        console = Console(file=stream)
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Begins to draw."""
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops drawing; what was told stays."""
        self._bars.stop()

    def tell(self, sentence: str) -> None:
        """A line that stays, and a fresh bar for what it names."""
        self._bars.console.print(sentence, highlight=False, markup=False)
        for task in list(self._bars.task_ids):
            self._bars.remove_task(task)

    def advance(self, done: int, total: int | None) -> None:
        """Moves the bar of the running step."""
        if not self._bars.task_ids:
            self._bars.add_task("  ", total=total)
        self._bars.update(self._bars.task_ids[0], completed=done, total=total)
