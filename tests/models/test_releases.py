"""Proposals, answers, waivers and promotions, on a real database."""

import datetime as dt

import pytest

from models import releases
from models.registry import Standing
from models.release_errors import (
    GateBlocks,
    MakerIsChecker,
    NotGated,
    NothingEarlier,
    NotPromotable,
    NotWaivable,
    ReasonMissing,
    UnknownRelease,
)
from models.releases import LeaseState
from tests.models.release_builder import (
    CHECKER,
    MAKER,
    MODEL,
    approved,
    gated,
    promoted,
    proposal,
    proposed,
)
from validation import policy as policies
from validation.decision_rule import State
from warehouse.access import Role, principal
from warehouse.settings import Settings

DOUBTFUL = {"leakage": State.PASS, "adverse_impact.sex": State.REVIEW, "validity": State.INSUFFICIENT_DATA}
SOON = dt.timedelta(days=30)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _waive(settings: Settings, label: str, check: str, *, days: float = 30) -> None:
    releases.waive(
        settings, CHECKER, label, check, reason="small group", owner="dana", expires=_now() + dt.timedelta(days=days)
    )


def test_a_passed_and_approved_run_becomes_the_champion(records: Settings) -> None:
    release = approved(records)

    promotion = releases.promote(records, MAKER, release.label)

    live = releases.champion(records, MODEL)
    assert promotion.is_new
    assert live is not None
    assert (live.version, live.artifact, live.state) == (1, b"run-a", LeaseState.VALID)


def test_before_the_first_promotion_there_is_no_champion(records: Settings) -> None:
    approved(records)

    assert releases.champion(records, MODEL) is None


def test_a_run_without_a_gate_result_cannot_be_proposed(records: Settings) -> None:
    with pytest.raises(NotGated, match="hiregate gate run-a"):
        releases.propose(records, MAKER, proposal())


def test_a_blocked_run_cannot_be_proposed(records: Settings) -> None:
    gated(records, states={"leakage": State.FAIL})

    with pytest.raises(GateBlocks):
        releases.propose(records, MAKER, proposal())


def test_another_file_than_the_gate_saw_cannot_be_proposed(records: Settings) -> None:
    gated(records)

    with pytest.raises(NotGated, match="not the one that the gate saw"):
        releases.propose(records, MAKER, proposal(content=b"another model"))


def test_proposing_the_same_again_answers_what_stands(records: Settings) -> None:
    first = proposed(records)

    again = releases.propose(records, MAKER, proposal())

    assert again == first


def test_the_maker_cannot_check_the_own_release(records: Settings) -> None:
    both = principal("mia", [Role.DATA_SCIENTIST, Role.COMPLIANCE])
    release = proposed(records, states=DOUBTFUL)

    with pytest.raises(MakerIsChecker):
        releases.approve(records, both, release.label, reason="mine is good")
    with pytest.raises(MakerIsChecker):
        releases.send_back(records, both, release.label, reason="mine is bad")
    with pytest.raises(MakerIsChecker):
        releases.waive(records, both, release.label, "validity", reason="mine", owner="mia", expires=_now() + SOON)


def test_an_unapproved_release_cannot_be_promoted(records: Settings) -> None:
    release = proposed(records)

    with pytest.raises(NotPromotable, match="needs an approval"):
        releases.promote(records, MAKER, release.label)


def test_a_sent_back_release_stays_back_and_its_run_gets_a_new_version(records: Settings) -> None:
    release = approved(records)
    releases.send_back(records, CHECKER, release.label, reason="the cut is wrong")

    with pytest.raises(NotPromotable, match="sent back"):
        releases.promote(records, MAKER, release.label)
    with pytest.raises(NotPromotable, match="sent back"):
        releases.approve(records, CHECKER, release.label, reason="changed my mind")
    assert releases.propose(records, MAKER, proposal()).version == 2


