"""A DuckDB database of one load's own, with bounded memory; what does not fit spills to a private folder.

The folder is held by a lock while the load lives. What a killed load leaves behind is swept away by the next one.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

MEMORY = "512MB"
"""What DuckDB may hold before it spills: about a million rows, which spilling would compress and read back."""


@contextlib.contextmanager
def staging(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose spill lies under `home`/staging and is gone afterwards."""
    parent = home / "staging"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as held:
        with (parent / "sweeping").open("w") as turn:  # nobody sweeps a folder that is not locked yet
            fcntl.flock(turn, fcntl.LOCK_EX)
            sweep(parent)
            folder = Path(tempfile.mkdtemp(prefix="load-", dir=parent))
            lock = held.enter_context((folder / "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        connection = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": 2,
                "temp_directory": str(folder),
                "preserve_insertion_order": False,
                "checkpoint_threshold": "1TB",  # nothing here outlives the load: compressing it costs three seconds
                "arrow_lossless_conversion": True,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
        finally:
            connection.close()
            shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> int:
    """Removes the folders whose load lives no more; answers how many."""
    swept = 0
    for folder in parent.glob("load-*"):
        with contextlib.suppress(OSError), (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept
