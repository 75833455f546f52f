"""SQL that turns records into rows of the lake, the same text for all applications and for the touched ones.

A full extract reads `hr.application` itself; an incremental one starts at the temporary table `touched` and joins the
records to it, so that an application that is gone comes out as a tombstone. Columns come in the order of
`warehouse.lake.tables`. `OFFSET 0` keeps a subselect in one piece: a key is hashed once an application, not once a
skill. What is not known to have ended is `in_process` or `pending`, never a failure. Candidates who are the same
person, by the links that stand, share one candidate key: `same_person` (`warehouse.lake.persons`) says who.
"""

from warehouse.lake.pseudonyms import expression
from warehouse.lake.tables import APPLICATIONS, DECISIONS, DEMOGRAPHICS, PERFORMANCE, SKILL_SCORES, STAGE_EVENTS

EMPLOYEE = "employee"
"""Raters and reviewers share one kind of pseudonym, for they are the same people."""

_RANK = (
    "CASE {stage} WHEN 'applied' THEN 1 WHEN 'ai_interview' THEN 2 WHEN 're_interview' THEN 3"
    " WHEN 'offer' THEN 4 ELSE 5 END"
)
_UNIT_RATING = "(p.rating - p.scale_min) / nullif(p.scale_max - p.scale_min, 0)"

# A stage event packed into one number (microseconds, stage, outcome), so that max() finds the latest without a sort.
_PACKED = (
    "(extract(epoch FROM e.entered_at) * 1000000)::bigint * 32"
    f" + {_RANK.format(stage='e.stage')} * 4"
    " + CASE e.outcome WHEN 'pending' THEN 0 WHEN 'advanced' THEN 1 WHEN 'not_advanced' THEN 2 ELSE 3 END"
)
_NOT_ADVANCED, _WITHDRAWN, _ADVANCED = 2, 3, 1

