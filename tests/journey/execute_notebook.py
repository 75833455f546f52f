"""Executes one notebook in the home that the environment names; its error is this process's."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main() -> None:
    """Runs every cell in order and prints how many there were."""
    book = nbformat.read(Path(sys.argv[1]), as_version=4)
    NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": sys.argv[2]}}).execute()
    sys.stdout.write(f"{sum(cell.cell_type == 'code' for cell in book.cells)}\n")


if __name__ == "__main__":
    main()
