"""`hiregate obligations` and `hiregate attest` as a person types them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboards.cli import app
from dashboards.obligations_cli import ObligationsCallError
from models.release_moment import BadMoment
from tests.models.release_builder import CHECKER, MODEL, promoted
from warehouse.access import AccessDenied, Principal, Role
from warehouse.identity import grant
from warehouse.settings import Settings

OPERATOR = Principal(id="ola", roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a champion, a checker, an HR leader and a scoring client."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    for who, role in ((CHECKER.id, Role.COMPLIANCE), ("lea", Role.HR_LEADER), ("bot", Role.SCORING_CLIENT)):
        grant(records, OPERATOR, who, role)
    promoted(records)
    return records


def run(*words: str, by: str = "lea") -> Result:
    return CliRunner().invoke(app, [*words, "--as", by])


def test_the_calendar_is_one_json_document(home: Settings) -> None:
    result = run("obligations", "--jurisdiction", "US-NYC", "--json")

    document = json.loads(result.stdout)
    states = {one["id"]: one["state"] for one in document["entries"]}
    assert document["jurisdictions"] == ["US-NYC"]
    assert states["nyc_bias_audit"] == "overdue"
    assert all(one["asks"]["zh"] and one["reason"]["en"] for one in document["entries"])


def test_people_read_lines_with_what_is_unverified(home: Settings) -> None:
    result = run("obligations", "--jurisdiction", "EU")

    assert result.exit_code == 0
    assert "[unverified]" in result.stdout
    assert result.stdout.rstrip().endswith("read the source.")


def test_the_calendar_reads_chinese_where_the_home_does(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIREGATE_LANGUAGE", "zh")

    result = run("obligations", "--jurisdiction", "CN")

    assert "《个人信息保护法》" in result.stdout
    assert "不构成法律意见" in result.stdout


def test_a_statement_stands_in_the_next_calendar(home: Settings) -> None:
    told = run("attest", "bias_audit", "2026-06-01", "--model", MODEL, "--note", "report 7", by=CHECKER.id)

    asked = run("obligations", "--jurisdiction", "US-NYC", "--model", MODEL, "--json")

    assert told.exit_code == 0, told.output
    (audit,) = [one for one in json.loads(asked.stdout)["entries"] if one["id"] == "nyc_bias_audit"]
    assert audit["evidence"] == {"bias_audit": "2026-06-01"}


def test_the_calendar_file_is_written(home: Settings, tmp_path: Path) -> None:
    result = run("obligations", "--ics", str(tmp_path / "due.ics"))

    content = (tmp_path / "due.ics").read_bytes()
    assert result.exit_code == 0
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")


def test_a_folder_that_is_not_there_is_one_line(home: Settings, tmp_path: Path) -> None:
    result = run("obligations", "--ics", str(tmp_path / "nowhere" / "due.ics"))

    assert result.exit_code == 2
    assert result.stderr.startswith("due.ics: cannot be written")


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("obligations", "--jurisdiction", "ATLANTIS"), ObligationsCallError, "nothing is known of 'ATLANTIS'"),
        (("obligations", "--model", "nobody"), ObligationsCallError, "no model 'nobody'"),
        (("obligations", "--at", "soon"), BadMoment, "'soon' is no date"),
        (("attest", "gate", "2026-06-01", "--note", "n"), ObligationsCallError, "people cannot state 'gate'"),
        (("attest", "dpia", "2026-06-01", "--note", "n"), AccessDenied, "lacks the permission"),
    ],
    ids=["place", "model", "day", "kind", "rights"],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    home: Settings, words: tuple[str, ...], error: type[Exception], said: str
) -> None:
    result = run(*words)

    assert isinstance(result.exception, error)
    assert said in str(result.exception)


def test_who_may_not_read_models_gets_nothing(home: Settings) -> None:
    result = run("obligations", by="bot")

    assert isinstance(result.exception, AccessDenied)
    assert result.stdout == ""
