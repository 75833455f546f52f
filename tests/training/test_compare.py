"""Runs side by side: the same people, paired differences, flips, and only what differs."""

import json

import numpy as np
import pandas as pd
import pytest

from models import registry
from tests.training.company import SCIENTIST
from training import bootstrap, configuration
from training.auc import auc_value
from training.bootstrap import _Ranked, auc_differences
from training.compare import NotComparable, Stored, common_rows, compare, differing_parameters, paired_auc
from training.flips import Decided, flips
from training.pipeline import TrainedRun, train
from validation.gate_comparison import paired_ranking
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


def test_a_score_differs_from_itself_by_nothing() -> None:
    score, label = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0])

    found = paired_auc(score, score, label, 1)

    assert (found["value"], found["ci"]) == (0.0, [0.0, 0.0])


def test_the_paired_interval_equals_delongs() -> None:
    """An independent method for the same question."""
    random = np.random.default_rng(4)
    label = (random.random(500) < 0.4).astype(float)
    one, two = label + random.normal(size=500), label + random.normal(size=500) * 1.5

    found = paired_auc(one, two, label, 3)

    interval = paired_ranking(label, two, one, level=0.95).interval
    assert found["ci"] == pytest.approx([interval.low, interval.high], abs=0.01)


def test_a_drawn_auc_equals_that_of_the_people_drawn() -> None:
    """Counting how often a person was drawn gives what writing the person down that often gives."""
    random = np.random.default_rng(4)
    label = (random.random(80) < 0.4).astype(float)
    score = np.round(label + random.normal(size=80), 1)
    counts = random.integers(0, 4, 80)

    counted = _Ranked.by(score, label > 0.5).aucs(counts[None, :].astype(float))

    written = np.repeat(np.arange(80), counts)
    assert counted[0] == pytest.approx(auc_value(score[written], label[written]))


def test_draws_do_not_depend_on_the_size_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    label = (random.random(60) < 0.4).astype(float)
    one, two = random.random(60), random.random(60)
    whole = auc_differences(one, two, label, seed=1, draws=20)

    monkeypatch.setattr(bootstrap, "BLOCK", 180)

    np.testing.assert_array_equal(auc_differences(one, two, label, seed=1, draws=20), whole)


def test_without_both_outcomes_the_difference_is_undefined() -> None:
    found = paired_auc(np.array([0.1, 0.2]), np.array([0.2, 0.1]), np.ones(2), 1)

    assert found["value"] is None


def test_fixes_and_breaks_are_told_apart_and_small_families_are_hidden() -> None:
    rows = pd.DataFrame(
        {
            "application_key": [f"k{number}" for number in range(14)],
            "job_family": ["sales"] * 12 + ["legal", None],
            "label": [1.0, 0.0, 1.0, np.nan] + [1.0] * 10,
        }
    )
    first, second = np.linspace(0, 1, 14), np.linspace(0, 1, 14)
    before = np.array([False, True, True, False] + [True] * 10)
    after = np.array([True, False, False, True] + [True] * 10)

    told = flips(Decided(rows=rows, first=first, second=second, first_selects=before, second_selects=after))

    assert (told["flipped"], told["judged"], told["fixes"], told["breaks"]) == (4, 3, 2, 1)
    assert (told["newly_advanced"], told["no_longer_advanced"]) == (2, 2)
    shown = {one["job_family"]: one["flipped"] for one in told["by_job_family"]}
    assert shown == {"sales": 4, "legal": None, "unknown": None}
