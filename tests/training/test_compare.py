"""Runs side by side: the same people, paired differences, flips, and only what differs."""

import json

import pandas as pd
import pytest

from models import registry
from tests.training.company import SCIENTIST
from training import configuration
from training.compare import NotComparable, Stored, common_rows, compare, differing_parameters
from training.pipeline import TrainedRun, train
from warehouse.access import NOBODY, AccessDenied, Principal, Role
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def wider(planted: Settings) -> TrainedRun:
    """A run with one skill more."""
    return train(planted, SCIENTIST, configuration.load("demo_all_skills"))


def test_every_run_and_baseline_is_judged_on_the_same_rows(
    planted: Settings, run: TrainedRun, wider: TrainedRun
) -> None:
    found = compare(planted, SCIENTIST, [run.run_id, wider.run_id])

    assert list(found["sides"]) == [run.run_id, wider.run_id, "vendor_score", "logistic", "unit_weighted_skills"]
    assert {side["n"] for side in found["sides"].values()} == {found["labelled"]}
    assert found["sides"][run.run_id]["auc"] == pytest.approx(run.record["metrics"]["auc"])


def test_the_vendors_score_is_worse_by_an_interval_below_zero(planted: Settings, run: TrainedRun) -> None:
    found = compare(planted, SCIENTIST, [run.run_id])

    difference = found["against_first"]["vendor_score"]["auc_difference"]

    assert difference["value"] < -0.1
    assert difference["ci"][1] < 0


def test_flips_add_up(planted: Settings, run: TrainedRun, wider: TrainedRun) -> None:
    told = compare(planted, SCIENTIST, [run.run_id, wider.run_id])["against_first"][wider.run_id]["flips"]

    assert told["flipped"] == told["newly_advanced"] + told["no_longer_advanced"]
    assert told["judged"] == told["fixes"] + told["breaks"] <= told["flipped"]


def test_only_what_differs_is_listed(planted: Settings, run: TrainedRun, wider: TrainedRun) -> None:
    differing = compare(planted, SCIENTIST, [run.run_id, wider.run_id])["parameters"]

    assert "configuration.features" in differing
    assert "configuration.seed" not in differing
    assert differing["configuration.configuration"] == {
        run.run_id: "demo_job_related",
        wider.run_id: "demo_all_skills",
    }


def test_a_comparison_is_valid_json(planted: Settings, run: TrainedRun) -> None:
    json.dumps(compare(planted, SCIENTIST, [run.run_id]), allow_nan=False)


@pytest.mark.parametrize("reader", [NOBODY, Principal(id="d", roles=frozenset({Role.DEPARTMENT_MANAGER}))])
def test_who_may_not_read_models_is_refused(planted: Settings, run: TrainedRun, reader: Principal) -> None:
    with pytest.raises(AccessDenied):
        compare(planted, reader, [run.run_id])


def test_an_unknown_run_and_too_many_runs_are_named(planted: Settings) -> None:
    with pytest.raises(registry.UnknownRun, match="nope"):
        compare(planted, SCIENTIST, ["nope"])
    with pytest.raises(NotComparable, match="11 were given"):
        compare(planted, SCIENTIST, ["x"] * 11)


def _stored(name: str, keys: list[str], target: str = "t") -> Stored:
    record = {
        "target": {"name": target},
        "data_fingerprint": "f",
        "code_version": "1",
        "cut_score": 0.5,
        "configuration": {"seed": 1},
        "parameters": {"eta": 0.1 if name == "a" else 0.2},
    }
    return Stored(
        run_id=name, record=record, holdout=pd.DataFrame({"application_key": keys}).set_index("application_key")
    )


def test_only_rows_that_all_runs_held_out_are_common() -> None:
    rows = common_rows([_stored("a", ["1", "2", "3"]), _stored("b", ["2", "3", "4"])])

    assert rows.index.tolist() == ["2", "3"]


def test_runs_without_common_rows_or_of_different_targets_are_refused() -> None:
    with pytest.raises(NotComparable, match="No row"):
        common_rows([_stored("a", ["1"]), _stored("b", ["2"])])
    with pytest.raises(NotComparable, match="different targets"):
        common_rows([_stored("a", ["1"]), _stored("b", ["1"], target="u")])


def test_differing_parameters_show_each_runs_value() -> None:
    assert differing_parameters([_stored("a", ["1"]), _stored("b", ["1"])]) == {"parameters.eta": {"a": 0.1, "b": 0.2}}
