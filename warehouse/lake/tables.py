"""The lake's tables: their columns, their keys and what they hang on. No name, contact or pay is among them.

Every stored row also carries `refresh_seq` (the refresh that wrote it), `is_deleted` (a tombstone) and the partition
`layer`: `base` holds each row once, `change` what later refreshes appended. A row of `change` replaces the rows of
`base` with its key, the highest `refresh_seq` wins. Tables that follow an application are replaced with it as a whole:
their rows count only with the `refresh_seq` of that application's newest row.
"""

from dataclasses import dataclass

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")
BASE = "base"
CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeTable:
    """One table: `columns` as readers see them, `key` whose newest row counts."""

    name: str
    columns: pa.Schema
    key: str
    follows_application: bool = False

    @property
    def stored(self) -> pa.Schema:
        """The columns in the files, the partition last."""
        extras = [pa.field("is_deleted", pa.bool_()), pa.field("layer", pa.string())]
        return pa.schema([*self.columns, *extras])

    @property
    def extracted(self) -> pa.Schema:
        """The columns that come out of the records; the refresh adds the others."""
        return pa.schema([field for field in self.stored if field.name not in {"refresh_seq", "layer"}])


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([*columns.items(), ("refresh_seq", pa.int64())])


_TEXT, _NUMBER, _DAY, _FLAG = pa.string(), pa.float64(), pa.date32(), pa.bool_()

APPLICATIONS = LakeTable(
    name="applications",
    key="application_key",
    columns=_schema(
        application_key=_TEXT,
        candidate_key=_TEXT,
        source=_TEXT,
        department_id=_TEXT,
        department=_TEXT,
        job_family=_TEXT,
        job_level=_TEXT,
        location=_TEXT,
        channel=_TEXT,
        season=_TEXT,
        language=_TEXT,
        country=_TEXT,
        applied_at=MOMENT,
        ai_interviewed_at=MOMENT,
        ai_vendor=_TEXT,
        ai_vendor_version=_TEXT,
        ai_rubric_version=_TEXT,
        ai_language=_TEXT,
        ai_duration_minutes=_NUMBER,
        ai_score=_NUMBER,
        ai_outcome=_TEXT,
        re_interviewed_at=MOMENT,
        re_interview_rating=_NUMBER,
        re_interview_blind=_FLAG,
        re_interview_passed=_FLAG,
        re_interview_rater=_TEXT,
        offered_at=MOMENT,
        offer_accepted_at=MOMENT,
        offer_declined_at=MOMENT,
        hired_on=_DAY,
        left_on=_DAY,
        leaving_reason=_TEXT,
        performance_3m=_NUMBER,
        performance_6m=_NUMBER,
        performance_12m=_NUMBER,
        performance_6m_on=_DAY,
        performance_12m_on=_DAY,
        withdrawn_at=MOMENT,
        rejected_at=MOMENT,
        status=_TEXT,
        stage_reached=_TEXT,
        is_generated=_FLAG,
    ),
)
SKILL_SCORES = LakeTable(
    name="skill_scores",
    key="application_key",
    follows_application=True,
    columns=_schema(
        application_key=_TEXT,
        department_id=_TEXT,
        ai_interviewed_at=MOMENT,
        skill=_TEXT,
        score=_NUMBER,
        vendor=_TEXT,
        vendor_version=_TEXT,
        rubric_version=_TEXT,
    ),
)
PERFORMANCE = LakeTable(
    name="performance",
    key="application_key",
    follows_application=True,
    columns=_schema(
        application_key=_TEXT,
        department_id=_TEXT,
        criterion=_TEXT,
        months=pa.int16(),
        reviewed_on=_DAY,
        rating=_NUMBER,
        reviewer=_TEXT,
    ),
)
STAGE_EVENTS = LakeTable(
    name="stage_events",
    key="application_key",
    follows_application=True,
    columns=_schema(
        application_key=_TEXT,
        department_id=_TEXT,
        stage=_TEXT,
        entered_at=MOMENT,
        left_at=MOMENT,
        outcome=_TEXT,
        decided_by=_TEXT,
    ),
)
DECISIONS = LakeTable(
    name="decisions",
    key="decision_id",
    columns=_schema(
        decision_id=_TEXT,
        application_key=_TEXT,
        subject_key=_TEXT,
        department_id=_TEXT,
        model_name=_TEXT,
        release_version=pa.int32(),
        score=_NUMBER,
        band=_TEXT,
        recommendation=_TEXT,
        decided_at=MOMENT,
    ),
)
DEMOGRAPHICS = LakeTable(
    name="demographics",
    key="candidate_key",
    columns=_schema(
        candidate_key=_TEXT,
        sex=_TEXT,
        race_ethnicity=_TEXT,
        birth_year=pa.int16(),
        disability=_TEXT,
        declined=_FLAG,
    ),
)
TABLES = (APPLICATIONS, SKILL_SCORES, PERFORMANCE, STAGE_EVENTS, DECISIONS, DEMOGRAPHICS)
BY_NAME = {table.name: table for table in TABLES}
