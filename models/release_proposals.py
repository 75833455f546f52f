"""Proposals and their answers: propose, approve, send back, waive. Each is one transaction with its audit line.

The maker cannot be the checker, here and in the database. An approval agrees to the release under the policy it was
gated with. A sent-back release stays sent back: a new proposal is a new version.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.release_errors import (
    GateBlocks,
    MakerIsChecker,
    NotAPerson,
    NotGated,
    NotPromotable,
    NotWaivable,
    ReasonMissing,
    Retired,
)
from models.release_gate import GateNeeds, needs
from models.release_lookup import find
from models.release_policy import refuse_dodged
from validation.outcome import Verdict
from warehouse import audit_log, identity, ledger, ledger_evaluations
from warehouse.access import Permission, Principal, plain_name
from warehouse.ledger_values import SERVING, NewRelease, StoredAnswer, StoredGate, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

_WAIVABLE = {Verdict.REVIEW, Verdict.NOT_ENOUGH_EVIDENCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A run's artefacts as they go into the ledger. `details` holds the training record under `training`."""

    run_id: str
    model_name: str
    artifact: bytes = field(repr=False)
    feature_spec: Mapping[str, object]
    cut_score: float
    snapshot: Mapping[str, object]
    data_fingerprint: str
    details: Mapping[str, object]
    is_generated: bool

    @property
    def sha256(self) -> str:
        """The hash of the model file."""
        return hashlib.sha256(self.artifact).hexdigest()


def propose(settings: Settings, principal: Principal, proposal: Proposal) -> StoredRelease:
    """Puts the run into the ledger as the next version; proposing the same again answers what stands.

    Raises NotGated and GateBlocks.
    """
    principal.require(Permission.PROPOSE_RELEASE)
    with unit_of_work(settings, principal) as session:
        ledger.lock(session, proposal.model_name)
        gate = _gate_of(session, proposal)
        standing = _standing(session, proposal, gate)
        if standing is not None:
            return standing
        release = ledger.add_release(session, _new(proposal, gate, principal))
        ledger.add_event(session, release, kind="proposed", actor=principal.id)
        record = ledger.record_sha256(session, release.release_id)
        log(session, principal, "release_proposed", release, sha256=proposal.sha256, gate=gate.verdict, record=record)
        return release


def is_as_proposed(session: Session, release_id: uuid.UUID, label: str) -> bool:
    """Whether the release's record is the one of which the audit log has the hash; older lines have none."""
    line = audit_log.detail(session, action="release_proposed", subject=label) or {}
    return line.get("record") in (None, ledger.record_sha256(session, release_id))


def _gate_of(session: Session, proposal: Proposal) -> StoredGate:
    gate = ledger.latest_gate(session, proposal.run_id)
    if gate is None:
        raise NotGated(f"run {proposal.run_id} has not been through the gate; run `hiregate gate {proposal.run_id}`")
    if needs(gate).artifact_sha256 != proposal.sha256:
        raise NotGated(
            f"the model file of run {proposal.run_id} is not the one that the gate saw; evaluate the gate again"
        )
    if gate.report.get("cut") != proposal.cut_score:
        raise NotGated(f"the gate saw run {proposal.run_id} at another cut score; evaluate the gate again")
    if gate.verdict == Verdict.BLOCK:
        raise GateBlocks(f"the gate blocks run {proposal.run_id}; a blocked run cannot be proposed")
    refuse_dodged(
        session,
        gate,
        label=f"run {proposal.run_id}",
        model_name=proposal.model_name,
        artifact_sha256=proposal.sha256,
    )
    return gate


def _standing(session: Session, proposal: Proposal, gate: StoredGate) -> StoredRelease | None:
    """The release of this very file under the same policy, unless it was sent back or retired."""
    for release in ledger.releases(session, model_name=proposal.model_name):
        is_same = release.run_id == proposal.run_id and release.artifact_sha256 == proposal.sha256
        if is_same and not _is_over(session, release):
            under = ledger.gate(session, release.gate_result_id)
            return release if under.policy_version_id == gate.policy_version_id else None
    return None


