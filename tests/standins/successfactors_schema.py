# ruff: noqa: E501 - one line an idea
"""The entity sets of the SuccessFactors stand-in: keys, types, navigations, and the `$metadata` document they give.

Names and types follow a tenant's own metadata document and SAP's notes [D] where no other label stands. A property is
written `name:Type`; `-` after it means that it cannot be filtered on, `+` that it can be upserted, `?` that the
template hides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of an entity; `type` is the Edm type without its prefix."""

    name: str
    type: str
    is_filterable: bool = True
    is_upsertable: bool = False
    is_visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """Where a navigation leads: rows of `target` whose `remote` equals this row's `local`."""

    target: str
    local: str
    remote: str
    is_many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySet:
    """One entity set. `label` says how sure its shape is; effective-dated ones hold slices of time."""

    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, Property]
    navigations: Mapping[str, Navigation] = field(default_factory=dict)
    is_upsertable: bool = False
    is_effective_dated: bool = False
    label: str = "D"


def _properties(text: str) -> dict[str, Property]:
    found = {}
    for word in text.split():
        name, _, rest = word.partition(":")
        kind = rest.rstrip("-+?") or "String"
        found[name.rstrip("-+?")] = Property(
            name=name.rstrip("-+?"),
            type=kind,
            is_filterable="-" not in word,
            is_upsertable="+" in word,
            is_visible="?" not in word,
        )
    return found


def _set(name: str, keys: str, properties: str, **options: object) -> EntitySet:
    return EntitySet(name=name, keys=tuple(keys.split()), properties=_properties(properties), **options)  # type: ignore[arg-type]


def _many(target: str, local: str, remote: str) -> Navigation:
    return Navigation(target=target, local=local, remote=remote, is_many=True)


def _one(target: str, local: str, remote: str) -> Navigation:
    return Navigation(target=target, local=local, remote=remote)


