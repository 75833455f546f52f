"""The people of the queries' company: plain values that the tests count themselves, and how they become records."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from tests.builders import Builder
from warehouse.access import Principal, Role

LEADER = Principal(id="lena", roles=frozenset({Role.HR_LEADER}))
COMPLIANCE = Principal(id="cleo", roles=frozenset({Role.COMPLIANCE}))
SALES, RESEARCH, KITCHEN = (uuid.UUID(int=number) for number in (1, 2, 3))
NAMES = {SALES: "Sales", RESEARCH: "Research", KITCHEN: "Kitchen"}
MANAGER = Principal(id="mia", roles=frozenset({Role.DEPARTMENT_MANAGER}), departments=frozenset({str(SALES)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One application. `reached` is 1 (applied) to 5 (hired); `ended` how it stands there."""

    department: uuid.UUID
    channel: str
    score: float | None
    reached: int
    ended: str
    rating: float | None
    performance: float | None
    sex: str | None
    birth_year: int | None
    applied_at: dt.datetime


def people() -> list[Person]:
    """240 applications: 5 of them in the kitchen, the rest in sales and research, over two months."""
    return [_person(number) for number in range(240)]


def _person(number: int) -> Person:
    reached = (1, 2, 2, 3, 5, 5, 4)[number % 7]
    ended = "hired" if reached == 5 else ("not_advanced", "withdrawn", "in_process", "not_advanced")[number % 4]
    return Person(
        department=KITCHEN if number % 48 == 0 else (SALES, RESEARCH)[number % 2],
        channel=("site", "referral", "agency")[number % 3],
        score=None if reached == 1 else float(40 + (number * 37) % 60),
        reached=reached,
        ended=ended,
        rating=None if reached < 3 else 1.0 + (number * 13) % 9 / 2,
        performance=None if reached < 5 or number % 5 == 0 else 1.0 + (number * 7) % 9 / 2,
        sex=(None, "F", "M", "F", "M", "X")[number % 6] if number % 60 else "X",
        birth_year=None if number % 11 == 0 else 1960 + (number * 17) % 45,
        applied_at=dt.datetime(2025, 1 + number % 2, 5, 9, tzinfo=dt.UTC),
    )


def built(builder: Builder, everyone: Iterable[Person]) -> None:
    """Makes the records."""
    openings = {}
    for key, name in NAMES.items():
        builder.department(name, department_id=key)
        openings[key] = builder.requisition(key, name.lower())
    for person in everyone:
        _record(builder, openings[person.department], person)


def _record(builder: Builder, opening: uuid.UUID, person: Person) -> None:
    candidate = builder.candidate()
    if person.sex is not None or person.birth_year is not None:
        builder.demographics(candidate, sex=person.sex, birth_year=person.birth_year)
    later = person.applied_at + dt.timedelta(days=5)
    application = builder.application(
        opening,
        candidate,
        applied_at=person.applied_at,
        channel=person.channel,
        rejected_at=later if person.ended == "not_advanced" else None,
        withdrawn_at=later if person.ended == "withdrawn" else None,
    )
    if person.reached >= 2:
        skills = {"logic": person.score or 0.0}
        builder.ai_interview(application, person.score, skills=skills, interviewed_at=later)
    if person.reached >= 3:
        builder.re_interview(application, person.rating)
    if person.reached >= 4:
        builder.offer(application)
    if person.reached == 5:
        hire = builder.hire(application)
        if person.performance is not None:
            builder.performance_review(hire, 6, person.performance)
