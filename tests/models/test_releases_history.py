"""What was live on a day, who approved it, on what evidence."""

import datetime as dt

from models import releases
from tests.models.release_builder import CHECKER, MAKER, MODEL, gated, promoted
from warehouse.access import Role, principal
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])


def test_history_says_what_was_live_between_two_promotions(records: Settings) -> None:
    promoted(records, "run-a")
    between = dt.datetime.now(dt.UTC)
    promoted(records, "run-b")

    (then,) = releases.history(records, AUDITOR, at=between).live
    (now,) = releases.history(records, AUDITOR).live

    assert (then.release.version, now.release.version) == (1, 2)
    assert [answer.decided_by for answer in then.approvals] == [CHECKER.id]
    assert then.gate.verdict == "pass"


def test_before_the_first_promotion_nothing_was_live(records: Settings) -> None:
    before = dt.datetime.now(dt.UTC)
    promoted(records)

    history = releases.history(records, AUDITOR, at=before)

    assert history.live == ()
    assert history.events == ()


def test_a_later_gate_result_does_not_rewrite_what_a_promotion_stood_on(records: Settings) -> None:
    promoted(records)
    (then,) = releases.history(records, AUDITOR).live
    gated(records)

    (now,) = releases.history(records, AUDITOR).live
    assert now.gate.gate_result_id == then.gate.gate_result_id


def test_the_past_shows_the_lease_as_it_stood_then(records: Settings) -> None:
    promoted(records)

    (served,) = releases.history(records, AUDITOR, at=dt.datetime.now(dt.UTC) + dt.timedelta(days=380)).live

    assert served.lease.value == "review_only"


def test_a_rollback_is_in_the_history_with_its_reason(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    releases.rollback(records, MAKER, MODEL, reason="complaints")

    document = releases.history(records, AUDITOR, model_name=MODEL).as_json()

    assert document["live"][0]["version"] == 1  # type: ignore[index]
    assert document["events"][-1]["reason"] == "complaints"  # type: ignore[index]