_ALL = (
    _set(
        "Candidate",
        "candidateId",
        "candidateId:Int64 firstName:String lastName:String middleName:String primaryEmail:String contactEmail:String"
        " cellPhone:String homePhone:String city:String country:String currentTitle:String candidateLocale:String"
        " creationDateTime:DateTimeOffset lastModifiedDateTime:DateTimeOffset externalCandidate:Boolean"
        " usersSysId:String anonymized:String anonymizedDateTime:DateTimeOffset custSchoolTier:String",
    ),
    _set(
        "JobRequisition",
        "jobReqId",
        "jobReqId:Int64 templateId:Int64 createdDateTime:DateTimeOffset closedDateTime:DateTimeOffset"
        " lastModifiedDateTime:DateTimeOffset deleted:String age:Int64 currency:String country:String"
        " departmentObjCode:String divisionObjCode:String costCenterObjCode:String jobFamily:String location:String",
        navigations={"jobReqLocale": _many("JobRequisitionLocale", "jobReqId", "jobReqId")},
    ),
    _set(
        "JobRequisitionLocale",
        "jobReqLocalId",
        "jobReqLocalId:Int64 jobReqId:Int64 jobTitle:String externalTitle:String locale:String",
    ),
    _set(
        "JobApplication",
        "applicationId",
        "applicationId:Int64+ candidateId:Int64 jobReqId:Int64 appStatusSetItemId:Int64-+ status:String rating:String+"
        " averageRating:Decimal-+ source:String sourceLabel:String applicationDate:DateTimeOffset"
        " snapShotDate:DateTimeOffset hiredOn:DateTimeOffset hireDate:DateTime startDate:DateTime timeToHire:Double-"
        " usersSysId:String anonymizedFlag:String lastModifiedDateTime:DateTimeOffset gender:String- dateOfBirth:DateTime-"
        " custPsychTestDate:DateTime custAiScore:String+",
        navigations={
            "jobAppStatus": _one("JobApplicationStatus", "appStatusSetItemId", "appStatusSetId"),
            "jobApplicationStatusAuditTrail": _many(
                "JobApplicationStatusAuditTrail", "applicationId", "_applicationId"
            ),
            "jobRequisition": _one("JobRequisition", "jobReqId", "jobReqId"),
            "jobOffer": _many("JobOffer", "applicationId", "applicationId"),
            "race": _one("PicklistOption", "_raceId", "id"),
        },
        is_upsertable=True,
    ),
    _set("PicklistOption", "id", "id:Int64 externalCode:String status:String"),
    _set(
        "JobApplicationStatus",
        "appStatusSetId",
        "appStatusSetId:Int64- appStatusId:Int64 appStatusName:String",
    ),
    _set(
        "JobApplicationStatusAuditTrail",
        "revNumber",
        "revNumber:Int64- createdBy:String- createdDateTime:DateTimeOffset lastModifiedDateTime:DateTimeOffset"
        " revType:Int32-? skippedStatus:Int32-? statusComments:String-?",
        navigations={"jobAppStatus": _one("JobApplicationStatus", "_statusItemId", "appStatusSetId")},
    ),
    _set(
        "JobApplicationInterview",
        "applicationInterviewId",
        "applicationInterviewId:Int64 applicationId:Int64 candSlotMapId:Int64 recruitEventStaffId:Int64 source:String"
        " status:String templateType:String startDate:DateTimeOffset endDate:DateTimeOffset isTimeSet:Boolean notes:String",
        navigations={
            "interviewOverallAssessment": _many(
                "InterviewOverallAssessment", "applicationInterviewId", "interviewRefId"
            )
        },
    ),
    _set(
        "InterviewOverallAssessment",
        "interviewOverallAssessmentId",
        "interviewOverallAssessmentId:Int64 interviewRefId:Int64 overallRating:String averageRating:Double type:String"
        " comments:String",
        navigations={
            "interviewIndividualAssessment": _many(
                "InterviewIndividualAssessment", "interviewOverallAssessmentId", "interviewOverallAssessmentId"
            )
        },
    ),
    _set(
        "InterviewIndividualAssessment",
        "interviewIndividualAssessmentId",
        "interviewIndividualAssessmentId:Int64 interviewOverallAssessmentId:Int64 refId:Int64 type:String rating:String"
        " comments:String isDeleted:Boolean",
        navigations={"rcmCompetency": _one("RcmCompetency", "refId", "rcmCompetencyId")},
    ),
    _set("RcmCompetency", "rcmCompetencyId", "rcmCompetencyId:Int64 name:String category:String"),
    _set(
        "JobApplicationAssessmentOrder",
        "id",
        "id:Int64 applicationId:Int64 vendorCode:String createdBy:String createdDateTime:DateTimeOffset"
        " lastModifiedBy:String lastModifiedDateTime:DateTimeOffset",
        navigations={"assessmentReport": _many("JobApplicationAssessmentReport", "id", "orderId")},
    ),
    _set(
        "JobApplicationAssessmentReport",
        "id",
        "id:Int64 orderId:Int64+ reportURL:String-+ status:Int64+ statusDate:DateTimeOffset-+ statusDetails:String+",
        navigations={"assessmentReportDetail": _many("JobApplicationAssessmentReportDetail", "id", "_reportId")},
        is_upsertable=True,
    ),
    _set(
        "JobApplicationAssessmentReportDetail",
        "id",
        "id:Int64 scoreComponent:String+ scoreValue:String+",
        is_upsertable=True,
    ),
    _set(
        "JobApplicationComments",
        "commentId",
        "commentId:Int64+ applicationId:Int64+ content:String-+ refType:String-+",
        is_upsertable=True,
    ),
    _set(
        "JobOffer",
        "offerApprovalId",
        "offerApprovalId:Int64 applicationId:Int64 internalStatus:String currency:String createdDate:DateTimeOffset"
        " lastModifiedDate:DateTimeOffset version:Int64 templateId:Int64 formDataId:Int64",
    ),
    _set(
        "EmpEmployment",
        "personIdExternal userId",
        "personIdExternal:String userId:String startDate:DateTime endDate:DateTime originalStartDate:DateTime"
        " okToRehire:Boolean regretTermination:Boolean lastDateWorked:DateTime lastModifiedDateTime:DateTimeOffset",
    ),
    _set(
        "PerPersonal",
        "personIdExternal startDate",
        "personIdExternal:String startDate:DateTime endDate:DateTime firstName:String lastName:String middleName:String"
        " displayName:String firstNameAlt1:String lastNameAlt1:String gender:String lastModifiedDateTime:DateTimeOffset",
        is_effective_dated=True,
    ),
    _set(
        "PerEmail",
        "personIdExternal emailType",
        "personIdExternal:String emailType:String emailAddress:String isPrimary:Boolean"
        " lastModifiedDateTime:DateTimeOffset",
    ),
    _set(
        "EmpJob",
        "userId startDate seqNumber",
        "userId:String startDate:DateTime seqNumber:Int64 endDate:DateTime jobCode:String jobTitle:String"
        " department:String division:String company:String location:String position:String managerId:String"
        " emplStatus:String eventReason:String lastModifiedDateTime:DateTimeOffset",
        is_effective_dated=True,
    ),
    _set(
        "EmpEmploymentTermination",
        "personIdExternal userId endDate",
        "personIdExternal:String userId:String endDate:DateTime eventReason:String lastDateWorked:DateTime"
        " okToRehire:Boolean regretTermination:Boolean lastModifiedDateTime:DateTimeOffset",
    ),
    _set(
        "EmpPayCompRecurring",
        "userId startDate seqNumber payComponent",
        "userId:String startDate:DateTime seqNumber:Int64 payComponent:String endDate:DateTime paycompvalue:Double"
        " currencyCode:String frequency:String lastModifiedDateTime:DateTimeOffset",
        is_effective_dated=True,
    ),
    _set(
        "FODepartment",
        "externalCode startDate",
        "externalCode:String startDate:DateTime endDate:DateTime name:String status:String"
        " lastModifiedDateTime:DateTimeOffset",
        is_effective_dated=True,
    ),
    _set(
        "FormHeader",
        "formDataId",
        "formDataId:Int64 formSubjectId:String formTemplateId:Int64 formTemplateType:String formTitle:String"
        " formDataStatus:Int32 formReviewStartDate:DateTime formReviewEndDate:DateTime formReviewDueDate:DateTime"
        " isRated:Boolean rating:String currentStep:String formLastModifiedDate:DateTimeOffset",
    ),
    _set("CalibrationSession", "sessionId", "sessionId:Int64 sessionName:String", label="A"),
)
ENTITY_SETS: Mapping[str, EntitySet] = {one.name: one for one in _ALL}
"""Every entity set of the stand-in by name."""


