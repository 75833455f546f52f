"""What is changed behind the ledger's back is found, named, and not followed."""

from collections.abc import Callable

import psycopg
import pytest
from mlflow import MlflowClient

from models import registry, release_mirror, releases
from models.release_run import proposal_of
from tests.models.release_builder import CHECKER, MAKER
from tests.training.gate_company import JOB_RELATED, config
from training.gate_run import run_gate
from training.pipeline import TrainedRun, train
from validation.outcome import Verdict
from warehouse import postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Role, principal
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])
Change = Callable[[MlflowClient, str, str], None]


@pytest.fixture(scope="module")
def run(company: Settings) -> TrainedRun:
    """A run that went through the gate."""
    found = train(company, MAKER, config(*JOB_RELATED))
    assert run_gate(company, MAKER, found.run_id).verdict is not Verdict.BLOCK
    return found


@pytest.fixture(scope="module")
def release(company: Settings, run: TrainedRun) -> StoredRelease:
    """The run as a proposal, approved by somebody else."""
    found = releases.propose(company, MAKER, proposal_of(company, run.run_id))
    return releases.approve(company, CHECKER, found.label, reason="The evidence was read.")


def _codes(settings: Settings) -> list[str]:
    return [one.code for one in release_mirror.differences(settings, AUDITOR)]


def test_a_ledger_that_nobody_touched_differs_in_nothing(company: Settings, release: StoredRelease) -> None:
    assert _codes(company) == []


def test_an_alias_set_by_hand_is_found_and_does_not_serve(
    company: Settings, run: TrainedRun, release: StoredRelease
) -> None:
    registry.point_champion(company, release.model_name, run.run_id)

    (found,) = release_mirror.differences(company, AUDITOR)
    served = releases.champion(company, release.model_name)
    MlflowClient(registry.tracking_url(company), registry.tracking_url(company)).delete_registered_model_alias(
        release.model_name, "champion"
    )

    assert (found.code, found.subject) == ("alias", release.model_name)
    assert "the ledger says nothing" in found.sentence.en
    assert served is None


def test_a_file_changed_in_the_store_is_found(company: Settings, run: TrainedRun, release: StoredRelease) -> None:
    path = registry.artefact_folder(company) / run.run_id / "artifacts" / "feature_study.json"
    content = path.read_bytes()
    path.write_bytes(content + b" ")

    found = [one.subject for one in release_mirror.differences(company, AUDITOR) if one.code == "run_file"]
    path.write_bytes(content)

    assert found == [f"{run.run_id}/feature_study.json"]


def test_a_changed_file_of_a_run_that_nobody_proposed_is_found_too(
    company: Settings, run: TrainedRun, release: StoredRelease
) -> None:
    other = train(company, MAKER, config(*JOB_RELATED))
    path = registry.artefact_folder(company) / other.run_id / "artifacts" / "model.ubj"
    content = path.read_bytes()
    path.write_bytes(content[:-1])

    found = release_mirror.differences(company, AUDITOR)
    path.write_bytes(content)

    assert [(one.code, one.subject) for one in found] == [("run_file", f"{other.run_id}/model.ubj")]
    assert f"of run {other.run_id} is gone or was changed" in found[0].sentence.en
    assert _codes(company) == []


@pytest.mark.parametrize(
    ("table", "change", "back"),
    [
        (
            "latest_metrics",
            "value = value * 2 WHERE key = 'holdout_auc'",
            "value = value / 2 WHERE key = 'holdout_auc'",
        ),
        ("params", "value = 'other ' || value WHERE key = 'fit'", "value = substr(value, 7) WHERE key = 'fit'"),
    ],
)
def test_figures_changed_in_mlflows_tables_are_found(
    company: Settings, run: TrainedRun, release: StoredRelease, table: str, change: str, back: str
) -> None:
    address = registry.tracking_url(company).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        connection.execute(f"UPDATE {table} SET {change} AND run_uuid = '{run.run_id}'")
        connection.commit()
        found = release_mirror.differences(company, AUDITOR)
        connection.execute(f"UPDATE {table} SET {back} AND run_uuid = '{run.run_id}'")

    assert [(one.code, one.subject) for one in found] == [("run_figures", run.run_id)]
    assert release.label in found[0].sentence.en
    assert _codes(company) == []