_APPLICATIONS = """
WITH ai AS (
  SELECT DISTINCT ON (i.application_id) i.application_id, i.interviewed_at, i.vendor, i.vendor_model_version,
    i.rubric_version, i.language, i.duration_minutes, i.score
  FROM hr.ai_interview i {of_i} WHERE i.is_current
  ORDER BY i.application_id, i.interviewed_at DESC, i.ai_interview_id
), re AS (
  SELECT DISTINCT ON (i.application_id) i.application_id, i.rated_at, i.is_blind, i.passed, i.rater_id,
    (i.rating - i.scale_min) / nullif(i.scale_max - i.scale_min, 0) AS rating
  FROM hr.re_interview i {of_i}
  ORDER BY i.application_id, i.rated_at DESC, i.re_interview_id
), offers AS (
  SELECT DISTINCT ON (i.application_id) i.application_id, i.offered_at, i.accepted_at, i.declined_at
  FROM hr.offer i {of_i}
  ORDER BY i.application_id, i.offered_at DESC, i.offer_id
), hires AS (
  SELECT DISTINCT ON (i.application_id) i.application_id, i.started_on, i.left_on, i.leaving_reason
  FROM hr.hire i {of_i}
  ORDER BY i.application_id, i.started_on DESC, i.hire_id
), events AS (
  SELECT e.application_id, max({rank}) AS reached, max({packed}) & 3 AS outcome,
    max({packed}) FILTER (WHERE e.stage = 'ai_interview') & 3 AS ai_outcome
  FROM hr.stage_event e {of_e} GROUP BY e.application_id
), reviews AS (
  SELECT DISTINCT ON (i.application_id, p.months) i.application_id, p.months, p.reviewed_on, {rating} AS rating
  FROM hr.performance_review p JOIN hr.hire i USING (hire_id) {of_i}
  WHERE p.criterion = 'overall' AND p.months IN (3, 6, 12) AND p.rating IS NOT NULL
  ORDER BY i.application_id, p.months, p.reviewed_on DESC NULLS LAST, p.performance_review_id
), performance AS (
  SELECT application_id, max(rating) FILTER (WHERE months = 3) AS m3, max(rating) FILTER (WHERE months = 6) AS m6,
    max(rating) FILTER (WHERE months = 12) AS m12, max(reviewed_on) FILTER (WHERE months = 6) AS m6_on,
    max(reviewed_on) FILTER (WHERE months = 12) AS m12_on
  FROM reviews GROUP BY application_id
), generated AS (SELECT DISTINCT source FROM landing.load WHERE is_generated
)
SELECT {application_key}, {candidate_of_a}, a.source, a.department_id::text, d.name, r.job_family, r.job_level,
  r.location, a.channel, a.season, c.language, c.country, a.applied_at,
  ai.interviewed_at, ai.vendor, ai.vendor_model_version, ai.rubric_version, ai.language, ai.duration_minutes, ai.score,
  CASE WHEN ai.application_id IS NULL AND events.ai_outcome IS NULL THEN NULL
    WHEN events.ai_outcome = {advanced} OR s.reached > 2 THEN 'advanced'
    WHEN events.ai_outcome = {not_advanced} OR s.status = 'not_advanced' THEN 'not_advanced'
    WHEN events.ai_outcome = {withdrawn} OR s.status = 'withdrawn' THEN 'withdrawn'
    ELSE 'pending' END,
  re.rated_at, re.rating, re.is_blind, re.passed, {rater},
  offers.offered_at, offers.accepted_at, offers.declined_at, hires.started_on, hires.left_on, hires.leaving_reason,
  m.m3, m.m6, m.m12, m.m6_on, m.m12_on, a.withdrawn_at, a.rejected_at,
  CASE WHEN a.application_id IS NOT NULL THEN s.status END,
  CASE WHEN a.application_id IS NOT NULL THEN
    (ARRAY['applied', 'ai_interview', 're_interview', 'offer', 'hire'])[s.reached] END,
  g.source IS NOT NULL, a.application_id IS NULL
FROM {applications} LEFT JOIN ai USING (application_id) LEFT JOIN re USING (application_id)
  LEFT JOIN offers USING (application_id) LEFT JOIN hires USING (application_id)
  LEFT JOIN events USING (application_id) LEFT JOIN performance m USING (application_id)
  LEFT JOIN hr.department d ON d.department_id = a.department_id
  LEFT JOIN hr.requisition r ON r.requisition_id = a.requisition_id
  LEFT JOIN hr.candidate c ON c.candidate_id = a.candidate_id
  LEFT JOIN same_person sp ON sp.candidate_id = a.candidate_id
  LEFT JOIN generated g ON g.source = a.source
  CROSS JOIN LATERAL (SELECT
    CASE WHEN hires.application_id IS NOT NULL THEN 'hired'
      WHEN a.withdrawn_at IS NOT NULL OR offers.declined_at IS NOT NULL OR events.outcome = {withdrawn} THEN 'withdrawn'
      WHEN a.rejected_at IS NOT NULL OR events.outcome = {not_advanced} THEN 'not_advanced'
      ELSE 'in_process' END AS status,
    greatest(1, events.reached,
      CASE WHEN hires.application_id IS NOT NULL THEN 5 WHEN offers.application_id IS NOT NULL THEN 4
        WHEN re.application_id IS NOT NULL THEN 3 WHEN ai.application_id IS NOT NULL THEN 2 END) AS reached) s
"""

_SKILL_SCORES = """
WITH ai AS (
  SELECT DISTINCT ON (i.application_id) i.application_id, i.ai_interview_id, i.interviewed_at, i.vendor,
    i.vendor_model_version, i.rubric_version
  FROM hr.ai_interview i {of_i} WHERE i.is_current
  ORDER BY i.application_id, i.interviewed_at DESC, i.ai_interview_id
)
SELECT o.application_key, o.department_id, o.interviewed_at, k.skill, k.score, o.vendor, o.vendor_model_version,
  o.rubric_version, false
FROM (
  SELECT ai.*, {application_key} AS application_key, a.department_id::text AS department_id
  FROM ai JOIN hr.application a USING (application_id) OFFSET 0
) o JOIN hr.skill_score k USING (ai_interview_id)
"""

_PERFORMANCE = """
SELECT {application_key}, a.department_id::text, p.criterion, p.months, p.reviewed_on, {rating}, {reviewer}, false
FROM hr.performance_review p JOIN hr.hire i USING (hire_id) {of_i} JOIN hr.application a USING (application_id)
"""

_STAGE_EVENTS = """
SELECT {application_key}, a.department_id::text, e.stage, e.entered_at, e.left_at, e.outcome, e.decided_by, false
FROM hr.stage_event e {of_e} JOIN hr.application a USING (application_id)
"""

_DECISIONS = """
SELECT x.decision_id::text, {application_key}, {subject_key}, a.department_id::text, l.model_name, l.version,
  x.score, x.band, x.recommendation, x.decided_at, false
FROM governance.decision x JOIN governance.release l USING (release_id)
  LEFT JOIN hr.application a ON a.application_id = CASE WHEN x.subject ~ '{uuid}' THEN x.subject::uuid END
"""

