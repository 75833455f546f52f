"""Brings the records' schema to the newest version, and back."""

from importlib.resources import files

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from warehouse.postgres import address, sqlalchemy_url
from warehouse.settings import Settings


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Runs the migrations up to `revision`; running it again changes nothing."""
    command.upgrade(configuration(settings), revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Runs the migrations back to `revision` (`base` is none at all)."""
    command.downgrade(configuration(settings), revision)


def check(settings: Settings) -> None:
    """Raises alembic's CommandError when the tables in code and in the database differ."""
    command.check(configuration(settings))


def is_newest(settings: Settings) -> bool:
    """Whether the database has every migration that this code knows, and no later one."""
    with psycopg.connect(address(settings)) as connection:
        found = connection.execute("SELECT to_regclass('public.schema_version')").fetchone()
        if found is None or found[0] is None:
            return False
        at = connection.execute("SELECT version_num FROM public.schema_version").fetchall()
    return [row[0] for row in at] == [ScriptDirectory.from_config(configuration(settings)).get_current_head()]


def configuration(settings: Settings) -> Config:
    """Alembic's configuration for these settings, with no file beside it."""
    config = Config()
    config.set_main_option("script_location", str(files("warehouse") / "migrations"))
    config.attributes["url"] = sqlalchemy_url(settings)
    return config
