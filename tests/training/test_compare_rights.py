"""Who may compare and sees what, what is kept in MLflow, and which runs are refused."""

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mlflow import MlflowClient

from dashboards.comparison_files import keep
from models import registry, run_files
from models.run_files import RunChanged
from tests.models.release_builder import MAKER
from tests.training.gate_company import JOB_RELATED, config
from training import compare_store
from training.compare import Computed, NotComparable, compare, computed
from training.pipeline import TrainedRun, train
from warehouse import postgres
from warehouse.access import NOBODY, AccessDenied, Permission, Principal, Role, principal
from warehouse.settings import Settings

DRAWS = 100
READERS = (Role.HR_LEADER, Role.DATA_SCIENTIST, Role.COMPLIANCE, Role.AUDITOR)
SEES_ALL_GROUPS = {Role.COMPLIANCE, Role.AUDITOR}
REFUSED = tuple(role for role in Role if Permission.READ_MODELS not in principal("x", [role]).permissions)


@pytest.fixture(scope="module")
def runs(company: Settings) -> list[str]:
    """A run of the job-related skills, and one of fewer."""
    return [_run(company, 5), _run(company, 3)]


def _run(settings: Settings, skills: int) -> str:
    found: TrainedRun = train(settings, MAKER, config(*JOB_RELATED[:skills]))
    return found.run_id


@pytest.fixture(scope="module")
def made(company: Settings, runs: list[str]) -> Computed:
    """Their comparison, asked for by compliance, who see everything."""
    return computed(company, principal("cora", [Role.COMPLIANCE]), runs, draws=DRAWS)


def _table(found: Any, attribute: str) -> Any:
    return next(one for one in found["impact"] if one["attribute"] == attribute)


@pytest.mark.parametrize("role", READERS)
def test_small_groups_are_shown_to_whoever_may_read_demographics_and_to_nobody_else(
    company: Settings, runs: list[str], role: Role
) -> None:
    found = compare(company, principal("rae", [role]), runs, draws=DRAWS)

    sizes = {line["group"]: line["n"] for line in _table(found, "race_ethnicity")["groups"]}
    assert (sizes["native"] is not None) == (role in SEES_ALL_GROUPS) == found["shows_small_groups"]
    assert found["against_first"][runs[1]]["flips"]["applications"]


@pytest.mark.parametrize("role", REFUSED)
def test_who_may_not_read_models_is_refused(company: Settings, runs: list[str], role: Role) -> None:
    with pytest.raises(AccessDenied):
        compare(company, principal("rae", [role]), runs, draws=DRAWS)


def test_nobody_compares_nothing(company: Settings, runs: list[str]) -> None:
    with pytest.raises(AccessDenied):
        compare(company, NOBODY, runs)


def test_an_operator_who_sees_no_department_is_told_so(company: Settings, runs: list[str]) -> None:
    with pytest.raises(NotComparable, match="sees none of the departments"):
        compare(company, principal("op", [Role.OPERATOR]), runs)


def _manager(*departments: str) -> Principal:
    return principal("mia", [Role.DEPARTMENT_MANAGER, Role.OPERATOR], departments=departments)


def test_a_manager_sees_the_own_department_and_no_other(company: Settings, runs: list[str], made: Computed) -> None:
    own = str(made.seen.rows["department_id"].iloc[0])

    found = compare(company, _manager(own), runs, draws=DRAWS)

    assert [one["department_id"] for one in found["against_first"][runs[1]]["flips"]["by_department"]] == [own]
    assert (found["is_whole"], found["shows_small_groups"]) == (False, False)
    with pytest.raises(NotComparable, match="sees none of the departments"):
        compare(company, _manager(str(uuid.uuid4())), runs)


def test_the_opening_of_demographics_is_logged_with_its_purpose(
    company: Settings, runs: list[str], made: Computed
) -> None:
    with postgres.engine(company).connect() as owner:
        lines = owner.execute(
            sa.text("SELECT actor, detail FROM governance.audit_log WHERE action = 'read_demographics'")
        ).all()

    wanted = f"comparison of runs {runs[0]}, {runs[1]} for cora"
    assert ("hiregate-gate", wanted) in {(actor, detail["purpose"]) for actor, detail in lines}


def test_the_same_seed_gives_the_same_figures(company: Settings, runs: list[str], made: Computed) -> None:
    again = compare(company, principal("cora", [Role.COMPLIANCE]), runs, draws=DRAWS)

    assert again == made.for_reader()
    assert again["bootstrap"]["draws"] == DRAWS


def test_the_start_of_an_id_names_a_run(company: Settings, runs: list[str]) -> None:
    found = compare(company, MAKER, [runs[0][:12]], draws=DRAWS)

    assert found["first"] == runs[0]


