"""Companies to draw pages of: one with 240 applications and a release, one with a single row, one without any."""

import datetime as dt
import functools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from streamlit.components.v2 import manifest_scanner

from tests.builders import Builder, build
from tests.models import release_builder
from tests.warehouse.queries.people import Person, built, people
from validation.decision_rule import State
from warehouse import postgres
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
from warehouse.tables.landing import Finding, Load, Quarantine

LOADED_AT = dt.datetime(2025, 6, 1, 8, tzinfo=dt.UTC)


@pytest.fixture(scope="session", autouse=True)
def components_sought_once() -> Iterator[None]:
    """Streamlit's test driver reads the metadata of every installed package at each run of a page; once is enough."""
    scan = manifest_scanner.scan_component_manifests
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(scan))
        yield


@contextmanager
def database(server: Settings, home: Path, name: str) -> Iterator[Settings]:
    """A database of its own beside the server's template."""
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE hiregate")
    settings = Settings(home=home, database_url=f"postgresql://postgres@/{name}?host={socket}")
    yield settings
    postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def everyone() -> list[Person]:
    """What the company is built from, for tests to count by themselves."""
    return people()


@pytest.fixture(scope="session")
def company(server: Settings, everyone: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A generated company with loads, a lake, a blocked run and a promoted release with a waiver; read only."""
    with database(server, tmp_path_factory.mktemp("pages"), "pages") as settings:
        build(settings, lambda builder: built(builder, everyone))
        build(settings, lambda builder: loaded(builder, is_generated=True))
        refresh(settings)
        release_builder.gated(settings, "stopped-run", states={"adverse_impact.sex": State.FAIL})
        release_builder.promoted(settings)
        yield settings


@pytest.fixture
def one_row(records: Settings) -> Settings:
    """A real company with one application, in process."""
    build(records, lambda builder: builder.application(builder.requisition(builder.department())))
    build(records, lambda builder: loaded(builder, is_generated=False))
    refresh(records)
    return records


def loaded(builder: Builder, *, is_generated: bool) -> None:
    """One load of the builder's source, with a finding and two refused rows."""
    key = uuid.uuid4()
    builder.session.add(
        Load(
            load_id=key,
            source=builder.source,
            file_name="applications.csv",
            file_sha256="ab" * 32,
            mapping_version=1,
            started_at=LOADED_AT,
            finished_at=LOADED_AT + dt.timedelta(seconds=3),
            actor="ida",
            rows_read=242,
            rows_new=240,
            rows_changed=0,
            rows_unchanged=0,
            rows_rejected=2,
            tables={"application": 240},
            is_generated=is_generated,
        )
    )
    builder.session.flush()
    builder.session.add(
        Finding(
            load_id=key,
            table_name="application",
            column_name="channel",
            expectation="known_channel",
            verdict="review",
            n=240,
            unexpected_n=3,
            sentence_en="3 of 240 channels are unknown.",
            sentence_zh="240 个渠道中有 3 个未知。",
        )
    )
    for row in (7, 9):
        builder.session.add(
            Quarantine(
                load_id=key,
                source=builder.source,
                row_number=row,
                table_name="application",
                column_name="applied_at",
                reason_code="not_a_date",
                reason="the value is not a date in any given format",
                masked_values={"applied_at": "****"},
            )
        )
    builder.session.flush()
