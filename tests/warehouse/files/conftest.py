"""A small source with one mapping, its files, and loads of them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.files.findings import Check
from warehouse.files.load import load_file
from warehouse.files.report import LoadReport
from warehouse.settings import Settings

LOADER = principal("loader", [Role.HR_ADMIN])
AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

MAPPING = """
source: acme
dates: ["%Y-%m-%d"]
tables:
  - table: department
    id: dept
    columns: {name: dept}
  - table: requisition
    id: req
    columns: {department_id: dept, job_family: family}
  - table: candidate
    id: person
    columns: {full_name: name, email: mail}
  - table: application
    id: app
    columns: {candidate_id: person, requisition_id: req, applied_at: applied, channel: channel}
  - table: ai_interview
    id: app
    when: {column: points, filled: true}
    columns:
      application_id: app
      vendor: {constant: Acme Interview}
      interviewed_at: applied
      raw_score: {column: points, fixed_before_outcome: true}
      scale_max: {constant: 10}
    skills:
      logic: {column: logic, fixed_before_outcome: true, scale: {min: 0, max: 10}}
      clarity: {column: clarity}
"""

HEADER = "app,person,name,mail,req,dept,family,applied,channel,points,logic,clarity"
ROWS = (
    "A1,P1,Ada Lovelace,ada@example.com,R1,IT,engineering,2026-01-05,Referral,7,8,60",
    "A2,P2,Alan Turing,alan@example.com,R1,IT,engineering,2026-01-06,Indeed,9,9,70",
    "A3,P3,Grace Hopper,grace@example.com,R2,Sales,sales,2026-01-07,Indeed,,,",
)

Load = Callable[..., LoadReport]
Rows = Callable[[str], list[tuple[object, ...]]]


def csv_text(*rows: str, header: str = HEADER) -> str:
    """A CSV file's text."""
    return "\n".join((header, *rows)) + "\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """The mapping of the source acme."""
    path = tmp_path / "acme.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def load(records: Settings, mapping: Path, tmp_path: Path) -> Load:
    """Loads rows, bytes or a file of the source acme."""

    def run(
        *rows: str,
        content: bytes | None = None,
        name: str = "acme.csv",
        dry_run: bool = False,
        check: Check | None = None,
        by: Path | str | None = None,
        at: dt.datetime = AT,
    ) -> LoadReport:
        path = tmp_path / name
        path.write_bytes(csv_text(*rows).encode() if content is None else content)
        return load_file(
            records, LOADER, path, source="acme", mapping=by or mapping, dry_run=dry_run, check=check, at=at
        )

    return run


@pytest.fixture
def rows(records: Settings) -> Rows:
    """The rows of a query, as the owner of the tables sees them."""

    def run(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(postgres.address(records)) as connection:
            return connection.execute(query).fetchall()

    return run
