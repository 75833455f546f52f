"""No choice of a policy file gets a blocked run in, and no waiver covers what its signer did not see."""

import datetime as dt

import pytest

from models import releases
from models.release_errors import GateBlocks, NotGated, NotPromotable
from tests.models.release_builder import CHECKER, MAKER, MODEL, PASSING, approved, gated, promoted, proposal, proposed
from validation import policy as policies
from validation.decision_rule import State
from validation.policy import Policy
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

FAILING = {"leakage": State.FAIL}
DOUBTFUL = {"validity": State.REVIEW}


def _lax() -> Policy:
    """The default policy with a lease twice as long, which is laxer, and nothing else changed."""
    text = (policies.FOLDER / "default.yaml").read_text("utf-8")
    longer = text.replace("name: default", "name: lax").replace("grace_days: 30", "grace_days: 60")
    return policies.parse(longer, "lax.yaml")


def _waived(settings: Settings, release: StoredRelease) -> None:
    releases.approve(settings, CHECKER, release.label, reason="with a waiver")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    releases.waive(settings, CHECKER, release.label, "validity", reason="small", owner="dana", expires=until)


def test_a_blocked_run_cannot_be_proposed_under_another_policy(records: Settings) -> None:
    gated(records, states=FAILING)
    gated(records, policy=_lax())

    with pytest.raises(GateBlocks, match="under default"):
        releases.propose(records, MAKER, proposal())


def test_a_block_is_undone_under_its_own_policy(records: Settings) -> None:
    gated(records, states=FAILING)
    gated(records)

    assert releases.propose(records, MAKER, proposal()).version == 1


def test_the_same_file_in_another_run_is_blocked_as_well(records: Settings) -> None:
    gated(records, "run-a", states=FAILING)
    gated(records, "run-b", policy=_lax(), content=b"run-a")

    with pytest.raises(GateBlocks):
        releases.propose(records, MAKER, proposal("run-b", content=b"run-a"))


def test_a_block_under_another_policy_holds_up_what_is_proposed_already(records: Settings) -> None:
    release = proposed(records)
    gated(records, states=FAILING, policy=_lax())

    with pytest.raises(GateBlocks, match="under lax"):
        releases.approve(records, CHECKER, release.label, reason="read")
    with pytest.raises(GateBlocks, match="under lax"):
        releases.shadow(records, CHECKER, release.label, reason="to see")


def test_a_block_under_another_policy_holds_up_what_is_approved_already(records: Settings) -> None:
    release = approved(records)
    gated(records, states=FAILING, policy=_lax())

    with pytest.raises(GateBlocks, match="under lax"):
        releases.promote(records, MAKER, release.label)


def test_a_weaker_policy_than_the_last_promotions_carries_no_proposal(records: Settings) -> None:
    """Whoever never records the strict evaluation has no block, and gets no further for it."""
    promoted(records, "run-a")
    gated(records, "run-b", policy=_lax())

    with pytest.raises(NotGated, match="weaker than default"):
        releases.propose(records, MAKER, proposal("run-b"))


def test_a_checker_may_let_a_weaker_policy_in(records: Settings) -> None:
    promoted(records, "run-a")
    gated(records, "run-b", policy=_lax(), by=CHECKER)

    assert releases.propose(records, MAKER, proposal("run-b")).version == 2


def test_a_proposal_from_before_a_stricter_promotion_is_not_promoted_after_it(records: Settings) -> None:
    gated(records, "run-b", policy=_lax())
    early = releases.propose(records, MAKER, proposal("run-b"))
    releases.approve(records, CHECKER, early.label, reason="read")
    promoted(records, "run-a")

    with pytest.raises(NotGated, match="weaker"):
        releases.promote(records, MAKER, early.label)


def test_a_rollback_does_not_lower_what_the_next_release_is_held_to(records: Settings) -> None:
    gated(records, "run-a", policy=_lax())
    first = releases.propose(records, MAKER, proposal("run-a"))
    releases.approve(records, CHECKER, first.label, reason="read")
    releases.promote(records, MAKER, first.label)
    promoted(records, "run-b")
    releases.rollback(records, MAKER, MODEL, reason="complaints")
    gated(records, "run-c", policy=_lax())

    with pytest.raises(NotGated, match="weaker"):
        releases.propose(records, MAKER, proposal("run-c"))


def test_a_waiver_does_not_cover_other_figures_than_it_was_signed_for(records: Settings) -> None:
    gated(records, states=DOUBTFUL, detail={"auc": 0.61})
    release = releases.propose(records, MAKER, proposal())
    _waived(records, release)
    gated(records, states=DOUBTFUL, detail={"auc": 0.52})
    releases.approve(records, CHECKER, release.label, reason="read again")

    with pytest.raises(NotPromotable, match="waiver is missing for validity"):
        releases.promote(records, MAKER, release.label)


def test_a_waiver_stands_while_its_own_check_says_the_same(records: Settings) -> None:
    release = proposed(records, states=DOUBTFUL)
    _waived(records, release)
    gated(records, states={**PASSING, **DOUBTFUL})
    releases.approve(records, CHECKER, release.label, reason="read again")

    assert releases.promote(records, MAKER, release.label).is_new
