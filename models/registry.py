"""Training runs and model versions behind our own words: the one module that knows MLflow.

Runs live in a PostgreSQL database beside the records, their files under `mlflow-artifacts` in the home. Files are read
straight from there, so that scoring never waits for MLflow's import (4 s). MLflow sends nothing anywhere: its telemetry
is off. The registry mirrors the release ledger; it decides nothing.

Errors:

  RegistryError
    UnknownRun         no such run, or it lacks a file; names the run
    UnknownVersion     no such version of a model
"""

import datetime as dt
import fcntl
import functools
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from warehouse import postgres
from warehouse.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "training"
COMPARISONS = "comparison"
"""MLflow's experiments of ours: one lists trainings, the other what compared them."""

CHAMPION = "champion"
SHADOW = "shadow"
STATE = "hiregate.state"
"""The tag of a model version that says what the release ledger has it for: champion, shadow or retired."""

MODEL_FILE = "model.ubj"

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE": "2",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


class RegistryError(RuntimeError):
    """The registry cannot do what was asked."""


class UnknownRun(RegistryError):
    """No such run, or it lacks the file."""


class UnknownVersion(RegistryError):
    """No such version of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training run as the list shows it."""

    run_id: str
    name: str
    started_at: dt.datetime
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a model's versions are, by run: where our aliases point, and the state that each version's tag says.

    A version without our tag has the state "".
    """

    aliases: Mapping[str, str]
    states: Mapping[str, str]


def tracking_url(settings: Settings) -> str:
    """SQLAlchemy's address of MLflow's database: `mlflow` beside `hiregate`, else the records' name with `_mlflow`."""
    return postgres.sqlalchemy_url(settings, _database(settings))


def artefact_folder(settings: Settings) -> Path:
    """The folder of all runs' files."""
    return settings.home / "mlflow-artifacts"


def server_environment(settings: Settings) -> dict[str, str]:
    """What `mlflow server` must be told to show these runs; the address stays out of its command line."""
    return {
        **_QUIET,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # its job runners are eight processes that we have no use for
        "MLFLOW_BACKEND_STORE_URI": tracking_url(settings),
        "MLFLOW_REGISTRY_STORE_URI": tracking_url(settings),
        "MLFLOW_DEFAULT_ARTIFACT_ROOT": artefact_folder(settings).as_uri(),
        "MLFLOW_ARTIFACTS_DESTINATION": artefact_folder(settings).as_uri(),
    }


