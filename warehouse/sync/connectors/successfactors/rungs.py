"""The rungs of the ladder by which a score goes back, each with a way to see whether it is there already.

Which rungs a tenant has is read from `$metadata`, whose `upsertable` follows the API user's permissions. A message
takes the first rung that fits it: without an assessment order of ours an application cannot take a report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from warehouse.sync.connectors.successfactors.assessments import components
from warehouse.sync.connectors.successfactors.metadata import Metadata
from warehouse.sync.connectors.successfactors.odata import Service
from warehouse.sync.connectors.successfactors.push_options import ASSESSMENT, COMMENT, FIELD, PushOptions
from warehouse.sync.connectors.successfactors.tenant import grouped
from warehouse.sync.connectors.successfactors.upsert import row
from warehouse.sync.connectors.successfactors.values import Row, millisecond_date, moment, rows_in, text_of
from warehouse.sync.push import Message

ORDER, REPORT = "JobApplicationAssessmentOrder", "JobApplicationAssessmentReport"
DETAIL, COMMENTS, APPLICATION = "JobApplicationAssessmentReportDetail", "JobApplicationComments", "JobApplication"
SETS = (APPLICATION, ORDER, REPORT, DETAIL, COMMENTS)
"""The sets whose metadata decides."""


class Rung(Protocol):
    """One way back."""

    name: str

    def rows(self, messages: Sequence[Message]) -> Mapping[int, Row]:
        """The row to upsert of each message that can go this way, by outbox id. Raises ConnectorError."""
        ...

    def present(self, messages: Sequence[Message]) -> frozenset[int]:
        """The outbox ids of those that the system holds already. Raises ConnectorError."""
        ...


def rungs(service: Service, metadata: Metadata, options: PushOptions) -> list[Rung]:
    """The rungs that this tenant and this user have, best first."""
    types = metadata.types
    can: dict[str, Rung] = {}
    if ORDER in types and _can_upsert(metadata, REPORT, "orderId") and _can_upsert(metadata, DETAIL, "scoreValue"):
        can[ASSESSMENT] = Reports(service, metadata, options)
    if options.score_field and _can_upsert(metadata, APPLICATION, options.score_field):
        can[FIELD] = Field(service, metadata, options, options.score_field)
    if _can_upsert(metadata, COMMENTS, "content"):
        can[COMMENT] = Comments(service, metadata, options)
    return [can[name] for name in options.rungs if name in can]


def _can_upsert(metadata: Metadata, entity: str, name: str) -> bool:
    found = metadata.types.get(entity)
    return found is not None and found.can_upsert(name)


def external_id(message: Message) -> str:
    """The application at the system. Raises ValueError where the message names none."""
    found = str(message.payload.get("external_id") or "")
    if not found.isdecimal():
        raise ValueError("the message names no application")
    return found


def decided_at(message: Message) -> dt.datetime:
    """When the decision was taken, to the millisecond. Raises ValueError."""
    found = moment(message.payload.get("decided_at"))
    if found is None:
        raise ValueError("the message does not say when it was decided")
    return found.astimezone(dt.UTC).replace(microsecond=found.microsecond // 1000 * 1000)


class Reports:
    """Rung (a): a report of our assessment order, with `Score` and `Recommendation` as SAP understands them."""

    name = ASSESSMENT

    def __init__(self, service: Service, metadata: Metadata, options: PushOptions) -> None:
        self._service, self._types, self._options = service, metadata.types, options

    def rows(self, messages: Sequence[Message]) -> Mapping[int, Row]:
        """A report for each message whose application has an order of ours."""
        orders = self._orders(messages)
        return {
            message.outbox_id: self._row(message, orders[external_id(message)])
            for message in messages
            if external_id(message) in orders
        }

    def present(self, messages: Sequence[Message]) -> frozenset[int]:
        """Those whose order has a report of the decision's moment with its score."""
        orders = self._orders(messages)
        found = self._service.by_ids(
            self._types[REPORT], "orderId", orders.values(), expand=("assessmentReportDetail",)
        )
        reports = grouped(found, "orderId")
        return frozenset(
            message.outbox_id
            for message in messages
            if any(self._is_of(one, message) for one in reports.get(orders.get(external_id(message), ""), []))
        )

    def _is_of(self, report: Row, message: Message) -> bool:
        score, _, _ = components(rows_in(report.get("assessmentReportDetail")))
        return moment(report.get("statusDate")) == decided_at(message) and score == self._options.score(message.payload)

    def _orders(self, messages: Sequence[Message]) -> dict[str, str]:
        """The newest order of ours by application."""
        ids = [external_id(message) for message in messages]
        found = [
            one
            for one in self._service.by_ids(self._types[ORDER], "applicationId", ids)
            if self._options.vendor_code in {None, text_of(one, "vendorCode")}
        ]
        return {str(one["applicationId"]): str(one["id"]) for one in sorted(found, key=lambda one: int(str(one["id"])))}

    def _row(self, message: Message, order: str) -> Row:
        url = self._options.report_url
        score, recommendation = self._options.components
        given = [
            (score, self._options.score(message.payload)),
            (recommendation, self._options.recommendation(message.payload)),
        ]
        details = [row(DETAIL, scoreComponent=name, scoreValue=value) for name, value in given if value is not None]
        return row(
            REPORT,
            orderId=order,
            status=str(self._options.report_status),
            statusDate=millisecond_date(decided_at(message)),
            statusDetails=self._options.status_details,
            reportURL=url.replace("{decision_id}", str(message.payload.get("decision_id"))) if url else None,
            assessmentReportDetail={"results": details},
        )


