"""Each role and the empty principal against each act of the ledger."""

import datetime as dt
from collections.abc import Callable

import pytest

from models import releases
from models.shadow_report import report
from tests.models.release_builder import MODEL, gated, proposal, proposed
from validation.decision_rule import State
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role, principal
from warehouse.settings import Settings

PEOPLE = [NOBODY, *(principal(f"p-{role.value}", [role]) for role in Role)]

Act = Callable[[Settings, Principal], object]

ACTS: dict[str, tuple[set[Permission], Act]] = {
    "gate": ({Permission.TRAIN, Permission.APPROVE_RELEASE}, lambda of, who: gated(of, "run-b", by=who)),
    "propose": ({Permission.PROPOSE_RELEASE}, lambda of, who: releases.propose(of, who, proposal())),
    "approve": ({Permission.APPROVE_RELEASE}, lambda of, who: releases.approve(of, who, "1", reason="read")),
    "send back": ({Permission.APPROVE_RELEASE}, lambda of, who: releases.send_back(of, who, "1", reason="wrong")),
    "waive": (
        {Permission.APPROVE_RELEASE},
        lambda of, who: releases.waive(
            of,
            who,
            "1",
            "validity",
            reason="small",
            owner="dana",
            expires=dt.datetime.now(dt.UTC) + dt.timedelta(days=9),
        ),
    ),
    "promote": ({Permission.PROMOTE_RELEASE}, lambda of, who: releases.promote(of, who, "1")),
    "roll back": ({Permission.PROMOTE_RELEASE}, lambda of, who: releases.rollback(of, who, MODEL, reason="bad")),
    "retire": ({Permission.APPROVE_RELEASE}, lambda of, who: releases.retire(of, who, "1", reason="old")),
    "shadow": ({Permission.APPROVE_RELEASE}, lambda of, who: releases.shadow(of, who, "1", reason="look")),
    "unshadow": ({Permission.APPROVE_RELEASE}, lambda of, who: releases.unshadow(of, who, "1", reason="seen")),
    "shadow report": ({Permission.READ_MODELS}, lambda of, who: report(of, who, "1")),
    "history": ({Permission.READ_MODELS}, releases.history),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_those_with_the_permission_may_act(records: Settings, act: str) -> None:
    """The others are refused before anything is looked up: they cannot learn which releases exist."""
    proposed(records, states={"validity": State.REVIEW})
    needed, call = ACTS[act]

    refused = set()
    for who in PEOPLE:
        try:
            call(records, who)
        except AccessDenied:
            refused.add(who.id)
        except releases.ReleaseError:
            continue

    assert refused == {who.id for who in PEOPLE if not needed & who.permissions}
    assert NOBODY.id in refused


def test_no_role_may_both_propose_and_approve() -> None:
    for _, permissions in ROLES.values():
        assert not {Permission.PROPOSE_RELEASE, Permission.APPROVE_RELEASE} <= permissions
