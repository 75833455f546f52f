"""Which releases may run in shadow, how many, and what ends it."""

import pytest

from models import releases
from models.release_errors import GateBlocks, NotPromotable, NotShadowable
from models.release_spans import CHAMPION, SHADOW, spans
from tests.models.release_builder import CHECKER, MAKER, approved, gated, promoted, proposed
from validation.decision_rule import State
from warehouse import ledger
from warehouse.access import Role, principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])


def _running(settings: Settings) -> list[int]:
    return [event.version for event in releases.history(settings, AUDITOR).shadows]


@pytest.mark.parametrize("made", [proposed, approved])
def test_a_gated_release_may_run_in_shadow(records: Settings, made: object) -> None:
    label = made(records).label  # type: ignore[operator]

    assert releases.shadow(records, CHECKER, label, reason="look").is_new
    assert _running(records) == [1]


def test_shadowing_again_and_ending_again_change_nothing(records: Settings) -> None:
    label = proposed(records).label

    into = [releases.shadow(records, CHECKER, label, reason="look").is_new for _ in range(2)]
    out = [releases.unshadow(records, CHECKER, label, reason="seen").is_new for _ in range(2)]

    assert (into, out) == ([True, False], [True, False])


def test_a_third_shadow_is_refused_until_one_ends(records: Settings) -> None:
    labels = [proposed(records, run).label for run in ("run-a", "run-b", "run-c")]
    for label in labels[:2]:
        releases.shadow(records, CHECKER, label, reason="look")

    with pytest.raises(NotShadowable, match="unshadow"):
        releases.shadow(records, CHECKER, labels[2], reason="look")
    releases.unshadow(records, CHECKER, labels[0], reason="seen")

    assert releases.shadow(records, CHECKER, labels[2], reason="look").is_new


def test_what_the_gate_blocks_meanwhile_does_not_go_into_shadow(records: Settings) -> None:
    label = proposed(records).label
    gated(records, states={"leakage": State.FAIL})

    with pytest.raises(GateBlocks):
        releases.shadow(records, CHECKER, label, reason="look")


def test_what_was_sent_back_does_not_go_into_shadow(records: Settings) -> None:
    label = proposed(records).label
    releases.send_back(records, CHECKER, label, reason="wrong cut")

    with pytest.raises(NotPromotable):
        releases.shadow(records, CHECKER, label, reason="look")


def test_what_never_was_in_shadow_cannot_leave_it(records: Settings) -> None:
    with pytest.raises(NotShadowable):
        releases.unshadow(records, CHECKER, proposed(records).label, reason="seen")


@pytest.mark.parametrize("end", ["promote", "send_back", "retire"])
def test_a_promotion_a_sending_back_and_a_retirement_end_the_shadow(records: Settings, end: str) -> None:
    label = approved(records).label
    releases.shadow(records, CHECKER, label, reason="look")

    if end == "promote":
        releases.promote(records, MAKER, label)
    else:
        getattr(releases, end)(records, CHECKER, label, reason="enough")

    assert _running(records) == []
    with unit_of_work(records, AUDITOR) as session:
        assert ledger.shadows(session) == []


def test_history_knows_what_was_in_shadow_then(records: Settings) -> None:
    label = proposed(records).label
    releases.shadow(records, CHECKER, label, reason="look")
    with unit_of_work(records, AUDITOR) as session:
        between = ledger.clock(session)
    releases.unshadow(records, CHECKER, label, reason="seen")

    then = releases.history(records, AUDITOR, at=between)

    assert [(one.version, one.actor, one.reason) for one in then.shadows] == [(1, CHECKER.id, "look")]
    assert _running(records) == []


def test_the_spans_follow_each_other_without_a_gap(records: Settings) -> None:
    promoted(records, "run-a")
    label = approved(records, "run-b").label
    releases.shadow(records, CHECKER, label, reason="look")
    releases.promote(records, MAKER, label)
    releases.retire(records, CHECKER, label, reason="unsafe", and_stop_serving=True)

    first, shadow, second = spans(releases.history(records, AUDITOR).events)

    assert [one.state for one in (first, shadow, second)] == [CHAMPION, SHADOW, CHAMPION]
    assert first.ended == second.began == shadow.ended
    assert second.ended is not None