def _is_over(session: Session, release: StoredRelease) -> bool:
    return ledger.is_retired(session, release.release_id) or is_sent_back(ledger.answers(session, release.release_id))


def _new(proposal: Proposal, gate: StoredGate, principal: Principal) -> NewRelease:
    return NewRelease(
        model_name=proposal.model_name,
        run_id=proposal.run_id,
        gate_result_id=gate.gate_result_id,
        artifact=proposal.artifact,
        artifact_sha256=proposal.sha256,
        feature_spec=proposal.feature_spec,
        cut_score=proposal.cut_score,
        snapshot=proposal.snapshot,
        data_fingerprint=proposal.data_fingerprint,
        details=proposal.details,
        is_generated=proposal.is_generated,
        proposed_by=principal.id,
    )


def approve(
    settings: Settings, principal: Principal, reference: str, *, reason: str, model_name: str | None = None
) -> StoredRelease:
    """Agrees to a proposal; agreeing again before it is promoted changes nothing. Raises MakerIsChecker."""
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        refuse_retired(session, release)
        answers = ledger.answers(session, release.release_id)
        if is_sent_back(answers):
            raise NotPromotable(f"{release.label} was sent back; it needs a new proposal")
        gate = current_gate(session, release)
        if gate.verdict == Verdict.BLOCK:
            raise GateBlocks(f"the gate blocks {release.label}; it cannot be approved")
        refuse_unfit(session, release, gate)
        if any(answer.decided_by == principal.id for answer in unspent(session, release, answers)):
            return release
        ledger.add_answer(session, release, answer="approved", by=principal.id, reason=reason)
        ledger.add_event(session, release, kind="approved", actor=principal.id, reason=reason)
        policy = f"{gate.policy} {gate.policy_version} {gate.policy_sha256[:12]}"
        log(session, principal, "release_approved", release, reason=reason, policy=policy, gate=gate.verdict)
        return release


def send_back(
    settings: Settings, principal: Principal, reference: str, *, reason: str, model_name: str | None = None
) -> StoredRelease:
    """Refuses a proposal for good; a release that has served is rolled back instead. Raises MakerIsChecker."""
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        refuse_retired(session, release)
        if is_sent_back(ledger.answers(session, release.release_id)):
            return release
        if ledger.events(session, release_id=release.release_id, kinds=SERVING):
            raise NotPromotable(f"{release.label} has served already; roll back instead of sending back")
        ledger.add_answer(session, release, answer="sent_back", by=principal.id, reason=reason)
        ledger.add_event(session, release, kind="sent_back", actor=principal.id, reason=reason)
        log(session, principal, "release_sent_back", release, reason=reason)
        return release


def waive(
    settings: Settings,
    principal: Principal,
    reference: str,
    check: str,
    *,
    reason: str,
    owner: str,
    expires: dt.datetime,
    model_name: str | None = None,
) -> StoredRelease:
    """Signs an exception for one check that asks for review or lacks evidence, until `expires` (aware).

    Raises MakerIsChecker, and NotWaivable for a check that passed or blocks.
    """
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        refuse_retired(session, release)
        if not owner.strip():
            raise ReasonMissing(f"a waiver for {release.label} needs an owner who follows it up")
        _refuse_unwaivable(needs(current_gate(session, release)), release, check, expires, ledger.clock(session))
        ledger.add_waiver(
            session, release, check=check, by=principal.id, owner=owner, reason=reason, expires_at=expires
        )
        ledger.add_event(session, release, kind="waived", actor=principal.id, reason=f"{check}: {reason}")
        until = expires.astimezone(dt.UTC).isoformat()
        log(session, principal, "check_waived", release, check=check, owner=owner, reason=reason, until=until)
        return release


