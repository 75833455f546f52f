"""The commands of the ledger as a person types them: words, JSON, exit codes."""

import datetime as dt
import json
import sys
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from dashboards.cli import app, main
from models import releases
from models.release_errors import MakerIsChecker, StillServing, UnknownRelease
from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, promoted, proposed
from validation.decision_rule import State
from warehouse import postgres
from warehouse.access import AccessDenied, Permission, Principal, Role
from warehouse.identity import grant
from warehouse.settings import Settings

OPERATOR = Principal(id="ola", roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home whose commands run in this process, with a maker, a checker and an auditor."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    for who, role in ((MAKER, Role.DATA_SCIENTIST), (CHECKER, Role.COMPLIANCE)):
        grant(records, OPERATOR, who.id, role)
    grant(records, OPERATOR, "ada", Role.AUDITOR)
    yield records
    database = records.database_url.split("/")[3].split("?")[0]
    admin = records.database_url.replace(f"/{database}?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database}_mlflow WITH (FORCE)")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def document(*words: str) -> dict[str, object]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    read = json.loads(result.stdout)
    assert isinstance(read, dict)
    return read


def test_a_release_is_approved_by_its_version(home: Settings) -> None:
    proposed(home)

    result = run("approve", "1", "--reason", "evidence read", "--as", "chen")

    assert result.exit_code == 0
    assert result.stdout == "re-interview-pass@1 is approved by chen\n"


def test_the_maker_is_told_that_somebody_else_checks(home: Settings) -> None:
    grant(home, OPERATOR, "mia", Role.COMPLIANCE)
    proposed(home)

    result = run("approve", "1", "--reason", "mine", "--as", "mia")

    assert isinstance(result.exception, MakerIsChecker)


def test_an_approval_without_a_reason_is_a_wrong_call(home: Settings) -> None:
    proposed(home)

    assert run("approve", "1", "--as", "chen").exit_code == 2


def test_a_check_is_waived_until_the_end_of_a_day(home: Settings) -> None:
    proposed(home, states={"validity": State.REVIEW})
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()

    told = document("waive", "1", "validity", "--reason", "small", "--owner", "dana", "--expires", day, "--as", "chen")

    assert str(told["expires"]).startswith(f"{day}T23:59:59")


def test_a_proposal_is_sent_back(home: Settings) -> None:
    approved(home)

    result = run("send-back", "1", "--reason", "the cut is wrong", "--as", "chen")

    assert result.stdout == "re-interview-pass@1 is sent back by chen\n"


def test_a_promotion_stands_even_when_the_alias_cannot_follow(home: Settings) -> None:
    """The run of this release is in no run store: the alias lags, the ledger does not."""
    approved(home)

    result = run("promote", "1", "--as", "mia")

    assert result.exit_code == 0
    assert result.stdout.startswith("re-interview-pass@1 is the champion, lease until")
    assert "registry lags" in result.stderr
    assert releases.pointer(home, MODEL) is not None


def test_a_rollback_names_the_champion_that_is_back(home: Settings) -> None:
    promoted(home, "run-a")
    promoted(home, "run-b")

    told = document("rollback", "--reason", "complaints", "--as", "mia")

    assert (told["version"], told["is_new"]) == (1, True)


def test_history_answers_for_a_past_moment_as_json(home: Settings) -> None:
    promoted(home, "run-a")
    between = dt.datetime.now(dt.UTC).isoformat()
    promoted(home, "run-b")

    told = document("history", "--at", between, "--as", "ada")

    assert [served["version"] for served in told["live"]] == [1]  # type: ignore[attr-defined]
    assert told["live"][0]["approvals"][0]["by"] == "chen"  # type: ignore[index]


def test_history_speaks_both_languages(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    promoted(home)

    english = run("history", "--as", "ada").stdout
    monkeypatch.setenv("HIREGATE_LANGUAGE", "zh")
    chinese = run("history", "--as", "ada").stdout

    assert "live: re-interview-pass@1" in english
    assert "现役: re-interview-pass@1" in chinese


def test_before_the_first_promotion_history_says_so(home: Settings) -> None:
    proposed(home)

    assert "Nothing was live" in run("history", "--as", "ada").stdout


@pytest.mark.parametrize("words", [("approve", "9", "--reason", "x", "--as", "chen"), ("promote", "9", "--as", "mia")])
def test_an_unknown_release_is_an_error_with_advice(home: Settings, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert isinstance(result.exception, UnknownRelease)
    assert "hiregate history" in str(result.exception)


def test_a_role_that_may_not_act_is_refused(home: Settings) -> None:
    proposed(home)

    result = run("approve", "1", "--reason", "x", "--as", "ada")

    assert isinstance(result.exception, AccessDenied)
    assert result.exception.permission is Permission.APPROVE_RELEASE


def test_a_whole_chain_is_verified(home: Settings) -> None:
    promoted(home)

    result = run("audit-log", "verify", "--as", "ada")

    assert result.exit_code == 0
    assert result.stdout.startswith("The chain is whole: ")


def test_a_forged_line_is_found_by_its_position(home: Settings) -> None:
    promoted(home)
    with postgres.engine(home).begin() as owner:
        owner.execute(text("ALTER TABLE governance.audit_log DISABLE TRIGGER append_only"))
        owner.execute(text("UPDATE governance.audit_log SET actor = 'somebody' WHERE position = 3"))

    result = run("audit-log", "verify", "--json", "--as", "ada")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken_at"] == 3


def test_only_those_who_may_read_the_log_verify_it(home: Settings) -> None:
    assert isinstance(run("audit-log", "verify", "--as", "mia").exception, AccessDenied)


@pytest.mark.parametrize(
    "words", [["gate", "none", "--policy", "none.yaml"], ["gate", "none"], ["history", "--at", "soon"]]
)
def test_bad_input_is_one_line_and_exit_2(
    home: Settings, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the function that the installed command is."""
    monkeypatch.setattr(sys, "argv", ["hiregate", *words, "--as", "mia"])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_retired_champion_leaves_nothing_live(home: Settings) -> None:
    promoted(home)

    refused = run("retire", "1", "--reason", "unsafe", "--as", "chen")
    done = run("retire", "1", "--reason", "unsafe", "--and-stop-serving", "--as", "chen")
    told = run("history", "--as", "ada").stdout

    assert isinstance(refused.exception, StillServing)
    assert done.stdout == "re-interview-pass@1 is retired by chen; nothing serves for re-interview-pass\n"
    assert "Nothing is live for re-interview-pass" in told


def test_a_shadow_begins_reports_and_ends_on_the_terminal(home: Settings) -> None:
    proposed(home)

    began = run("shadow", "1", "--reason", "look", "--as", "chen").stdout
    report = document("shadow-report", "1", "--as", "ada")
    ended = document("unshadow", "1", "--reason", "seen", "--as", "chen")

    assert began == "re-interview-pass@1 runs in shadow\n"
    assert (report["n"], report["agreement"], report["smallest_shown"]) == (0, None, 10)
    assert (ended["version"], ended["by"]) == (1, "chen")


@pytest.mark.parametrize(("language", "words"), [("en", "no figures yet"), ("zh", "暂无数据")])
def test_a_report_of_few_decisions_says_so_in_both_languages(
    home: Settings, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    proposed(home)
    monkeypatch.setenv("HIREGATE_LANGUAGE", language)

    assert words in run("shadow-report", "1", "--as", "ada").stdout


@pytest.mark.parametrize("act", ["retire", "shadow", "unshadow"])
def test_the_maker_is_refused_on_the_terminal(home: Settings, act: str) -> None:
    approved(home)
    grant(home, OPERATOR, "mia", Role.COMPLIANCE)

    assert isinstance(run(act, "1", "--reason", "my own", "--as", "mia").exception, MakerIsChecker)


def test_history_reads_a_time_in_the_companys_zone_and_says_so(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    promoted(home)
    monkeypatch.setenv("HIREGATE_TIMEZONE", "Asia/Shanghai")

    told = document("history", "--at", "2030-03-03T10:00", "--as", "ada")

    assert (told["at"], told["zone"]) == ("2030-03-03T02:00:00+00:00", "Asia/Shanghai")
    assert told["at_local"] == "2030-03-03T10:00:00+08:00"
    assert told["live"][0]["gate"]["checks"] == {"leakage": "pass", "adverse_impact.sex": "pass"}  # type: ignore[index]


def test_status_tells_of_the_lease(home: Settings) -> None:
    promoted(home)

    (lease,) = [one for one in json.loads(run("status", "--json").stdout) if one["kind"] == "lease"]

    assert (lease["name"], lease["state"], lease["ends_in_days"]) == ("re-interview-pass@1", "valid", 365)
