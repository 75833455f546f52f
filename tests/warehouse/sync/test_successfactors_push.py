"""How scores and stage moves go back: the rung that the tenant has, and the system's own word for each row."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standins.standin import running
from tests.standins.successfactors import ASSESSMENT, PASSWORD, SuccessFactors
from tests.standins.successfactors_contract import source_of
from tests.standins.successfactors_rows import Row
from tests.standins.successfactors_tenant import ai_interview, small_tenant
from warehouse.sync.connectors import registry
from warehouse.sync.connectors.successfactors.push import SuccessFactorsPusher, pusher
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.push import Message, MessageKind, Receipt, ReceiptState

DECIDED = dt.datetime(2026, 2, 1, 9, 30, 0, 123456, tzinfo=dt.UTC)
CONFIRMED, FAILED, DEAD, SENT = ReceiptState.CONFIRMED, ReceiptState.FAILED, ReceiptState.DEAD, ReceiptState.SENT


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[SuccessFactors]:
    """A server whose applications all have an order of ours."""
    monkeypatch.setenv("ACME_SF_PASSWORD", PASSWORD)
    made = SuccessFactors(small_tenant(candidates=12, requisitions=4))
    for application in made.tenant.rows["JobApplication"]:
        ai_interview(made.tenant, application, None, DECIDED)
    with running(made) as url:
        made.url = url
        yield made


def writer(tenant: SuccessFactors, **push: object) -> SuccessFactorsPusher:
    given = {"mode": "live", "vendor_code": "HIREGATE", **push}
    return pusher(source_of(tenant.url, {"timeout_seconds": 1}, given), clock=JumpingClock())


def score(outbox_id: int, application: object, value: float = 0.714, attempts: int = 0) -> Message:
    return Message(
        outbox_id=outbox_id,
        target="acme_sf",
        kind=MessageKind.SCORE,
        subject=None,
        attempts=attempts,
        idempotency_key=f"decision-{outbox_id}",
        payload={
            "external_id": str(application),
            "score": value,
            "recommendation": "advance",
            "model_version": "v3",
            "decision_id": f"d-{outbox_id}",
            "decided_at": DECIDED.isoformat(),
        },
    )


def move(application: object, to: str) -> Message:
    return Message(
        outbox_id=1,
        target="acme_sf",
        kind=MessageKind.STAGE_MOVE,
        subject=None,
        payload={"external_id": str(application), "to": to},
    )


def states(receipts: "list[Receipt] | object") -> dict[int, ReceiptState]:
    return {receipt.outbox_id: receipt.state for receipt in receipts}


def ids(tenant: SuccessFactors) -> list[object]:
    return [row["applicationId"] for row in tenant.tenant.rows["JobApplication"]]


def details(tenant: SuccessFactors, application: object) -> list[tuple[object, object]]:
    """What the tenant holds of the reports of the application's newest order, in the order it was appended."""
    orders = [one for one in tenant.tenant.rows["JobApplicationAssessmentOrder"] if one["applicationId"] == application]
    reports = {
        one["id"] for one in tenant.tenant.rows["JobApplicationAssessmentReport"] if one["orderId"] == orders[-1]["id"]
    }
    found = tenant.tenant.rows["JobApplicationAssessmentReportDetail"]
    return [(one["scoreComponent"], one["scoreValue"]) for one in found if one["_reportId"] in reports]


def application(tenant: SuccessFactors, status: str) -> Row:
    """An application that stands at a status, beside another of the same requisition that went further."""
    for one in tenant.tenant.rows["JobApplication"]:
        if one["appStatusSetItemId"] == tenant.tenant.statuses_of(one)[status]:
            return one
    raise AssertionError(status)


def test_a_score_becomes_a_report_with_the_components_that_sap_understands(tenant: SuccessFactors) -> None:
    receipts = writer(tenant).push([score(1, ids(tenant)[0])])

    assert states(receipts) == {1: CONFIRMED}
    assert details(tenant, ids(tenant)[0]) == [("Score", "71.4"), ("Recommendation", "1")]


def test_one_bad_row_of_three_marks_exactly_one_failed(tenant: SuccessFactors) -> None:
    first, second, third = ids(tenant)[:3]
    write = writer(tenant, rungs=["application_field"], field="custAiScore")

    receipts = write.push([score(1, first), score(2, 999_999), score(3, third)])

    assert states(receipts) == {1: CONFIRMED, 2: FAILED, 3: CONFIRMED}
    assert {receipt.error_code for receipt in receipts} == {None, "COE0004"}
    assert tenant.tenant.one("JobApplication", applicationId=second)["custAiScore"] is None


