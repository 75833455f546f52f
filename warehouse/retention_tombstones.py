"""What everybody may know of an erasure: that it was, and when."""

import uuid

from sqlalchemy import text
from sqlalchemy.orm import Session


def stands(session: Session, erasure_id: str) -> bool:
    """Whether there is an erasure of this id."""
    try:
        key = uuid.UUID(erasure_id)
    except ValueError:
        return False
    query = "SELECT EXISTS (SELECT 1 FROM hr.erasure WHERE erasure_id = :key)"
    return bool(session.execute(text(query), {"key": key}).scalar_one())
