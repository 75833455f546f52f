"""A source whose stand-in is asked by the real runner, into a real inbox, and mapped by the real intake."""

import datetime as dt
from collections.abc import Mapping

import psycopg
import yaml

from validation.contracts import check_batch
from warehouse import access, postgres
from warehouse.settings import Settings
from warehouse.sync.intake import IntakeReport, intake
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.runner import RunReport, run

PULLER = access.principal("kim", [access.Role.INTEGRATION_ADMIN])
NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)

FAULTS = ("401", "429", "500", "timeout_after_commit", "expired_token", "duplicate", "reorder")
"""What a run gets over by itself."""


class Pulled:
    """One source's file, and what its runs leave behind. The clock jumps instead of waiting."""

    def __init__(self, settings: Settings, name: str, content: Mapping[str, object]) -> None:
        """Writes the source's file."""
        self.settings, self.name = settings, name
        self.clock = JumpingClock(NOW)
        folder = settings.home / "sources"
        folder.mkdir(exist_ok=True)
        text = yaml.safe_dump({"source": name, **content}, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def run(self, **options: object) -> RunReport:
        """One run of the source's own connector."""
        return run(self.settings, PULLER, self.name, clock=self.clock, **options)

    def take(self) -> IntakeReport:
        """Maps what waits."""
        return intake(self.settings, check=check_batch)

    def run_and_take(self) -> tuple[object, object]:
        """A run that has to succeed, and the intake: the inbox and the records that they leave."""
        report = self.run()
        assert report.state == "succeeded", report
        self.take()
        return self.inbox(), self.records()

    def forget_everything(self) -> None:
        """Takes every row away, as if nothing had ever arrived."""
        with psycopg.connect(postgres.address(self.settings)) as connection:
            names = connection.execute(
                "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables"
                " WHERE schemaname IN ('hr', 'landing') AND tablename <> 'mapping'"
            ).fetchone()
            connection.execute(f"TRUNCATE {names[0]} CASCADE")

    def inbox(self) -> list[tuple[object, ...]]:
        """The inbox: entity, key without the run that brought it, version."""
        query = "SELECT entity, idempotency_key, source_version FROM landing.inbox ORDER BY 1, 2"
        return self.rows(query)

    def records(self) -> dict[str, list[tuple[object, ...]]]:
        """Every record, by table, without when and through which load it came."""
        tables = ("department", "requisition", "candidate", "application", "stage_event", "offer", "hire", "employee")
        left_out = "'loaded_at', 'changed_xid'"
        return {
            table: self.rows(f"SELECT (to_jsonb(t) - ARRAY[{left_out}])::text FROM hr.{table} t ORDER BY 1")
            for table in tables
        }

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query, as the tables' owner sees them."""
        with psycopg.connect(postgres.address(self.settings)) as connection:
            return connection.execute(query).fetchall()
