"""One planted company and one trained run for all tests of training that only read them."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.training import gate_company
from tests.training.company import SCIENTIST, plant
from training import configuration
from training.pipeline import TrainedRun, train
from warehouse import postgres
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def planted(server: Settings) -> Iterator[Settings]:
    """The settings of a home whose lake holds the planted company."""
    name = f"t{uuid.uuid4().hex[:12]}"
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE hiregate")
    with tempfile.TemporaryDirectory(prefix="hg-training-") as home:
        settings = Settings(home=Path(home), database_url=f"postgresql://postgres@/{name}?host={socket}")
        plant(settings)
        yield settings
        postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        for database in (name, f"{name}_mlflow"):
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


@pytest.fixture(scope="session")
def run(planted: Settings) -> TrainedRun:
    """A run of the job-related demo configuration."""
    return train(planted, SCIENTIST, configuration.load("demo_job_related"))


@pytest.fixture(scope="module")
def company(server: Settings) -> Iterator[Settings]:
    """A home whose vendor scores women lower in one skill."""
    name = f"t{uuid.uuid4().hex[:12]}"
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE hiregate")
    with tempfile.TemporaryDirectory(prefix="hg-gate-") as home:
        settings = Settings(home=Path(home), database_url=f"postgresql://postgres@/{name}?host={socket}")
        gate_company.plant(settings)
        yield settings
        postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        for database in (name, f"{name}_mlflow"):
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
