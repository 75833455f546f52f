"""Rows of interviews as records: assessment orders with their reports (machines), interviews with ratings (people).

Every update of a report appends details, and the latest counts. SuccessFactors itself understands the components
`Score` and `Recommendation` alone; the others are kept as skills.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from warehouse.sync.connectors.successfactors.options import Scale
from warehouse.sync.connectors.successfactors.recruiting import CHANGED
from warehouse.sync.connectors.successfactors.tenant import Tenant
from warehouse.sync.connectors.successfactors.values import Row, rows_in, text_of
from warehouse.sync.kit.records import Record

SCORE = frozenset({"score", "Score", "SCORE"})
RECOMMENDATION = frozenset({"recommendation", "Recommendation", "RECOMMENDATION"})


def orders(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Assessment orders, each followed by its reports, oldest first."""
    for row in rows:
        reports = rows_in(row.get("assessmentReport"))
        plain = {name: value for name, value in row.items() if name != "assessmentReport"}
        yield tenant.record("JobApplicationAssessmentOrder", str(row["id"]), plain, cursor=CHANGED)
        yield from (_report(tenant, plain, one) for one in sorted(reports, key=_number))


def interviews(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Interviews with the rating that was given, each followed by the ratings of single competencies."""
    for row in rows:
        assessments = sorted(rows_in(row.get("interviewOverallAssessment")), key=_overall_number)
        last = assessments[-1] if assessments else {}
        plain = {
            name: value for name, value in row.items() if name not in {"interviewOverallAssessment", "interviewer"}
        }
        raters = rows_in(row.get("interviewer"))
        yield tenant.record(
            "JobApplicationInterview",
            str(row["applicationInterviewId"]),
            plain,
            happened_at="startDate",
            rating=text_of(last, "averageRating") or text_of(last, "overallRating"),
            raterId=(text_of(raters[0], "userId") if raters else None) or text_of(row, "recruitEventStaffId"),
            scale=tenant.options.interview_scale,
        )
        for one in assessments:
            yield from _competencies(tenant, row, one)


def components(details: Sequence[Row]) -> tuple[str | None, str | None, dict[str, str]]:
    """Score, recommendation and the other components of a report: of each the value that was appended last."""
    score = recommendation = None
    others: dict[str, str] = {}
    for detail in sorted(details, key=_number):
        name, value = text_of(detail, "scoreComponent"), text_of(detail, "scoreValue")
        if name is None or value is None:
            continue
        if name in SCORE:
            score = value
        elif name in RECOMMENDATION:
            recommendation = value
        else:
            others[name] = value
    return score, recommendation, others


def _report(tenant: Tenant, order: Row, report: Row) -> Record:
    score, recommendation, others = components(rows_in(report.get("assessmentReportDetail")))
    vendor = text_of(order, "vendorCode")
    return tenant.record(
        "JobApplicationAssessmentReport",
        str(report["id"]),
        report,
        happened_at="statusDate",
        orderId=str(order["id"]),
        applicationId=text_of(order, "applicationId"),
        vendorCode=vendor,
        orderedAt=order.get("createdDateTime"),
        score=score,
        recommendation=recommendation,
        components=others,
        skills=_skills(others, tenant.options.assessment_scale),
        scale=tenant.options.assessment_scale,
        isAiInterview=not tenant.options.vendors or vendor in tenant.options.vendors,
    )


def _skills(others: Mapping[str, str], scale: Scale) -> dict[str, float]:
    """The components that are numbers of the assessment's scale, brought to 0-100."""
    width = scale["max"] - scale["min"]
    return {
        name: round(100 * (number - scale["min"]) / width, 6)
        for name, text in others.items()
        if (number := _number_in(text)) is not None and scale["min"] <= number <= scale["max"]
    }


def _number_in(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _competencies(tenant: Tenant, interview: Row, overall: Row) -> Iterator[Record]:
    for one in rows_in(overall.get("interviewIndividualAssessment")):
        named = rows_in(one.get("rcmCompetency")) or rows_in(one.get("jobProfileCompetency"))
        yield tenant.record(
            "InterviewIndividualAssessment",
            str(one["interviewIndividualAssessmentId"]),
            one,
            applicationId=text_of(interview, "applicationId"),
            applicationInterviewId=text_of(interview, "applicationInterviewId"),
            competency=text_of(named[0], "name") if named else None,
            scale=tenant.options.interview_scale,
        )


def _number(row: Row) -> int:
    return int(text_of(row, "id") or 0)


def _overall_number(row: Row) -> int:
    return int(text_of(row, "interviewOverallAssessmentId") or 0)
