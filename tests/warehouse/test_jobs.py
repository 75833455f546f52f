"""The job queue: its tables, its requests, and a worker that does what was asked."""

import asyncio

import psycopg
import pytest

from tests.builders import build
from warehouse import jobs, postgres
from warehouse.lake.snapshot import snapshot
from warehouse.settings import Settings


@pytest.fixture
def queue(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with the queue's tables, which this process's settings point at."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    jobs.prepare(records)
    return records


def _work(settings: Settings) -> None:
    async def work() -> None:
        app = jobs.queue(settings)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())


def _states(settings: Settings, task: str) -> list[str]:
    with psycopg.connect(postgres.address(settings)) as connection:
        rows = connection.execute("SELECT status::text FROM jobs.procrastinate_jobs WHERE task_name = %s", [task])
        return [row[0] for row in rows.fetchall()]


def test_preparing_the_queue_twice_changes_nothing(queue: Settings) -> None:
    jobs.prepare(queue)

    assert _states(queue, "warehouse:refresh") == []


def test_two_requests_while_one_waits_are_one_job(queue: Settings) -> None:
    jobs.request_refresh(queue)
    jobs.request_refresh(queue)

    assert _states(queue, "warehouse:refresh") == ["todo"]


def test_the_worker_refreshes_the_lake_as_requested(queue: Settings) -> None:
    build(queue, lambda builder: builder.application(builder.requisition(builder.department())))
    jobs.request_refresh(queue)

    _work(queue)

    assert _states(queue, "warehouse:refresh") == ["succeeded"]
    assert snapshot(queue) is not None
