"""The one door to Great Expectations: a suite for each canonical table, run on a load's rows.

Its contexts are ephemeral, its progress bars and usage events off, and it is imported when the first load is checked.
Nothing of its results leaves this module but counts and positions of rows.
"""

import contextlib
import datetime as dt
import functools
import io
import logging
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import compute

from validation.contracts_rules import RULES, Rule
from validation.contracts_suspects import suspects
from warehouse.files.findings import Checked

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.expectations.expectation import Expectation

SMALL = 20_000
"""Rows that the library judges one and all."""

SAMPLE = 100
"""Rows of a large batch that it judges whatever they hold."""

_LOCK = threading.Lock()


class ContractError(RuntimeError):
    """A contract could not be evaluated; nothing is known of the rows, so none of them enters."""


def check_batch(table: str, rows: pa.Table) -> list[Checked]:
    """Runs the table's contract on the rows; rules of columns that they lack, or that are empty, do not apply."""
    rules = [rule for rule in RULES.get(table, ()) if set(rule.columns) <= set(rows.column_names)]
    looked_at = [_looked_at(rule, rows) for rule in rules]
    judged = [(rule, n) for rule, n in zip(rules, looked_at, strict=True) if n]
    if not judged:
        return []
    rules = [rule for rule, _ in judged]
    positions = _positions_to_judge(rows, rules)
    columns = sorted({column for rule in rules for column in rule.columns})
    frame = _plain(rows.select(columns).take(pa.array(positions)))
    with _LOCK, _quiet():
        results = _validated(frame, rules)
    return [
        _answer(rule, n, [int(positions[place]) for place in failing])
        for (rule, n), failing in zip(judged, results, strict=True)
    ]


def _looked_at(rule: Rule, rows: pa.Table) -> int:
    """How many rows have a value in each of the rule's columns."""
    valid = functools.reduce(compute.and_, (compute.is_valid(rows.column(column)) for column in rule.columns))
    return int(compute.sum(valid).as_py() or 0)


def _positions_to_judge(rows: pa.Table, rules: Sequence[Rule]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """All rows of a small batch; of a large one those that any rule could fail, and the first ones.

    A million rows cost the library twelve seconds and this narrowing half a second. What it leaves out are rows inside
    every range, set, length, order and form that the rules name; a test holds it against the library on all rows.
    """
    if rows.num_rows <= SMALL:
        return np.arange(rows.num_rows)
    could_fail = functools.reduce(compute.or_, (suspects(rule, rows) for rule in rules))
    found = np.flatnonzero(could_fail.to_numpy())
    return np.union1d(np.arange(SAMPLE), found)


def _plain(rows: pa.Table) -> "pd.DataFrame":
    """Dates as moments and decimals as floats, so that every comparison is one of numbers."""
    for position, field in enumerate(rows.schema):
        if pa.types.is_date(field.type):
            rows = rows.set_column(position, field.name, rows.column(position).cast(pa.timestamp("us")))
        elif pa.types.is_decimal(field.type):
            rows = rows.set_column(position, field.name, rows.column(position).cast(pa.float64()))
    frame: pd.DataFrame = rows.to_pandas()
    return frame


def _validated(frame: "pd.DataFrame", rules: Sequence[Rule]) -> list[list[int]]:
    """The positions of the failing rows, rule by rule."""
    import great_expectations as gx  # noqa: PLC0415

    batch = _definition().get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(name="contract", expectations=[_expectation(rule) for rule in rules])
    result = batch.validate(suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False})
    positions = {_rule_of(item): _positions(item) for item in result.results}
    return [positions[_label(rule)] for rule in rules]


def _rule_of(result: "ExpectationValidationResult") -> str:
    """The label that its expectation was made with."""
    configuration = result.expectation_config
    return str((configuration.meta or {}).get("rule")) if configuration is not None else ""


def _positions(result: "ExpectationValidationResult") -> list[int]:
    if (result.exception_info or {}).get("raised_exception"):
        raise ContractError("an expectation of a data contract could not be evaluated; nothing was loaded")
    return [int(position) for position in (result.result or {}).get("unexpected_index_list") or ()]


def _answer(rule: Rule, n: int, failing: list[int]) -> Checked:
    return Checked(
        expectation=rule.kind if rule.later is None else f"order_{rule.later}",
        column=rule.column,
        rejects=rule.rejects,
        n=n,
        failing=failing,
        unexpected_n=len(failing),
        en=rule.words.en,
        zh=rule.words.zh,
    )


def _label(rule: Rule) -> str:
    return f"{rule.kind}:{':'.join(rule.columns)}"


def _expectation(rule: Rule) -> "Expectation":
    from great_expectations.expectations import core  # noqa: PLC0415

    name, options = _spelled(rule)
    made: Expectation = getattr(core, name)(**options, meta={"rule": _label(rule)})
    return made


def _spelled(rule: Rule) -> tuple[str, dict[str, object]]:
    """The rule in the library's words: the expectation's name and its options."""
    column: dict[str, object] = {"column": rule.column}
    if rule.kind == "between":
        return "ExpectColumnValuesToBeBetween", column | {"min_value": _bound(rule.low), "max_value": _bound(rule.high)}
    if rule.kind == "in_set":
        return "ExpectColumnValuesToBeInSet", column | {"value_set": list(rule.values)}
    if rule.kind == "regex":
        return "ExpectColumnValuesToMatchRegex", column | {"regex": rule.pattern}
    if rule.kind == "length":
        return "ExpectColumnValueLengthsToBeBetween", column | {"max_value": rule.high}
    pair = {"column_A": rule.later, "column_B": rule.column}
    return "ExpectColumnPairValuesAToBeGreaterThanB", pair | {
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }


def _bound(value: float | str | None) -> float | dt.datetime | None:
    """A date as a moment without a zone, as the frames have them."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


@functools.cache
def _definition() -> "BatchDefinition[None]":
    """One ephemeral context for the process, whose asset takes any frame."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - two seconds that only a load pays
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("load").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of the library's chatter reaches the command's output or fails a strict run."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
