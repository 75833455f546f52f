# ruff: noqa: DTZ001 - Edm.DateTime has no zone
"""A small invented SuccessFactors tenant with people at every stage: the same seed gives the same rows."""

import datetime as dt
import itertools
import random

from tests.standins.successfactors_rows import UTC, Row, Tenant

START = dt.datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
STATUSES = ("New Application", "AI Interview", "Interview", "Offer", "Hired", "Rejected", "Withdrawn")
OPEN_END = dt.datetime(9999, 12, 31)
VENDOR = "HIREGATE"
_FAMILIES = ("engineering", "sales", "support")
_NAMES = (
    ("Ada", "Lovelace"),
    ("Grace", "Hopper"),
    ("Alan", "Turing"),
    ("Wei", "Zhang"),
    ("Min", "Li"),
    ("Omar", "Haddad"),
)


def small_tenant(candidates: int = 120, requisitions: int = 8, seed: int = 7) -> Tenant:
    """A tenant with people at every stage: candidates who apply once or twice, some of whom are hired and rated."""
    tenant, draw = Tenant(), random.Random(seed)  # noqa: S311 - invented rows
    _frame(tenant, requisitions)
    applications = 0
    for number in range(1, candidates + 1):
        _candidate(tenant, draw, number)
        for requisition in draw.sample(range(1, requisitions + 1), 1 if number % 5 else 2):
            applications += 1
            _application(tenant, draw, 5_000 + applications, number, requisition)
    return tenant


def _frame(tenant: Tenant, requisitions: int) -> None:
    for code, name in (("D_IT", "Information Technology"), ("D_SALES", "Sales")):
        tenant.add(
            "FODepartment",
            externalCode=code,
            startDate=dt.datetime(2020, 1, 1),
            endDate=OPEN_END,
            name=name,
            status="A",
            lastModifiedDateTime=START,
        )
    for template, name in itertools.product((1, 2), STATUSES):
        base = STATUSES.index(name) + 1
        tenant.add(
            "JobApplicationStatus",
            appStatusSetId=template * 1000 + base,
            appStatusId=base,
            appStatusName=name,
            _templateId=template,
        )
    tenant.add("PicklistOption", id=71, externalCode="asian", status="ACTIVE")
    tenant.add("PicklistOption", id=72, externalCode="white", status="ACTIVE")
    tenant.add("RcmCompetency", rcmCompetencyId=31, name="Problem solving", category="core")
    for number in range(1, requisitions + 1):
        tenant.add(
            "JobRequisition",
            jobReqId=number,
            templateId=1 + number % 2,
            createdDateTime=START,
            closedDateTime=None,
            lastModifiedDateTime=START + dt.timedelta(minutes=number),
            deleted="Not Deleted",
            age=10,
            currency="CNY",
            country="CHN",
            departmentObjCode=("D_IT", "D_SALES")[number % 2],
            divisionObjCode=None,
            costCenterObjCode=None,
            jobFamily=_FAMILIES[number % 3],
            location="Shanghai",
        )
        tenant.add(
            "JobRequisitionLocale",
            jobReqLocalId=number,
            jobReqId=number,
            jobTitle=f"Role {number}",
            externalTitle=f"Role {number}",
            locale="en_US",
        )


def _candidate(tenant: Tenant, draw: random.Random, number: int) -> None:
    first, last = draw.choice(_NAMES)
    tenant.add(
        "Candidate",
        candidateId=number,
        firstName=first,
        lastName=last,
        middleName=None,
        primaryEmail=f"person{number}@example.com",
        contactEmail=f"person{number}@example.com",
        cellPhone=f"+86138{number:08d}",
        homePhone=None,
        city="Shanghai",
        country="CN",
        currentTitle=None,
        candidateLocale="zh_CN",
        creationDateTime=START,
        lastModifiedDateTime=START + dt.timedelta(minutes=number),
        externalCandidate=True,
        usersSysId=None,
        anonymized=None,
        anonymizedDateTime=None,
        custSchoolTier="A",
    )