def _refuse_unwaivable(
    gate: GateNeeds, release: StoredRelease, check: str, expires: dt.datetime, now: dt.datetime
) -> None:
    verdict = gate.verdicts.get(check)
    if verdict is None:
        open_checks = ", ".join(gate.to_waive) or "none"
        raise NotWaivable(f"{release.label}: there is no check {check!r}; to be waived: {open_checks}")
    if verdict not in _WAIVABLE:
        raise NotWaivable(
            f"{release.label}: {check} is {verdict.value!r}; only review or not_enough_evidence is waived"
        )
    if expires <= now:
        raise NotWaivable(f"{release.label}: a waiver cannot end in the past")
    if expires > now + dt.timedelta(days=gate.longest_waiver_days):
        raise NotWaivable(f"{release.label}: the policy lets a waiver run for {gate.longest_waiver_days} days at most")


def current_gate(session: Session, release: StoredRelease) -> StoredGate:
    """The newest evaluation of the release's run under the policy it was proposed with. Raises NotGated.

    Other policies do not count: the checker agreed to this one, and a laxer one cannot slip in afterwards.
    """
    proposed = ledger.gate(session, release.gate_result_id)
    newest = ledger.latest_gate(session, release.run_id, proposed.policy_version_id) or proposed
    if needs(newest).artifact_sha256 != release.artifact_sha256:
        raise NotGated(f"{release.label}: its model file is not the one that the gate saw last; propose it again")
    return newest


def refuse_unfit(session: Session, release: StoredRelease, gate: StoredGate) -> None:
    """Nothing where this evaluation may carry the release; raises GateBlocks and NotGated."""
    refuse_dodged(
        session,
        gate,
        label=release.label,
        model_name=release.model_name,
        artifact_sha256=release.artifact_sha256,
        release_id=release.release_id,
    )


def unspent(session: Session, release: StoredRelease, answers: list[StoredAnswer]) -> list[StoredAnswer]:
    """The approvals of the evidence as it is, given since the release last began to serve.

    A promotion uses up the ones before it, and so does an evaluation that says anything else than the one agreed to.
    """
    served = ledger.events(session, release_id=release.release_id, kinds=SERVING)
    since = served[-1].happened_at if served else None
    given = [one for one in answers if one.answer == "approved" and (since is None or one.decided_at > since)]
    return [one for one in given if _saw(session, release, one)]


def _saw(session: Session, release: StoredRelease, answer: StoredAnswer) -> bool:
    """Whether what the gate said when the answer was given is what it says now."""
    gate = current_gate(session, release)
    if gate.evaluated_at <= answer.decided_at:
        return True
    then = ledger.latest_gate(session, release.run_id, gate.policy_version_id, until=answer.decided_at)
    return then is not None and ledger_evaluations.say_the_same(session, then.gate_result_id, gate.gate_result_id)


def for_checking(
    session: Session, principal: Principal, reference: str, reason: str, model_name: str | None
) -> StoredRelease:
    """The release, its model's ledger locked, where this person may check it. Raises MakerIsChecker, NotAPerson."""
    release = find(session, reference, model_name)
    ledger.lock(session, release.model_name)
    if plain_name(principal.id) == plain_name(release.proposed_by):
        raise MakerIsChecker(f"{principal.id} proposed {release.label}; somebody else has to check it")
    if identity.is_system(session, principal.id):
        raise NotAPerson(f"{principal.id} is a system; a person has to check {release.label}")
    if not reason.strip():
        raise ReasonMissing(f"{release.label}: give a reason")
    return release


def is_sent_back(answers: list[StoredAnswer]) -> bool:
    """Whether a checker refused the proposal."""
    return any(answer.answer == "sent_back" for answer in answers)


def refuse_retired(session: Session, release: StoredRelease) -> None:
    """Nothing where the release stands; raises Retired where a checker took it out for good."""
    if ledger.is_retired(session, release.release_id):
        raise Retired(f"{release.label} is retired for good; train again and propose the new run")


def log(session: Session, principal: Principal, action: str, release: StoredRelease, **detail: str) -> None:
    """The audit line of an act on a release."""
    audit_log.append(session, actor=principal.id, action=action, subject=release.label, detail=detail)
