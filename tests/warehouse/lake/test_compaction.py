"""Compaction and vacuum: no row changes, and no version that somebody may ask for goes away."""

import datetime as dt
import json
import uuid

import sqlalchemy as sa

from tests.builders import build
from tests.warehouse.lake.companies import rows
from tests.warehouse.lake.test_refresh import change, many
from warehouse import postgres
from warehouse.lake import compaction, storage
from warehouse.lake.refresh import refresh
from warehouse.lake.snapshot import Snapshot
from warehouse.lake.tables import TABLES
from warehouse.settings import Settings

LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)


def changed(settings: Settings, channel: str) -> Snapshot:
    """A refresh after one application took another channel."""
    one = "(SELECT application_id FROM hr.offer OFFSET 3 LIMIT 1)"
    change(settings, f"UPDATE hr.application SET channel = :channel WHERE application_id = {one}", channel=channel)
    return refresh(settings)


def everything(settings: Settings, snapshot_id: int | None = None) -> list[list[dict[str, object]]]:
    """All rows of all tables."""
    return [rows(settings, table.name, snapshot=snapshot_id) for table in TABLES]


def test_compaction_changes_no_row_and_leaves_no_change(records: Settings) -> None:
    build(records, many)
    refresh(records)
    changed(records, "fair")
    before = everything(records)

    compacted = compaction.compact(records, even_if_not_due=True)

    assert everything(records) == before
    assert compacted is not None
    assert [storage.files(records, name, version).change for name, version in compacted.versions.items()] == [()] * 6


def test_a_refresh_goes_on_after_a_compaction(records: Settings) -> None:
    build(records, many)
    refresh(records)
    changed(records, "fair")
    compaction.compact(records, even_if_not_due=True)

    taken = changed(records, "agency")

    assert not taken.is_full
    assert [row["channel"] for row in rows(records)].count("agency") == 1


def test_few_changes_make_no_compaction_due(records: Settings) -> None:
    build(records, many)
    refresh(records)
    changed(records, "fair")

    assert compaction.compact(records) is None


def test_many_changes_make_a_compaction_due(records: Settings) -> None:
    build(records, many)
    refresh(records)
    for channel in ("a", "b", "c", "d"):
        changed(records, channel)

    assert compaction.compact(records) is not None


def test_vacuum_keeps_what_a_release_names(records: Settings) -> None:
    build(records, many)
    trained_on = refresh(records)
    release(records, trained_on)
    before = everything(records, trained_on.id)
    forgotten = changed(records, "fair")
    refresh(records, full=True)

    deleted = compaction.vacuum(records, now=LATER, retention_hours=0)

    assert deleted > 0
    assert everything(records, trained_on.id) == before
    assert rows(records) != before
    assert forgotten.id != trained_on.id


def test_vacuum_keeps_recent_snapshots(records: Settings) -> None:
    build(records, many)
    first = refresh(records)
    before = everything(records, first.id)
    refresh(records, full=True)

    compaction.vacuum(records, now=dt.datetime.now(dt.UTC))

    assert everything(records, first.id) == before


def release(settings: Settings, trained_on: Snapshot) -> None:
    """A release that names the snapshot, with what the ledger asks for around it."""
    with postgres.engine(settings).begin() as connection:
        policy, result = uuid.uuid4(), uuid.uuid4()
        connection.execute(
            sa.text(
                "INSERT INTO governance.policy_version (policy_version_id, name, version, sha256, document)"
                " VALUES (:policy, 'p', '1', 'x', '{}')"
            ),
            {"policy": policy},
        )
        connection.execute(
            sa.text(
                "INSERT INTO governance.gate_result (gate_result_id, run_id, policy_version_id, verdict, checks,"
                " evaluated_by) VALUES (:result, 'r', :policy, 'pass', '{}', 'li')"
            ),
            {"result": result, "policy": policy},
        )
        connection.execute(
            sa.text(
                "INSERT INTO governance.release (release_id, model_name, version, run_id, gate_result_id, artifact,"
                " artifact_sha256, feature_spec, cut_score, snapshot, data_fingerprint, details, proposed_by)"
                " VALUES (gen_random_uuid(), 'm', 1, 'r', :result, 'x', 'x', '{}', 0.5, :snapshot, 'f', '{}', 'li')"
            ),
            {"result": result, "snapshot": json.dumps(trained_on.as_json())},
        )
