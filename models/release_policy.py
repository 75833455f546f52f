"""What no choice of a policy file gets past: a block stands, and a weaker policy than the last needs a checker.

A block under one policy is not undone by an evaluation under another. And what a model name was last promoted under is
the least that the next release is held to, unless a checker evaluates it under the weaker policy.
"""

import uuid

from sqlalchemy.orm import Session

from models.release_errors import GateBlocks, NotGated
from validation.policy_strictness import is_never_weaker
from warehouse import audit_log, ledger, ledger_evaluations
from warehouse.ledger_values import StoredGate


def refuse_dodged(
    session: Session,
    gate: StoredGate,
    *,
    label: str,
    model_name: str,
    artifact_sha256: str,
    release_id: uuid.UUID | None = None,
) -> None:
    """Nothing where this evaluation may carry a release; raises GateBlocks and NotGated."""
    refuse_blocked(session, gate.run_id, artifact_sha256, label)
    floor = _floor(session, model_name, release_id)
    if floor is None or is_never_weaker(gate.policy_document, floor.policy_document):
        return
    if not _is_by_checker(session, gate):
        raise NotGated(
            f"{label}: policy {gate.policy} {gate.policy_version} is weaker than {floor.policy} {floor.policy_version},"
            f" under which {model_name} was last promoted; evaluate under that one, or have a checker run the gate"
        )


def refuse_blocked(session: Session, run_id: str, artifact_sha256: str, label: str) -> None:
    """Nothing where the newest evaluation of this file under no policy blocks; raises GateBlocks."""
    under = ledger_evaluations.blocked_under(session, run_id, artifact_sha256)
    if under:
        raise GateBlocks(
            f"the gate blocks {label} under {', '.join(under)}; another policy does not undo that: evaluate again under"
            " the same one when the data have changed, or train again"
        )


def _is_by_checker(session: Session, gate: StoredGate) -> bool:
    lines = audit_log.details(session, action="gate_evaluated", subject=gate.run_id)
    return any(one.get("gate_result") == str(gate.gate_result_id) and one.get(CHECKED) is True for one in lines)


def _floor(session: Session, model_name: str, release_id: uuid.UUID | None) -> StoredGate | None:
    """The evaluation with which the model's last promoted other release was proposed."""
    events = ledger.events(session, model_name=model_name, kinds=["promoted"])
    others = [one.release_id for one in events if one.release_id != release_id]
    if not others:
        return None
    (release,) = ledger.releases(session, release_id=others[-1])
    return ledger.gate(session, release.gate_result_id)


CHECKED = "by_checker"
"""The detail of an evaluation's audit line that says whether a checker made it."""
