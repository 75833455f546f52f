"""Small companies for the lake's tests, and what a principal reads of them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from tests.builders import Builder
from warehouse.access import Principal, Role
from warehouse.lake.door import opened
from warehouse.settings import Settings

LEADER = Principal(id="lena", roles=frozenset({Role.HR_LEADER}))
AUDITOR = Principal(id="otto", roles=frozenset({Role.AUDITOR}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Two departments, a hired application in sales and one in process in research."""

    sales: uuid.UUID
    research: uuid.UUID
    sales_opening: uuid.UUID
    research_opening: uuid.UUID
    hired: uuid.UUID
    hire: uuid.UUID
    in_process: uuid.UUID
    candidate: uuid.UUID


def company(builder: Builder) -> Company:
    """Builds it; the one in process is Wen Li, who told her sex."""
    sales, research = builder.department("Sales"), builder.department("Research")
    sales_opening, research_opening = builder.requisition(sales), builder.requisition(research, "research")
    hired = builder.application(sales_opening)
    builder.ai_interview(hired, 82.5, skills={"listening": 71.0, "logic": 64.0})
    builder.re_interview(hired, 4.0)
    builder.offer(hired)
    hire = builder.hire(hired)
    builder.performance_review(hire, 6, 5.0)
    builder.compensation(hire)
    candidate = builder.candidate(
        full_name="Wen Li", full_name_local="李文", email="wen.li@example.org", phone="555-0199"
    )
    builder.demographics(candidate, sex="F", birth_year=1990)
    in_process = builder.application(research_opening, candidate)
    builder.ai_interview(in_process, 55.0, skills={"listening": 40.0})
    builder.stage_event(in_process, "ai_interview", entered_at=builder.day(3))
    return Company(
        sales=sales,
        research=research,
        sales_opening=sales_opening,
        research_opening=research_opening,
        hired=hired,
        hire=hire,
        in_process=in_process,
        candidate=candidate,
    )


def rows(
    settings: Settings, table: str = "applications", *, principal: Principal = AUDITOR, snapshot: int | None = None
) -> list[dict[str, object]]:
    """A lake table as the principal sees it, without the refresh that wrote each row, in a fixed order."""
    purpose = "test" if table == "demographics" else None
    with opened(settings, principal, snapshot, purpose=purpose) as lake:
        read = getattr(lake, table).drop("refresh_seq").to_pyarrow().to_pylist()
    return sorted(read, key=repr)


def by_status(settings: Settings) -> dict[str, dict[str, object]]:
    """The applications by their status, where each has its own."""
    return {str(row["status"]): row for row in rows(settings)}


def moment(text: str) -> dt.datetime:
    """A UTC moment."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