def test_a_release_that_has_served_is_rolled_back_and_not_sent_back(records: Settings) -> None:
    release = promoted(records)

    with pytest.raises(NotPromotable, match="roll back instead"):
        releases.send_back(records, CHECKER, release.label, reason="too late")


@pytest.mark.parametrize("reason", ["", "   "])
def test_every_answer_needs_a_reason(records: Settings, reason: str) -> None:
    release = proposed(records)

    with pytest.raises(ReasonMissing):
        releases.approve(records, CHECKER, release.label, reason=reason)


def test_review_and_missing_evidence_need_a_waiver_each(records: Settings) -> None:
    release = proposed(records, states=DOUBTFUL)
    releases.approve(records, CHECKER, release.label, reason="with waivers")
    _waive(records, release.label, "adverse_impact.sex")

    with pytest.raises(NotPromotable, match=r"waiver is missing for validity"):
        releases.promote(records, MAKER, release.label)

    _waive(records, release.label, "validity")
    assert releases.promote(records, MAKER, release.label).is_new


def test_a_waiver_that_ends_sooner_shortens_the_lease(records: Settings) -> None:
    release = proposed(records, states={"validity": State.REVIEW})
    releases.approve(records, CHECKER, release.label, reason="with a waiver")
    _waive(records, release.label, "validity", days=20)

    promotion = releases.promote(records, MAKER, release.label)

    assert dt.timedelta(days=19) < promotion.lease_until - _now() <= dt.timedelta(days=20)


def test_an_expired_waiver_is_none(records: Settings) -> None:
    release = proposed(records, states={"validity": State.REVIEW})
    releases.approve(records, CHECKER, release.label, reason="with a waiver")
    _waive(records, release.label, "validity", days=20)

    with pytest.raises(NotPromotable, match="waiver is missing"):
        releases.promote(records, MAKER, release.label, at=_now() + dt.timedelta(days=21))


@pytest.mark.parametrize(("check", "days"), [("leakage", 30), ("nonsense", 30), ("validity", -1), ("validity", 500)])
def test_what_cannot_be_waived_is_refused(records: Settings, check: str, days: int) -> None:
    """A pass needs none, an unknown check has none, and a waiver ends in the future but not too far away."""
    release = proposed(records, states=DOUBTFUL)

    with pytest.raises(NotWaivable):
        _waive(records, release.label, check, days=days)


def test_a_check_that_blocks_later_cannot_be_waived_or_promoted(records: Settings) -> None:
    release = approved(records)
    gated(records, states={"leakage": State.FAIL, "adverse_impact.sex": State.PASS})

    with pytest.raises(NotWaivable, match="'block'"):
        _waive(records, release.label, "leakage")
    with pytest.raises(GateBlocks):
        releases.promote(records, MAKER, release.label)


def test_a_laxer_policy_cannot_slip_in_after_the_approval(records: Settings) -> None:
    """The newest result under the approved policy counts, whatever another policy says afterwards."""
    release = approved(records)
    gated(records, states={"leakage": State.FAIL})
    lax = policies.parse(
        (policies.FOLDER / "default.yaml").read_text("utf-8").replace("name: default", "name: lax"), "lax.yaml"
    )
    gated(records, policy=lax)

    with pytest.raises(GateBlocks):
        releases.promote(records, MAKER, release.label)


def test_promoting_the_champion_again_changes_nothing(records: Settings) -> None:
    release = promoted(records)
    before = releases.pointer(records, MODEL)

    again = releases.promote(records, MAKER, release.label)

    assert not again.is_new
    assert releases.pointer(records, MODEL) == before


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (1, LeaseState.VALID),
        (350, LeaseState.VALID),
        (352, LeaseState.ENDS_SOON),
        (364, LeaseState.ENDS_SOON),
        (366, LeaseState.REVIEW_ONLY),
        (396, LeaseState.EXPIRED),
    ],
)
def test_a_lease_ends_in_review_only_and_then_in_refusal(records: Settings, days: int, state: LeaseState) -> None:
    promoted(records)

    live = releases.champion(records, MODEL, at=_now() + dt.timedelta(days=days))

    assert live is not None
    assert live.state is state