class Field:
    """Rung (b): a field of the application, whose value is replaced."""

    name = FIELD

    def __init__(self, service: Service, metadata: Metadata, options: PushOptions, field: str) -> None:
        self._service, self._types, self._options, self._field = service, metadata.types, options, field

    def rows(self, messages: Sequence[Message]) -> Mapping[int, Row]:
        """The field's new value for every message."""
        return {
            message.outbox_id: row(
                APPLICATION, f"{external_id(message)}L", **{self._field: self._options.score(message.payload)}
            )
            for message in messages
        }

    def present(self, messages: Sequence[Message]) -> frozenset[int]:
        """Those whose field holds the score."""
        ids = [external_id(message) for message in messages]
        found = self._service.by_ids(
            self._types[APPLICATION], "applicationId", ids, select=("applicationId", self._field)
        )
        values = {str(one["applicationId"]): text_of(one, self._field) for one in found}
        return frozenset(
            message.outbox_id
            for message in messages
            if values.get(external_id(message)) == self._options.score(message.payload)
        )


class Comments:
    """Rung (c): a comment on the application, which names the decision."""

    name = COMMENT

    def __init__(self, service: Service, metadata: Metadata, options: PushOptions) -> None:
        self._service, self._types, self._options = service, metadata.types, options

    def rows(self, messages: Sequence[Message]) -> Mapping[int, Row]:
        """A comment for every message."""
        return {
            message.outbox_id: row(
                COMMENTS,
                applicationId=external_id(message),
                content=self.text(message),
                refType=self._options.ref_type,
            )
            for message in messages
        }

    def present(self, messages: Sequence[Message]) -> frozenset[int]:
        """Those whose very text stands among the application's comments."""
        ids = [external_id(message) for message in messages]
        comments = grouped(self._service.by_ids(self._types[COMMENTS], "applicationId", ids), "applicationId")
        return frozenset(
            message.outbox_id
            for message in messages
            if any(text_of(one, "content") == self.text(message) for one in comments.get(external_id(message), []))
        )

    def text(self, message: Message) -> str:
        """What people read there, in both languages; the decision's id makes it unlike any other."""
        score, given = self._options.score(message.payload), message.payload
        times, advice = f"{self._options.score_times:g}", given.get("recommendation")
        return (
            f"AI interview: model score {score} of {times}, recommendation {advice}. A person decides."
            f" | AI 面试：模型得分 {score}（满分 {times}），建议 {advice}，由人作出决定。"
            f" [Hiregate {given.get('decision_id')}, {given.get('model_version')}]"
        )
