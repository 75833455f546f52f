"""The records' part of an erasure, in one transaction: rows, the vault, events, quarantine, messages and decisions."""

import uuid
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.targets import target
from warehouse.retention_person import ABOUT_PEOPLE, People, about, key_column
from warehouse.retention_traces import Traces
from warehouse.sync.intake_events import BLANK_EVENTS

# How far an application got and how it stands, as the lake says it (`warehouse.lake.extracts`).
_COUNTED = """
INSERT INTO hr.erased_count AS k (department_id, job_family, applied_month, stage_reached, status, n)
SELECT a.department_id, r.job_family, date_trunc('month', a.applied_at AT TIME ZONE 'UTC')::date,
  (ARRAY['applied', 'ai_interview', 're_interview', 'offer', 'hire'])[s.reached], s.status, count(*)
FROM hr.application a JOIN hr.requisition r USING (requisition_id)
CROSS JOIN LATERAL (SELECT
    EXISTS (SELECT 1 FROM hr.hire h WHERE h.application_id = a.application_id) AS hired,
    EXISTS (SELECT 1 FROM hr.offer o WHERE o.application_id = a.application_id) AS offered,
    (SELECT o.declined_at IS NOT NULL FROM hr.offer o WHERE o.application_id = a.application_id
     ORDER BY o.offered_at DESC, o.offer_id LIMIT 1) AS declined,
    EXISTS (SELECT 1 FROM hr.re_interview i WHERE i.application_id = a.application_id) AS met,
    EXISTS (SELECT 1 FROM hr.ai_interview i WHERE i.application_id = a.application_id AND i.is_current) AS seen,
    (SELECT max(array_position(ARRAY['applied', 'ai_interview', 're_interview', 'offer', 'hire'], e.stage))
     FROM hr.stage_event e WHERE e.application_id = a.application_id) AS furthest,
    (SELECT e.outcome FROM hr.stage_event e WHERE e.application_id = a.application_id ORDER BY e.entered_at DESC,
     array_position(ARRAY['applied', 'ai_interview', 're_interview', 'offer', 'hire'], e.stage) DESC,
     array_position(ARRAY['pending', 'advanced', 'not_advanced', 'withdrawn'], e.outcome) DESC LIMIT 1) AS outcome
  ) f CROSS JOIN LATERAL (SELECT
    CASE WHEN f.hired THEN 'hired'
      WHEN a.withdrawn_at IS NOT NULL OR f.declined OR f.outcome = 'withdrawn' THEN 'withdrawn'
      WHEN a.rejected_at IS NOT NULL OR f.outcome = 'not_advanced' THEN 'not_advanced' ELSE 'in_process' END AS status,
    greatest(1, f.furthest, CASE WHEN f.hired THEN 5 WHEN f.offered THEN 4 WHEN f.met THEN 3 WHEN f.seen THEN 2 END)
      AS reached) s
WHERE a.application_id = ANY(:keys) GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (department_id, job_family, applied_month, stage_reached, status) DO UPDATE SET n = k.n + excluded.n
"""
_LINKS = (
    "DELETE FROM hr.identity_link WHERE left_key = ANY(:candidates)"
    " OR right_key = ANY(:candidates) OR right_key = ANY(:employees)"
)
_QUARANTINE = (
    "UPDATE landing.quarantine q SET masked_values = '{}', waits_for = NULL, waits_in = NULL, note = NULL,"
    " status = CASE WHEN status = 'open' THEN 'dismissed' ELSE status END,"
    " settled_by = coalesce(settled_by, :by), settled_at = coalesce(settled_at, now())"
)
_OF_EVENTS = _QUARANTINE + " WHERE q.inbox_id = ANY(:events) OR q.waits_for = ANY(:keys)"
_OF_FILE = (
    _QUARANTINE + " FROM landing.load l WHERE l.load_id = q.load_id AND l.file_sha256 = :sha256"
    " AND q.inbox_id IS NULL AND q.row_number = ANY(:rows)"
)
_MESSAGES = (
    "UPDATE landing.outbox SET payload = '{}', subject = NULL, idempotency_key = 'erased:' || outbox_id,"
    " receipt = NULL, error = NULL, error_code = CASE WHEN state IN ('pending', 'failed') THEN 'erased'"
    " ELSE error_code END, state = CASE WHEN state IN ('pending', 'failed') THEN 'dead' ELSE state END"
    " WHERE split_part(subject, ':', 2) = ANY(:texts) OR EXISTS"
    " (SELECT 1 FROM unnest(CAST(:texts AS text[])) AS k WHERE position(k IN payload::text) > 0)"
)
_SOURCE_KEYS = (
    "DELETE FROM landing.source_key k USING unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS p(source, id)"
    " WHERE k.source = p.source AND k.source_record_id = p.id"
)
_ACCOUNTS = (
    "WITH gone AS (UPDATE app.principal SET candidate_id = NULL, display_name = NULL"
    " WHERE candidate_id = ANY(:candidates) RETURNING principal_id)"
    " UPDATE app.role_grant g SET revoked_at = now() FROM gone"
    " WHERE g.principal_id = gone.principal_id AND g.revoked_at IS NULL"
)
_SHADOW_SCORES = (
    "SELECT count(*) FROM governance.shadow_score s JOIN governance.decision d USING (decision_id)"
    " WHERE d.subject = ANY(:subjects)"
)
_HOLDS = "UPDATE hr.legal_hold SET candidate_id = NULL WHERE candidate_id = ANY(:candidates)"


