"""The data contracts find what they name, by position, and nothing else."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from validation.contracts import check_batch
from validation.contracts_rules import RULES
from warehouse.files.targets import TABLES, target


def _failing(table: str, **columns: list[object]) -> dict[tuple[str, str | None], list[int]]:
    answers = check_batch(table, pa.table(columns))
    return {(answer.expectation, answer.column): list(answer.failing) for answer in answers if answer.unexpected_n}


def test_every_table_has_a_contract_over_columns_that_exist() -> None:
    assert set(RULES) == set(TABLES)
    assert all(set(rule.columns) <= set(target(table).columns) for table, rules in RULES.items() for rule in rules)


def test_sound_rows_fail_nothing() -> None:
    assert _failing("candidate", full_name=["Ada", None], email=["a@example.com", None], language=["en", "zh-CN"]) == {}


def test_dates_out_of_order_are_found_by_position() -> None:
    day, before = dt.datetime(2026, 1, 1), dt.datetime(2025, 1, 1)  # noqa: DTZ001 - as the staged columns have them

    found = _failing("application", applied_at=[day, day, None], rejected_at=[day, before, None])

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
    (answer,) = [item for item in check_batch("candidate", pa.table({"email": ["none"]})) if item.unexpected_n]

    assert not answer.rejects
    assert answer.en.format(n=1, of=1) == "1 of 1 values of email do not look like an e-mail address."


def test_a_frame_without_values_is_not_evaluated() -> None:
    assert check_batch("candidate", pa.table({"email": pa.array([None, None], pa.string())})) == []


def test_the_library_is_imported_by_one_module_and_only_when_rows_are_checked() -> None:
    program = "import sys, validation.contracts; sys.exit('great_expectations' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_narrowing_of_large_batches_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule on rows that break it at random: judged on suspects alone and judged on all rows."""
    chance = np.random.default_rng(7)
    for table, rules in RULES.items():
        rows = pa.table({name: _noise(name, chance) for name in sorted({c for rule in rules for c in rule.columns})})
        whole = {(a.expectation, a.column): (a.n, a.failing) for a in check_batch(table, rows)}
        with monkeypatch.context() as patched:
            patched.setattr("validation.contracts.SMALL", 0)
            narrowed = {(a.expectation, a.column): (a.n, a.failing) for a in check_batch(table, rows)}

        assert narrowed == whole
        assert any(failing for _, failing in whole.values())


def _noise(column: str, chance: np.random.Generator, rows: int = 400) -> pa.Array:
    """Values of the column's kind, some of them wrong, some missing."""
    kind = next(target(table).columns[column].kind for table in TABLES if column in target(table).columns)
    missing = chance.random(rows) < 0.1
    if kind in {"date", "timestamp"}:
        days = chance.integers(-60_000, 60_000, rows)
        moments = [dt.datetime(1970, 1, 1) + dt.timedelta(days=int(day)) for day in days]  # noqa: DTZ001
        values: list[object] = [moment.date() if kind == "date" else moment for moment in moments]
    elif kind == "text":
        words = ["a@example.com", "x" * 500, "en", "offer", "advanced", "USD", "+1 555 0100", "", "none of it"]
        values = [words[index] for index in chance.integers(0, len(words), rows)]
    elif kind == "smallint":
        values = [int(number) for number in chance.integers(-500, 3000, rows)]
    elif kind == "decimal":
        values = [Decimal(int(number)) for number in chance.integers(-5, 200_000_000, rows)]
    else:
        values = [float(number) for number in chance.normal(50, 800, rows)]
    return pa.array([None if gone else value for value, gone in zip(values, missing, strict=True)])
