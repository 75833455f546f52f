"""The promoted model as the API shows it: what it is, its file, and whether scores can be given now."""

from fastapi import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import card_making
from models.problems import Problem
from models.schemas import Cause, ModelAnswer, Readiness
from models.serving import Served, Shelf
from warehouse import document_parts, ledger, ledger_evaluations
from warehouse.access import NOBODY
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


def describe(settings: Settings, shelf: Shelf, model_name: str | None) -> ModelAnswer:
    """What is live. Raises Problem `no_promoted_model`."""
    with unit_of_work(settings, NOBODY) as session:
        served = shelf.champion(session, model_name)
        answer = _described(session, served)
    return answer.model_copy(update={"card": _card(settings, shelf, served)})


def _card(settings: Settings, shelf: Shelf, served: Served) -> dict[str, object]:
    """The card, made again only when the champion, its gate or a text that people wrote is another."""
    name, run_id = served.champion.model_name, served.champion.run_id
    with unit_of_work(settings, card_making.READER) as session:
        texts = document_parts.in_force_in(session, name, kind=card_making.KIND).values()
        gate = ledger_evaluations.newest_gate_id(session, run_id)
    made_of = (served.champion.event_id, gate, sorted((one.part, one.language, one.version) for one in texts))
    kept = shelf.cards.get(name)
    if kept is None or kept[0] != made_of:
        kept = shelf.cards[name] = (made_of, card_making.for_consumers(settings, served.champion.release_id))
    return kept[1]


def artifact(settings: Settings, shelf: Shelf, model_name: str | None, if_none_match: str | None) -> Response:
    """The model's file with its hash as ETag; 304 where the caller has it. Raises Problem `no_promoted_model`."""
    with unit_of_work(settings, NOBODY) as session:
        served = shelf.champion(session, model_name)
    champion = served.champion
    headers = {
        "ETag": f'"{champion.artifact_sha256}"',
        "X-Content-SHA256": champion.artifact_sha256,
        "X-Model-Version": served.model_version,
        "Content-Disposition": f'attachment; filename="{champion.model_name}-{champion.version}.ubj"',
    }
    known = {tag.strip().removeprefix("W/").strip('"') for tag in (if_none_match or "").split(",")}
    if champion.artifact_sha256 in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(champion.artifact, media_type="application/octet-stream", headers=headers)


def readiness(settings: Settings, shelf: Shelf) -> Readiness:
    """Whether scores can be given now, with causes."""
    try:
        with unit_of_work(settings, NOBODY) as session:
            records = Cause(name="records", is_ready=True, detail="the database answers")
            causes = [records, _model_cause(session, shelf)]
    except DBAPIError:
        causes = [Cause(name="records", is_ready=False, detail="the database does not answer")]
    return Readiness(is_ready=all(cause.is_ready for cause in causes), causes=causes)


def _model_cause(session: Session, shelf: Shelf) -> Cause:
    try:
        names = [name for name in ledger.model_names(session) if ledger.pointer(session, name) is not None]
        lives = [shelf.live(session, name) for name in names]
    except Problem as problem:
        return Cause(name="model", is_ready=False, detail=problem.code)
    served = ", ".join(f"{live.model_version} ({live.mode})" for live in lives)
    return Cause(name="model", is_ready=bool(lives), detail=served or "no_promoted_model")


def _described(session: Session, served: Served) -> ModelAnswer:
    champion = served.champion
    now = ledger.clock(session)
    answers = ledger.answers(session, champion.release_id)
    return ModelAnswer(
        model_name=champion.model_name,
        version=champion.version,
        model_version=served.model_version,
        sha256=champion.artifact_sha256,
        since=champion.since,
        lease_until=champion.lease_until,
        lease_state=champion.lease.state(now).value,
        lease_ends_in_days=champion.lease.days_left(now),
        cut_score=champion.cut_score,
        target=_target(champion.details["training"]),
        snapshot={name: value for name, value in champion.snapshot.items() if name != "lake_url"},
        feature_spec=dict(champion.feature_spec),
        policy_version=champion.policy_version,
        approved_by=[answer.decided_by for answer in answers if answer.answer == "approved"],
        waivers=[
            {"check": waiver.check, "signed_by": waiver.signed_by, "expires_at": waiver.expires_at.isoformat()}
            for waiver in ledger.waivers(session, champion.release_id)
        ],
        card={},
        is_generated=champion.is_generated,
    )


def _target(training: object) -> str:
    target = training.get("target") if isinstance(training, dict) else None
    return str(target["name"] if isinstance(target, dict) else target)
