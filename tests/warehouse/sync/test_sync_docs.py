"""docs/sync.md says what the code does: every field, every error's code, and examples that are sound."""

import re
from pathlib import Path

import pytest

from tests.warehouse.sync.lists import with_source
from warehouse.settings import Settings
from warehouse.sync import run_entity, run_rows, run_sweep, runner
from warehouse.sync.kit import errors
from warehouse.sync.source_reference import reference
from warehouse.sync.sources import source

PAGE = (Path(__file__).parents[3] / "docs" / "sync.md").read_text(encoding="utf-8")
INTERNAL = {"failed", "not_found"}
"""The base class's code, and one that every connector turns into another."""


def test_the_page_ends_with_the_generated_fields() -> None:
    assert PAGE.endswith(reference())


def test_every_code_of_a_failed_run_is_explained() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ConnectorError)
    ]
    codes = {kind.code for kind in kinds} | {run_sweep.ImplausibleSweep.code, run_rows.INTERRUPTED}
    own = re.findall(
        r'error_code="(\w+)"', "".join(Path(part.__file__).read_text("utf-8") for part in (runner, run_entity))
    )

    explained = set(re.findall(r"`(\w+)`", PAGE.split("## Errors by code")[1].split("## Greenhouse")[0]))

    assert (codes | set(own)) - INTERNAL <= explained


def test_the_example_is_a_sound_source_file(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    settings = Settings(home=tmp_path)

    with_source(settings, re.sub(r"^   ", "", example[1], flags=re.MULTILINE))

    assert source(settings, "acme_gh").every_minutes == 60


@pytest.mark.parametrize("path", re.findall(r"`((?:warehouse|tests)/[\w/.]+)`", PAGE))
def test_every_file_that_is_named_exists(path: str) -> None:
    assert (Path(__file__).parents[3] / path).exists()
