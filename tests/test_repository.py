"""The repository keeps its own house rules."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("warehouse", "validation", "models", "training", "dashboards")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_python_file_is_longer_than_400_lines() -> None:
    long = [path.name for path in _tracked("*.py") if len(path.read_text(encoding="utf-8").splitlines()) > 400]

    assert long == []


def test_only_the_unit_of_work_commits() -> None:
    """Files beside it hold connections of libraries and schema set-up, which are no records."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in _tracked(*(f"{package}/*.py" for package in CODE))
        if re.search(r"\bsession\.commit\(", path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_the_lock_names_hashes_and_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert all("==" in line for line in re.findall(r"^[a-z0-9].*$", lock, flags=re.MULTILINE))
    assert lock.count("--hash=sha256:") >= lock.count("==")


def test_package_markers_are_empty() -> None:
    filled = [path for path in _tracked("*/__init__.py", "__init__.py") if path.read_text(encoding="utf-8").strip()]

    assert filled == []


def test_libraries_that_break_their_callers_stay_behind_one_door() -> None:
    """Great Expectations, Evidently, Fairlearn, MLflow and Optuna are each imported by one module."""
    doors = {"great_expectations": 1, "evidently": 1, "fairlearn": 1, "mlflow": 1, "optuna": 1}
    importers = {
        library: [
            path
            for path in _tracked(*(f"{package}/*.py" for package in CODE))
            if re.search(rf"^\s*(?:import|from) {library}\b", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        ]
        for library in doors
    }

    assert {library: len(paths) for library, paths in importers.items()} == doors
