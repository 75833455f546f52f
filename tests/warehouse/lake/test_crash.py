"""A refresh that is killed leaves nothing behind, and two at once do not disturb each other."""

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import build
from tests.warehouse.lake.companies import rows
from tests.warehouse.lake.test_refresh import change, many, same_as_rebuilt
from warehouse.lake import storage
from warehouse.lake.refresh import refresh
from warehouse.lake.tables import APPLICATIONS
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

REFRESH = """
import sys
from pathlib import Path
from warehouse.lake.compaction import compact
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])
print("ready", flush=True)
refresh(settings, full=sys.argv[3] == "full")
compact(settings, even_if_not_due=True)
print("done", flush=True)
"""


def to_fair(settings: Settings, count: int) -> None:
    """So many of the hired take another channel."""
    some = f"(SELECT application_id FROM hr.hire LIMIT {count})"
    change(settings, f"UPDATE hr.application SET channel = 'fair' WHERE application_id IN {some}")


def refresh_killed_after(settings: Settings, delay_s: float, *, full: bool) -> None:
    """Starts a refresh and a compaction in a process of its own and kills it."""
    arguments = [sys.executable, "-c", REFRESH, str(settings.home), settings.database_url, "full" if full else "part"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay_s)
        process.kill()


@pytest.mark.parametrize("seed", range(4))
def test_after_a_kill_the_same_command_gives_the_right_rows_once_each(records: Settings, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a moment, not a secret
    build(records, many)
    refresh(records)
    to_fair(records, 2)

    refresh_killed_after(records, chance.uniform(0, 0.5), full=seed % 3 == 0)
    refresh(records)

    assert len(rows(records)) == 12
    assert [row["channel"] for row in rows(records)].count("fair") == 2
    assert same_as_rebuilt(records)


def test_what_a_dead_writer_appended_is_never_read(records: Settings) -> None:
    """The crash between the Delta commit and the snapshot, made by hand."""
    build(records, many)
    taken = refresh(records)
    files = storage.files(records, APPLICATIONS.name, taken.versions[APPLICATIONS.name])
    stray = _copy_as_change(records, files.base[0])
    to_fair(records, 1)

    refresh(records)

    assert stray > taken.versions[APPLICATIONS.name]
    assert len(rows(records)) == 12


def test_refreshes_at_once_wait_for_each_other(records: Settings) -> None:
    build(records, many)
    refresh(records)
    to_fair(records, 1)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: refresh(records), range(4)))

    assert len({snapshot.id for snapshot in taken}) == 1
    assert len(rows(records)) == 12


def _copy_as_change(settings: Settings, path: str) -> int:
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pq.read_table(path, partitioning=None)
    stray = table.append_column("layer", [["change"] * table.num_rows]).cast(APPLICATIONS.stored)
    return storage.append(settings, APPLICATIONS, iter(stray.to_batches()))
