"""Delta tables on disk or in an object store: one folder a table, versions that are kept, two layers.

Only the holder of the lake's lock writes, so a version above the one that the last snapshot names was left by a writer
that died: it is taken back before anything else is written.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
from deltalake import DeltaTable, PostCommitHookProperties, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from warehouse.lake.errors import LakeIsGone
from warehouse.lake.tables import BASE, CHANGE, TABLES, LakeTable
from warehouse.settings import Settings

# A model names the version it was trained on for years: the log is never cleaned, files go by our own vacuum only.
_CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
}
_WRITER = WriterProperties(compression="ZSTD", compression_level=1)
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
_GROUP_ROWS = 131_072


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFiles:
    """The Parquet files of one version of a table, by layer, and the rows in each layer."""

    version: int
    base: tuple[str, ...]
    change: tuple[str, ...]
    base_rows: int
    change_rows: int


def address(settings: Settings, table: LakeTable) -> str:
    """Where the table lies."""
    return f"{settings.lake.rstrip('/')}/{table.name}"


def is_whole(settings: Settings, versions: Mapping[str, int]) -> bool:
    """Whether all tables are there, with today's columns and at least at these versions."""
    return all(table.name in versions and _holds(settings, table, versions[table.name]) for table in TABLES)


def _holds(settings: Settings, table: LakeTable, version: int) -> bool:
    uri = address(settings, table)
    if not DeltaTable.is_deltatable(uri):
        return False
    delta = DeltaTable(uri)
    return delta.version() >= version and pa.schema(delta.schema().to_arrow()).equals(table.stored)


def take_back(settings: Settings, versions: Mapping[str, int]) -> dict[str, int]:
    """Undoes what a dead writer left above `versions`; answers the versions that hold the same rows now."""
    return {table.name: _taken_back(address(settings, table), versions[table.name]) for table in TABLES}


def _taken_back(uri: str, version: int) -> int:
    delta = DeltaTable(uri)
    if delta.version() != version:
        delta.restore(version)
    return delta.version()


def overwrite(settings: Settings, table: LakeTable, rows: Iterator[pa.RecordBatch]) -> int:
    """Makes `rows` the table's base and leaves no change; answers the new version. Creates the table."""
    uri = address(settings, table)
    if not DeltaTable.is_deltatable(uri):
        DeltaTable.create(uri, table.stored, partition_by=["layer"], name=table.name, configuration=_CONFIGURATION)
    write_deltalake(
        uri,
        pa.RecordBatchReader.from_batches(table.stored, rows),
        mode="overwrite",
        schema_mode="overwrite",
        partition_by=["layer"],
        writer_properties=_WRITER,
        post_commithook_properties=_HOOKS,
    )
    return DeltaTable(uri).version()


def append(settings: Settings, table: LakeTable, rows: Iterator[pa.RecordBatch]) -> int:
    """Appends `rows` to the table's changes and answers the version; without rows nothing is written."""
    uri = address(settings, table)
    first = next((batch for batch in rows if batch.num_rows), None)
    if first is not None:
        write_deltalake(
            uri,
            pa.RecordBatchReader.from_batches(table.stored, _chained(first, rows)),
            mode="append",
            writer_properties=_WRITER,
            post_commithook_properties=_HOOKS,
        )
    return DeltaTable(uri).version()


def _chained(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


@functools.lru_cache(maxsize=256)
def files(  # the snapshot is part of the cache's key only
    settings: Settings,
    table_name: str,
    version: int,
    snapshot_id: int = 0,  # noqa: ARG001
) -> TableFiles:
    """The files of a version; a version never changes, so the answer is kept.

    `snapshot_id` keeps apart what was answered of a lake that was deleted since and made anew, with versions from 0 on.
    Raises LakeIsGone when the folder does not hold the version.
    """
    uri = f"{settings.lake.rstrip('/')}/{table_name}"
    try:
        delta = DeltaTable(uri, version=version)
    except DeltaError as error:
        raise LakeIsGone(
            f"The lake at {settings.lake} has no version {version} of {table_name}; run `hiregate refresh --full`"
        ) from error
    actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    by_layer = {layer: [action for action in actions if action["partition.layer"] == layer] for layer in (BASE, CHANGE)}
    return TableFiles(
        version=version,
        base=tuple(sorted(f"{uri}/{action['path']}" for action in by_layer[BASE])),
        change=tuple(sorted(f"{uri}/{action['path']}" for action in by_layer[CHANGE])),
        base_rows=sum(action["num_records"] for action in by_layer[BASE]),
        change_rows=sum(action["num_records"] for action in by_layer[CHANGE]),
    )


def vacuum(settings: Settings, kept: dict[str, list[int]], *, retention_hours: int) -> int:
    """Deletes files that no kept version and no version younger than `retention_hours` uses; answers how many."""
    return sum(
        len(
            DeltaTable(address(settings, table)).vacuum(
                retention_hours=retention_hours,
                dry_run=False,
                enforce_retention_duration=False,
                full=True,
                keep_versions=kept[table.name],
            )
        )
        for table in TABLES
    )