def counted(session: Session, found: Traces) -> dict[str, int]:
    """How many rows of each place an erasure would take, without taking any."""
    given = _given(found.people)
    counts = {
        target(table).name: _number(
            session,
            f"SELECT count(*) FROM {target(table).name} t WHERE {_which(table)}",  # noqa: S608 - our own names
            given | {"keys": found.people.of(table)},
        )
        for table in ABOUT_PEOPLE
    }
    return _told(counts | {"raw_rows": sum(len(file.rows) for file in found.files), "landing.inbox": len(found.events)})


def erase(session: Session, erasure: uuid.UUID, found: Traces, secret: bytes, *, by: str) -> dict[str, int]:
    """Takes the people out of every table within the session's transaction; answers how many rows by place."""
    people, given = found.people, _given(found.people)
    counts = {"landing.inbox": _run(session, BLANK_EVENTS, {"ids": sorted(found.events)})}
    counts["landing.quarantine"] = _quarantine(session, found, by)
    counts["landing.outbox"] = _run(session, _MESSAGES, {"texts": [str(one) for one in people.all_keys]})
    pairs = sorted(people.source_ids)
    given_ids = {"sources": [source for source, _ in pairs], "ids": [record for _, record in pairs]}
    counts["landing.source_key"] = _run(session, _SOURCE_KEYS, given_ids)
    versions = "DELETE FROM landing.record_version WHERE record_key = ANY(:keys)"
    counts["landing.record_version"] = _run(session, versions, {"keys": people.all_keys})
    blanking = "SELECT governance.blank_decisions(:erasure, :subjects)"
    subjects = {"erasure": erasure, "subjects": people.subjects(secret)}
    counts["governance.shadow_score"] = int(session.execute(text(_SHADOW_SCORES), subjects).scalar_one())
    counts["governance.decision"] = int(session.execute(text(blanking), subjects).scalar_one())
    count_applications(session, people)
    counts["hr.identity_link"] = _run(session, _LINKS, given)
    _run(session, _ACCOUNTS, given)
    _run(session, _HOLDS, given)
    return _told(counts | _delete(session, people, given))


def count_applications(session: Session, people: People) -> None:
    """Adds the people's applications to the numbers that stay, within the session's transaction."""
    session.execute(text(_COUNTED), {"keys": people.of("application")})


def forget_deletions(session: Session, people: People) -> None:
    """Takes back the lines that told the lake whom to follow, once it has."""
    forget = "DELETE FROM hr.deletion WHERE application_id = ANY(:keys) OR candidate_id = ANY(:keys)"
    _run(session, forget, {"keys": people.all_keys})


def _delete(session: Session, people: People, given: Mapping[str, object]) -> dict[str, int]:
    """Children first, by key and by whom they are about: what was linked meanwhile goes too."""
    return {
        target(table).name: _run(
            session,
            f"DELETE FROM {target(table).name} t WHERE {_which(table)}",  # noqa: S608 - our own names
            {**given, "keys": people.of(table)},
        )
        for table in reversed(ABOUT_PEOPLE)
    }


def _which(table: str) -> str:
    key = "candidate_id" if table == "demographics" else key_column(table)
    return f"({about(table)} OR t.{key} = ANY(:keys))"


def _quarantine(session: Session, found: Traces, by: str) -> int:
    given = {"events": sorted(found.events), "keys": found.people.all_keys, "by": by}
    return _run(session, _OF_EVENTS, given) + sum(
        _run(session, _OF_FILE, {"sha256": file.sha256, "rows": sorted(file.rows), "by": by}) for file in found.files
    )


def _given(people: People) -> dict[str, object]:
    return {"candidates": people.of("candidate"), "employees": people.of("employee")}


def _run(session: Session, statement: str, given: Mapping[str, object]) -> int:
    return int(getattr(session.execute(text(statement), given), "rowcount", 0))


def _number(session: Session, query: str, given: Mapping[str, object]) -> int:
    return int(session.execute(text(query), given).scalar_one())


def _told(counts: Mapping[str, int]) -> dict[str, int]:
    return {place: count for place, count in counts.items() if count}
