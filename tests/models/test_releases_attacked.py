"""What somebody might try on the release ledger, each refused: old evidence, look-alike names, a blocked return."""

import dataclasses

import pytest

from models import releases
from models.release_errors import GateBlocks, MakerIsChecker, NotAPerson, NotGated, NotPromotable
from tests.models.release_builder import CHECKER, MAKER, MODEL, PASSING, approved, gated, promoted, proposal, proposed
from validation.decision_rule import State
from warehouse import api_keys, identity
from warehouse.access import Role, principal
from warehouse.settings import Settings


def test_a_rollback_never_brings_back_what_the_gate_blocks_by_now(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    gated(records, "run-a", states={"leakage": State.FAIL})

    with pytest.raises(GateBlocks, match="cannot come back"):
        releases.rollback(records, MAKER, MODEL, reason="complaints")


def test_an_approval_does_not_cover_evidence_that_came_after_it(records: Settings) -> None:
    release = approved(records)
    gated(records, states={**PASSING, "drift": State.PASS})

    with pytest.raises(NotPromotable, match="needs an approval"):
        releases.promote(records, MAKER, release.label)
    releases.approve(records, CHECKER, release.label, reason="read again")
    assert releases.promote(records, MAKER, release.label).is_new


def test_the_same_evidence_evaluated_again_leaves_the_approval_standing(records: Settings) -> None:
    release = approved(records)
    gated(records)

    assert releases.promote(records, MAKER, release.label).is_new


def test_a_gate_result_at_another_cut_is_none(records: Settings) -> None:
    gated(records)

    with pytest.raises(NotGated, match="another cut score"):
        releases.propose(records, MAKER, dataclasses.replace(proposal(), cut_score=0.1))


@pytest.mark.parametrize("name", ["Mia", " mia", "mia\u00a0", "ｍｉａ", "MIA", "mi\u200ba"])
def test_the_makers_name_in_another_spelling_is_the_maker(records: Settings, name: str) -> None:
    release = proposed(records)

    with pytest.raises(MakerIsChecker):
        releases.approve(records, principal(name, [Role.COMPLIANCE]), release.label, reason="fine")


def test_a_system_checks_nothing_whatever_its_role(records: Settings) -> None:
    release = proposed(records)
    api_keys.create(records, principal("ops", [Role.OPERATOR]), "ci", role=Role.COMPLIANCE)

    with pytest.raises(NotAPerson):
        releases.approve(records, identity.principal_of(records, "system:ci"), release.label, reason="green")
