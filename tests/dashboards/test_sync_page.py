"""What somebody does on the sync page: records mended and resubmitted, set aside, alerts taken up and closed."""

import datetime as dt
import uuid

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Builder, build
from tests.dashboards.pages import opened, words_on
from tests.warehouse.sync.intake_source import MAPPING, Source, application
from validation.sync_watch import watch
from warehouse import alerts
from warehouse.access import Principal, Role, principal
from warehouse.settings import Settings

ADMIN = principal("ines", [Role.INTEGRATION_ADMIN])
WIDER = MAPPING.replace("applied_at: applied}", "applied_at: {column: applied, format: '%d %b %Y'}}")
STATUS = "SELECT status, settled_by FROM landing.quarantine"


@pytest.fixture
def acme(records: Settings) -> Source:
    """A source with a sound application and one whose date its mapping cannot read."""
    source = Source(records)
    source.send_all([application(1), application(2, applied="7 Jan 2026")])
    source.take()
    return source


def _page(acme: Source, who: Principal = ADMIN) -> AppTest:
    page = opened("sync", acme.settings, who)
    assert not page.exception
    return page


def test_the_page_names_what_failed_and_why_with_values_masked(acme: Source) -> None:
    page = _page(acme)

    tables = "\n".join(frame.value.to_csv() for frame in page.dataframe)
    assert "applied" in tables
    assert "7 Jan 2026" not in tables


def test_what_was_mended_is_resubmitted_by_a_button(acme: Source) -> None:
    acme.write_mapping(WIDER)

    page = _page(acme).button(key="repair-retry").click().run()

    assert "1 resubmitted: 1 accepted, 0 refused again" in words_on(page)
    assert acme.rows(STATUS) == [("resubmitted", "ines")]


def test_trying_first_writes_nothing(acme: Source) -> None:
    page = _page(acme).button(key="repair-try").click().run()

    assert "1 tried: 0 would be accepted, 1 refused" in words_on(page)
    assert acme.rows(STATUS) == [("open", None)]


def test_a_refused_row_is_set_aside_with_a_reason(acme: Source) -> None:
    ((number,),) = acme.rows("SELECT quarantine_id FROM landing.quarantine")
    page = _page(acme)
    page = page.text_input(key="dismiss-numbers").set_value(str(number)).run()
    page = page.text_input(key="dismiss-note").set_value("A test of the vendor's.").run()

    page = page.button(key="dismiss").click().run()

    assert "1 set aside" in words_on(page)
    assert acme.rows(STATUS) == [("dismissed", "ines")]


def test_who_may_only_look_has_no_button_to_resubmit(acme: Source) -> None:
    page = _page(acme, principal("ada", [Role.AUDITOR]))

    assert "Your roles let you look, not resubmit." in words_on(page)
    assert not [button.key for button in page.button if str(button.key).startswith("repair")]


def test_an_alert_is_taken_up_and_closed_with_its_cause(acme: Source) -> None:
    (acme.folder / "broken.yaml").write_text("source: other\nconnector: webhook\nmapping: x\n")
    watch(acme.settings)
    (raised,) = [one for one in alerts.alerts(acme.settings, ADMIN) if one.subject == "broken"]

    page = _page(acme).button(key=f"ack-{raised.alert_id}").click().run()
    page = page.text_input(key=f"cause-{raised.alert_id}").set_value("A copied file.").run()
    page.button(key=f"close-{raised.alert_id}").click().run()

    closed = alerts.alerts(acme.settings, ADMIN, is_open=False)
    assert [(one.acknowledged_by, one.closed_by, one.cause) for one in closed] == [("ines", "ines", "A copied file.")]


def test_what_one_entity_lacks_in_evidence_hides_no_refused_row(acme: Source) -> None:
    """`acme` came for the first time: too little to judge, but its refused row still needs somebody."""
    page = _page(acme)

    assert {metric.label: metric.value for metric in page.metric}["Need somebody"] == "1"


def test_hires_without_an_hr_system_are_not_all_listed_as_missing(acme: Source) -> None:
    lately = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=30)
    build(acme.settings, lambda builder: builder.hire(_application(builder), started_on=lately))

    assert "Hires with nothing to be held against: 1." in words_on(_page(acme))


def _application(builder: Builder) -> uuid.UUID:
    return builder.application(builder.requisition(builder.department()))
