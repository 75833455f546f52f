"""Which rows of a large batch could break a rule, found column by column in Arrow; the library judges those alone."""

import datetime as dt
from collections.abc import Callable, Mapping

import pyarrow as pa
from pyarrow import compute

from validation.contracts_rules import Rule


def suspects(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    """One boolean a row; a row without a value is none."""
    return compute.fill_null(_TESTS[rule.kind](rule, rows), False)


def _between(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    values = rows.column(rule.column)
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    low, high = _bound(rule.low, values.type), _bound(rule.high, values.type)
    return compute.or_(compute.less(values, low), compute.greater(values, high))


def _bound(bound: float | str | None, type_: pa.DataType) -> pa.Scalar:
    value = dt.datetime.fromisoformat(bound) if isinstance(bound, str) else bound
    return pa.scalar(value if not isinstance(value, int) else float(value)).cast(
        pa.float64() if not isinstance(value, dt.datetime) else type_
    )


def _in_set(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    values = rows.column(rule.column)
    return compute.and_(compute.is_valid(values), compute.invert(compute.is_in(values, pa.array(rule.values))))


def _regex(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    return compute.invert(compute.match_substring_regex(rows.column(rule.column), rule.pattern))


def _length(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    return compute.greater(compute.utf8_length(rows.column(rule.column)), int(float(rule.high or 0)))


def _order(rule: Rule, rows: pa.Table) -> pa.ChunkedArray:
    return compute.less(rows.column(rule.later or rule.column), rows.column(rule.column))


_TESTS: Mapping[str, Callable[[Rule, pa.Table], pa.ChunkedArray]] = {
    "between": _between,
    "in_set": _in_set,
    "regex": _regex,
    "length": _length,
    "order": _order,
}
