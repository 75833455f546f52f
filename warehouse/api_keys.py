"""API keys of systems: shown once, kept as a hash, revoked at once.

A key reads `hg_<prefix>_<secret>`: the prefix finds the row, the sha256 of the secret (256 random bits) proves it.

Errors:

  ApiKeyError
    UnknownKey    no live key of that name or text
"""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import select, text

from warehouse import audit_log
from warehouse.access import Permission, Principal, Role
from warehouse.identity import principal_of
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.app import ApiKey, RoleGrant


class ApiKeyError(RuntimeError):
    """A key cannot be used as asked."""


class UnknownKey(ApiKeyError):
    """No live key of that name or text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key as a list shows it; the secret is not kept anywhere."""

    prefix: str
    name: str
    principal_id: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


def create(
    settings: Settings, by: Principal, name: str, *, role: Role = Role.SCORING_CLIENT, days: int | None = None
) -> str:
    """Makes a key for the system `name`, with an identity `system:<name>` in `role`, and answers its text, once."""
    by.require(Permission.MANAGE_ACCESS)
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    identity = f"system:{name}"
    with unit_of_work(settings, by) as session:
        session.execute(
            text("INSERT INTO app.principal (principal_id, kind) VALUES (:id, 'service') ON CONFLICT DO NOTHING"),
            {"id": identity},
        )
        held = select(RoleGrant.role_grant_id).where(
            RoleGrant.principal_id == identity, RoleGrant.role == role.value, RoleGrant.revoked_at.is_(None)
        )
        if session.scalars(held).first() is None:
            session.add(RoleGrant(principal_id=identity, role=role.value, granted_by=by.id))
        expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
        session.add(
            ApiKey(
                api_key_id=uuid.uuid4(),
                prefix=prefix,
                secret_sha256=_digest(secret),
                principal_id=identity,
                name=name,
                created_by=by.id,
                expires_at=expires,
            )
        )
        session.flush()
        audit_log.append(
            session,
            actor=by.id,
            action="api_key_created",
            subject=identity,
            detail={"prefix": prefix, "role": role.value},
        )
    return f"hg_{prefix}_{secret}"


def listed(settings: Settings, by: Principal) -> list[KeyLine]:
    """Every key, newest first, without its secret."""
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        rows = session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc())).all()
        return [
            KeyLine(
                prefix=row.prefix,
                name=row.name,
                principal_id=row.principal_id,
                created_at=row.created_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
            )
            for row in rows
        ]


def revoke(settings: Settings, by: Principal, prefix: str) -> None:
    """Ends a key at once; raises UnknownKey where none of that prefix lives."""
    by.require(Permission.MANAGE_ACCESS)
    with unit_of_work(settings, by) as session:
        row = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None))).first()
        if row is None:
            raise UnknownKey(f"no live key begins with {prefix!r}; `hiregate key list` shows them")
        row.revoked_at = dt.datetime.now(dt.UTC)
        session.flush()
        audit_log.append(
            session, actor=by.id, action="api_key_revoked", subject=row.principal_id, detail={"prefix": prefix}
        )


def principal_for(settings: Settings, token: str) -> Principal:
    """The principal behind a key's text. Raises UnknownKey for anything but a live key."""
    kind, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    with unit_of_work(settings, Principal(id="api")) as session:
        row = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).first()
    is_right = hmac.compare_digest(row.secret_sha256 if row else _digest(""), _digest(secret))
    if row is None or kind != "hg" or not is_right or not _is_live(row):
        raise UnknownKey("the key is unknown, expired or revoked")
    return principal_of(settings, row.principal_id)


def _is_live(row: ApiKey) -> bool:
    is_in_time = row.expires_at is None or row.expires_at > dt.datetime.now(dt.UTC)
    return is_in_time and row.revoked_at is None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
