"""`hiregate job …` and `hiregate train --background`: what is asked for, seen and stopped from the terminal."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards import job_desk
from dashboards.cli import app
from tests.training.company import SCIENTIST
from training.configuration import ConfigurationError
from warehouse import identity, jobs
from warehouse.access import Role, principal
from warehouse.job_values import BadRequest, JobState, UnknownJob
from warehouse.settings import Settings


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment points at the test's home, where sam may train and chen checks."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    jobs.prepare(records)
    operator = principal("root", [Role.OPERATOR])
    identity.grant(records, operator, SCIENTIST.id, Role.DATA_SCIENTIST)
    identity.grant(records, operator, "chen", Role.COMPLIANCE)
    return records


def _said(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def _asked() -> str:
    answer = json.loads(_said("train", "--config", "demo_job_related", "--background", "--json", "--as", "sam"))
    return str(answer["job"])


def test_a_training_in_the_background_is_listed_and_shown_by_the_beginning_of_its_id(home: Settings) -> None:
    job_id = _asked()

    listed = json.loads(_said("job", "list", "--json", "--as", "sam"))
    shown = json.loads(_said("job", "show", job_id[:8], "--json", "--as", "sam"))

    assert [one["job"] for one in listed] == [job_id]
    assert (shown["state"], shown["arguments"]) == ("queued", {"configuration": "demo_job_related"})


def test_a_job_is_cancelled_from_the_terminal(home: Settings) -> None:
    job_id = _asked()

    assert "is cancelled" in _said("job", "cancel", job_id, "--as", "sam")

    assert job_desk.jobs_of(home, SCIENTIST)[0].state is JobState.CANCELLED
    assert "cancelled" in _said("job", "list", "--as", "sam")


def test_the_job_of_another_is_unknown_to_those_who_may_not_train(home: Settings) -> None:
    job_id = _asked()

    with pytest.raises(UnknownJob, match="hiregate job list"):
        _said("job", "show", job_id, "--as", "chen")


def test_a_configuration_file_goes_along_with_the_job(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nmodel_name: mine\ntarget: {name: re_interview_pass, matured_after_days: 7}\n"
        "cut: {share: 0.3}\nfeatures: [{name: ai_score, source: ai_score}]\n",
        encoding="utf-8",
    )

    _said("train", "--config", str(file), "--background", "--as", "sam")

    document = job_desk.jobs_of(home, SCIENTIST)[0].arguments["document"]
    assert isinstance(document, dict)
    assert document["name"] == "mine"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("- a list", ConfigurationError),
        ("name: [", ConfigurationError),
        ("name: x\nwhen: 2026-01-01", ConfigurationError),
    ],
    ids=["list", "broken", "unknown key"],
)
def test_a_bad_configuration_file_is_refused_when_it_is_given(
    home: Settings, tmp_path: Path, content: str, error: type[Exception]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises((ConfigurationError, BadRequest)):
        _said("train", "--config", str(file), "--background", "--as", "sam")

    assert job_desk.jobs_of(home, SCIENTIST) == ()
