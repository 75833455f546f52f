"""The process that starts the services of a home, restarts what dies, and stops all of it cleanly.

It is started by `hiregate up` in a session of its own. A service that dies comes back after a pause that doubles up to
half a minute; every line a service prints is in `logs/<name>.log` under the home. The embedded PostgreSQL is watched in
the same loop: it replays its log and answers again after a kill.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from dashboards import services
from dashboards.services import Running, State
from models import registry
from warehouse import jobs, postgres, schema
from warehouse.settings import Settings, load

LOG_LIMIT_BYTES = 20_000_000
STOP_S = 15.0
LONGEST_PAUSE_S = 30.0


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    next_start: float = 0.0
    pause_s: float = 0.5
    started: float = field(default=0.0)


class Supervisor:
    """Keeps the services of one home running until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        """For the home of `settings`, whose ports are filled in."""
        self._settings = settings
        self._children = {name: _Child() for name in services.SUPERVISED}
        self._is_stopping = False

    def run(self) -> None:
        """Starts everything and watches it until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_soon)
        stop_orphans(self._settings)
        schema.upgrade(self._settings)
        jobs.prepare(self._settings)
        registry.prepare(self._settings)
        try:
            while not self._is_stopping:
                self._look_after_children()
                self._look_after_postgres()
                time.sleep(0.25)
        finally:
            self._stop_all()

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _look_after_children(self) -> None:
        changed = False
        for name, child in self._children.items():
            changed |= self._look_after(name, child)
        if changed:
            self._write_state()

    def _look_after(self, name: str, child: _Child) -> bool:
        now = time.monotonic()
        if child.process is not None and child.process.poll() is None:
            return False
        if child.process is not None:
            lived_s = now - child.started
            child.pause_s = 0.5 if lived_s > 60 else min(child.pause_s * 2, LONGEST_PAUSE_S)
            child.next_start, child.restarts, child.process = now + child.pause_s, child.restarts + 1, None
        if now < child.next_start:
            return False
        child.process, child.started = self._start(name), now
        return True

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        log = self._log(name)
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - our own commands
                services.command(name, self._settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=services.environment(name, self._settings),
                cwd=self._settings.home,
                start_new_session=True,
            )

    def _log(self, name: str) -> Path:
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        log = self._settings.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def _look_after_postgres(self) -> None:
        if not self._settings.database_url and services.postgres_status(self._settings).state != "up":
            postgres.socket_folder.cache_clear()
            with contextlib.suppress(postgres.PostgresError, subprocess.SubprocessError):
                postgres.socket_folder(self._settings.home)

    def _write_state(self) -> None:
        live = {name: child.process for name, child in self._children.items() if child.process is not None}
        state = State(
            supervisor=running(os.getpid()),
            children={name: running(process.pid) for name, process in live.items()},
            restarts={name: child.restarts for name, child in self._children.items()},
        )
        services.write_state(self._settings, state)

    def _stop_all(self) -> None:
        processes = [child.process for child in self._children.values() if child.process is not None]
        stop_trees([psutil.Process(process.pid) for process in processes if process.poll() is None])
        postgres.stop(self._settings)
        services.state_file(self._settings).unlink(missing_ok=True)


def running(pid: int) -> Running:
    """The name of a live process."""
    try:
        return Running(pid=pid, created=psutil.Process(pid).create_time())
    except psutil.Error:
        return Running(pid=pid, created=0.0)


def stop_orphans(settings: Settings) -> None:
    """Stops the services that a killed supervisor left behind."""
    state = services.read_state(settings)
    if state is not None:
        found = (child.process() for child in state.children.values())
        stop_trees([process for process in found if process is not None])


def stop_trees(roots: list[psutil.Process], timeout_s: float = STOP_S) -> None:
    """Asks processes and what they started to end, then ends what is left after `timeout_s`."""
    everyone: list[psutil.Process] = []
    for root in roots:
        with contextlib.suppress(psutil.Error):
            everyone += [root, *root.children(recursive=True)]
    for process in everyone:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, left = psutil.wait_procs(everyone, timeout=timeout_s)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=5)


def main() -> None:
    """Runs the supervisor of the environment's home."""
    settings = services.with_ports(load())
    Supervisor(settings).run()
    sys.exit(0)


if __name__ == "__main__":
    main()
