"""Kills the API, the intake and PostgreSQL under load, and counts what became of every event.

A round sends events while random victims are killed with SIGKILL at random moments; then all are started again and what
was not acknowledged is sent once more under the same ids, as senders do. The home is the caller's and serves nothing
else: its PostgreSQL dies too.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from tests.bench.inbox import environment, until_connected
from tests.inbox_load import SKILLS, SOURCE, Sent, send, signed
from warehouse import postgres
from warehouse.settings import Settings

VICTIMS = ("api", "intake", "postgres")
LATEST_S = 0.5
"""A victim dies within so many seconds of the first request."""

_INTAKE = """
import sys, time
from pathlib import Path
from sqlalchemy.exc import DBAPIError
from warehouse.settings import Settings
from warehouse.sync.intake import intake
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])
while True:
    try:
        failures = intake(settings, check=None, limit=200).failures
    except DBAPIError as error:
        failures = type(error).__name__
    if failures:
        print(failures, flush=True)
    time.sleep(0.02)
"""
_WAITING = "SELECT count(*) FROM landing.inbox WHERE handled_at IS NULL"
_HALF = f"""
SELECT (SELECT count(*) FROM landing.inbox WHERE (handled_at IS NULL) <> (load_id IS NULL))
  + (SELECT count(*) FROM hr.ai_interview i WHERE {SKILLS} <>
       (SELECT count(*) FROM hr.skill_score s WHERE s.ai_interview_id = i.ai_interview_id))
  + (SELECT count(*) FROM hr.application a WHERE NOT EXISTS
       (SELECT FROM hr.ai_interview i WHERE i.application_id = a.application_id))
  + abs((SELECT count(*) FROM landing.inbox WHERE handled_at IS NOT NULL) - (SELECT sum(rows_read) FROM landing.load))
"""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the rounds gave: events sent, of them acknowledged before the restart, and those that are not as they must.

    `lost` were acknowledged and are not in the inbox, `twice` are there or among the records more than once, `half` are
    applied in part, `unserved` were never acknowledged though all ran again.
    """

    sent: int = 0
    acknowledged: int = 0
    lost: int = 0
    unserved: int = 0
    twice: int = 0
    half: int = 0
    kills: list[str] = field(default_factory=list)


class Home:
    """The services of a home that are there to be killed."""

    def __init__(self, settings: Settings) -> None:
        """Nothing runs yet but PostgreSQL."""
        self.settings = settings
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts whatever does not run, PostgreSQL first, and returns when the API takes connections."""
        postgres.socket_folder.cache_clear()
        address = postgres.address(self.settings)
        self._start("intake", "-c", _INTAKE, str(self.settings.home), address)
        self._start("api", "-m", "models.serve")
        until_connected(self.settings.api_port)

    def kill(self, name: str) -> None:
        """SIGKILL, whatever the victim is doing."""
        pid = postgres.pid(self.settings) if name == "postgres" else self._processes[name].pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        if name != "postgres":
            self._processes[name].wait()

    def stop(self) -> None:
        """Ends everything."""
        for process in self._processes.values():
            process.kill()
            process.wait()
        postgres.stop(self.settings)

    def wait_until_handled(self, patience_s: float = 120.0) -> None:
        """Returns once no event waits for the intake, which is started again should it have ended.

        Raises TimeoutError with what the intake said last.
        """
        deadline = time.monotonic() + patience_s
        while waiting := self.count(_WAITING):
            if time.monotonic() > deadline:
                said = (self.settings.home / "intake.log").read_text(encoding="utf-8")[-2000:]
                raise TimeoutError(f"{waiting} events still wait for the intake, which said: {said}")
            self.start()
            time.sleep(0.1)

    def count(self, query: str) -> int:
        """The one number that a query answers."""
        with psycopg.connect(postgres.address(self.settings)) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0] or 0) if row else 0

    def column(self, query: str) -> list[str]:
        """The texts that a query answers."""
        with psycopg.connect(postgres.address(self.settings)) as connection:
            return [str(row[0]) for row in connection.execute(query.encode())]

    def _start(self, name: str, *arguments: str) -> None:
        running = self._processes.get(name)
        if running is not None and running.poll() is None:
            return
        with (self.settings.home / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *arguments], env=environment(self.settings), stdout=log, stderr=log
            )


def rounds(home: Home, *, seed: int, count: int, events: int, connections: int) -> Tally:
    """Plays so many rounds of so many events and answers what became of them."""
    dice, tally = random.Random(seed), Tally()  # noqa: S311 - moments, not secrets
    home.start()
    for number in range(count):
        victims = dice.sample(VICTIMS, dice.randint(1, len(VICTIMS)))
        requests = signed(events, f"round{number}")
        _play(home, tally, requests, [(name, dice.uniform(0, LATEST_S)) for name in victims], connections)
    home.wait_until_handled()
    records = home.column(f"SELECT source_record_id FROM hr.ai_interview WHERE source = '{SOURCE}'")
    tally.twice += len(records) - len(set(records))
    tally.lost += tally.sent - len(set(records))
    tally.half = home.count(_HALF)
    return tally


def _play(
    home: Home, tally: Tally, requests: Sequence[Sent], doomed: Sequence[tuple[str, float]], connections: int
) -> None:
    with _killing(home, doomed):
        outcome = send(requests, home.settings.api_port, connections=connections, limit_s=30)
    home.start()
    stored = home.column("SELECT idempotency_key FROM landing.inbox")
    left = [request for request in requests if request.id not in outcome.accepted]
    again = send(left, home.settings.api_port, connections=connections)
    tally.kills += [name for name, _ in doomed]
    tally.sent += len(requests)
    tally.acknowledged += len(outcome.accepted)
    tally.lost += len(outcome.accepted - set(stored))
    tally.twice += len(stored) - len(set(stored))
    tally.unserved += len(left) - len(again.accepted)


@contextlib.contextmanager
def _killing(home: Home, doomed: Sequence[tuple[str, float]]) -> Iterator[None]:
    threads = [threading.Timer(after_s, home.kill, [name]) for name, after_s in doomed]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