def test_every_step_is_told_and_may_stop_the_comparison(company: Settings, runs: list[str]) -> None:
    heard: list[str] = []

    def hear(step: str) -> None:
        heard.append(step)
        if step.startswith("drawing"):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        compare(company, MAKER, runs, draws=DRAWS, progress=hear)

    assert heard[:2] == ["reading the runs", "reading departments, slices and groups"]


@pytest.mark.parametrize("draws", [0, 99, 10_001])
def test_too_few_and_too_many_draws_are_refused(company: Settings, runs: list[str], draws: int) -> None:
    with pytest.raises(NotComparable, match="draws can be made"):
        compare(company, MAKER, runs, draws=draws)


def test_a_changed_file_is_refused_and_named(company: Settings, runs: list[str]) -> None:
    path = registry.artefact_folder(company) / runs[1] / "artifacts" / "holdout.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(RunChanged, match=f"holdout.parquet of run {runs[1]} was changed"):
        compare(company, MAKER, runs)

    path.write_bytes(content)


def test_a_run_that_was_erased_is_refused(company: Settings, runs: list[str], tmp_path: Path) -> None:
    folder = registry.artefact_folder(company) / runs[1]
    folder.rename(tmp_path / "gone")

    with pytest.raises(registry.UnknownRun, match=runs[1]):
        compare(company, MAKER, runs)

    (tmp_path / "gone").rename(folder)


@pytest.fixture(scope="module")
def kept(company: Settings, made: Computed) -> str:
    """The comparison in MLflow."""
    return keep(company, principal("cora", [Role.COMPLIANCE]), made)


def _client(settings: Settings) -> MlflowClient:
    return MlflowClient(registry.tracking_url(settings), registry.tracking_url(settings))


def test_mlflows_own_client_finds_a_kept_comparison_and_its_files(
    company: Settings, runs: list[str], kept: str
) -> None:
    client = _client(company)
    experiment = client.get_experiment_by_name("comparison")

    found = client.search_runs(
        [experiment.experiment_id], f"tags.kind = 'comparison' and tags.`compares.{runs[1]}` = 'true'"
    )

    assert [run.info.run_id for run in found] == [kept]
    assert found[0].data.tags["compared_runs"] == ",".join(runs)
    assert [one.path for one in client.list_artifacts(kept)] == ["comparison.html", "comparison.json"]


def test_a_kept_comparison_is_no_training(company: Settings, runs: list[str], kept: str) -> None:
    assert {run.run_id for run in registry.runs(company)} >= set(runs)
    assert kept not in {run.run_id for run in registry.runs(company)}


def test_kept_files_hold_no_key_and_no_small_group(company: Settings, made: Computed, kept: str) -> None:
    files = {name: run_files.read(company, kept, name).decode() for name in ("comparison.json", "comparison.html")}
    found = json.loads(files["comparison.json"])

    keys = [*made.seen.rows["application_key"], *made.seen.rows["candidate_key"]]
    assert not any(str(key) in text for text in files.values() for key in keys)
    native = next(one for one in _table(found, "race_ethnicity")["groups"] if one["group"] == "native")
    assert (native["n"], native["sides"], found["shows_small_groups"]) == (None, {}, False)


def test_a_kept_page_loads_nothing(company: Settings, kept: str) -> None:
    page = run_files.read(company, kept, "comparison.html").decode()

    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert not any(word in page for word in ("<script", "http://", "https://", "src="))


def test_a_changed_comparison_is_found(company: Settings, kept: str) -> None:
    path = registry.artefact_folder(company) / kept / "artifacts" / "comparison.json"
    content = path.read_bytes()
    path.write_bytes(content + b" ")

    found = run_files.changed(company, kept)

    path.write_bytes(content)
    assert found == ("comparison.json",)


def test_what_a_reader_was_told_is_not_kept(company: Settings, made: Computed) -> None:
    with pytest.raises(compare_store.NotForFiles):
        compare_store.store(company, MAKER, made.for_reader(), b"")


@pytest.mark.parametrize("who", [NOBODY, _manager("d"), principal("lo", [Role.INTEGRATION_ADMIN])])
def test_who_does_not_see_the_whole_keeps_nothing(company: Settings, made: Computed, who: Principal) -> None:
    with pytest.raises(AccessDenied):
        compare_store.store(company, who, made.for_files(), b"")


def test_the_champion_is_marked(runs: list[str], made: Computed) -> None:
    found = replace(made, champion=runs[1]).for_reader()

    assert found["champion"] == runs[1]
    assert [line["is_champion"] for line in found["runs"]] == [False, True]
    assert made.for_reader()["champion"] is None
