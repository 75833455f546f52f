"""The follower takes events as they come, survives a lost database, and loses nothing when it is killed."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.warehouse.sync.intake_source import Source, application, interview
from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.lake.door import open_lake
from warehouse.queries.funnel import funnel
from warehouse.settings import Settings
from warehouse.sync.follow import Follower

pytestmark = pytest.mark.slow

LEADER = principal("leader", [Role.HR_LEADER])
PROGRAM = """
import sys, threading
from pathlib import Path
from warehouse.settings import Settings
from warehouse.sync.follow import Follower
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])
print("started", flush=True)
Follower(settings, check=None, refreshing=lambda: None).run(threading.Event())
"""


@pytest.fixture
def acme(records: Settings) -> Source:
    """A source with a mapping."""
    return Source(records)


@pytest.fixture
def followed(acme: Source) -> Iterator[Source]:
    """The source while a follower runs."""
    stop = threading.Event()
    thread = threading.Thread(target=Follower(acme.settings, check=None).run, args=(stop,))
    thread.start()
    yield acme
    stop.set()
    thread.join()


def _eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so()


def _applications(settings: Settings) -> int:
    return funnel(open_lake(settings, LEADER)).n or 0


def test_an_event_reaches_the_funnel_by_itself(followed: Source) -> None:
    followed.send_all([application(number) for number in range(12)])

    assert _eventually(lambda: followed.rows("SELECT count(*) FROM app.lake_snapshot") != [(0,)])
    assert _eventually(lambda: _applications(followed.settings) == 12)


def test_events_are_taken_after_the_database_was_lost(followed: Source) -> None:
    followed.send(*application(1))
    assert _eventually(lambda: followed.rows("SELECT count(*) FROM hr.application") == [(1,)])
    with psycopg.connect(postgres.address(followed.settings), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    followed.send(*application(2))

    assert _eventually(lambda: followed.rows("SELECT count(*) FROM hr.application") == [(2,)])


def test_an_event_whose_notice_was_lost_is_found(acme: Source) -> None:
    acme.send(*application())

    taken = Follower(acme.settings, check=None, refreshing=lambda: None).once()

    assert taken == 1


def test_the_lake_is_refreshed_only_where_something_came(acme: Source) -> None:
    refreshes: list[int] = []
    follower = Follower(acme.settings, check=None, refreshing=lambda: refreshes.append(1))
    acme.send(*application())
    follower.once()
    acme.send(*application())

    follower.once()
    follower.once()

    assert refreshes == [1]


def test_a_refresh_that_failed_is_made_up_for(acme: Source) -> None:
    outcomes = iter([False, True])

    def refresh() -> None:
        if not next(outcomes):
            raise TimeoutError("the lake")

    follower = Follower(acme.settings, check=None, refreshing=refresh)
    acme.send(*application())
    with pytest.raises(TimeoutError, match="the lake"):
        follower.once()

    follower.once()

    assert next(outcomes, None) is None


def test_a_follower_killed_at_any_moment_leaves_each_event_waiting_or_whole(acme: Source, records: Settings) -> None:
    events = [event for number in range(300) for event in (application(number), interview(number))]
    acme.send_all(events)
    waits = random.Random(1)  # noqa: S311 - a moment, not a secret

    for _ in range(6):
        follower = _start(records)
        time.sleep(waits.uniform(0.0, 0.8))
        follower.send_signal(signal.SIGKILL)
        follower.communicate()
        acme.send_all([application(1000 + waits.randrange(10**6))])
        (handled, of_loads, half) = acme.rows(
            "SELECT (SELECT count(*) FROM landing.inbox WHERE handled_at IS NOT NULL AND load_id IS NOT NULL),"
            " (SELECT coalesce(sum(rows_read), 0) FROM landing.load),"
            " (SELECT count(*) FROM landing.inbox WHERE (handled_at IS NULL) <> (load_id IS NULL))"
        )[0]
        assert (handled, half) == (of_loads, 0)
    acme.take()

    assert acme.rows(
        "SELECT (SELECT count(*) FROM hr.application), (SELECT count(*) FROM hr.ai_interview),"
        " (SELECT sum(rows_read) FROM landing.load), (SELECT count(*) FROM landing.quarantine)"
    ) == [(306, 300, 606, 0)]


def _start(settings: Settings) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(settings.home), postgres.address(settings)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process
