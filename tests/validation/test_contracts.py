"""The data contracts find what they name, by position, and nothing else."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pandas as pd
import pytest

from validation.contracts import check_batch
from validation.contracts_rules import RULES
from warehouse.files.targets import TABLES, target


def _failing(table: str, **columns: list[object]) -> dict[tuple[str, str | None], list[int]]:
    answers = check_batch(table, pd.DataFrame(columns))
    return {(answer.expectation, answer.column): list(answer.failing) for answer in answers if answer.unexpected_n}


def test_every_table_has_a_contract_over_columns_that_exist() -> None:
    assert set(RULES) == set(TABLES)
    assert all(set(rule.columns) <= set(target(table).columns) for table, rules in RULES.items() for rule in rules)


def test_sound_rows_fail_nothing() -> None:
    assert _failing("candidate", full_name=["Ada", None], email=["a@example.com", None], language=["en", "zh-CN"]) == {}


def test_dates_out_of_order_are_found_by_position() -> None:
    moments = pd.to_datetime(["2026-01-01", "2026-01-01", None])

    found = _failing("application", applied_at=list(moments), rejected_at=[moments[0], dt.datetime(2025, 1, 1), None])  # noqa: DTZ001

    assert found == {("order_rejected_at", "applied_at"): [1]}


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("ai_interview", "score", 100.0, 100.5),
        ("ai_interview", "duration_minutes", 30.0, -1.0),
        ("compensation", "annual_base", Decimal("45046.00"), Decimal("0.10")),
        ("demographics", "birth_year", 1990, 1890),
        ("hire", "started_on", dt.date(2020, 1, 1), dt.date(1900, 1, 1)),
        ("stage_event", "stage", "offer", "limbo"),
        ("department", "name", "IT", "x" * 201),
    ],
)
def test_a_value_outside_the_contract_is_found(table: str, column: str, good: object, bad: object) -> None:
    ((_, positions),) = _failing(table, **{column: [good, bad, None]}).items()

    assert positions == [1]


def test_an_address_that_is_none_is_reported_and_rejects_nothing() -> None:
    (answer,) = [item for item in check_batch("candidate", pd.DataFrame({"email": ["none"]})) if item.unexpected_n]

    assert not answer.rejects
    assert answer.en.format(n=1, of=1) == "1 of 1 values of email do not look like an e-mail address."


def test_a_frame_without_values_is_not_evaluated() -> None:
    assert check_batch("candidate", pd.DataFrame({"email": [None, None]})) == []


def test_the_library_is_imported_by_one_module_and_only_when_rows_are_checked() -> None:
    program = "import sys, validation.contracts; sys.exit('great_expectations' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
