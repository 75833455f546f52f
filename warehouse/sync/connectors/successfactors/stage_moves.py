"""Stage moves: an application's status is set, with an item that belongs to the status set of its requisition.

SAP takes an item of another set without a word, and the application is corrupted. The set cannot be read, so an item
counts as the requisition's own only where another application of it has stood there, or the source file says so. The
outbox lets a move out only after a person released it.
"""

from collections.abc import Mapping
from itertools import islice

from warehouse.sync.connectors.successfactors.metadata import EntityType
from warehouse.sync.connectors.successfactors.odata import Query, Service
from warehouse.sync.connectors.successfactors.rungs import APPLICATION, external_id
from warehouse.sync.connectors.successfactors.upsert import row, upsert
from warehouse.sync.connectors.successfactors.values import Row, rows_in, text_of
from warehouse.sync.kit.errors import ConnectorError
from warehouse.sync.push import Message, Receipt, ReceiptState

LOOKED_AT = 200
"""Applications of the requisition that are looked at for the statuses of its set."""

_TRAIL = "jobApplicationStatusAuditTrail/jobAppStatus"


class StageMoves:
    """Moves applications of one tenant."""

    def __init__(self, service: Service, application: EntityType | None, statuses: Mapping[str, str]) -> None:
        """`statuses` are items by name in lower case, as the source file gives them."""
        self._service, self._application, self._statuses = service, application, statuses

    def move(self, message: Message) -> Receipt:
        """One move; reads first, so that a move that took effect is not made again."""
        if self._application is None or not self._application.can_upsert("appStatusSetItemId"):
            return _dead(message, "not_permitted", "the API user may not set the status of applications")
        try:
            key = f"{external_id(message)}L"
            found = self._service.one(APPLICATION, key, expand=("jobAppStatus",))
        except ValueError:
            return _dead(message, "no_application", "the message names no application")
        except ConnectorError as error:
            return _failed(message, error.code, error.retry_after_s)
        if found is None:
            return _dead(message, "no_application", "there is no such application")
        return self._moved(message, key, found)

    def _moved(self, message: Message, key: str, application: Row) -> Receipt:
        try:
            items = self.items(application)
        except ConnectorError as error:
            return _failed(message, error.code, error.retry_after_s)
        wanted = str(message.payload.get("to") or "").strip()
        item = wanted if wanted in items.values() else items.get(wanted.lower())
        if item is None:
            sentence = "the status is not known to belong to the requisition; name it under push.statuses"
            return _dead(message, "status_not_in_set", sentence)
        if text_of(application, "appStatusSetItemId") == item:
            return Receipt(
                outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=f"appStatusSetItemId={item}"
            )
        answer = upsert(self._service.client, [row(APPLICATION, key, appStatusSetItemId=item)])[0]
        if answer.is_done or (answer.is_doubtful and self._stands_at(key, item)):
            return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=answer.receipt)
        return _failed(message, answer.code or "row_refused", answer.retry_after_s)

    def items(self, application: Row) -> dict[str, str]:
        """The status items that belong to the application's requisition, by name in lower case."""
        requisition = text_of(application, "jobReqId")
        query = Query(entity=APPLICATION, filter=f"jobReqId eq {requisition}", expand=("jobAppStatus", _TRAIL))
        found = dict(self._statuses)
        for one in islice(self._service.rows(query), LOOKED_AT):
            trail = rows_in(one.get("jobApplicationStatusAuditTrail"))
            for status in [
                *rows_in(one.get("jobAppStatus")),
                *(s for step in trail for s in rows_in(step.get("jobAppStatus"))),
            ]:
                name, item = text_of(status, "appStatusName"), text_of(status, "appStatusSetId")
                if name and item:
                    found[name.strip().lower()] = item
        return found

    def _stands_at(self, key: str, item: str) -> bool:
        try:
            found = self._service.one(APPLICATION, key)
        except ConnectorError:
            return False
        return found is not None and text_of(found, "appStatusSetItemId") == item


def _dead(message: Message, code: str, sentence: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=ReceiptState.DEAD, error_code=code, error=sentence)


def _failed(message: Message, code: str, retry_after_s: float | None) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id,
        state=ReceiptState.FAILED,
        error_code=code,
        error="SuccessFactors did not move the application",
        retry_after_s=retry_after_s,
    )
