"""The pages of runs: the leaderboard, the alternatives and the comparison, over two real trainings."""

from collections.abc import Iterator

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import job_desk, job_process, run_data, widgets
from dashboards.wording.words import Words
from tests.dashboards.conftest import database
from tests.dashboards.pages import opened, someone, words_on
from tests.training.company import SCIENTIST, plant
from training import configuration
from training.compare import compare
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

    assert not page.exception
    assert "surprise" in page.error[0].value
    assert len(job_desk.jobs_of(trained, SCIENTIST)) == before


def test_the_page_tells_of_no_person(trained: Settings) -> None:
    page = opened("leaderboard", trained, SCIENTIST)

    assert page.query_params == {}
    assert "@" not in words_on(page)


def _compared(settings: Settings, role: Role | None = Role.DATA_SCIENTIST, language: str = "en") -> AppTest:
    """The comparison of both runs, the older one first."""
    return opened("compare", settings, someone(role), language=language, address={"run": _runs(settings)[::-1]})


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [Role.HR_LEADER, Role.DATA_SCIENTIST, Role.COMPLIANCE, Role.AUDITOR])
def test_a_comparison_draws_what_changes_for_each_reader(trained: Settings, role: Role, language: str) -> None:
    page = _compared(trained, role, language)

    say = Words(language)
    assert not page.exception
    assert {say(f"compare.{part}") for part in ("differences", "impact", "flips", "slices", "parameters")} <= {
        one.value for one in page.subheader
    }


def test_the_pages_differences_are_those_of_the_comparison(trained: Settings) -> None:
    page = _compared(trained)

    found = compare(trained, someone(Role.DATA_SCIENTIST), _runs(trained)[::-1])
    table = next(one.value for one in page.dataframe if "What it says" in one.value.columns and "Change" in one.value)
    changes = [pair["differences"]["auc"]["value"] for pair in found["against_first"].values()]
    assert list(table[table["Measure"] == "AUC"]["Change"]) == pytest.approx(changes, abs=1e-4)


def test_only_the_parameters_that_differ_are_listed(trained: Settings) -> None:
    page = _compared(trained)

    table = next(one.value for one in page.dataframe if "Parameter" in one.value.columns)

    assert "configuration.features" in set(table["Parameter"])
    assert "configuration.seed" not in set(table["Parameter"])


def test_an_operator_sees_nobodys_department_and_so_no_comparison(trained: Settings) -> None:
    page = _compared(trained, Role.OPERATOR)

    assert "sees none of the departments" in page.exception[0].message


def test_one_run_alone_is_not_compared(trained: Settings) -> None:
    page = opened("compare", trained, SCIENTIST, address={"run": _runs(trained)[:1]})

    assert Words("en")("compare.too_few") in words_on(page)


def test_a_large_comparison_is_left_to_a_job_and_read_from_what_it_kept(
    trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_data, "LONG", 1)
    asked = opened("compare", trained, SCIENTIST, address={"run": _runs(trained)}).button(key="compare-start")
    asked.click().run()

    state = job_process.perform(trained, job_desk.jobs_of(trained, SCIENTIST)[0].job_id)
    page = opened("compare", trained, SCIENTIST, address={"run": _runs(trained)})

    assert state is JobState.DONE
    assert Words("en")("compare.kept") in words_on(page)
    assert Words("en")("compare.keys_withheld") in words_on(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_alternatives_are_drawn_with_the_reason_for_the_choice(trained: Settings, language: str) -> None:
    page = opened("alternatives", trained, SCIENTIST, language=language)

    files = run_data.run_files(trained, SCIENTIST, _runs(trained)[0])
    assert files is not None
    assert not page.exception
    assert widgets.plain(files.alternatives["why"][language]) in words_on(page)
    assert len(page.get("plotly_chart")) >= 1