@pytest.mark.parametrize(
    ("table", "change", "code"),
    [
        ("release", "artifact = artifact || '\\x00'", "release_file"),
        ("audit_log", "actor = 'mallory'", "audit_log"),
        ("audit_log", "happened_at = happened_at + interval '1 microsecond'", "audit_log"),
        ("audit_log", "detail = detail || '{\"more\": 1}'", "audit_log"),
    ],
)
def test_what_the_databases_owner_changes_past_the_triggers_is_found(
    company: Settings, release: StoredRelease, table: str, change: str, code: str
) -> None:
    """The owner can switch triggers off; the hashes still tell."""
    with psycopg.connect(postgres.address(company)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM governance.{table}")
        connection.execute(f"UPDATE governance.{table} SET {change}")
        connection.commit()
        found = _codes(company)
        connection.execute(f"DELETE FROM governance.{table}")
        connection.execute(f"INSERT INTO governance.{table} SELECT * FROM kept")

    assert code in found
    assert code not in _codes(company)


def _client(settings: Settings) -> MlflowClient:
    """MLflow's own client, as anybody else would use it."""
    url = registry.tracking_url(settings)
    return MlflowClient(tracking_uri=url, registry_uri=url)


def test_mlflows_own_client_reads_runs_and_the_shadow_by_its_alias(
    company: Settings, run: TrainedRun, release: StoredRelease
) -> None:
    releases.shadow(company, CHECKER, release.label, reason="look")
    releases.mirror(company, release.model_name)
    client = _client(company)

    version = client.get_model_version_by_alias(release.model_name, "shadow")
    experiment = client.get_experiment_by_name(registry.EXPERIMENT)
    found = client.search_runs([experiment.experiment_id], filter_string=f"attributes.run_id = '{run.run_id}'")
    clean = _codes(company)
    releases.unshadow(company, CHECKER, release.label, reason="seen")
    releases.mirror(company, release.model_name)

    assert (version.run_id, version.tags[registry.STATE]) == (run.run_id, "shadow")
    assert [one.info.run_id for one in found] == [run.run_id]
    assert clean == []
    assert registry.standing(company, release.model_name).aliases == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda client, name, version: client.set_registered_model_alias(name, "shadow", version), "alias"),
        (lambda client, name, version: client.set_model_version_tag(name, version, registry.STATE, "retired"), "tag"),
    ],
    ids=["alias", "tag"],
)
def test_a_shadow_and_a_tag_set_by_hand_are_found_and_mended(
    company: Settings, run: TrainedRun, release: StoredRelease, change: Change, code: str
) -> None:
    version = registry.register_version(company, release.model_name, run.run_id)
    change(_client(company), release.model_name, str(version))

    found = _codes(company)
    releases.mirror(company, release.model_name)

    assert found == [code]
    assert _codes(company) == []


def test_a_retirement_takes_the_alias_and_leaves_the_tag(company: Settings, release: StoredRelease) -> None:
    """On a release of its own: a retirement is final, and the other tests need theirs."""
    other = train(company, MAKER, config(*JOB_RELATED[:-1]))
    run_gate(company, MAKER, other.run_id)
    made = releases.propose(company, MAKER, proposal_of(company, other.run_id))
    releases.shadow(company, CHECKER, made.label, reason="look")
    releases.mirror(company, made.model_name)

    releases.retire(company, CHECKER, made.label, reason="unsafe")
    lagging = _codes(company)
    releases.mirror(company, made.model_name)

    (version,) = _client(company).search_model_versions(f"name = '{made.model_name}' and run_id = '{other.run_id}'")
    assert lagging == ["alias", "tag"]
    assert (version.tags[registry.STATE], _client(company).get_registered_model(made.model_name).aliases) == (
        "retired", {},
    )  # fmt: skip
    assert _codes(company) == []


@pytest.mark.parametrize("who", [NOBODY, *(principal(f"p-{role}", [role]) for role in Role)])
def test_only_who_reads_models_and_the_audit_log_checks(company: Settings, who: object) -> None:
    may = frozenset().union(*(ROLES[role][1] for role in who.roles))
    if {Permission.READ_MODELS, Permission.READ_AUDIT_LOG} <= may:
        release_mirror.differences(company, who)
    else:
        with pytest.raises(AccessDenied):
            release_mirror.differences(company, who)
