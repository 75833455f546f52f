"""Schema `vault`: self-reported demographics, kept apart, read through its own database role and always logged."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables.columns import Base, Provenance


class Demographics(Provenance, Base):
    """What a candidate said of themselves; null means not asked or declined, `declined` tells which."""

    __tablename__ = "demographics"
    __table_args__ = (
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year_is_a_year"),
        {"schema": "vault"},
    )
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.candidate.candidate_id"), primary_key=True)
    sex: Mapped[str | None]
    race_ethnicity: Mapped[str | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    disability: Mapped[str | None]
    declined: Mapped[bool] = mapped_column(server_default="false")