def metadata_document(names: tuple[str, ...], read_only: frozenset[str], hidden: Mapping[str, frozenset[str]]) -> str:
    """The edmx of these sets; `read_only` ones say `upsertable="false"` everywhere, `hidden` properties are left out."""
    sets = "".join(_set_xml(ENTITY_SETS[name], name not in read_only) for name in names)
    types = "".join(
        _type_xml(ENTITY_SETS[name], name not in read_only, hidden.get(name, frozenset())) for name in names
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices'
        ' m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        '<Schema Namespace="SFODataSet" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"'
        ' xmlns:sap="http://www.sap.com/Protocols/SAPData">'
        f'<EntityContainer Name="EntityContainer" m:IsDefaultEntityContainer="true">{sets}</EntityContainer></Schema>'
        '<Schema Namespace="SFOData" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"'
        f' xmlns:sap="http://www.successfactors.com/edm/sap">{types}</Schema></edmx:DataServices></edmx:Edmx>'
    )


def _set_xml(one: EntitySet, may_write: bool) -> str:
    upsertable = _word(one.is_upsertable and may_write)
    return (
        f'<EntitySet Name="{one.name}" EntityType="SFOData.{one.name}" sap:label="{one.name}"'
        f' sap:creatable="{upsertable}" sap:updatable="{upsertable}" sap:upsertable="{upsertable}"'
        ' sap:deletable="false"></EntitySet>'
    )


def _type_xml(one: EntitySet, may_write: bool, hidden: frozenset[str]) -> str:
    keys = "".join(f'<PropertyRef Name="{key}"></PropertyRef>' for key in one.keys)
    properties = "".join(
        f'<Property Name="{item.name}" Type="Edm.{item.type}" Nullable="{_word(item.name not in one.keys)}"'
        f' sap:required="false" sap:upsertable="{_word(item.is_upsertable and may_write)}"'
        f' sap:visible="{_word(item.is_visible)}" sap:filterable="{_word(item.is_filterable)}"'
        f" sap:label={quoteattr(item.name)}></Property>"
        for item in one.properties.values()
        if item.name not in hidden
    )
    navigations = "".join(
        f'<NavigationProperty Name="{name}" sap:visible="true" sap:filterable="true"'
        f' Relationship="SFOData.{one.name}_{name}" FromRole="{one.name}" ToRole="{target.target}"></NavigationProperty>'
        for name, target in one.navigations.items()
        if name not in hidden
    )
    return f'<EntityType Name="{one.name}"><Key>{keys}</Key>{properties}{navigations}</EntityType>'


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"
