"""A company of 150 applications: it trains, is told how little that is, and the gate says not enough evidence."""

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
import pytest
import typer
from typer.testing import CliRunner

from dashboards import release_cli
from tests.training import gate_company
from tests.training.company import DECLARED, SCIENTIST
from tests.training.outcome_rows import SKILLS, asked, interviewed, rows_of, spec_of
from training import few_rows
from training.dataset import Dataset, NothingToLearn
from training.gate_run import run_gate
from training.learning import learn
from training.pipeline import TrainedRun, train
from training.splits import folds, split
from training.tune import CannotValidate
from validation import policy as policies
from validation.decision_rule import Action, State
from validation.gate import GateReport
from validation.outcome import Verdict
from warehouse import identity, postgres
from warehouse.access import Principal, Role
from warehouse.settings import Settings

APPLICATIONS = 150
FOLDS = 5
OPERATOR = Principal(id="op", roles=frozenset({Role.OPERATOR}))
ASKED = gate_company.config(*DECLARED)


@pytest.fixture(scope="module")
def small(server: Settings) -> Iterator[Settings]:
    """A home with the skewed company of 150 applications."""
    name = f"t{uuid.uuid4().hex[:12]}"
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE hiregate")
    with tempfile.TemporaryDirectory(prefix="hg-small-") as home:
        settings = Settings(home=Path(home), database_url=f"postgresql://postgres@/{name}?host={socket}")
        gate_company.plant(settings, APPLICATIONS)
        yield settings
        postgres.engine(settings).dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        for database in (name, f"{name}_mlflow"):
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


@pytest.fixture(scope="module")
def trained(small: Settings) -> TrainedRun:
    """A model of every skill, the skewed one among them."""
    return train(small, SCIENTIST, ASKED)


@pytest.fixture(scope="module")
def report(small: Settings, trained: TrainedRun) -> GateReport:
    """What the gate says of it under the default policy."""
    return run_gate(small, SCIENTIST, trained.run_id)


def test_150_applications_train_with_a_warning_in_both_languages(trained: TrainedRun) -> None:
    said = [one for one in trained.record["warnings"] if one["en"].startswith("Few rows: ")]  # type: ignore[attr-defined]

    counts = trained.record["n"]
    assert len(said) == 1
    assert f"{counts['fit']} labelled ones were fitted and {counts['holdout_labelled']} held out" in said[0]["en"]  # type: ignore[index]
    assert said[0]["zh"].startswith("数据行数较少")


def test_the_gate_of_150_applications_says_not_enough_evidence(report: GateReport) -> None:
    check = report.check("data_sufficiency")

    assert report.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert (check.state, check.action) == (State.INSUFFICIENT_DATA, Action.NEEDS_SIGNED_WAIVER)
    assert f"of {few_rows.LEAST_FITTED}" in check.result.reason.en


def test_groups_too_small_to_compare_are_no_pass_and_no_proof_of_harm(report: GateReport) -> None:
    impact = [check for check in report.checks if check.name.startswith("adverse_impact.")]

    assert len(impact) == 3
    assert {check.state for check in impact} == {State.INSUFFICIENT_DATA}


