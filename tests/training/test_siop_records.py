"""The SIOP 2020 data the whole way: files through their mappings into records, the lake, and a stored run."""

from pathlib import Path

import pytest

from tests.training.company import SCIENTIST
from tests.training.siop import CLEAN, KEYED
from training import configuration
from training.pipeline import read_rows, train
from warehouse.access import Principal, Role
from warehouse.files.load import load_file
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings

pytestmark = [pytest.mark.shared_data, pytest.mark.journey]

ADMIN = Principal(id="ada", roles=frozenset({Role.HR_ADMIN}))


@pytest.fixture
def loaded(records: Settings, shared_data: Path) -> Settings:
    """A home with both files loaded and the lake refreshed."""
    folder = shared_data / "siop_2020_selection"
    source = "siop_2020_selection"
    load_file(records, ADMIN, folder / "scale_scores.csv", source=source)
    load_file(records, ADMIN, folder / "performance_ratings.csv", source=source, mapping="siop_2020_ratings")
    refresh(records)
    return records


def test_a_run_from_records_reaches_the_known_auc_and_knows_which_scales_were_keyed(loaded: Settings) -> None:
    run = train(loaded, SCIENTIST, configuration.load("siop_clean"))

    keyed = read_rows(loaded, SCIENTIST, configuration.load("siop_keyed")).spec

    assert run.record["n"]["fit"] + run.record["n"]["holdout_labelled"] == 7_544
    assert 0.60 <= run.record["tuning"]["chosen"]["auc"] <= 0.65
    assert run.record["tuning"]["defaults_overfit"] is True
    fixed = {feature.name: feature.provenance.fixed_before_outcome for feature in keyed.features}
    assert fixed == dict.fromkeys(CLEAN, True) | dict.fromkeys(KEYED, False)