def test_an_ended_lease_is_renewed_only_with_new_evidence_and_a_new_approval(records: Settings) -> None:
    release = promoted(records)
    later = _now() + dt.timedelta(days=400)

    with pytest.raises(NotPromotable, match="needs an approval"):
        releases.promote(records, MAKER, release.label, at=later)
    releases.approve(records, CHECKER, release.label, reason="still sound")
    with pytest.raises(NotPromotable, match="evaluate the gate again"):
        releases.promote(records, MAKER, release.label, at=later)
    gated(records)
    assert releases.promote(records, MAKER, release.label, at=later).is_new


def test_a_second_promotion_replaces_the_first(records: Settings) -> None:
    promoted(records, "run-a")

    promoted(records, "run-b")

    kinds = [(event.version, event.kind) for event in releases.history(records, MAKER).events]
    assert kinds[-2:] == [(1, "replaced"), (2, "promoted")]


def test_a_rollback_brings_the_previous_champion_back_under_its_own_lease(records: Settings) -> None:
    promoted(records, "run-a")
    first = releases.pointer(records, MODEL)
    promoted(records, "run-b")

    back = releases.rollback(records, MAKER, MODEL, reason="complaints")

    assert first is not None
    assert (back.release.version, back.lease_until) == (1, first.lease_until)


def test_the_same_rollback_again_changes_nothing(records: Settings) -> None:
    """After a crash nobody knows whether it went through; repeating it must not roll back one more."""
    for run in ("run-a", "run-b", "run-c"):
        promoted(records, run)
    releases.rollback(records, MAKER, MODEL, reason="complaints")

    again = releases.rollback(records, MAKER, MODEL, reason="complaints")

    assert (again.release.version, again.is_new) == (2, False)


def test_a_further_rollback_goes_one_further_and_never_forward(records: Settings) -> None:
    for run in ("run-a", "run-b", "run-c"):
        promoted(records, run)

    releases.rollback(records, MAKER, MODEL, reason="complaints")
    second = releases.rollback(records, MAKER, MODEL, reason="more complaints")

    assert second.release.version == 1
    with pytest.raises(NothingEarlier):
        releases.rollback(records, MAKER, MODEL, reason="and more")


def test_the_first_champion_cannot_be_rolled_back(records: Settings) -> None:
    promoted(records)

    with pytest.raises(NothingEarlier):
        releases.rollback(records, MAKER, MODEL, reason="complaints")


@pytest.mark.parametrize("reference", ["1", MODEL + "@1", MODEL + "/1", "run-ab"])
def test_a_release_is_found_by_version_label_and_run(records: Settings, reference: str) -> None:
    release = proposed(records, "run-abcdef")

    assert releases.approve(records, CHECKER, reference, reason="read").release_id == release.release_id


@pytest.mark.parametrize("reference", ["9", "other@1", "run-zz", "", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_release_is_named(records: Settings, reference: str) -> None:
    proposed(records)

    with pytest.raises(UnknownRelease):
        releases.approve(records, CHECKER, reference, reason="read")


class Forgetful:
    """A run store that forgot everything."""

    def __init__(self) -> None:
        self.kept = Standing(aliases={}, states={})

    def standing(self, *_: object) -> Standing:
        return self.kept

    def set_standing(self, _: object, __: object, wanted: Standing) -> None:
        self.kept = wanted


def test_the_alias_follows_the_ledger_and_is_repaired(records: Settings) -> None:
    promoted(records)
    store = Forgetful()

    assert releases.mirror(records, MODEL, store)
    assert store.kept.aliases == {"champion": "run-a"}
    assert not releases.mirror(records, MODEL, store)
