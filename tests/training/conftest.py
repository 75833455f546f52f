"""One planted company and one trained run for all tests of training that only read them."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.training import gate_company
from tests.training.company import SCIENTIST, plant
from training import configuration
from training.pipeline import TrainedRun, train
from warehouse import postgres
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def planted(server: Settings) -> Iterator[Settings]:
    """The settings of a home whose lake holds the planted company."""
    with _home(server, "hiregate") as settings:
        plant(settings)
        yield settings


@pytest.fixture(scope="session")
def run(planted: Settings) -> TrainedRun:
    """A run of the job-related demo configuration."""
    return train(planted, SCIENTIST, configuration.load("demo_job_related"))


@pytest.fixture(scope="session")
def skewed_records(server: Settings) -> Iterator[str]:
    """A database of a company whose vendor scores women lower in one skill; nobody writes to it."""
    with _home(server, "hiregate") as settings:
        gate_company.fill(settings)
        postgres.engine(settings).dispose()
        yield urlsplit(settings.database_url).path.removeprefix("/")


@pytest.fixture(scope="module")
def company(server: Settings, skewed_records: str) -> Iterator[Settings]:
    """A home of that company, its lake refreshed."""
    with _home(server, skewed_records) as settings:
        refresh(settings)
        yield settings


@contextmanager
def _home(server: Settings, template: str) -> Iterator[Settings]:
    """An empty home with a copy of that database; a run adds MLflow's beside it."""
    name = f"t{uuid.uuid4().hex[:12]}"
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    with tempfile.TemporaryDirectory(prefix="hg-training-") as home:
        settings = Settings(home=Path(home), database_url=f"postgresql://postgres@/{name}?host={socket}")
        yield settings
        postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        for database in (name, f"{name}_mlflow"):
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
