"""Alembic's entry: online only, one transaction a migration, with a short wait for locks."""

from collections.abc import MutableMapping
from typing import Any

from alembic import context
from sqlalchemy import create_engine, text

from warehouse.tables.columns import SCHEMAS
from warehouse.tables.metadata import METADATA


def _include(name: str | None, type_: str, parents: MutableMapping[Any, str | None]) -> bool:
    if type_ == "schema":
        return name in SCHEMAS
    return parents.get("schema_name") in SCHEMAS


def run() -> None:
    """Runs the migrations on the address in the configuration."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            include_schemas=True,
            include_name=_include,
            compare_type=True,
            transaction_per_migration=True,
            version_table="schema_version",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
