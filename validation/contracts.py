"""The one door to Great Expectations: a suite for each canonical table, run on a load's rows as pandas frames.

Its contexts are ephemeral, its progress bars and usage events off, and it is imported when the first load is checked.
Nothing of its results leaves this module but counts and positions of rows.
"""

import contextlib
import functools
import io
import logging
import os
import threading
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from validation.contracts_rules import RULES, Rule
from warehouse.files.findings import Checked

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.expectations.expectation import Expectation

_LOCK = threading.Lock()


def check_batch(table: str, frame: "pd.DataFrame") -> list[Checked]:
    """Runs the table's contract on the frame's columns; rules of columns that the frame lacks do not apply."""
    rules = [rule for rule in RULES.get(table, ()) if set(rule.columns) <= set(frame.columns)]
    frame = _plain(frame[sorted({column for rule in rules for column in rule.columns})])
    rules = [rule for rule in rules if frame[list(rule.columns)].notna().all(axis=1).any()]
    if not rules:
        return []
    with _LOCK, _quiet():
        results = _validated(frame, rules)
    return [_answer(rule, frame, failing) for rule, failing in zip(rules, results, strict=True)]


def _plain(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Dates as moments and decimals as floats, so that every comparison is one of numbers."""
    import pandas as pd  # noqa: PLC0415

    frame = frame.reset_index(drop=True)
    for name in frame.columns:
        if frame[name].dtype == object:
            first = frame[name].dropna().head(1)
            is_date = len(first) > 0 and hasattr(first.iloc[0], "year")
            frame[name] = pd.to_datetime(frame[name]) if is_date else pd.to_numeric(frame[name])
    return frame


def _validated(frame: "pd.DataFrame", rules: Sequence[Rule]) -> list[list[int]]:
    """The positions of the failing rows, rule by rule."""
    import great_expectations as gx  # noqa: PLC0415

    batch = _definition().get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(name="contract", expectations=[_expectation(rule) for rule in rules])
    result = batch.validate(suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False})
    by_expectation = {_name(item.expectation_config.meta["rule"]): item for item in result.results}
    return [_positions(by_expectation[_name(_label(rule))]) for rule in rules]


def _positions(result: object) -> list[int]:
    details = getattr(result, "result", {})
    if getattr(result, "exception_info", {}).get("raised_exception"):
        raise RuntimeError("an expectation of a data contract could not be evaluated")
    return [int(position) for position in details.get("unexpected_index_list") or ()]


def _answer(rule: Rule, frame: "pd.DataFrame", failing: list[int]) -> Checked:
    return Checked(
        expectation=rule.kind if rule.later is None else f"order_{rule.later}",
        column=rule.column,
        rejects=rule.rejects,
        n=int(frame[list(rule.columns)].notna().all(axis=1).sum()),
        failing=failing,
        unexpected_n=len(failing),
        en=rule.words.en,
        zh=rule.words.zh,
    )


def _label(rule: Rule) -> str:
    return f"{rule.kind}:{':'.join(rule.columns)}"


def _name(label: object) -> str:
    return str(label)


def _expectation(rule: Rule) -> "Expectation":
    from great_expectations import expectations as gxe  # noqa: PLC0415

    meta = {"rule": _label(rule)}
    if rule.kind == "between":
        low, high = _bound(rule.low), _bound(rule.high)
        return gxe.ExpectColumnValuesToBeBetween(column=rule.column, min_value=low, max_value=high, meta=meta)
    if rule.kind == "in_set":
        return gxe.ExpectColumnValuesToBeInSet(column=rule.column, value_set=list(rule.values), meta=meta)
    if rule.kind == "regex":
        return gxe.ExpectColumnValuesToMatchRegex(column=rule.column, regex=rule.pattern, meta=meta)
    if rule.kind == "length":
        return gxe.ExpectColumnValueLengthsToBeBetween(
            column=rule.column, min_value=rule.low, max_value=rule.high, meta=meta
        )
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=rule.later,
        column_B=rule.column,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        meta=meta,
    )


def _bound(value: float | str | None) -> object:
    import pandas as pd  # noqa: PLC0415

    return pd.Timestamp(value).to_pydatetime() if isinstance(value, str) else value


@functools.cache
def _definition() -> "BatchDefinition":
    """One ephemeral context for the process, whose asset takes any frame."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - two seconds that only a load pays
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("load").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")


@contextlib.contextmanager
def _quiet():  # noqa: ANN202 - a context manager of no value
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
