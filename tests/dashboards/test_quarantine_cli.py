"""`hiregate sync retry` and its neighbours: refused rows from the command line."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dashboards import quarantine_cli
from tests.warehouse.sync.intake_source import MAPPING, Source, application
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings

WIDER = MAPPING.replace("applied_at: applied}", "applied_at: {column: applied, format: '%d %b %Y'}}")


@pytest.fixture
def acme(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A home with one refused event, and ivan who administers the integrations."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    identity.grant(records, Principal(id="op", roles=frozenset({Role.OPERATOR})), "ivan", Role.INTEGRATION_ADMIN)
    source = Source(records)
    source.send(*application(applied="7 Jan 2026"))
    source.take()
    return source


def _said(*arguments: str) -> str:
    app = typer.Typer()
    quarantine_cli.add_to(app)
    result = CliRunner().invoke(app, [*arguments, "--as", "ivan"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_dry_run_tells_the_records_masked_and_changes_nothing(acme: Source, tmp_path: Path) -> None:
    wider = tmp_path / "wider.yaml"
    wider.write_text(WIDER, encoding="utf-8")

    said = _said("retry", "acme", "--mapping", str(wider), "--dry-run")

    assert "1 tried, 1 would be accepted (dry run), 0 refused" in said
    assert "full_name=A…(12)" in said
    assert acme.rows("SELECT count(*) FROM hr.candidate") == [(0,)]


def test_a_retry_answers_one_json_document(acme: Source) -> None:
    acme.write_mapping(WIDER)

    (done,) = json.loads(_said("retry", "--json"))

    assert (done["source"], done["tried"], done["accepted"]) == ("acme", 1, 1)


def test_what_is_refused_again_is_told_with_its_reason(acme: Source) -> None:
    said = _said("retry", "acme")

    assert "applied: the value is not a date in any given format" in said


def test_the_quarantine_is_listed_by_status_and_emptied_by_hand(acme: Source) -> None:
    (row,) = json.loads(_said("quarantine", "--json"))

    _said("assign", str(row["quarantine_id"]), "--owner", "ats_team")
    handed = _said("quarantine", "acme")
    _said("dismiss", str(row["quarantine_id"]), "--note", "a test event")

    assert "[ats_team]" in handed
    assert _said("quarantine") == "no such row in quarantine\n"
    assert "dismissed" in _said("quarantine", "--status", "all")