def prepare(settings: Settings) -> None:
    """Makes MLflow's database, tables and our experiment where they are absent; running it again changes nothing.

    One process at a time: MLflow's own first start is no match for two.
    """
    artefact_folder(settings).mkdir(parents=True, exist_ok=True)
    with (settings.home / "mlflow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        postgres.ensure_database(settings, _database(settings))
        with _quiet():
            _experiment(settings)
            _experiment(settings, COMPARISONS)


def log_run(
    settings: Settings,
    *,
    name: str,
    parameters: Mapping[str, object],
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    files: Mapping[str, bytes],
    experiment: str = EXPERIMENT,
) -> str:
    """Stores a finished run with its files and answers its id; a run that could not be stored is marked failed."""
    prepare(settings)
    with _quiet():
        from mlflow.entities import Metric, Param, RunTag  # noqa: PLC0415 - MLflow is imported where it is used

        client = _client(settings)
        run_id = str(client.create_run(_experiment(settings, experiment), run_name=name).info.run_id)
        now = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
        status = "FAILED"
        try:
            client.log_batch(
                run_id,
                metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
                params=[Param(key, str(value)) for key, value in parameters.items()],
                tags=[RunTag(key, value) for key, value in tags.items()],
            )
            _log_files(client, run_id, files)
            status = "FINISHED"
        finally:
            client.set_terminated(run_id, status=status)
    return run_id


def log_comparison(
    settings: Settings, run_ids: Sequence[str], tags: Mapping[str, str], files: Mapping[str, bytes]
) -> str:
    """Stores a comparison of these runs as a run of its own, and answers its id; MLflow finds it by its tags."""
    named = {"kind": COMPARISONS, "compared_runs": ",".join(run_ids)} | {f"compares.{one}": "true" for one in run_ids}
    return log_run(
        settings,
        name=f"comparison of {len(run_ids)} runs",
        parameters={},
        metrics={},
        tags=named | dict(tags),
        files=files,
        experiment=COMPARISONS,
    )


def artefact(settings: Settings, run_id: str, name: str) -> bytes:
    """A file of a run, without MLflow. Raises UnknownRun."""
    folder = artefact_folder(settings) / run_id / "artifacts"
    path = folder / name
    if not run_id.isalnum() or folder not in path.resolve().parents or not path.is_file():
        raise UnknownRun(f"The run {run_id!r} has no file {name!r} here; `hiregate train` makes a run")
    return path.read_bytes()


def figures(settings: Settings, run_id: str) -> Mapping[str, Mapping[str, object]]:
    """The `parameters` and `metrics` that MLflow shows of a run. Raises UnknownRun."""
    with _quiet():
        from mlflow.exceptions import MlflowException  # noqa: PLC0415 - MLflow is imported where it is used

        try:
            data = _client(settings).get_run(run_id).data
        except MlflowException as error:
            raise UnknownRun(f"MLflow has no run {run_id!r}") from error
    return {"parameters": dict(data.params), "metrics": dict(data.metrics)}


def runs(settings: Settings, *, model_name: str | None = None, limit: int = 100) -> list[Run]:
    """Finished runs, newest first; `model_name` limits them to one model."""
    prepare(settings)
    with _quiet():
        named = f" and tags.model_name = '{model_name}'" if model_name else ""
        found = _client(settings).search_runs(
            [_experiment(settings)],
            filter_string=f"attributes.status = 'FINISHED'{named}",
            max_results=limit,
            order_by=["attributes.start_time DESC"],
        )
    return [
        Run(
            run_id=run.info.run_id,
            name=run.info.run_name,
            started_at=dt.datetime.fromtimestamp(run.info.start_time / 1000, dt.UTC),
            parameters=dict(run.data.params),
            metrics=dict(run.data.metrics),
            tags={key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")},
        )
        for run in found
    ]


def register_version(settings: Settings, model_name: str, run_id: str) -> int:
    """Makes the run's model the next version of `model_name` and answers its number; the same run keeps its number."""
    artefact(settings, run_id, MODEL_FILE)
    prepare(settings)
    with _quiet():
        client = _client(settings)
        _ensure_model(client, model_name)
        known = client.search_model_versions(f"name = '{model_name}' and run_id = '{run_id}'")
        if known:
            return int(known[0].version)
        source = (artefact_folder(settings) / run_id / "artifacts").as_uri()
        return int(client.create_model_version(model_name, source, run_id).version)


def set_champion_alias(settings: Settings, model_name: str, version: int) -> None:
    """Points the alias `champion` at a version. Raises UnknownVersion."""
    prepare(settings)
    with _quiet():
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            _client(settings).set_registered_model_alias(model_name, CHAMPION, str(version))
        except MlflowException as error:
            raise UnknownVersion(f"The model {model_name!r} has no version {version}; register it first") from error


def champion_alias(settings: Settings, model_name: str) -> int | None:
    """The version that the alias `champion` points at; None where there is none."""
    prepare(settings)
    with _quiet():
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            return int(_client(settings).get_model_version_by_alias(model_name, CHAMPION).version)
        except MlflowException:
            return None


def champion_run(settings: Settings, model_name: str) -> str | None:
    """The run whose model the alias `champion` points at; None where there is none."""
    version = champion_alias(settings, model_name)
    if version is None:
        return None
    with _quiet():
        return str(_client(settings).get_model_version(model_name, str(version)).run_id)


def point_champion(settings: Settings, model_name: str, run_id: str) -> None:
    """Points the alias `champion` at this run's version, which is registered first where it is not yet."""
    set_champion_alias(settings, model_name, register_version(settings, model_name, run_id))


def standing(settings: Settings, model_name: str) -> Standing:
    """What MLflow has the model's versions for; empty where it does not know the model."""
    prepare(settings)
    with _quiet():
        versions = _client(settings).search_model_versions(f"name = '{model_name}'")
        runs = {str(one.version): str(one.run_id) for one in versions}
        pointing = _aliases(settings, model_name)
    return Standing(
        aliases={alias: runs.get(version, "") for alias, version in pointing.items()},
        states={str(one.run_id): str(one.tags.get(STATE, "")) for one in versions},
    )


def set_standing(settings: Settings, model_name: str, wanted: Standing) -> None:
    """Makes aliases and tags what is wanted; a run that an alias needs is registered first where it is not yet."""
    versions = {run: register_version(settings, model_name, run) for run in sorted({*wanted.aliases.values()})}
    prepare(settings)
    with _quiet():
        client = _client(settings)
        for one in client.search_model_versions(f"name = '{model_name}'"):
            state, tagged = wanted.states.get(str(one.run_id), ""), one.tags.get(STATE, "")
            if tagged and not state:
                client.delete_model_version_tag(model_name, one.version, STATE)
            elif tagged != state:
                client.set_model_version_tag(model_name, one.version, STATE, state)
        pointing = _aliases(settings, model_name)
        for alias in (CHAMPION, SHADOW):
            if alias in wanted.aliases:
                client.set_registered_model_alias(model_name, alias, str(versions[wanted.aliases[alias]]))
            elif alias in pointing:
                client.delete_registered_model_alias(model_name, alias)


def _aliases(settings: Settings, model_name: str) -> dict[str, str]:
    """The version that each of our aliases points at; empty where MLflow does not know the model."""
    found = _client(settings).search_registered_models(f"name = '{model_name}'")
    pointing = found[0].aliases if found else {}
    return {str(alias): str(version) for alias, version in pointing.items() if alias in {CHAMPION, SHADOW}}


def _experiment(settings: Settings, name: str = EXPERIMENT) -> str:
    client = _client(settings)
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name, artifact_location=artefact_folder(settings).as_uri()))
    return str(found.experiment_id)


def _ensure_model(client: "MlflowClient", model_name: str) -> None:
    if not client.search_registered_models(f"name = '{model_name}'"):
        client.create_registered_model(model_name)


def _log_files(client: "MlflowClient", run_id: str, files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        client.log_artifacts(run_id, folder)


def _database(settings: Settings) -> str:
    name = make_url(settings.database_url).database if settings.database_url else "hiregate"
    return "mlflow" if name in {None, "hiregate"} else f"{name}_mlflow"


@functools.cache
def _client(settings: Settings) -> "MlflowClient":
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    from mlflow import MlflowClient  # noqa: PLC0415 - importing MLflow takes 4 s

    url = tracking_url(settings)
    return MlflowClient(tracking_uri=url, registry_uri=url)


@contextmanager
def _quiet() -> Iterator[None]:
    """MLflow and Alembic keep their notes and deprecations to themselves."""
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
