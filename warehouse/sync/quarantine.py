"""What a person does with refused rows: try them again, with another mapping too, set them aside, or hand them on.

Only refused rows are tried, so that nothing that came in meanwhile is undone. A dry run does all of it and takes it
back. Every act needs SETTLE_QUARANTINE and leaves a line in the audit log; done twice it is done once.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.files import erased
from warehouse.files.errors import LoadError
from warehouse.files.findings import Check
from warehouse.files.load import wait_for_turn
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.intake_rejects import settle
from warehouse.sync.resubmission import Attempt, Desk, of_events, of_files, together
from warehouse.tables.landing import Quarantine


class NothingToSettle(LoadError):
    """None of the rows named is open in the quarantine."""


def resubmit(
    settings: Settings,
    principal: Principal,
    source: str,
    *,
    check: Check | None,
    mapping: Path | str | None = None,
    dry_run: bool = False,
    ids: Sequence[int] | None = None,
    note: str | None = None,
) -> Attempt:
    """Tries the source's refused events and rows again, all or those of the quarantine's `ids`, in one transaction.

    `mapping` takes the place of the source's own, or of the one that a file was loaded with. Of a file all refused rows
    are tried together. Raises LoadError, SourceError or AccessDenied.
    """
    principal.require(Permission.SETTLE_QUARANTINE)
    desk = Desk(settings=settings, principal=principal, source=source, check=check, mapping=mapping, is_dry_run=dry_run)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        wait_for_turn(session, source)
        erased.lend(session, settings)
        rows = _open(session, source, ids)
        events = sorted({row.inbox_id for row in rows if row.inbox_id is not None})
        loads = sorted({row.load_id for row in rows if row.inbox_id is None})
        done = together([of_events(session, desk, events), of_files(session, desk, loads)])
        if dry_run:
            session.rollback()
            return done
        if note is not None:
            _note(session, [row.quarantine_id for row in rows], note)
        if done.tried:
            detail: dict[str, str | int | None] = {"tried": done.tried, "refused": done.refused, "note": note}
            audit_log.append(session, actor=principal.id, action="resubmit_quarantine", subject=source, detail=detail)
    return done


def sources_with_open_rows(settings: Settings, principal: Principal) -> tuple[str, ...]:
    """The sources that have anything to try again."""
    principal.require(Permission.SETTLE_QUARANTINE)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        query = select(Quarantine.source).where(Quarantine.status == "open").distinct().order_by(Quarantine.source)
        return tuple(session.scalars(query))


def dismiss(settings: Settings, principal: Principal, ids: Sequence[int], *, note: str) -> int:
    """Sets open rows of the quarantine aside for good and answers how many; `note` says why, without values.

    Raises NothingToSettle where none of them is open.
    """
    principal.require(Permission.SETTLE_QUARANTINE)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        count = settle(session, ids, status="dismissed", by=principal.id, note=note)
        if not count:
            raise NothingToSettle("none of these rows is open in the quarantine")
        _line(session, principal, "dismiss_quarantine", ids, note)
    return count


def assign(settings: Settings, principal: Principal, ids: Sequence[int], *, owner: str) -> int:
    """Hands open rows of the quarantine to `owner` and answers how many. Raises NothingToSettle."""
    principal.require(Permission.SETTLE_QUARANTINE)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        handed = session.execute(
            text(
                "UPDATE landing.quarantine SET owner = :owner WHERE quarantine_id = ANY(:ids) AND status = 'open'"
                " RETURNING 1"
            ),
            {"owner": owner, "ids": list(ids)},
        ).all()
        if not handed:
            raise NothingToSettle("none of these rows is open in the quarantine")
        _line(session, principal, "assign_quarantine", ids, owner)
    return len(handed)


def _open(session: Session, source: str, ids: Sequence[int] | None) -> Sequence[Quarantine]:
    statement = select(Quarantine).where(Quarantine.source == source, Quarantine.status == "open")
    if ids is not None:
        statement = statement.where(Quarantine.quarantine_id.in_(ids))
    return session.scalars(statement.order_by(Quarantine.quarantine_id)).all()


def _note(session: Session, ids: Sequence[int], note: str) -> None:
    session.execute(
        text("UPDATE landing.quarantine SET note = :note WHERE quarantine_id = ANY(:ids) AND status = 'resubmitted'"),
        {"note": note, "ids": list(ids)},
    )


def _line(session: Session, principal: Principal, action: str, ids: Sequence[int], what: str) -> None:
    rows = [str(each) for each in sorted(set(ids))]
    audit_log.append(session, actor=principal.id, action=action, subject=rows[0], detail={"rows": rows, "what": what})
