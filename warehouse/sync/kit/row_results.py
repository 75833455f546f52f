"""What a system says about each row of one request, which an HTTP status of the whole does not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.sync.event_values import at


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One row of the request by its place in it; `receipt` is the system's own key, `code` its status word."""

    index: int
    is_done: bool
    code: str | None = None
    receipt: str | None = None


def row_results(
    answers: Sequence[Mapping[str, object]],
    *,
    sent: int,
    status: str,
    done: tuple[str | int, ...],
    index: str | None = None,
    receipt: str | None = None,
) -> list[RowResult]:
    """A result for each of the `sent` rows; a row that the answer does not mention is not done, with code `missing`.
    Where one is mentioned twice, a failure counts.

    `status`, `index` and `receipt` are dotted paths in a row's answer; without `index` the answers are in the order
    of the rows.
    """
    found: dict[int, RowResult] = {}
    wanted = {str(value) for value in done}
    for place, answer in enumerate(answers):
        row = _number(at(answer, index.split("."))) if index else place
        code = at(answer, status.split("."))
        key = at(answer, receipt.split(".")) if receipt else None
        is_known = row is not None and row in found and not found[row].is_done
        if row is not None and 0 <= row < sent and not is_known:
            found[row] = RowResult(
                index=row,
                is_done=code is not None and str(code) in wanted,
                code=None if code is None else str(code)[:80],
                receipt=None if key is None else str(key)[:200],
            )
    return [found.get(row, RowResult(index=row, is_done=False, code="missing")) for row in range(sent)]


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None
