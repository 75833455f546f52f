"""The registry: versions and the champion alias mirror the ledger, and files are read without MLflow."""

import subprocess
import sys

import psycopg
import pytest

from models import registry
from warehouse import postgres
from warehouse.settings import Settings


@pytest.fixture
def tracked(records: Settings):
    """Settings whose runs are thrown away afterwards."""
    yield records
    name = postgres.address(records).rsplit("/", 1)[1].split("?")[0]
    with psycopg.connect(postgres.address(records), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}_mlflow WITH (FORCE)")


def _run(settings: Settings) -> str:
    return registry.log_run(
        settings,
        name="r",
        parameters={"depth": 2},
        metrics={"auc": 0.7},
        tags={"model_name": "m"},
        files={registry.MODEL_FILE: b"ubj"},
    )


def test_a_run_is_stored_listed_registered_and_pointed_at(tracked: Settings) -> None:
    """One test for the whole life of a run, since MLflow's first start makes its tables."""
    first, second = _run(tracked), _run(tracked)

    assert registry.champion_run(tracked, "m") is None
    assert registry.register_version(tracked, "m", first) == registry.register_version(tracked, "m", first) == 1
    registry.point_champion(tracked, "m", second)
    assert (registry.champion_alias(tracked, "m"), registry.champion_run(tracked, "m")) == (2, second)
    assert {run.run_id for run in registry.runs(tracked, model_name="m")} == {first, second}
    assert registry.runs(tracked, model_name="other") == []
    with pytest.raises(registry.UnknownVersion):
        registry.set_champion_alias(tracked, "m", 9)


@pytest.mark.parametrize("run_id", ["unknown", "../secrets", "", "a/b"])
def test_an_unknown_run_is_named(records: Settings, run_id: str) -> None:
    with pytest.raises(registry.UnknownRun, match="no file"):
        registry.artefact(records, run_id, registry.MODEL_FILE)


def test_a_file_outside_the_run_is_never_read(records: Settings) -> None:
    folder = registry.artefact_folder(records) / "abc" / "artifacts"
    folder.mkdir(parents=True)
    (folder.parent / "secret").write_text("s")

    with pytest.raises(registry.UnknownRun):
        registry.artefact(records, "abc", "../secret")


def test_reading_a_file_does_not_import_mlflow() -> None:
    """Scoring machines start without waiting for it."""
    code = "import sys, models.registry, models.scorer; assert 'mlflow' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_servers_address_stays_in_its_environment(records: Settings) -> None:
    told = registry.server_environment(records)

    assert told["MLFLOW_BACKEND_STORE_URI"].startswith("postgresql+psycopg://")
    assert told["MLFLOW_DISABLE_TELEMETRY"] == "true"