def test_a_row_that_the_system_refuses_under_200_is_not_confirmed(tenant: SuccessFactors) -> None:
    tenant.faults.inject("partial_failure", path="upsert")

    receipts = writer(tenant).push([score(n, one) for n, one in enumerate(ids(tenant)[:3], 1)])

    assert states(receipts) == {1: FAILED, 2: CONFIRMED, 3: CONFIRMED}


@pytest.mark.parametrize("kind", ["timeout_after_commit", "500", "503", "429"])
def test_a_score_is_appended_once_whatever_happens_to_the_answer(tenant: SuccessFactors, kind: str) -> None:
    """After a time-out it looks before it sends again, for every update of a report appends."""
    tenant.faults.inject(kind, path="upsert")
    write, one = writer(tenant), ids(tenant)[0]
    (first,) = write.push([score(1, one)])

    if first.state is not CONFIRMED:
        (first,) = write.push([score(1, one, attempts=1)])

    assert first.state is CONFIRMED
    assert details(tenant, one) == [("Score", "71.4"), ("Recommendation", "1")]


def test_what_a_killed_sender_wrote_is_found_and_not_written_again(tenant: SuccessFactors) -> None:
    one = ids(tenant)[0]
    writer(tenant).push([score(1, one)])

    (receipt,) = writer(tenant).push([score(1, one, attempts=1)])

    assert (receipt.state, receipt.receipt) == (CONFIRMED, "assessment_report: found there")
    assert len(details(tenant, one)) == 2


@pytest.mark.parametrize(
    ("read_only", "options", "ladder"),
    [
        (frozenset(), {"field": "custAiScore"}, ["assessment_report", "application_field", "comment"]),
        (ASSESSMENT, {"field": "custAiScore"}, ["application_field", "comment"]),
        (ASSESSMENT, {"field": "noSuchField"}, ["comment"]),
        (ASSESSMENT, {}, ["comment"]),
        (ASSESSMENT | {"JobApplicationComments"}, {}, []),
        (frozenset(), {"rungs": ["comment"]}, ["comment"]),
    ],
)
def test_the_metadata_decides_the_ladder(
    tenant: SuccessFactors, read_only: frozenset[str], options: dict[str, object], ladder: list[str]
) -> None:
    tenant.read_only = read_only

    assert writer(tenant, **options).ladder == ladder


def test_without_the_right_to_reports_the_score_goes_into_the_field(tenant: SuccessFactors) -> None:
    tenant.read_only = ASSESSMENT

    receipts = writer(tenant, field="custAiScore").push([score(1, ids(tenant)[0])])

    assert states(receipts) == {1: CONFIRMED}
    assert tenant.tenant.one("JobApplication", applicationId=ids(tenant)[0])["custAiScore"] == "71.4"


def test_an_application_without_an_order_of_ours_takes_the_next_rung(tenant: SuccessFactors) -> None:
    for order in tenant.tenant.rows["JobApplicationAssessmentOrder"]:
        if order["applicationId"] == ids(tenant)[0]:
            order["vendorCode"] = "SOMEBODY"

    receipts = writer(tenant).push([score(1, ids(tenant)[0]), score(2, ids(tenant)[1])])

    (comment,) = tenant.tenant.rows["JobApplicationComments"]
    assert states(receipts) == {1: CONFIRMED, 2: CONFIRMED}
    assert (comment["applicationId"], "71.4 of 100" in comment["content"]) == (ids(tenant)[0], True)


def test_a_comment_is_not_written_twice(tenant: SuccessFactors) -> None:
    tenant.faults.inject("timeout_after_commit", path="upsert")

    receipts = writer(tenant, rungs=["comment"]).push([score(1, ids(tenant)[0])])

    assert states(receipts) == {1: CONFIRMED}
    assert len(tenant.tenant.rows["JobApplicationComments"]) == 1


def test_the_last_rung_is_a_file_that_nothing_confirms(tenant: SuccessFactors, tmp_path: Path) -> None:
    tenant.read_only = ASSESSMENT | {"JobApplicationComments"}
    write = writer(tenant, folder=str(tmp_path / "out"))

    first, second = (write.push([score(1, ids(tenant)[0])]) for _ in range(2))

    (file,) = (tmp_path / "out").iterdir()
    assert (states(first), states(second)) == ({1: SENT}, {1: SENT})
    assert file.read_text("utf-8-sig").splitlines()[1].startswith(f"{ids(tenant)[0]},71.4,advance,d-1,v3")


