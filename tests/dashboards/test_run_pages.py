"""The pages of runs: the leaderboard, the alternatives and the comparison, over two real trainings."""

from collections.abc import Iterator

import psycopg
import pytest

from dashboards import job_desk, job_process, run_data
from dashboards.wording.words import Words
from tests.dashboards.conftest import database
from tests.dashboards.pages import opened, someone, words_on
from tests.training.company import SCIENTIST, plant
from training import configuration
from training.pipeline import TrainedRun, train
from warehouse import identity, jobs, postgres
from warehouse.access import Role, principal
from warehouse.job_values import JobState
from warehouse.settings import Settings

QUICK = {
    "model_name": "quick",
    "target": {"name": "re_interview_pass", "matured_after_days": 7},
    "cut": {"share": 0.4},
    "draws": 2,
    "alternatives": "on",
    "candidates": [{"name": "small", "parameters": {"max_depth": 2}, "rounds": [30]}],
}
FIRST = [{"name": skill, "source": f"skill:{skill}"} for skill in ("content_logic", "problem_solving")]
SECOND = [{"name": skill, "source": f"skill:{skill}"} for skill in ("communication", "job_knowledge")]


@pytest.fixture(scope="module")
def trained(server: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with a good run, after it one with poor features, and the queue's tables; read only."""
    with database(server, tmp_path_factory.mktemp("runs"), "run_pages") as settings:
        plant(settings)
        jobs.prepare(settings)
        identity.grant(settings, principal("root", [Role.OPERATOR]), SCIENTIST.id, Role.DATA_SCIENTIST)
        _train(settings, "good", FIRST)
        _train(settings, "poor", SECOND)
        yield settings
        with psycopg.connect(postgres.address(settings, "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS run_pages_mlflow WITH (FORCE)")


def _train(settings: Settings, name: str, features: list[dict[str, str]]) -> TrainedRun:
    document = {**QUICK, "name": name, "features": features}
    return train(settings, SCIENTIST, configuration.configuration(document))


def _runs(settings: Settings) -> list[str]:
    return [one.run_id for one in run_data.run_lines(settings, SCIENTIST)[0]]


@pytest.mark.parametrize("role", [*Role, None])
def test_each_reader_of_models_sees_every_run_and_others_none(trained: Settings, role: Role | None) -> None:
    page = opened("leaderboard", trained, someone(role))

    assert not page.exception
    is_reader = role in {Role.HR_LEADER, Role.DATA_SCIENTIST, Role.COMPLIANCE, Role.AUDITOR, Role.OPERATOR}
    assert [len(table.value) for table in page.dataframe if "AUC" in table.value.columns] == (
        [5, 2] if is_reader else []
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_holds_what_the_trainings_stored(trained: Settings, language: str) -> None:
    say = Words(language)
    page = opened("leaderboard", trained, SCIENTIST, language=language)

    table = next(one.value for one in page.dataframe if say("leaderboard.brier") in one.value.columns)

    stored = [one.model.auc for one in run_data.run_lines(trained, SCIENTIST)[0]]
    assert list(table[say("leaderboard.auc_short")]) == stored
    assert list(table[say("leaderboard.verdict")]) == [say("leaderboard.not_gated")] * 2


@pytest.mark.parametrize("role", [*Role, None])
def test_only_those_who_may_train_find_the_form(trained: Settings, role: Role | None) -> None:
    page = opened("leaderboard", trained, someone(role))

    assert any(button.key == "train-start" for button in page.button) is (role is Role.DATA_SCIENTIST)


def test_a_training_is_started_watched_and_cancelled_on_the_page(trained: Settings) -> None:
    page = opened("leaderboard", trained, SCIENTIST)

    page = page.button(key="train-start").click().run()
    found = job_desk.jobs_of(trained, SCIENTIST)[0]
    page = page.button(key=f"cancel-{found.job_id}").click().run()

    assert not page.exception
    assert job_desk.job(trained, SCIENTIST, found.job_id).state is JobState.CANCELLED
    assert job_process.perform(trained, found.job_id) is None


def test_a_bad_file_is_refused_in_a_sentence_and_starts_nothing(trained: Settings) -> None:
    before = len(job_desk.jobs_of(trained, SCIENTIST))
    page = opened("leaderboard", trained, SCIENTIST)

    page.file_uploader(key="train-file").upload("bad.yaml", b"name: x\nsurprise: 1", "application/yaml")
    page = page.run().button(key="train-start").click().run()

    assert "surprise" in page.exception[0].message
    assert len(job_desk.jobs_of(trained, SCIENTIST)) == before


def test_the_page_tells_of_no_person(trained: Settings) -> None:
    page = opened("leaderboard", trained, SCIENTIST)

    assert page.query_params == {}
    assert "@" not in words_on(page)
