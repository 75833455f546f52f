"""Identities and their grants: from a name to the principal that every read takes.

Errors:

  IdentityError
    UnknownIdentity    no such identity, or it holds no role
    UnknownRole        no such role
    LookAlike          another identity has this name in another spelling
"""

import getpass
import os
import uuid

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log, schema
from warehouse.access import NOBODY, Permission, Principal, Role, plain_name
from warehouse.postgres import engine, unit_of_work
from warehouse.settings import Settings
from warehouse.tables.app import PrincipalRow, RoleGrant

FIRST_ROLES = (Role.OPERATOR, Role.HR_ADMIN, Role.HR_LEADER, Role.DATA_SCIENTIST)
"""What the first identity of a new home may do: all but checking, which needs a second person."""


class IdentityError(RuntimeError):
    """An identity cannot be used as asked."""


class UnknownIdentity(IdentityError):
    """No such identity, or it holds no role."""


class UnknownRole(IdentityError):
    """No such role."""


class LookAlike(IdentityError):
    """Another identity has this name in another spelling: one person would have two."""


def acting(settings: Settings, name: str | None = None) -> Principal:
    """The principal a command acts as: `name`, else HIREGATE_PRINCIPAL, else the operating-system user.

    In a home without any identity the operating-system user becomes the first one. Raises UnknownIdentity.
    """
    chosen = name or settings.principal or _operating_system_user()
    _ensure_schema(settings)
    _bootstrap(settings, _operating_system_user())
    found = principal_of(settings, chosen)
    if not found.roles:
        raise UnknownIdentity(
            f"the identity {chosen!r} holds no role here; `hiregate user grant {chosen} ROLE` gives it one"
        )
    return found


def principal_of(settings: Settings, name: str) -> Principal:
    """The principal with its live grants; without any it has no roles and sees nothing."""
    with Session(engine(settings)) as session:
        row = session.get(PrincipalRow, name)
        if row is None:
            return NOBODY
        grants = session.scalars(
            select(RoleGrant).where(RoleGrant.principal_id == name, RoleGrant.revoked_at.is_(None))
        ).all()
        return Principal(
            id=name,
            roles=frozenset(Role(grant.role) for grant in grants),
            departments=frozenset(str(grant.department_id) for grant in grants if grant.department_id),
            candidate_id=str(row.candidate_id) if row.candidate_id else None,
        )


def grant(settings: Settings, by: Principal, name: str, role: Role, *, department_id: uuid.UUID | None = None) -> None:
    """Gives `name` a role (the identity is made when it is new); granting it again changes nothing.

    Raises LookAlike.
    """
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        _refuse_look_alike(session, name)
        _add(session, name, role, by.id, department_id)


def revoke(settings: Settings, by: Principal, name: str, role: Role) -> int:
    """Takes a role away and answers how many grants that ended."""
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        ended = session.execute(
            text(
                "UPDATE app.role_grant SET revoked_at = now()"
                " WHERE principal_id = :name AND role = :role AND revoked_at IS NULL RETURNING 1"
            ),
            {"name": name, "role": role.value},
        ).all()
        if ended:
            audit_log.append(session, actor=by.id, action="role_revoked", subject=name, detail={"role": role.value})
        return len(ended)


def grants(settings: Settings, by: Principal) -> list[tuple[str, str, str | None]]:
    """Every live grant as identity, role and department id."""
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        rows = session.scalars(
            select(RoleGrant).where(RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.principal_id, RoleGrant.role)
        ).all()
        return [(row.principal_id, row.role, str(row.department_id) if row.department_id else None) for row in rows]


def generated(settings: Settings) -> list[str]:
    """The names of the identities that the demo made; none in a real home."""
    with Session(engine(settings)) as session:
        names = select(PrincipalRow.principal_id).where(PrincipalRow.is_generated).order_by(PrincipalRow.principal_id)
        return list(session.scalars(names))


def mark_generated(settings: Settings, by: Principal, names: list[str]) -> None:
    """Marks identities as made for the demo, which lets the pages offer them as views."""
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        session.execute(
            text("UPDATE app.principal SET is_generated = true WHERE principal_id = ANY(:names)"), {"names": names}
        )


def is_system(session: Session, name: str) -> bool:
    """Whether the identity is a system's and no person's."""
    return session.scalar(select(PrincipalRow.kind).where(PrincipalRow.principal_id == name)) == "service"


def _refuse_look_alike(session: Session, name: str) -> None:
    """An identity that exists already may be given more roles, however its name is spelled."""
    names = set(session.scalars(select(PrincipalRow.principal_id)))
    alike = sorted(one for one in names if plain_name(one) == plain_name(name))
    if not plain_name(name) or (name not in names and alike):
        told = f"an identity {alike[0]!r} exists" if alike else "the name is empty"
        raise LookAlike(f"{name!r} cannot be an identity here: {told}; one person has one identity")


def _add(session: Session, name: str, role: Role, granted_by: str, department_id: uuid.UUID | None = None) -> None:
    session.execute(
        text("INSERT INTO app.principal (principal_id) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name}
    )
    live = select(RoleGrant).where(
        RoleGrant.principal_id == name,
        RoleGrant.role == role.value,
        RoleGrant.department_id.is_not_distinct_from(department_id),
        RoleGrant.revoked_at.is_(None),
    )
    if session.scalars(live).first() is not None:
        return
    session.add(RoleGrant(principal_id=name, role=role.value, department_id=department_id, granted_by=granted_by))
    session.flush()
    audit_log.append(session, actor=granted_by, action="role_granted", subject=name, detail={"role": role.value})


def _ensure_schema(settings: Settings) -> None:
    """A fresh home has no tables yet; a home of an earlier version is brought up by `up`, `load` and `demo`."""
    with engine(settings).connect() as connection:
        is_there = connection.execute(text("SELECT to_regclass('app.principal') IS NOT NULL")).scalar_one()
    if not is_there:
        schema.upgrade(settings)


def _bootstrap(settings: Settings, name: str) -> None:
    with Session(engine(settings)) as session:
        if session.scalars(select(PrincipalRow.principal_id).limit(1)).first() is not None:
            return
    first = Principal(id=name, roles=frozenset({Role.OPERATOR}))
    with unit_of_work(settings, first) as session:
        for role in FIRST_ROLES:
            _add(session, name, role, name)


def _operating_system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
