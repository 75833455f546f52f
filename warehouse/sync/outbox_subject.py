"""Whom a message is about: names, contact and words that are filled in at sending and kept nowhere.

The outbox stores an application's key; this looks the rest up at the last moment, so that an erased person gets no
message and a corrected address is used.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import text

from warehouse import postgres
from warehouse.access import Principal
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings

SENDER = Principal(id="service:outbox")
"""Who reads names and contact at sending; in the role of the intake."""

STAND_INS = {
    "en": {"candidate_name": "‹candidate's name›", "job_title": "‹job title›"},
    "zh": {"candidate_name": "‹候选人姓名›", "job_title": "‹职位名称›"},
}
"""What a preview shows in the place of what is filled in at sending."""

_STAGES = {
    "applied": ("applied", "应聘"),
    "ai_interview": ("AI interview", "AI 面试"),
    "re_interview": ("re-interview", "复面"),
    "offer": ("offer", "录用通知"),
    "hire": ("hire", "入职"),
}
_OUTCOMES = {
    "advanced": ("advanced", "通过"),
    "not_advanced": ("not advanced", "未通过"),
    "withdrawn": ("withdrawn", "已撤回"),
    "pending": ("pending", "待定"),
}
_VERDICTS = {"review": ("review", "需复核"), "block": ("block", "阻断")}
_WORDS = {"stage": _STAGES, "outcome": _OUTCOMES, "verdict": _VERDICTS}

_QUERY = text(
    "SELECT c.full_name, c.full_name_local, c.email, c.phone, c.language, coalesce(r.title, r.job_family) AS job_title"
    " FROM hr.application a JOIN hr.candidate c USING (candidate_id)"
    " JOIN hr.requisition r ON r.requisition_id = a.requisition_id WHERE a.application_id = :application"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The candidate of an application; nothing of it may reach a log, and its `repr` shows nothing."""

    full_name: str | None = field(repr=False)
    full_name_local: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    language: str | None
    job_title: str

    def name_in(self, language: str) -> str:
        """The name in the script of the language where both are known."""
        ordered = (self.full_name_local, self.full_name) if language == "zh" else (self.full_name, self.full_name_local)
        return next((name for name in ordered if name), "")

    def variables(self, language: str) -> dict[str, str]:
        """What templates call the person and the opening."""
        return {"candidate_name": self.name_in(language), "job_title": self.job_title}

    def chosen(self, names: tuple[str, ...]) -> dict[str, str]:
        """The named fields that are known."""
        found = {name: getattr(self, name) for name in names}
        return {name: value for name, value in found.items() if value}


def subject_of(settings: Settings, application_id: object) -> Subject | None:
    """The candidate of the application; None where it is gone."""
    if not isinstance(application_id, str):
        return None
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        row = session.execute(_QUERY, {"application": uuid.UUID(application_id)}).one_or_none()
    return None if row is None else Subject(**row._mapping)


def variables(facts: Mapping[str, object], language: str, zone: ZoneInfo) -> dict[str, str]:
    """The facts of a cause as words: days in the company's zone, stages and outcomes in the language."""
    return {name: _word(name, value, language, zone) for name, value in facts.items() if value is not None}


def _word(name: str, value: object, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, dict):  # a sentence in both languages
        return str(value.get(language, ""))
    if name.endswith("_on"):
        return _day(str(value), zone)
    both = _WORDS.get(name, {}).get(str(value))
    return str(value) if both is None else both[language == "zh"]


def _day(given: str, zone: ZoneInfo) -> str:
    moment = dt.datetime.fromisoformat(given)
    day = moment.astimezone(zone).date() if moment.tzinfo is not None else moment.date()
    return day.isoformat()