_DECISIONS_TOUCHED = """WHERE x.decision_id IN (
  SELECT decision_id FROM governance.decision WHERE changed_xid >= current_setting('hiregate.watermark')::xid8
  UNION SELECT decision_id FROM governance.decision JOIN touched ON subject = application_id::text)
"""

# A person who is several candidates has one row: the newest that was not declined.
_DEMOGRAPHICS = """
SELECT {candidate_key}, sex, race_ethnicity, birth_year, disability, declined, is_gone FROM (
  SELECT v.candidate_id, v.sex, v.race_ethnicity, v.birth_year, v.disability, v.declined, false AS is_gone
  FROM vault.demographics v WHERE NOT EXISTS (SELECT 1 FROM same_person s WHERE s.candidate_id = v.candidate_id)
  UNION ALL
  (SELECT DISTINCT ON (s.person) s.person, v.sex, v.race_ethnicity, v.birth_year, v.disability, v.declined, false
  FROM same_person s JOIN vault.demographics v USING (candidate_id)
  ORDER BY s.person, v.declined, v.loaded_at DESC, v.candidate_id)
) k
"""

_DEMOGRAPHICS_TOUCHED = """
WITH changed AS (
  SELECT candidate_id FROM vault.demographics WHERE changed_xid >= current_setting('hiregate.watermark')::xid8
  UNION SELECT candidate_id FROM hr.deletion
  WHERE candidate_id IS NOT NULL AND changed_xid >= current_setting('hiregate.watermark')::xid8
  UNION SELECT candidate_id FROM relinked
), keys AS (
  SELECT candidate_id FROM changed UNION SELECT s.person FROM changed JOIN same_person s USING (candidate_id)
), told AS (
  SELECT DISTINCT ON (k.candidate_id) k.candidate_id, v.sex, v.race_ethnicity, v.birth_year, v.disability, v.declined,
    true AS is_told
  FROM keys k LEFT JOIN same_person s ON s.person = k.candidate_id
    JOIN vault.demographics v ON v.candidate_id = coalesce(s.candidate_id, k.candidate_id)
  WHERE NOT EXISTS (SELECT 1 FROM same_person o WHERE o.candidate_id = k.candidate_id AND o.person <> k.candidate_id)
  ORDER BY k.candidate_id, v.declined, v.loaded_at DESC, v.candidate_id
)
SELECT {candidate_key}, t.sex, t.race_ethnicity, t.birth_year, t.disability, t.declined, t.is_told IS NULL
FROM keys k LEFT JOIN told t USING (candidate_id)
"""

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def extracts(*, full: bool) -> dict[str, str]:
    """One SELECT a table: of everything, or of `touched` and what changed since `hiregate.watermark`."""
    parts = _parts(full=full)
    decisions = _DECISIONS if full else _DECISIONS + _DECISIONS_TOUCHED
    texts = {
        APPLICATIONS.name: _APPLICATIONS,
        SKILL_SCORES.name: _SKILL_SCORES,
        PERFORMANCE.name: _PERFORMANCE,
        STAGE_EVENTS.name: _STAGE_EVENTS,
        DECISIONS.name: decisions,
        DEMOGRAPHICS.name: _DEMOGRAPHICS if full else _DEMOGRAPHICS_TOUCHED,
    }
    keys = {name: expression("application", "application_id::text") for name in texts if name != DECISIONS.name} | {
        DECISIONS.name: expression("application", "a.application_id::text")
    }
    return {name: text.format(**parts, application_key=keys[name]) for name, text in texts.items()}


def _parts(*, full: bool) -> dict[str, object]:
    return {
        "of_i": "" if full else "JOIN touched USING (application_id)",
        "of_e": "" if full else "JOIN touched USING (application_id)",
        "applications": "hr.application a" if full else "touched LEFT JOIN hr.application a USING (application_id)",
        "rank": _RANK.format(stage="e.stage"),
        "packed": _PACKED,
        "rating": _UNIT_RATING,
        "advanced": _ADVANCED,
        "not_advanced": _NOT_ADVANCED,
        "withdrawn": _WITHDRAWN,
        "uuid": _UUID,
        "candidate_of_a": expression("candidate", "coalesce(sp.person, a.candidate_id)::text"),
        "candidate_key": expression("candidate", "k.candidate_id::text"),
        "rater": expression(EMPLOYEE, "re.rater_id"),
        "reviewer": expression(EMPLOYEE, "p.reviewer_id"),
        "subject_key": expression("subject", "x.subject"),
    }
