"""Fixtures that every test may use: a real PostgreSQL for the whole run, and the real data sets beside the project.

One embedded server serves the run. A test that writes gets a database of its own, cloned in a moment from a template
that the migrations made, so that tests neither wait for nor see each other.
"""

import contextlib
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from warehouse import postgres, schema
from warehouse.settings import Settings

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - no file is named in it: mkdtemp makes a folder of our own
ROOM_BYTES = 5_000_000_000
SLOW = ("journey", "browser", "slow")
"""The markers of tests that take long: begun first, so that no worker is left alone with one at the end."""


# Importing the stack and all tests makes three quarters of a million objects that live to the end. Looking through them
# costs half a second each time, and Streamlit asks for it after each run of a page.
gc.disable()
os.environ.setdefault("STREAMLIT_RUNNER_POST_SCRIPT_GC", "false")


def pytest_collection_finish() -> None:
    """Leaves everything that collecting has made out of later garbage collections."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Extension modules complain of what is left when the process ends."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts slow modules first, and marks as `unit` what needs neither a database nor patience."""
    items.sort(key=lambda item: not _is_slow(item))  # stable: the drawn order stays within both halves
    for item in items:
        if not _is_slow(item) and "server" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.unit)


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in SLOW)


@pytest.fixture(scope="session")
def server() -> Iterator[Settings]:
    """The settings of one embedded PostgreSQL whose database `hiregate` is migrated and otherwise empty."""
    given = os.environ.get("HIREGATE_TEST_HOME")
    home = Path(given) if given else _new_home()
    settings = Settings(home=home)
    schema.upgrade(settings)
    postgres.engine(settings).dispose()
    _without_waiting_for_the_disk(settings)
    yield settings
    if not given:
        postgres.stop(settings)
        shutil.rmtree(home)


def _new_home() -> Path:
    folder = _quick_folder()
    if folder is not None:
        _sweep(folder)
    return Path(tempfile.mkdtemp(prefix=f"hg-{os.getpid()}-", dir=folder))


def _sweep(folder: Path) -> None:
    """Ends the servers of runs that were killed, and gives their memory back."""
    for left in folder.glob("hg-*-*"):
        if psutil.pid_exists(int(left.name.split("-")[1])):
            continue
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            server = psutil.Process(int((left / "postgres" / "postmaster.pid").read_text().splitlines()[0]))
            if str(left) in " ".join(server.cmdline()):
                server.terminate()
                server.wait(10)
        shutil.rmtree(left, ignore_errors=True)


def _quick_folder() -> Path | None:
    """Memory, where there is plenty: a test's database is 700 files that live for a moment, each dear on a disk."""
    if not IN_MEMORY.is_dir() or psutil.virtual_memory().available < ROOM_BYTES:
        return None
    return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES else None


def _without_waiting_for_the_disk(settings: Settings) -> None:
    """What these tests kill are processes, never the machine: nothing is lost, and commits are quick."""
    quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "256MB"}
    with psycopg.connect(postgres.address(settings, "postgres"), autocommit=True) as connection:
        for name, value in quick.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def records(server: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a migrated database and an empty home of the test's own."""
    with cloned(server, tmp_path) as settings:
        yield settings


@pytest.fixture(scope="module")
def module_records(server: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The same for all tests of a module, which only read what its fixtures write."""
    with cloned(server, tmp_path_factory.mktemp("module")) as settings:
        yield settings


@contextlib.contextmanager
def cloned(server: Settings, home: Path, of: Settings | None = None) -> Iterator[Settings]:
    """A database and a home of their own: empty ones, or copies of those of a test that is not under way."""
    name, template = f"t{uuid.uuid4().hex[:12]}", "hiregate"
    if of is not None:
        postgres.engine(of).dispose()
        template = urlsplit(of.database_url).path.removeprefix("/")
        shutil.copytree(of.home, home, dirs_exist_ok=True)
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(home=home, database_url=f"postgresql://postgres@/{name}?host={socket}")
    yield settings
    postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the real data sets; the test is skipped where it is absent, and nowhere else."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets are not beside the project")
    return SHARED_DATA
