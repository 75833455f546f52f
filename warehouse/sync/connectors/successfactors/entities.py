"""Which entity sets are read, in which way, and what their rows become.

`changes`: the set has a cursor of its own. `slices`: it is effective-dated, so that all slices since 1900 are asked for
and the cursor is looked at here. `revisited`: what hangs on a row changes without the row, so that the rows of the last
weeks are read again. `of_applications`: only to be had by the ids of applications, of the last weeks too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from warehouse.sync.connectors.successfactors import assessments, people, recruiting
from warehouse.sync.connectors.successfactors.recruiting import CHANGED
from warehouse.sync.connectors.successfactors.tenant import Tenant
from warehouse.sync.connectors.successfactors.values import Row, day
from warehouse.sync.kit.records import Record

Way = Literal["changes", "slices", "revisited", "of_applications"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """One entity set. `expand` names each navigation with the set that it needs; without that set it is left out."""

    name: str
    keys: tuple[str, ...]
    records: Callable[[Tenant, Sequence[Row]], Iterator[Record]]
    way: Way = "changes"
    cursor: str = CHANGED
    expand: tuple[tuple[str, str], ...] = ()
    depends_on: tuple[str, ...] = ()
    sweep: bool = True

    def expansions(self, tenant: Tenant) -> list[str]:
        """The navigations that this tenant and user have. A longer one stands for its beginning."""
        kind = tenant.metadata.types[self.name]
        found = [
            path
            for path, needed in self.expand
            if path.partition("/")[0] in kind.navigations and (not needed or needed in tenant.metadata.types)
        ]
        return [path for path in found if not any(other.startswith(f"{path}/") for other in found)]

    def id_of(self, row: Row) -> str:
        """The record's id from its key."""
        if self.name == "EmpEmployment":
            return str(row["userId"])
        return ":".join(str(day(row[key]) or row[key]) if key.endswith("Date") else str(row[key]) for key in self.keys)


_ALL = (
    Pulled(name="FODepartment", keys=("externalCode", "startDate"), records=recruiting.departments, way="slices"),
    Pulled(
        name="JobRequisition",
        keys=("jobReqId",),
        records=recruiting.requisitions,
        expand=(("jobReqLocale", ""),),
        depends_on=("FODepartment",),
    ),
    Pulled(name="Candidate", keys=("candidateId",), records=recruiting.candidates),
    Pulled(
        name="JobApplication",
        keys=("applicationId",),
        records=recruiting.applications,
        expand=(
            ("jobAppStatus", "JobApplicationStatus"),
            ("jobApplicationStatusAuditTrail", "JobApplicationStatusAuditTrail"),
            ("jobApplicationStatusAuditTrail/jobAppStatus", "JobApplicationStatus"),
            ("jobOffer", "JobOffer"),
            ("race", "PicklistOption"),
            ("ethnicity", "PicklistOption"),
            ("disability", "PicklistOption"),
        ),
        depends_on=("JobRequisition", "Candidate"),
    ),
    Pulled(
        name="JobApplicationInterview",
        keys=("applicationInterviewId",),
        records=assessments.interviews,
        way="of_applications",
        expand=(
            ("interviewOverallAssessment", "InterviewOverallAssessment"),
            ("interviewOverallAssessment/interviewIndividualAssessment", "InterviewIndividualAssessment"),
            ("interviewOverallAssessment/interviewIndividualAssessment/rcmCompetency", "RcmCompetency"),
        ),
        depends_on=("JobApplication",),
        sweep=False,
    ),
    Pulled(
        name="JobApplicationAssessmentOrder",
        keys=("id",),
        records=assessments.orders,
        way="revisited",
        expand=(
            ("assessmentReport", "JobApplicationAssessmentReport"),
            ("assessmentReport/assessmentReportDetail", "JobApplicationAssessmentReportDetail"),
        ),
        depends_on=("JobApplication",),
    ),
    Pulled(
        name="JobOffer",
        keys=("offerApprovalId",),
        records=recruiting.offers,
        cursor="lastModifiedDate",
        depends_on=("JobApplication",),
    ),
    Pulled(
        name="EmpEmployment",
        keys=("personIdExternal", "userId"),
        records=people.employments,
        depends_on=("JobApplication",),
    ),
    Pulled(
        name="PerPersonal",
        keys=("personIdExternal", "startDate"),
        records=people.names,
        way="slices",
        depends_on=("EmpEmployment",),
        sweep=False,
    ),
    Pulled(
        name="PerEmail",
        keys=("personIdExternal", "emailType"),
        records=people.emails,
        depends_on=("EmpEmployment",),
        sweep=False,
    ),
    Pulled(
        name="EmpJob",
        keys=("userId", "startDate", "seqNumber"),
        records=people.jobs,
        way="slices",
        depends_on=("EmpEmployment", "FODepartment"),
    ),
    Pulled(
        name="EmpEmploymentTermination",
        keys=("userId", "endDate"),
        records=people.leavings,
        depends_on=("EmpEmployment",),
    ),
    Pulled(
        name="EmpPayCompRecurring",
        keys=("userId", "startDate", "seqNumber", "payComponent"),
        records=people.pay,
        way="slices",
        depends_on=("EmpEmployment",),
    ),
    Pulled(
        name="FormHeader",
        keys=("formDataId",),
        records=people.reviews,
        cursor="formLastModifiedDate",
        depends_on=("EmpEmployment",),
    ),
)
PULLED: Mapping[str, Pulled] = {one.name: one for one in _ALL}
"""Every entity that is read, by name."""

SETS = tuple(dict.fromkeys([*PULLED, *(needed for one in _ALL for _, needed in one.expand if needed)]))
"""Every set whose metadata is asked for at the start."""
