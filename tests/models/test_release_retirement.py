"""Retirement is final: nothing promotes a retired release or brings it back, and the champion goes only on purpose."""

import datetime as dt

import pytest

from models import releases
from models.release_errors import MakerIsChecker, NothingEarlier, ReasonMissing, ReleaseError, Retired, StillServing
from models.release_promotion import previous
from tests.models import served
from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, gated, promoted, proposal, proposed
from warehouse.access import Role, principal
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])
BOTH = principal("mia", [Role.DATA_SCIENTIST, Role.COMPLIANCE])


def test_a_retired_release_is_never_promoted(records: Settings) -> None:
    label = approved(records).label
    releases.retire(records, CHECKER, label, reason="the rubric is gone")

    with pytest.raises(Retired, match="retired for good"):
        releases.promote(records, MAKER, label)


@pytest.mark.parametrize("act", ["approve", "send_back", "shadow"])
def test_nothing_happens_to_a_retired_release(records: Settings, act: str) -> None:
    label = proposed(records).label
    releases.retire(records, CHECKER, label, reason="old")

    with pytest.raises(Retired):
        getattr(releases, act)(records, CHECKER, label, reason="again")


def test_retiring_again_changes_nothing(records: Settings) -> None:
    label = proposed(records).label

    done = [releases.retire(records, CHECKER, label, reason="old").is_new for _ in range(2)]

    assert done == [True, False]


def test_the_champion_is_retired_only_with_the_express_word(records: Settings) -> None:
    label = promoted(records).label

    with pytest.raises(StillServing, match="--and-stop-serving"):
        releases.retire(records, CHECKER, label, reason="unsafe")

    assert releases.pointer(records, MODEL) is not None


def test_without_a_champion_the_api_says_so(records: Settings) -> None:
    served.promote(records)
    client = served.client(records)
    before = client.post("/v1/score", json=served.INTERVIEW).status_code

    releases.retire(records, CHECKER, f"{MODEL}@1", reason="unsafe", and_stop_serving=True)

    refused = client.post("/v1/score", json=served.INTERVIEW)
    assert before == 200
    assert (refused.status_code, refused.json()["code"]) == (503, "no_promoted_model")
    assert client.get("/ready").status_code == 503


def test_history_says_that_nothing_served_and_why(records: Settings) -> None:
    promoted(records)
    between = dt.datetime.now(dt.UTC)
    releases.retire(records, CHECKER, f"{MODEL}@1", reason="unsafe", and_stop_serving=True)

    then, now = (releases.history(records, AUDITOR, at=at) for at in (between, None))

    assert ([one.release.version for one in then.live], then.ended) == ([1], ())
    assert now.live == ()
    assert [(one.actor, one.reason) for one in now.ended] == [(CHECKER.id, "unsafe")]


def test_after_the_champions_retirement_the_one_before_can_come_back(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    releases.retire(records, CHECKER, f"{MODEL}@2", reason="unsafe", and_stop_serving=True)

    back = releases.rollback(records, MAKER, MODEL, reason="the old one was fine")

    assert (back.release.version, back.is_new) == (1, True)
    assert [one.release.version for one in releases.history(records, AUDITOR).live] == [1]


def test_a_rollback_passes_over_the_retired(records: Settings) -> None:
    for run in ("run-a", "run-b", "run-c"):
        promoted(records, run)
    releases.retire(records, CHECKER, f"{MODEL}@2", reason="unsafe")

    back = releases.rollback(records, MAKER, MODEL, reason="complaints")

    assert back.release.version == 1


def test_where_all_earlier_ones_are_retired_there_is_nothing_to_roll_back_to(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    releases.retire(records, CHECKER, f"{MODEL}@1", reason="old")

    with pytest.raises(NothingEarlier):
        releases.rollback(records, MAKER, MODEL, reason="complaints")


def test_the_same_run_is_proposed_anew_as_another_version(records: Settings) -> None:
    releases.retire(records, CHECKER, proposed(records).label, reason="by mistake")
    gated(records)

    assert releases.propose(records, MAKER, proposal()).version == 2


@pytest.mark.parametrize("act", ["retire", "shadow", "unshadow"])
def test_the_maker_is_not_the_checker(records: Settings, act: str) -> None:
    label = approved(records).label
    if act == "unshadow":
        releases.shadow(records, CHECKER, label, reason="look")

    with pytest.raises(MakerIsChecker):
        getattr(releases, act)(records, BOTH, label, reason="my own")


@pytest.mark.parametrize("act", ["retire", "shadow", "unshadow"])
def test_each_act_needs_a_reason(records: Settings, act: str) -> None:
    label = approved(records).label

    with pytest.raises(ReasonMissing):
        getattr(releases, act)(records, CHECKER, label, reason=" ")


def test_a_retirement_waits_for_nobody_any_more(records: Settings) -> None:
    from models.release_waiting import waiting  # noqa: PLC0415 - only this test looks there

    label = approved(records).label
    releases.retire(records, CHECKER, label, reason="old")

    assert waiting(records, CHECKER) == ()


def test_every_refusal_is_one_of_the_ledgers(records: Settings) -> None:
    label = promoted(records).label

    with pytest.raises(ReleaseError):
        releases.shadow(records, CHECKER, label, reason="the champion beside itself")


def test_what_a_rollback_brings_follows_from_the_events_alone(records: Settings) -> None:
    for run in ("run-a", "run-b", "run-c"):
        promoted(records, run)
    releases.rollback(records, MAKER, MODEL, reason="one")
    events = releases.history(records, AUDITOR).events

    found = previous(events)

    assert found is not None
    assert found.version == 1