@pytest.mark.parametrize(("more", "code"), [([], 0), (["--require-pass"], 1)], ids=["asks a person", "requires a pass"])
def test_the_command_leaves_not_enough_evidence_to_a_person_unless_a_pass_is_required(
    small: Settings, trained: TrainedRun, monkeypatch: pytest.MonkeyPatch, more: list[str], code: int
) -> None:
    identity.grant(small, OPERATOR, SCIENTIST.id, Role.DATA_SCIENTIST)
    monkeypatch.setenv("HIREGATE_HOME", str(small.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", str(small.database_url))
    monkeypatch.setenv("HIREGATE_PRINCIPAL", SCIENTIST.id)

    app = typer.Typer()
    app.command("gate")(release_cli.gate)
    done = CliRunner().invoke(app, [trained.run_id, "--dry-run", "--json", *more])

    assert done.exit_code == code
    assert '"verdict": "not_enough_evidence"' in done.stdout


def test_few_means_what_the_default_policy_asks_for() -> None:
    asked = policies.load().sufficiency

    assert (asked.min_training_rows, asked.min_holdout_rows) == (few_rows.LEAST_FITTED, few_rows.LEAST_HELD)


@pytest.mark.parametrize(
    ("fitted", "held", "is_warned"), [(500, 200, False), (499, 200, True), (500, 199, True)], ids=str
)
def test_the_warning_begins_below_either_number(fitted: int, held: int, is_warned: bool) -> None:
    assert bool(few_rows.warnings({"fit": fitted, "holdout_labelled": held})) is is_warned


def few(positives: int) -> Dataset:
    """Many rows, of which so many in the fit period, at even distances, have the rarer outcome."""
    rows = rows_of(asked("re_interview_pass"))
    is_labelled = rows.frame["label"].notna().to_numpy()
    parted = split(rows.frame, asked("re_interview_pass").holdout, 1)
    places = np.flatnonzero(parted.fit & is_labelled)
    label = np.where(is_labelled, np.where(parted.holdout, rows.frame["label"], 0.0), np.nan)
    label[places[np.linspace(0, len(places) - 1, positives).astype(int)]] = 1.0
    return replace(rows, frame=rows.frame.assign(label=label))


@pytest.fixture(scope="module")
def rare() -> Dataset:
    """Rows among which four have the rarer outcome: five folds cannot each have one."""
    return few(4)


def test_where_a_fold_would_lack_an_outcome_there_are_fewer_folds_and_a_warning(rare: Dataset) -> None:
    configured = asked("re_interview_pass", folds=FOLDS)

    rows, used = few_rows.fitting(rare, configured)

    assert 2 <= used.folds < FOLDS
    assert rows.warnings[-1].en.startswith(f"Cross-validation took {used.folds} folds and not the configured {FOLDS}")
    assert learn(rows, spec_of(used), used, lambda _: None).tuning.chosen.fold_aucs


def test_every_fold_that_is_taken_has_both_outcomes_and_one_more_would_not(rare: Dataset) -> None:
    configured = asked("re_interview_pass", folds=FOLDS)
    parted = split(rare.frame, configured.holdout, configured.seed)
    fitted = rare.frame[parted.fit & rare.frame["label"].notna().to_numpy()]

    def both(count: int) -> bool:
        by_person = folds(fitted["candidate_key"], count, configured.seed)
        return bool((fitted.groupby(by_person)["label"].nunique() == 2).all())

    used = few_rows.fitting(rare, configured)[1].folds

    assert both(used)
    assert not any(both(count) for count in range(used + 1, FOLDS + 1))


def test_enough_rows_change_nothing() -> None:
    configured = asked("re_interview_pass", folds=FOLDS)
    rows = rows_of(configured)

    found = few_rows.fitting(rows, configured)

    assert found == (rows, configured)


def test_one_outcome_alone_is_still_refused() -> None:
    configured = asked("re_interview_pass", folds=FOLDS)

    rows, used = few_rows.fitting(few(0), configured)

    assert used.folds == FOLDS
    with pytest.raises(CannotValidate, match="more labelled rows"):
        learn(rows, spec_of(used), used, lambda _: None)


def _without(*skills: str) -> Dataset:
    """Rows in which nobody has these skills, as where their names are misspelt."""
    frame = interviewed()
    return rows_of(asked("re_interview_pass"), frame.assign(**{f"skill:{name}": np.nan for name in skills}))


def test_a_feature_that_no_fitted_row_has_is_named_in_both_languages() -> None:
    configured = asked("re_interview_pass")

    learned = learn(_without("problem_solving"), spec_of(configured), configured, lambda _: None)

    said = learned.warnings()[0]
    assert said.en == (
        "No fitted row has a value of problem_solving; the model knows nothing of it. Look for a misspelt name."
    )
    assert "problem_solving 没有任何取值" in said.zh


def test_without_a_value_of_any_feature_there_is_nothing_to_learn() -> None:
    configured = asked("re_interview_pass")

    with pytest.raises(NothingToLearn, match="skill:communication\\); look for these names"):
        learn(_without(*SKILLS), spec_of(configured), configured, lambda _: None)
