"""The wheel works by itself: built, installed where no checkout is, its command and its migrations run."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import psycopg
import pytest

from warehouse import postgres
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "sqlalchemy", "streamlit", "mlflow", "great_expectations", "evidently", "xgboost", "duckdb", "numpy")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel, and the locked dependencies, but not this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(folder / "bare", with_pip=False)
    python = folder / "bare" / "bin" / "python"
    wheel = next(folder.glob("*.whl"))
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--offline"]
    subprocess.run([*uv, "--python", str(python), str(wheel)], check=True, capture_output=True)
    site = next((folder / "bare" / "lib").glob("python*")) / "site-packages"
    # A path line adds the folder without running the editable install's own path file in it.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return python


def _run(python: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HIREGATE_", "PYTHONPATH"))}
    return subprocess.run(
        [str(python), *words],
        capture_output=True,
        text=True,
        cwd=python.parent,
        env={**clean, **environment},
        check=True,
    )


def test_the_installed_command_lists_its_commands_without_loading_heavy_libraries(installed: Path) -> None:
    code = (
        "import sys; sys.argv = ['hiregate', '--help']\n"
        "from dashboards.cli import main\n"
        "try: main()\n"
        f"except SystemExit: print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )

    printed = _run(installed, "-c", code).stdout

    assert "demo" in printed
    assert printed.strip().endswith("[]")


def test_the_installed_package_is_not_the_checkout(installed: Path) -> None:
    printed = _run(installed, "-c", "import warehouse; print(warehouse.__file__)").stdout

    assert not printed.startswith(str(ROOT))


def test_the_installed_migrations_run(installed: Path, server: Settings) -> None:
    socket = postgres.socket_folder(server.home)
    admin = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE wheel")
    url = f"postgresql://postgres@/wheel?host={socket}"

    _run(
        installed,
        "-c",
        "from warehouse import schema, settings; schema.upgrade(settings.load())",
        HIREGATE_DATABASE_URL=url,
        HIREGATE_HOME=str(installed.parent),
    )

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM hr.application").fetchone() == (0,)


def test_the_installed_wheel_holds_the_policies_and_mappings(installed: Path) -> None:
    code = (
        "from importlib.resources import files\n"
        "print((files('validation') / 'policies' / 'default.yaml').is_file(),"
        " (files('warehouse') / 'mappings' / 'mapping.schema.json').is_file())"
    )

    assert _run(installed, "-c", code).stdout.split() == ["True", "True"]
