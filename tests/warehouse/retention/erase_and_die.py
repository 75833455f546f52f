"""Run as a process of its own: erases Ada and dies by SIGKILL at the named step."""

import os
import signal
import sys
from pathlib import Path

from tests.warehouse.retention.conftest import ERASER, nothing_elsewhere
from warehouse import retention, retention_lake, retention_raw, retention_records
from warehouse.lake import compaction
from warehouse.settings import Settings

STEPS = {
    "before the search": (retention, "traces"),
    "before the rows go": (retention_records, "erase"),
    "before the commit": (retention, "_stand_ins"),
    "before the raw file": (retention_raw, "put_in_place"),
    "before the lake": (retention_lake, "forget"),
    "before the vacuum": (compaction, "vacuum"),
    "before the end": (retention_records, "forget_deletions"),
}


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(home: str, url: str, step: str) -> None:
    """Erases; `step` is where it dies."""
    setattr(*STEPS[step], _die)
    settings = Settings(home=Path(home), database_url=url)
    retention.erase(settings, ERASER, "P1", reason="asked for it", elsewhere=nothing_elsewhere)


if __name__ == "__main__":
    main(*sys.argv[1:4])
