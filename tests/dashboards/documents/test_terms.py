"""Names of the records in the reader's words: a stored sentence keeps its meaning and loses its codes."""

import re

import pytest

from dashboards.documents import terms
from dashboards.documents.making import make
from dashboards.reports.html_document import html
from tests.dashboards.documents import law_release
from warehouse.access import Role, principal
from warehouse.settings import Settings

COMPLIANCE = principal("cleo", [Role.COMPLIANCE])
FILES = re.compile(r"[\w./]+\.(?:json|jsonl|ubj)")


def test_groups_and_features_of_a_stored_sentence_become_words() -> None:
    said = "(sex F, race_ethnicity White); strongest is content_logic for M, Asian (0.493, n = 37), X 13."

    found = terms.sentence(said, "en", about="sex+race_ethnicity")

    assert found == "(female, White); strongest is content and logic for male, Asian (0.493, n = 37), other 13."


def test_a_letter_is_no_sex_where_the_sentence_is_not_about_it() -> None:
    assert terms.sentence("Class M, 12 people.", "en", about="race_ethnicity") == "Class M, 12 people."


def test_groups_in_a_chinese_sentence_are_chinese() -> None:
    assert terms.sentence("F、Asian（0.493）。", "zh", about="sex+race_ethnicity") == "女、亚裔（0.493）。"


def test_a_waiver_s_reason_names_its_check_and_keeps_the_signer_s_words() -> None:
    found = terms.waived("adverse_impact.sex+race_ethnicity: too few, see note_7", "en")

    assert found == "Adverse impact: sex × race/ethnicity: too few, see note_7"


def test_moments_have_date_time_and_zone() -> None:
    assert terms.moment("2026-11-23T14:03:01.907518+02:00") == "2026-11-23 12:03 UTC"
    assert terms.moment("") == "–"


def test_periods_and_mappings_are_read_without_their_signs() -> None:
    assert terms.period("2025-02-01/2025-11-15", "en") == "2025-02-01 to 2025-11-15"
    assert terms.mapping("demo_ai_vendor@1", "zh") == "demo ai vendor，版本 1"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["model_card", "annex_iv", "pipl_assessment"])
def test_no_document_prints_a_code_or_an_unrounded_figure(records: Settings, kind: str, language: str) -> None:
    """Only names of files have underscores; no figure has seven decimals, no moment a `T`."""
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, kind, release.label, language)

    printed = FILES.sub("", re.sub("(?s)<style>.*?</style>|<[^>]+>", " ", html(made.document)))
    assert re.findall(r"[A-Za-z]+_\w+|\d\.\d{7,}|\d{4}-\d\d-\d\dT\S+|skill:\w+", printed) == []
