"""The shipped obligations: whole, dated, in both languages; and what the reader of the file refuses."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from pandas.tseries.holiday import USFederalHolidayCalendar

from validation import policy
from validation.obligation_evidence import NAMES, RECORDED, STATED, EvidenceKind
from validation.obligation_rules import Obligation, ObligationsError, Status, load, parsed

SHIPPED = load()


@pytest.fixture
def document() -> dict[str, Any]:
    """The shipped file as a document to damage."""
    return yaml.safe_load((policy.FOLDER / "obligations.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", SHIPPED.obligations, ids=lambda one: one.id)
def test_each_obligation_speaks_both_languages_and_names_a_public_source(one: Obligation) -> None:
    texts = [one.law, one.asks, *([one.note] if one.note else [])]

    assert all(text.en.strip() and any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) for text in texts)
    assert one.source_url.startswith(("https://", "http://www.npc.gov.cn/", "http://www.gov.cn/"))


@pytest.mark.parametrize("one", SHIPPED.obligations, ids=lambda one: one.id)
def test_the_status_of_an_obligation_fits_its_date_on_the_day_the_sources_were_read(one: Obligation) -> None:
    begun = one.applies_from is not None and one.applies_from <= SHIPPED.read_on

    assert (one.status is Status.IN_FORCE) is begun
    assert one.is_verified or one.note


def test_every_kind_of_evidence_has_a_name_and_answers_something_or_is_made_here() -> None:
    asked = {kind for one in SHIPPED.obligations for kind in one.evidence}

    assert set(NAMES) == set(EvidenceKind)
    assert asked >= STATED
    assert frozenset(EvidenceKind) == RECORDED | STATED


def test_the_gate_does_not_take_the_obligations_for_a_policy() -> None:
    assert "obligations" not in policy.names()


def test_the_federal_holidays_are_those_of_another_calendar() -> None:
    oracle = {day.date() for day in USFederalHolidayCalendar().holidays("2025-01-01", "2027-12-31")}

    assert SHIPPED.holidays_of("US-NYC") == oracle


def test_a_jurisdiction_holds_in_what_lies_inside_it_and_not_the_other_way() -> None:
    of_the_city = {one.jurisdiction for one in SHIPPED.of(["US-NYC"])}
    of_the_country = {one.jurisdiction for one in SHIPPED.of(["US"])}

    assert of_the_city == {"US-NYC", "US"}
    assert of_the_country == {"US"}


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("status", "soon", "obligations.0.status"),
        ("applies_from", "2023-7-5", "obligations.0.applies_from"),
        ("applies_from", None, "obligations.0.applies_from"),
        ("verified", False, "obligations.0"),
        ("asks", {"en": "Only English."}, "obligations.0.asks"),
        ("evidence", ["a_hunch"], "nyc_bias_audit"),
        ("applies_from", "2023-02-30", "nyc_bias_audit"),
        ("recurrence", {"kind": "valid_for"}, "obligations.0.recurrence"),
        ("surprise", 1, "obligations.0"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(
    document: dict[str, Any], field: str, value: object, place: str
) -> None:
    document["obligations"][0][field] = value

    with pytest.raises(ObligationsError, match=place):
        parsed(document, "mine.yaml")


def test_an_id_that_stands_twice_is_refused(document: dict[str, Any]) -> None:
    document["obligations"].append(copy.deepcopy(document["obligations"][0]))

    with pytest.raises(ObligationsError, match="twice"):
        parsed(document, "mine.yaml")


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ObligationsError, match=r"^mine\.yaml: cannot be read"):
        load(tmp_path / "mine.yaml")