def _application(tenant: Tenant, draw: random.Random, key: int, candidate: int, requisition: int) -> None:
    applied = START + dt.timedelta(hours=key - 5_000)
    row = tenant.add(
        "JobApplication",
        applicationId=key,
        candidateId=candidate,
        jobReqId=requisition,
        appStatusSetItemId=None,
        status="Open",
        rating=None,
        averageRating=None,
        source="Corporate: Other",
        sourceLabel="Career site",
        applicationDate=applied,
        snapShotDate=applied,
        hiredOn=None,
        hireDate=None,
        startDate=None,
        timeToHire=None,
        usersSysId=None,
        anonymizedFlag=None,
        lastModifiedDateTime=applied,
        gender=draw.choice(("M", "F")),
        dateOfBirth=dt.datetime(1990 + candidate % 10, 5, 17),
        custPsychTestDate=None,
        custAiScore=None,
        _raceId=draw.choice((71, 72)),
    )
    tenant.move(row, "New Application", applied)
    depth = draw.choices((0, 1, 2, 3, 4), (10, 25, 30, 10, 25))[0]
    score = draw.randint(35, 98)
    if depth >= 1:
        tenant.move(row, "AI Interview", applied + dt.timedelta(hours=2))
        ai_interview(tenant, row, score, at=applied + dt.timedelta(hours=26))
    if depth >= 2:
        tenant.move(row, "Interview", applied + dt.timedelta(days=3))
        human_interview(tenant, row, min(5, max(1, round(score / 20))), at=applied + dt.timedelta(days=4))
    if depth >= 3:
        tenant.move(row, "Offer", applied + dt.timedelta(days=6))
        _offer(tenant, row, applied + dt.timedelta(days=6))
    if depth == 4:
        _hire(tenant, row, applied + dt.timedelta(days=10), score)
    elif depth and draw.random() < 0.4:
        tenant.move(row, draw.choice(("Rejected", "Withdrawn")), applied + dt.timedelta(days=9))


def ai_interview(tenant: Tenant, application: Row, score: int | None, at: dt.datetime) -> Row:
    """An assessment order of an application; with a score also its finished report."""
    order = tenant.add(
        "JobApplicationAssessmentOrder",
        id=tenant.next_id(),
        applicationId=application["applicationId"],
        vendorCode=VENDOR,
        createdBy="sys",
        createdDateTime=at - dt.timedelta(hours=24),
        lastModifiedBy="sys",
        lastModifiedDateTime=at,
    )
    if score is not None:
        report(
            tenant,
            order,
            {"Score": str(score), "Recommendation": "1" if score >= 70 else "3", "logic": str(score - 3)},
            at,
        )
    return order


def report(tenant: Tenant, order: Row, components: dict[str, str], at: dt.datetime) -> Row:
    """A finished report of an order with its details."""
    made = tenant.add(
        "JobApplicationAssessmentReport",
        id=tenant.next_id(),
        orderId=order["id"],
        reportURL="https://reports.example.com/1",
        status=3,
        statusDate=at,
        statusDetails="COMPLETED",
    )
    for component, value in components.items():
        tenant.add(
            "JobApplicationAssessmentReportDetail",
            id=tenant.next_id(),
            scoreComponent=component,
            scoreValue=value,
            _reportId=made["id"],
        )
    return made


def human_interview(tenant: Tenant, application: Row, rating: int | None, at: dt.datetime) -> Row:
    """A human's interview of an application; with a rating also its assessment."""
    row = tenant.add(
        "JobApplicationInterview",
        applicationInterviewId=tenant.next_id(),
        applicationId=application["applicationId"],
        candSlotMapId=1,
        recruitEventStaffId=41,
        source="INTERNAL",
        status="SCHEDULED",
        templateType="JOB_REQ",
        startDate=at,
        endDate=at + dt.timedelta(hours=1),
        isTimeSet=True,
        notes=None,
    )
    if rating is not None:
        overall = tenant.add(
            "InterviewOverallAssessment",
            interviewOverallAssessmentId=tenant.next_id(),
            interviewRefId=row["applicationInterviewId"],
            overallRating=str(rating),
            averageRating=float(rating),
            type="INTERVIEW",
            comments=None,
        )
        tenant.add(
            "InterviewIndividualAssessment",
            interviewIndividualAssessmentId=tenant.next_id(),
            interviewOverallAssessmentId=overall["interviewOverallAssessmentId"],
            refId=31,
            type="COMPETENCY",
            rating=str(rating),
            comments=None,
            isDeleted=False,
        )
    return row


