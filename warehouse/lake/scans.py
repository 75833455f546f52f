"""The engine and what it scans: the two layers of each table, from a folder or through an object store's own reader."""

from collections.abc import Mapping, Sequence

import duckdb
from deltalake import DeltaTable

from warehouse.lake import storage, views
from warehouse.lake.snapshot import Snapshot
from warehouse.lake.storage import TableFiles
from warehouse.lake.tables import BASE, BY_NAME, CHANGE, LakeTable
from warehouse.settings import Settings


def connected(settings: Settings) -> duckdb.DuckDBPyConnection:
    """An engine in memory that spills under the home and counts time in UTC."""
    connection = duckdb.connect(":memory:", config={"temp_directory": str(settings.home / "tmp")})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def stored(settings: Settings, tables: Sequence[LakeTable], found: Snapshot) -> dict[str, TableFiles]:
    """The files of the tables in a snapshot, by table name."""
    return {table.name: storage.files(settings, table.name, found.versions[table.name], found.id) for table in tables}


def layers(
    settings: Settings, connection: duckdb.DuckDBPyConnection, files: Mapping[str, TableFiles]
) -> dict[str, views.Layers]:
    """The layers of each table as SQL relations of this connection."""
    read = _from_folder if "://" not in settings.lake else _from_store
    return {name: read(settings, connection, name, found) for name, found in files.items()}


def _from_folder(_: Settings, __: duckdb.DuckDBPyConnection, ___: str, files: TableFiles) -> views.Layers:
    return views.Layers(base=views.parquet(files.base), change=views.parquet(files.change))


def _from_store(
    settings: Settings, connection: duckdb.DuckDBPyConnection, name: str, files: TableFiles
) -> views.Layers:
    """DuckDB's own object-store reader is an extension that has to be downloaded; Delta brings one along."""
    delta = DeltaTable(storage.address(settings, BY_NAME[name]), version=files.version)
    connection.register(f"stored_{name}", delta.to_pyarrow_dataset())
    return views.Layers(
        base=_of_layer(name, BASE) if files.base else None,
        change=_of_layer(name, CHANGE) if files.change else None,
    )


def _of_layer(name: str, layer: str) -> str:
    return f"(SELECT * FROM stored_{name} WHERE layer = '{layer}')"  # noqa: S608 - constants