def test_without_any_way_back_the_message_is_dead_and_says_so(tenant: SuccessFactors) -> None:
    tenant.read_only = ASSESSMENT | {"JobApplicationComments"}

    (receipt,) = writer(tenant).push([score(1, ids(tenant)[0])])

    assert (receipt.state, receipt.error_code) == (DEAD, "no_way_back")


@pytest.mark.parametrize(
    "payload", [{}, {"external_id": "x y"}, {"external_id": "1", "decided_at": DECIDED.isoformat()}]
)
def test_a_message_that_names_no_application_or_score_is_dead(
    tenant: SuccessFactors, payload: dict[str, object]
) -> None:
    message = Message(outbox_id=1, target="acme_sf", kind=MessageKind.SCORE, subject=None, payload=payload)

    (receipt,) = writer(tenant).push([message])

    assert (receipt.state, receipt.error_code) == (DEAD, "unusable_message")


def test_a_message_of_another_kind_is_dead(tenant: SuccessFactors) -> None:
    message = Message(outbox_id=1, target="acme_sf", kind=MessageKind.NOTIFICATION, subject=None, payload={})

    (receipt,) = writer(tenant).push([message])

    assert (receipt.state, receipt.error_code) == (DEAD, "not_supported")


def test_a_system_that_cannot_be_reached_fails_each_message(tenant: SuccessFactors) -> None:
    tenant.faults.inject("503", times=50)

    receipts = writer(tenant).push([score(1, ids(tenant)[0]), score(2, ids(tenant)[1])])

    assert states(receipts) == {1: FAILED, 2: FAILED}
    assert {receipt.error_code for receipt in receipts} == {"unavailable"}


def test_components_that_sap_ignores_are_refused_in_the_source_file(tenant: SuccessFactors) -> None:
    with pytest.raises(Misconfigured, match="components"):
        writer(tenant, components=["AI Score", "Advice"])


def test_a_stage_move_sets_an_item_of_the_requisitions_own_set(tenant: SuccessFactors) -> None:
    one = application(tenant, "Interview")

    (receipt,) = writer(tenant).push([move(one["applicationId"], "AI Interview")])

    assert receipt.state is CONFIRMED
    assert one["appStatusSetItemId"] == tenant.tenant.statuses_of(one)["AI Interview"]
    assert tenant.tenant.corrupted == []


@pytest.mark.parametrize("to", ["Nowhere", "foreign", ""])
def test_an_item_of_another_set_is_never_sent(tenant: SuccessFactors, to: str) -> None:
    """SAP takes it without a word and the application is corrupted."""
    one = application(tenant, "Interview")
    own = set(tenant.tenant.statuses_of(one).values())
    foreign = next(
        row["appStatusSetId"] for row in tenant.tenant.rows["JobApplicationStatus"] if row["appStatusSetId"] not in own
    )

    (receipt,) = writer(tenant).push([move(one["applicationId"], str(foreign) if to == "foreign" else to)])

    assert (receipt.state, receipt.error_code) == (DEAD, "status_not_in_set")
    assert tenant.tenant.corrupted == []


def test_a_move_that_took_effect_before_a_time_out_is_confirmed_and_made_once(tenant: SuccessFactors) -> None:
    one = application(tenant, "Interview")
    before = len(tenant.tenant.rows["JobApplicationStatusAuditTrail"])
    tenant.faults.inject("timeout_after_commit", path="upsert")

    (receipt,) = writer(tenant).push([move(one["applicationId"], "AI Interview")])

    assert receipt.state is CONFIRMED
    assert len(tenant.tenant.rows["JobApplicationStatusAuditTrail"]) == before + 1


def test_a_system_status_is_refused_by_the_system(tenant: SuccessFactors) -> None:
    hired = application(tenant, "Hired")
    beside = [row for row in tenant.tenant.rows["JobApplication"] if row["jobReqId"] == hired["jobReqId"]]
    one = next(row for row in beside if row["hiredOn"] is None)

    (receipt,) = writer(tenant).push([move(one["applicationId"], "Hired")])

    assert (receipt.state, receipt.error_code) == (FAILED, "COE0031")


def test_the_registry_knows_the_pusher(tenant: SuccessFactors) -> None:
    assert isinstance(registry.pusher(source_of(tenant.url, push={"mode": "live"})), SuccessFactorsPusher)