def _offer(tenant: Tenant, application: Row, at: dt.datetime) -> None:
    tenant.add(
        "JobOffer",
        offerApprovalId=tenant.next_id(),
        applicationId=application["applicationId"],
        internalStatus="APPROVED",
        currency="CNY",
        createdDate=at,
        lastModifiedDate=at,
        version=1,
        templateId=1,
        formDataId=1,
    )


def _hire(tenant: Tenant, application: Row, at: dt.datetime, score: int) -> None:
    user = f"emp{application['applicationId']}"
    start = dt.datetime(at.year, at.month, at.day) + dt.timedelta(days=20)
    tenant.move(application, "Hired", at)
    application.update(hiredOn=at, startDate=start, usersSysId=user, timeToHire=10.0)
    employee(tenant, user, start, at)
    review(tenant, user, start + dt.timedelta(days=182), min(5, max(1, round(score / 20))))


def employee(tenant: Tenant, user: str, start: dt.datetime, at: dt.datetime) -> None:
    """A person in Employee Central, with job, mail and pay."""
    person = f"p-{user}"
    tenant.add(
        "EmpEmployment",
        personIdExternal=person,
        userId=user,
        startDate=start,
        endDate=None,
        originalStartDate=start,
        okToRehire=None,
        regretTermination=None,
        lastDateWorked=None,
        lastModifiedDateTime=at,
    )
    tenant.add(
        "PerPersonal",
        personIdExternal=person,
        startDate=start,
        endDate=OPEN_END,
        firstName="Ada",
        lastName="Lovelace",
        middleName=None,
        displayName="Ada Lovelace",
        firstNameAlt1="爱达",
        lastNameAlt1="洛",
        gender="F",
        lastModifiedDateTime=at,
    )
    tenant.add(
        "PerEmail",
        personIdExternal=person,
        emailType="B",
        emailAddress=f"{user}@corp.example.com",
        isPrimary=True,
        lastModifiedDateTime=at,
    )
    job_slice(tenant, user, start, at, department="D_IT")
    tenant.add(
        "EmpPayCompRecurring",
        userId=user,
        startDate=start,
        seqNumber=1,
        payComponent="BASE",
        endDate=OPEN_END,
        paycompvalue=25_000.0,
        currencyCode="CNY",
        frequency="MON",
        lastModifiedDateTime=at,
    )


def job_slice(tenant: Tenant, user: str, start: dt.datetime, at: dt.datetime, *, department: str) -> Row:
    """A slice of somebody's job; the one before ends the day before."""
    for row in tenant.rows.get("EmpJob", []):
        if row["userId"] == user and row["endDate"] == OPEN_END:
            row["endDate"] = start - dt.timedelta(days=1)
    return tenant.add(
        "EmpJob",
        userId=user,
        startDate=start,
        seqNumber=1,
        endDate=OPEN_END,
        jobCode="J1",
        jobTitle="Engineer",
        department=department,
        division=None,
        company="CN01",
        location="SHA",
        position=None,
        managerId="boss1",
        emplStatus="A",
        eventReason="HIRNEW",
        lastModifiedDateTime=at,
    )


def leave(tenant: Tenant, user: str, on: dt.datetime, at: dt.datetime) -> None:
    """The person leaves."""
    row = tenant.one("EmpEmployment", userId=user)
    row.update(endDate=on, lastDateWorked=on, lastModifiedDateTime=at)
    tenant.add(
        "EmpEmploymentTermination",
        personIdExternal=row["personIdExternal"],
        userId=user,
        endDate=on,
        eventReason="TERVOL",
        lastDateWorked=on,
        okToRehire=True,
        regretTermination=True,
        lastModifiedDateTime=at,
    )


def review(tenant: Tenant, user: str, end: dt.datetime, rating: int | None) -> Row:
    """A review form; with a rating it is completed."""
    return tenant.add(
        "FormHeader",
        formDataId=tenant.next_id(),
        formSubjectId=user,
        formTemplateId=9,
        formTemplateType="Review",
        formTitle="Review",
        formDataStatus=3 if rating else 1,
        formReviewStartDate=end - dt.timedelta(days=180),
        formReviewEndDate=end,
        formReviewDueDate=end,
        isRated=rating is not None,
        rating=str(rating) if rating else None,
        currentStep="Completed" if rating else "Manager",
        formLastModifiedDate=end.replace(tzinfo=UTC),
    )
