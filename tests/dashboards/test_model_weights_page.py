"""The part of the model's page on what counts: the vendor's weights beside the learned ones."""

from collections.abc import Iterator

import pytest

from dashboards.wording.words import Words
from models import registry
from tests.dashboards.pages import opened, someone, words_on
from tests.models import release_builder
from tests.training.company import SCIENTIST, plant
from training import configuration
from training.pipeline import train
from training.weights_stored import stored_fit, stored_weights
from warehouse.access import NOBODY, AccessDenied, Role
from warehouse.settings import Settings

AUDITOR = someone(Role.AUDITOR)


@pytest.fixture(scope="module")
def champion(module_records: Settings) -> str:
    """The id of a run that was trained on a small company and stands in the ledger as champion."""
    plant(module_records)
    run = train(module_records, SCIENTIST, configuration.load("demo_job_related"))
    release_builder.promoted(module_records, run.run_id)
    return run.run_id


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_counts_how_it_was_fitted_and_shows_chart_and_table(
    module_records: Settings, champion: str, language: str
) -> None:
    found, fit = stored_weights(module_records, AUDITOR, champion), stored_fit(module_records, AUDITOR, champion)
    page = opened("model", module_records, AUDITOR, language=language)
    said = words_on(page).replace("\\", "")

    assert not page.exception
    assert found is not None
    assert found["overall"][language] in said
    assert fit is not None
    assert fit["why"][language] in said
    assert Words(language)("weights.chart") in said


@pytest.fixture
def changed(module_records: Settings, champion: str) -> Iterator[None]:
    """Meanwhile the file of weights is another than the one that was sealed."""
    path = registry.artefact_folder(module_records) / champion / "artifacts" / "weights.json"
    sealed = path.read_bytes()
    path.write_bytes(sealed.replace(b"counts", b"COUNTS").replace(b"count ", b"COUNT "))
    yield
    path.write_bytes(sealed)


@pytest.mark.usefixtures("changed")
def test_a_run_whose_files_were_changed_shows_nothing_of_them(module_records: Settings) -> None:
    said = words_on(opened("model", module_records, AUDITOR))

    assert Words("en")("weights.changed") in said
    assert Words("en")("weights.chart") not in said


def test_a_release_whose_run_kept_no_weights_says_so(records: Settings) -> None:
    release_builder.promoted(records)

    assert Words("en")("weights.none") in words_on(opened("model", records, AUDITOR))


@pytest.mark.parametrize("role", [Role.DATA_SCIENTIST, Role.COMPLIANCE, Role.AUDITOR], ids=lambda role: role.value)
def test_whoever_may_read_models_reads_the_weights(records: Settings, role: Role) -> None:
    assert stored_weights(records, someone(role), "nosuchrun") is None


@pytest.mark.parametrize("role", [Role.DEPARTMENT_MANAGER, None], ids=["department_manager", "nobody"])
def test_whoever_may_not_read_models_reads_no_weights(records: Settings, role: Role | None) -> None:
    reader = NOBODY if role is None else someone(role)

    with pytest.raises(AccessDenied):
        stored_weights(records, reader, "nosuchrun")
