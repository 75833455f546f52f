"""Which applications changed since a watermark: the temporary table `touched`, from all tables that the lake reads.

A watermark is the oldest transaction that was still running when the last refresh looked
(`pg_snapshot_xmin(pg_current_snapshot())`): every row below it had been seen, so a transaction that commits late is
never missed and at worst a row is read twice, which changes nothing.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.lake import persons

_SINCE = "changed_xid >= current_setting('hiregate.watermark')::xid8"
_TOUCHED = """CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT application_id FROM hr.application WHERE {since}
UNION SELECT application_id FROM hr.stage_event WHERE {since}
UNION SELECT application_id FROM hr.ai_interview WHERE {since}
UNION SELECT application_id FROM hr.re_interview WHERE {since}
UNION SELECT application_id FROM hr.offer WHERE {since}
UNION SELECT application_id FROM hr.hire WHERE {since}
UNION SELECT application_id FROM hr.deletion WHERE application_id IS NOT NULL AND {since}
UNION SELECT application_id FROM hr.ai_interview
  JOIN (SELECT DISTINCT ai_interview_id FROM hr.skill_score WHERE {since}) k USING (ai_interview_id)
UNION SELECT application_id FROM hr.hire
  JOIN (SELECT DISTINCT hire_id FROM hr.performance_review WHERE {since}) k USING (hire_id)
UNION SELECT application_id FROM hr.application
  JOIN (SELECT candidate_id FROM hr.candidate WHERE {since}) k USING (candidate_id)
UNION SELECT application_id FROM hr.application JOIN relinked USING (candidate_id)
UNION SELECT application_id FROM hr.application
  JOIN (SELECT requisition_id FROM hr.requisition WHERE {since}) k USING (requisition_id)
UNION SELECT application_id FROM hr.application
  JOIN (SELECT department_id FROM hr.department WHERE {since}) k USING (department_id)
"""
_NEW_DECISIONS = "SELECT EXISTS (SELECT 1 FROM governance.decision WHERE {since})"
_NEW_DEMOGRAPHICS = """SELECT EXISTS (SELECT 1 FROM vault.demographics WHERE {since})
  OR EXISTS (SELECT 1 FROM hr.deletion WHERE candidate_id IS NOT NULL AND {since})
  OR EXISTS (SELECT 1 FROM relinked)"""


def find_touched(session: Session, watermark: int) -> int:
    """Makes the temporary table `touched (application_id)` and answers its size; the watermark becomes a setting."""
    session.execute(text("SELECT set_config('hiregate.watermark', :watermark, true)"), {"watermark": str(watermark)})
    persons.find_relinked(session)
    session.execute(text(_TOUCHED.format(since=_SINCE)))
    session.execute(text("ALTER TABLE touched ADD PRIMARY KEY (application_id)"))
    session.execute(text("ANALYZE touched"))
    return int(session.execute(text("SELECT count(*) FROM touched")).scalar_one())


def has_new_decisions(session: Session) -> bool:
    """Whether a decision was made since the watermark."""
    return bool(session.execute(text(_NEW_DECISIONS.format(since=_SINCE))).scalar_one())


def has_new_demographics(session: Session) -> bool:
    """Whether demographics came, went or changed hands since the watermark; needs the vault's role, reads no value."""
    return bool(session.execute(text(_NEW_DEMOGRAPHICS.format(since=_SINCE))).scalar_one())
