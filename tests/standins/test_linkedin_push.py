"""Messages of the outbox to LinkedIn: each answered by its own record, and no word without a person."""

import pytest

from tests.standins.linkedin import ORGANIZATION
from tests.standins.linkedin_customer import NOW, URN, Setting, message, outcomes, score
from warehouse.sync.push import SLOW_DOWN, MessageKind


def test_a_score_becomes_feedback_with_its_reasons(there: Setting) -> None:
    receipts = there.pusher().push([score()])

    kept = there.server.below["A-1"]["interviewFeedback"]["d-1"]
    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert {one["attribute"]: one["result"] for one in kept["evaluations"]} == {
        "Score": "0.71",
        "Band": "high",
        "Recommendation": "advance",
        "Model": "re-interview-pass@3",
    }
    assert kept["feedback"] == "Strong logic."


def test_the_same_score_again_replaces_itself(there: Setting) -> None:
    pusher = there.pusher()
    pusher.push([score()])

    pusher.push([score(score=0.72)])

    [kept] = there.server.below["A-1"]["interviewFeedback"].values()
    assert kept["evaluations"][0]["result"] == "0.72"


def test_scores_of_one_application_go_together_and_others_apart(there: Setting) -> None:
    receipts = there.pusher().push([score(1, "A-1"), score(2, "A-1"), score(3, "A-2")])

    assert {state for state, _ in outcomes(receipts).values()} == {"confirmed"}
    assert there.server.batches == [2, 1]


def test_each_message_gets_its_own_records_result(there: Setting) -> None:
    there.server.refused_ids = {"d-2"}

    receipts = there.pusher().push([score(1), score(2), score(3)])

    assert outcomes(receipts) == {1: ("confirmed", None), 2: ("dead", "entity_400"), 3: ("confirmed", None)}


def test_a_records_own_500_is_tried_again_later(there: Setting) -> None:
    there.server.faults.inject("partial_failure")

    receipts = there.pusher().push([score(1), score(2)])

    assert outcomes(receipts) == {1: ("confirmed", None), 2: ("failed", "entity_500")}


def test_a_long_429_slows_the_target_down(there: Setting) -> None:
    there.server.faults.inject("429", path="/v2/", retry_after="7200")

    [receipt] = there.pusher().push([score()])

    assert (receipt.state.value, receipt.error_code, receipt.retry_after_s) == ("failed", SLOW_DOWN, 7200)


def test_a_released_move_becomes_a_stage(there: Setting) -> None:
    receipts = there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "Onsite interview"})])

    [kept] = there.server.below["A-1"]["stages"].values()
    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert (kept["stage"], kept["atsCreatedAt"]) == ("Onsite interview", 1_777_626_000_000)


def test_a_released_rejection_is_told_to_who_applied_through_linkedin(there: Setting) -> None:
    there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": URN, "to": "rejected"})])

    assert there.server.mails == [(URN, "APPLICATION_REJECTED")]


def test_nobody_else_is_told_of_a_rejection_by_linkedin(there: Setting) -> None:
    there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "rejected"})])

    assert there.server.mails == []


@pytest.mark.parametrize(
    "payload", [{"action": "APPLICATION_REJECTED"}, {"outcome": "not_advanced", "action": "APPLICATION_VIEWED"}]
)
def test_a_rejection_without_a_release_is_never_sent(there: Setting, payload: dict[str, str]) -> None:
    receipts = there.pusher().push([message(MessageKind.STATUS, {"external_id": URN, **payload})])

    assert outcomes(receipts) == {1: ("dead", "needs_person")}
    assert there.server.seen == []


def test_an_applicant_is_told_what_the_message_names(there: Setting) -> None:
    payload = {"external_id": URN, "action": "APPLICATION_VIEWED", "at": NOW.isoformat()}

    receipts = there.pusher().push([message(MessageKind.STATUS, payload)])

    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert there.server.actions == [
        {
            "jobApplicationId": URN,
            "action": "APPLICATION_VIEWED",
            "performedAt": 1_777_626_000_000,
            "integrationContext": ORGANIZATION,
        }
    ]


def test_a_stage_is_told_only_where_the_source_names_its_action(there: Setting) -> None:
    status = message(MessageKind.STATUS, {"external_id": URN, "stage": "ai_interview", "outcome": "advanced"})

    unnamed = there.pusher().push([status])
    named = there.pusher(actions={"ai_interview": "APPLICATION_SCREENED"}).push([status])

    assert outcomes(unnamed) == {1: ("dead", "no_action")}
    assert outcomes(named) == {1: ("confirmed", None)}


def test_an_applicant_who_did_not_come_through_linkedin_is_not_told(there: Setting) -> None:
    receipts = there.pusher().push(
        [message(MessageKind.STATUS, {"external_id": "A-1", "action": "APPLICATION_VIEWED"})]
    )

    assert outcomes(receipts) == {1: ("dead", "not_theirs")}


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        (MessageKind.SCORE, {"score": 0.7, "recommendation": "hold"}, "no_application"),
        (MessageKind.SCORE, {"external_id": "A-1", "score": 0.7}, "no_recommendation"),
        (MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": " "}, "no_stage"),
        (MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "Not Available"}, "no_stage"),
        (MessageKind.NOTE, {"external_id": "A-1"}, "no_note"),
        (MessageKind.WEBHOOK, {"external_id": "A-1"}, "kind_unknown"),
    ],
)
def test_what_cannot_be_sent_is_dead_and_says_why(
    there: Setting, kind: MessageKind, payload: dict[str, object], code: str
) -> None:
    assert outcomes(there.pusher().push([message(kind, payload)])) == {1: ("dead", code)}


def test_a_note_is_the_pipelines_own(there: Setting) -> None:
    there.pusher().push([message(MessageKind.NOTE, {"external_id": "A-1", "note": "Re-interview on Monday."})])

    [kept] = there.server.below["A-1"]["notes"].values()
    assert (kept["note"], kept["author"]["firstName"]) == ("Re-interview on Monday.", "Hiregate")
