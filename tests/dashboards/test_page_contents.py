"""What stands on the pages: verdicts and waivers, blocked runs, reasons in both languages, switches, purposes."""

import datetime as dt

import pytest
from sqlalchemy import select

from dashboards.wording.words import Words
from models import releases
from tests.dashboards.pages import opened, opened_for_a_purpose, someone, words_on
from tests.models import release_builder
from tests.warehouse.queries.people import COMPLIANCE, LEADER
from validation.decision_rule import State
from warehouse.access import Role
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.governance import AuditLog

AUDITOR = someone(Role.AUDITOR)


def test_the_page_of_the_model_names_champion_lease_proposer_and_approver(company: Settings) -> None:
    said = words_on(opened("model", company, AUDITOR))

    for needed in ("re-interview-pass, release 1", "lease runs until", release_builder.MAKER.id, "evidence read"):
        assert needed in said


@pytest.mark.parametrize(("language", "reason"), [("en", "Because."), ("zh", "因为。")])
def test_an_earlier_blocked_run_is_told_in_one_sentence(company: Settings, language: str, reason: str) -> None:
    page = opened("model", company, AUDITOR, language=language)

    (sentence,) = [error.value for error in page.error]
    assert "stopped-" in sentence
    assert reason in sentence


def test_a_waiver_is_in_plain_sight(records: Settings) -> None:
    release = release_builder.proposed(records, states={"adverse_impact.sex": State.REVIEW})
    in_a_month = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)

    releases.waive(
        records,
        release_builder.CHECKER,
        release.label,
        "adverse_impact.sex",
        reason="seen and accepted",
        owner="chen",
        expires=in_a_month,
    )
    releases.approve(records, release_builder.CHECKER, release.label, reason="read")
    releases.promote(records, release_builder.MAKER, release.label)

    page = opened("model", records, AUDITOR)

    assert "seen and accepted" in page.warning[0].value
    assert f"{in_a_month:%Y-%m-%d}" in page.warning[0].value


def test_the_ledger_is_shown_as_of_a_day(company: Settings) -> None:
    page = opened("model", company, AUDITOR, address={"at": "2020-01-01"})

    assert Words("en")("model.none") in words_on(page)
    assert Words("en")("model.history_none") in words_on(page)


def test_a_day_that_is_none_is_refused_in_words(company: Settings) -> None:
    page = opened("model", company, AUDITOR, address={"at": "last spring"})

    assert "last spring" in page.warning[0].value
    assert not page.exception


@pytest.mark.parametrize(
    ("language", "sentence", "reason"),
    [
        ("en", "3 of 240 channels are unknown.", "is not a date"),
        ("zh", "240 个渠道中有 3 个未知。", "不符合任何给定的日期格式"),
    ],
)
def test_findings_and_reasons_are_in_the_readers_language(
    company: Settings, language: str, sentence: str, reason: str
) -> None:
    page = opened("loads", company, someone(Role.INTEGRATION_ADMIN), language=language)

    tables = "\n".join(table.value.to_string() for table in page.dataframe)
    assert sentence in tables
    assert reason in tables


def test_a_refused_rows_values_are_not_shown(company: Settings) -> None:
    page = opened("loads", company, someone(Role.INTEGRATION_ADMIN))

    assert not any("masked" in column for table in page.dataframe for column in table.value.columns)


def test_corrections_are_off_until_they_are_switched_on(company: Settings) -> None:
    page = opened("validity", company, LEADER)
    before = page.dataframe[0].value

    page.toggle(key="choice-range").set_value(True).run()

    corrected = Words("en")("validity.range_restriction")
    assert corrected not in list(before.iloc[:, 0])
    assert corrected in list(page.dataframe[0].value.iloc[:, 0])
    assert page.query_params["range"] == "1"


def test_validity_says_that_labels_exist_only_for_the_hired(company: Settings) -> None:
    page = opened("validity", company, LEADER, address={"criterion": "performance_6m"})

    assert "only for the hired" in page.warning[0].value


def test_demographics_are_closed_until_a_purpose_is_stated(company: Settings) -> None:
    page = opened("fairness", company, COMPLIANCE)

    page.button[0].click().run()

    assert page.warning[0].value == Words("en")("fairness.purpose_missing")
    assert not page.get("plotly_chart")


def test_opening_demographics_leaves_reader_and_purpose_in_the_audit_log(company: Settings) -> None:
    opened_for_a_purpose("fairness", company, COMPLIANCE)

    with unit_of_work(company, COMPLIANCE) as session:
        lines = session.scalars(select(AuditLog).where(AuditLog.action == "read_demographics")).all()
    assert (COMPLIANCE.id, "quarterly monitoring") in {(line.actor, line.detail["purpose"]) for line in lines}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_fairness_draws_every_part_once_it_is_open(company: Settings, language: str) -> None:
    page = opened_for_a_purpose("fairness", company, COMPLIANCE, language=language)

    assert not page.exception
    assert {Words(language)("fairness.ll144"), Words(language)("fairness.reports")} <= {h.value for h in page.subheader}
    assert len(page.get("plotly_chart")) == 4


def test_intersections_are_offered_by_choosing_two_attributes(company: Settings) -> None:
    page = opened_for_a_purpose("fairness", company, COMPLIANCE, address={"attribute": ["sex", "age_group"]})

    assert not page.exception
    assert any("female, under 40" in str(table.value.to_string()) for table in page.dataframe)


def test_report_files_are_made_on_demand(company: Settings) -> None:
    page = opened_for_a_purpose("fairness", company, COMPLIANCE)

    page.button(key="make-reports").click().run()

    names = [button.proto.label for button in page.get("download_button") if "HTML" in button.proto.label]
    assert len(names) == 3
