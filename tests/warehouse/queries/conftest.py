"""One company of 240 applications in a lake of its own, read by all tests of the queries and written by none."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.builders import build
from tests.warehouse.queries.people import Person, built, people
from warehouse import postgres
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def everyone() -> list[Person]:
    """What was built, for the tests to count by themselves."""
    return people()


@pytest.fixture(scope="session")
def company(server: Settings, everyone: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of the company's records and lake."""
    name = f"q{uuid.uuid4().hex[:12]}"
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE hiregate")
    settings = Settings(
        home=tmp_path_factory.mktemp("queries"), database_url=f"postgresql://postgres@/{name}?host={socket}"
    )
    build(settings, lambda builder: built(builder, everyone))
    refresh(settings)
    yield settings
    postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
