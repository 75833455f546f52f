"""A run's files in MLflow's store, changed behind its back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models import registry, run_files
from models.registry import UnknownRun
from models.run_files import RunChanged
from tests.models.release_builder import MAKER
from tests.training.gate_company import JOB_RELATED, config
from training import compare
from training.gate_run import run_gate
from training.pipeline import TrainedRun, train
from warehouse.settings import Settings

NAMES = (
    "model.ubj",
    "feature_spec.json",
    "training.json",
    "holdout.parquet",
    "feature_bins.json",
    "feature_study.json",
)


@pytest.fixture(scope="module")
def trained(company: Settings) -> TrainedRun:
    """A stored run."""
    return train(company, MAKER, config(*JOB_RELATED))


@pytest.fixture
def run(company: Settings, trained: TrainedRun) -> Iterator[TrainedRun]:
    """The run, whose files are put back after the test."""
    kept = {name: _path(company, trained, name).read_bytes() for name in NAMES}
    yield trained
    for name, content in kept.items():
        _path(company, trained, name).write_bytes(content)


def _path(settings: Settings, run: TrainedRun, name: str) -> Path:
    return registry.artefact_folder(settings) / run.run_id / "artifacts" / name


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_bit_of_any_file_stops_the_gate_and_is_named(company: Settings, run: TrainedRun, name: str) -> None:
    path = _path(company, run, name)
    content = path.read_bytes()
    path.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])

    with pytest.raises(RunChanged, match=f"{name} of run {run.run_id} was changed"):
        run_gate(company, MAKER, run.run_id)

    assert run_files.changed(company, run.run_id) == (name,)


def test_files_as_they_were_stored_are_read(company: Settings, run: TrainedRun) -> None:
    assert run_files.changed(company, run.run_id) == ()
    assert set(run_files.hashes(company, run.run_id)) >= set(NAMES)


def test_a_comparison_reads_no_changed_holdout(company: Settings, run: TrainedRun) -> None:
    path = _path(company, run, "holdout.parquet")
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(RunChanged, match=r"holdout\.parquet"):
        compare.compare(company, MAKER, [run.run_id, run.run_id])


def test_a_run_that_no_training_logged_is_not_read(company: Settings) -> None:
    run_id = registry.log_run(company, name="by hand", parameters={}, metrics={}, tags={}, files={"model.ubj": b"x"})

    with pytest.raises(RunChanged, match="no hash in the audit log"):
        run_files.read(company, run_id, "model.ubj")


def test_a_missing_file_is_said_to_be_missing(company: Settings, run: TrainedRun) -> None:
    _path(company, run, "holdout.parquet").unlink()

    with pytest.raises(UnknownRun):
        run_files.read(company, run.run_id, "holdout.parquet")
    assert run_files.changed(company, run.run_id) == ("holdout.parquet",)
