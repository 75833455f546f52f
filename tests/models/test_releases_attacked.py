"""What somebody might try on the release ledger, each refused: old evidence, look-alike names, a blocked return."""

import dataclasses

import pytest
import sqlalchemy as sa

from models import releases
from models.release_errors import GateBlocks, MakerIsChecker, NotAPerson, NotGated, NotPromotable
from tests.models.release_builder import CHECKER, MAKER, MODEL, PASSING, approved, gated, promoted, proposal, proposed
from validation.decision_rule import State
from warehouse import api_keys, audit_log, identity, postgres
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


def test_a_change_that_the_maker_may_not_read_needs_another_approval_all_the_same(records: Settings) -> None:
    """A data scientist reads no table of small groups, and so cannot see that one is another since."""
    gated(records, states={"adverse_impact.sex": State.PASS}, detail={"neighbours": [{"n": 7}]})
    release = releases.propose(records, MAKER, proposal())
    releases.approve(records, CHECKER, release.label, reason="evidence read")
    gated(records, states={"adverse_impact.sex": State.PASS}, detail={"neighbours": [{"n": 4}]})

    with pytest.raises(NotPromotable, match="needs an approval"):
        releases.promote(records, MAKER, release.label)


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


def _forge(settings: Settings, statement: str) -> None:
    """As the owner of the tables, whom no trigger stops."""
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("cut", "lacks"), [(1, "release_promoted of"), (2, "release_approved of"), (4, "gate_evaluated of run-a")]
)
def test_a_log_whose_end_was_cut_off_is_not_whole(records: Settings, cut: int, lacks: str) -> None:
    promoted(records)
    _forge(
        records,
        f"DELETE FROM governance.audit_log WHERE position > (SELECT max(position) - {cut} FROM governance.audit_log)",
    )
    with postgres.unit_of_work(records, MAKER) as session:
        audit_log.append(session, actor="mia", action="model_trained", subject="run-z")

    with postgres.unit_of_work(records, MAKER) as session:
        found = audit_log.verify(session)

    assert (found.is_whole, found.broken_at) == (False, None)
    assert any(act.startswith(lacks) for act in found.unlogged)


def test_an_approval_that_was_written_by_hand_has_no_line(records: Settings) -> None:
    release = proposed(records)
    with postgres.unit_of_work(records, MAKER) as session:
        session.execute(
            sa.text(
                "INSERT INTO governance.approval (approval_id, release_id, proposed_by, decided_by, answer, reason)"
                " VALUES (gen_random_uuid(), :id, 'mia', 'nobody', 'approved', 'fine')"
            ),
            {"id": release.release_id},
        )

    with postgres.unit_of_work(records, MAKER) as session:
        assert audit_log.verify(session).unlogged == (f"release_approved of {release.label}",)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM governance.audit_log WHERE position = 2",
        "UPDATE governance.audit_log SET position = CASE position WHEN 2 THEN 30 ELSE 2 END WHERE position IN (2, 3)",
        "UPDATE governance.audit_log SET happened_at = happened_at + interval '1 microsecond' WHERE position = 2",
        'UPDATE governance.audit_log SET detail = detail || \'{"verdict": "block"}\' WHERE position = 2',
        "UPDATE governance.audit_log SET hash = set_byte(hash, 31, 255 - get_byte(hash, 31)) WHERE position = 2",
        "UPDATE governance.audit_log SET previous_hash = set_byte(previous_hash, 0, 7) WHERE position = 2",
    ],
    ids=["deleted", "reordered", "time", "detail", "hash", "previous"],
)
def test_every_way_to_change_a_line_is_found_at_its_place(records: Settings, statement: str) -> None:
    promoted(records)
    _forge(records, statement)

    with postgres.unit_of_work(records, MAKER) as session:
        assert audit_log.verify(session).broken_at == 2
