"""A source whose mapping feeds every part of an application, its events, and the intake of them."""

import copy
import datetime as dt
import json
from pathlib import Path

import psycopg

from validation.contracts import check_batch
from warehouse import postgres
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.intake import INTAKE, IntakeReport, intake

MAPPING = """
source: acme
timezone: America/New_York
tables:
  - table: department
    id: dept
    when: {column: _entity, is: [application]}
    columns: {name: dept}
  - table: requisition
    id: req
    when: {column: _entity, is: [application]}
    columns: {department_id: dept, job_family: family}
  - table: candidate
    id: person.id
    when: {column: _entity, is: [application]}
    columns: {full_name: person.name, email: person.email}
  - table: application
    id: app
    when: {column: _entity, is: [application]}
    columns: {candidate_id: person.id, requisition_id: req, applied_at: applied}
  - table: ai_interview
    id: interview
    when: {column: _entity, is: [interview]}
    columns:
      application_id: app
      vendor: {constant: Acme Interview}
      interviewed_at: at
      raw_score: {column: score, fixed_before_outcome: true}
      scale_max: {constant: 10}
    skills: {list: skills, name: skill, score: points, scale: {min: 0, max: 10}, fixed_before_outcome: true}
  - table: hire
    id: hire
    when: {column: _entity, is: [hire]}
    columns: {application_id: app, started_on: started}
  - table: performance_review
    id: review
    when: {column: _entity, is: [review]}
    columns: {hire_id: hire, rating: rating, reviewed_on: on}
"""


class Source:
    """The source `name` of one test: it sends, the intake takes, and the rows are looked at."""

    def __init__(self, settings: Settings, name: str = "acme", mapping: str = MAPPING) -> None:
        """Writes the source's file and its mapping."""
        self.settings, self.name, self._sent = settings, name, 0
        self.folder = settings.home / "sources"
        self.write_mapping(mapping)
        text = f"source: {name}\nconnector: webhook\nmapping: mappings/{name}.yaml\nowner: hr_integration\n"
        (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def at(self, settings: Settings) -> "Source":
        """The same source, as far as it has come, in a copy of its database and home."""
        other = copy.copy(self)
        other.settings, other.folder = settings, settings.home / "sources"
        return other

    def write_mapping(self, mapping: str) -> Path:
        """Puts another mapping in place of the source's."""
        (self.folder / "mappings").mkdir(parents=True, exist_ok=True)
        path = self.folder / "mappings" / f"{self.name}.yaml"
        path.write_text(mapping.replace("source: acme", f"source: {self.name}"), encoding="utf-8")
        return path

    def send(self, entity: str | None, body: object, *, key: str | None = None, version: int | None = None) -> None:
        """Puts one event into the inbox; a body of bytes goes as it is."""
        self.send_all([(entity, body)], key=key, version=version)

    def send_all(
        self, events: "list[tuple[str | None, object]]", *, key: str | None = None, version: int | None = None
    ) -> None:
        """Puts events into the inbox in one transaction."""
        arrivals = [self._arrival(entity, body, key, version) for entity, body in events]
        with unit_of_work(self.settings, INTAKE, DatabaseRole.INTAKE) as session:
            put_all(session, arrivals)

    def _arrival(self, entity: str | None, body: object, key: str | None, version: int | None) -> Arrival:
        self._sent += 1
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Arrival(
            source=self.name,
            idempotency_key=key or f"{entity}:{self._sent}:{self._sent}",
            payload=payload,
            content_type="application/json",
            entity=entity,
            happened_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
            source_version=version,
        )

    def take(self, *, limit: int = 5_000) -> IntakeReport:
        """Runs the intake of all sources with the data contracts."""
        return intake(self.settings, check=check_batch, limit=limit)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query, as the tables' owner sees them."""
        with psycopg.connect(postgres.address(self.settings)) as connection:
            return connection.execute(query).fetchall()


def application(number: int = 1, **other: object) -> tuple[str, dict[str, object]]:
    """An application event."""
    person = {"id": f"P{number}", "name": "Ada Lovelace", "email": "ada@example.com"}
    body = {
        "app": f"A{number}",
        "person": person,
        "req": "R1",
        "dept": "IT",
        "family": "engineering",
        "applied": "2026-01-05T09:00:00",
    }
    return "application", body | other


def interview(number: int = 1, score: float | None = 7, **other: object) -> tuple[str, dict[str, object]]:
    """An AI interview event of the application of the same number."""
    body = {
        "interview": f"I{number}",
        "app": f"A{number}",
        "at": "2026-01-06T10:00:00",
        "score": score,
        "skills": [{"skill": "logic", "points": 8}],
    }
    return "interview", body | other
