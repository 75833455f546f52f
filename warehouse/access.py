"""Who may do what: permissions, roles as named sets of them, and the principal that every read takes.

A principal is a value: who asks, in which roles, for which departments. PostgreSQL enforces its rows through
`warehouse.postgres.unit_of_work`, the lake through `warehouse.lake.open_lake`; both read the same properties here.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SMALLEST_GROUP = 10
"""People a group must hold before a view shows a figure of it; audit files are complete."""


class Permission(StrEnum):
    """One thing that may be done."""

    READ_ALL_DEPARTMENTS = "read_all_departments"
    READ_OWN_DEPARTMENTS = "read_own_departments"
    READ_OWN_RECORD = "read_own_record"
    READ_PEOPLE = "read_people"
    READ_LAKE = "read_lake"
    READ_PAY = "read_pay"
    READ_DEMOGRAPHICS = "read_demographics"
    READ_LOADS = "read_loads"
    READ_MODELS = "read_models"
    READ_AUDIT_LOG = "read_audit_log"
    LOAD_FILES = "load_files"
    RUN_SYNC = "run_sync"
    SEND_INTERVIEWS = "send_interviews"
    SETTLE_QUARANTINE = "settle_quarantine"
    RELEASE_MESSAGES = "release_messages"
    RESOLVE_IDENTITY = "resolve_identity"
    HANDLE_ALERTS = "handle_alerts"
    ERASE_PEOPLE = "erase_people"
    TRAIN = "train"
    PROPOSE_RELEASE = "propose_release"
    APPROVE_RELEASE = "approve_release"
    PROMOTE_RELEASE = "promote_release"
    WRITE_DOCUMENTS = "write_documents"
    SCORE = "score"
    MANAGE_ACCESS = "manage_access"


class Role(StrEnum):
    """A named set of permissions; `ROLES` says what each means."""

    HR_LEADER = "hr_leader"
    HR_ADMIN = "hr_admin"
    DEPARTMENT_MANAGER = "department_manager"
    DATA_SCIENTIST = "data_scientist"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    INTEGRATION_ADMIN = "integration_admin"
    SCORING_CLIENT = "scoring_client"
    INTERVIEW_SOURCE = "interview_source"
    CANDIDATE = "candidate"
    OPERATOR = "operator"


_P = Permission

ROLES: Mapping[Role, tuple[str, frozenset[Permission]]] = {
    Role.HR_LEADER: (
        "Reads every department's hiring, without demographics.",
        frozenset({_P.READ_ALL_DEPARTMENTS, _P.READ_PEOPLE, _P.READ_LAKE, _P.READ_PAY, _P.READ_MODELS}),
    ),
    Role.HR_ADMIN: (
        "Loads files, corrects records of every department, lets messages out and decides who is who.",
        frozenset(
            {
                _P.READ_ALL_DEPARTMENTS,
                _P.READ_PEOPLE,
                _P.READ_LAKE,
                _P.READ_PAY,
                _P.READ_LOADS,
                _P.LOAD_FILES,
                _P.SETTLE_QUARANTINE,
                _P.RELEASE_MESSAGES,
                _P.RESOLVE_IDENTITY,
                _P.HANDLE_ALERTS,
                _P.ERASE_PEOPLE,
            }
        ),
    ),
    Role.DEPARTMENT_MANAGER: (
        "Reads the own departments and nothing else.",
        frozenset({_P.READ_OWN_DEPARTMENTS, _P.READ_PEOPLE, _P.READ_LAKE}),
    ),
    Role.DATA_SCIENTIST: (
        "Trains, compares and proposes models on pseudonymous rows.",
        frozenset(
            {
                _P.READ_ALL_DEPARTMENTS,
                _P.READ_LAKE,
                _P.READ_LOADS,
                _P.READ_MODELS,
                _P.TRAIN,
                _P.PROPOSE_RELEASE,
                _P.PROMOTE_RELEASE,
                _P.WRITE_DOCUMENTS,
            }
        ),
    ),
    Role.COMPLIANCE: (
        "Reads fairness figures with demographics and approves, sends back or waives.",
        frozenset(
            {
                _P.READ_ALL_DEPARTMENTS,
                _P.READ_LAKE,
                _P.READ_DEMOGRAPHICS,
                _P.READ_LOADS,
                _P.READ_MODELS,
                _P.READ_AUDIT_LOG,
                _P.APPROVE_RELEASE,
                _P.PROMOTE_RELEASE,
                _P.WRITE_DOCUMENTS,
            }
        ),
    ),
    Role.AUDITOR: (
        "Reads models, releases and the audit log; changes nothing.",
        frozenset(
            {
                _P.READ_ALL_DEPARTMENTS,
                _P.READ_LAKE,
                _P.READ_DEMOGRAPHICS,
                _P.READ_MODELS,
                _P.READ_AUDIT_LOG,
                _P.READ_LOADS,
            }
        ),
    ),
    Role.INTEGRATION_ADMIN: (
        "Runs loads and syncs, sees masked rejects, no people.",
        frozenset({_P.READ_LOADS, _P.LOAD_FILES, _P.RUN_SYNC, _P.SETTLE_QUARANTINE, _P.HANDLE_ALERTS}),
    ),
    Role.SCORING_CLIENT: (
        "Asks the API for scores and the promoted model.",
        frozenset({_P.SCORE}),
    ),
    Role.INTERVIEW_SOURCE: (
        "Sends interview results to the API; reads nothing.",
        frozenset({_P.SEND_INTERVIEWS}),
    ),
    Role.CANDIDATE: (
        "Reads the own result.",
        frozenset({_P.READ_OWN_RECORD}),
    ),
    Role.OPERATOR: (
        "Runs the services and manages access; reads no people.",
        frozenset(
            {
                _P.LOAD_FILES,
                _P.RUN_SYNC,
                _P.READ_LOADS,
                _P.READ_MODELS,
                _P.READ_AUDIT_LOG,
                _P.MANAGE_ACCESS,
                _P.HANDLE_ALERTS,
            }
        ),
    ),
}
"""What each role means, in a sentence, and what it may do."""


class AccessDenied(PermissionError):
    """The principal lacks a permission; `permission` names it."""

    def __init__(self, principal: "Principal", permission: Permission) -> None:
        """`principal` asked for something that needs `permission`."""
        super().__init__(f"{principal.id or 'nobody'} lacks the permission {permission.value}")
        self.permission = permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. `departments` are department ids (uuid text); `candidate_id` is set for a candidate only."""

    id: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    departments: frozenset[str] = field(default_factory=frozenset)
    candidate_id: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the roles together allow."""
        return frozenset().union(*(ROLES[role][1] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles allows it."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Nothing where it is allowed; raises AccessDenied where not."""
        if not self.may(permission):
            raise AccessDenied(self, permission)

    @property
    def visible_departments(self) -> frozenset[str] | None:
        """The departments whose rows may be read; None means all of them."""
        if self.may(Permission.READ_ALL_DEPARTMENTS):
            return None
        return self.departments if self.may(Permission.READ_OWN_DEPARTMENTS) else frozenset()


NOBODY = Principal(id="")
"""The empty principal: it sees no row of anything."""


def principal(id_: str, roles: Iterable[Role | str], *, departments: Iterable[str] = ()) -> Principal:
    """A principal from role names; raises ValueError for a role that does not exist."""
    return Principal(id=id_, roles=frozenset(Role(role) for role in roles), departments=frozenset(departments))


def plain_name(name: str) -> str:
    """An identity's name without what a reader cannot tell apart: capitals, width, blanks and invisible characters.

    Two identities of the same plain name are one person. Letters of different scripts stay different.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(one for one in folded if not one.isspace() and unicodedata.category(one) not in {"Cf", "Cc", "Mn"})
