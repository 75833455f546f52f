"""Upserts: rows to `/odata/v2/upsert`, and for each row what the system says of it.

The HTTP status is 200 even where rows fail. Where no answer came, or the row reads as written before, the caller looks
before it sends again: many of these rows are appended, not replaced.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from warehouse.sync.connectors.successfactors.metadata import PATH
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.errors import ConnectorError
from warehouse.sync.kit.row_results import row_results

ROWS_AT_ONCE = 200
"""Rows of one upsert; SAP takes 1000, and gives a request about five minutes."""

WRITTEN_BEFORE = "COE0019"
"""What SAP says to a row that it has already, also where an earlier request seemed to fail."""

_CODE = re.compile(r"\bCOE\d{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """What became of one row. `is_doubtful`: nobody knows whether it was written, so look before sending it again."""

    is_done: bool
    receipt: str | None = None
    code: str | None = None
    is_doubtful: bool = False
    retry_after_s: float | None = None


def row(entity: str, key: str | None = None, **fields: object) -> dict[str, object]:
    """A row of an upsert; fields without a value are left out."""
    uri = entity if key is None else f"{entity}({key})"
    given = {name: value for name, value in fields.items() if value is not None}
    return {"__metadata": {"uri": uri, "type": f"SFOData.{entity}"}, **given}


def upsert(client: Client, rows: Sequence[Mapping[str, object]]) -> list[RowAnswer]:
    """An answer for each row, in order. Raises nothing."""
    answers: list[RowAnswer] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        answers += _upsert(client, rows[start : start + ROWS_AT_ONCE])
    return answers


def _upsert(client: Client, rows: Sequence[Mapping[str, object]]) -> list[RowAnswer]:
    try:
        answer = client.request(
            "POST", f"{PATH}/upsert", params={"$format": "json"}, json=list(rows), is_idempotent=False
        )
        found = answer.rows("d")
    except ConnectorError as error:
        failed = RowAnswer(
            is_done=False, code=error.code, is_doubtful=_is_doubtful(error), retry_after_s=error.retry_after_s
        )
        return [failed] * len(rows)
    results = row_results(found, sent=len(rows), status="status", done=("OK",), index="index", receipt="key")
    reasons = {_place(one): one for one in found}
    return [
        RowAnswer(is_done=True, receipt=result.receipt)
        if result.is_done
        else _refused(reasons.get(result.index), is_missing=result.code == "missing")
        for result in results
    ]


def _refused(said: Mapping[str, object] | None, *, is_missing: bool) -> RowAnswer:
    """The code of a refusal; its message may hold values of a person and is not kept."""
    match = _CODE.search(str((said or {}).get("message") or ""))
    status = (said or {}).get("httpCode")
    code = match[0] if match else (f"http_{status}" if isinstance(status, int) else "row_refused")
    is_doubtful = is_missing or code == WRITTEN_BEFORE
    return RowAnswer(is_done=False, code="row_missing" if is_missing else code, is_doubtful=is_doubtful)


def _is_doubtful(error: ConnectorError) -> bool:
    """Whether the rows may have been written although no good answer came."""
    is_server_fault = error.status is None or error.status >= 500 or 200 <= error.status < 300
    return error.is_ambiguous or (is_server_fault and error.code in {"timed_out", "unavailable", "malformed"})


def _place(said: Mapping[str, object]) -> int:
    index = said.get("index")
    return index if isinstance(index, int) else int(cast("str", index)) if str(index).isdecimal() else -1
