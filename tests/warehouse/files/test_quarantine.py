"""Rejected rows: none of them enters any table, each is in quarantine with its place, reason and masked values."""

import pytest

from tests.warehouse.files.conftest import ROWS, Load, Rows
from validation.contracts import check_batch

BAD_DATE = "A8,P8,Barbara Liskov,b@example.com,R8,Research,research,soon,Indeed,,,"
QUARANTINE = "SELECT row_number, table_name, column_name, reason_code, status FROM landing.quarantine ORDER BY 1, 2"


def test_nothing_of_a_rejected_row_enters_any_table(load: Load, rows: Rows) -> None:
    report = load(*ROWS, BAD_DATE)

    assert (report.rows_read, report.rows_new, report.rows_rejected) == (4, 3, 1)
    assert rows("SELECT count(*) FROM hr.candidate WHERE source_record_id = 'P8'") == [(0,)]
    assert rows("SELECT count(*) FROM hr.department WHERE name = 'Research'") == [(0,)]


def test_a_rejected_row_stands_in_quarantine_with_its_place_and_reason(load: Load, rows: Rows) -> None:
    load(*ROWS, BAD_DATE)

    assert rows(QUARANTINE) == [(5, "application", "applied", "not_a_date", "open")]


def test_quarantine_holds_no_value(load: Load, rows: Rows) -> None:
    load(*ROWS, BAD_DATE)

    ((masked,),) = rows("SELECT masked_values FROM landing.quarantine")
    assert (masked["name"], masked["mail"], masked["applied"], masked["points"]) == ("B…(14)", "#…(13)", "s…(4)", None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (BAD_DATE.replace("A8,", ",", 1).replace("soon", "2026-01-05"), "missing_id"),
        (BAD_DATE.replace("soon", ""), "missing_value"),
        (BAD_DATE.replace("soon", "2026-03-10"), "date_in_future"),
        (BAD_DATE.replace("soon,Indeed,", "2026-01-05,Indeed,high"), "not_a_number"),
        (BAD_DATE.replace("soon,Indeed,", "2026-01-05,Indeed,nan1"), "not_a_number"),
        (BAD_DATE.replace("soon,Indeed,", "2026-01-05,Indeed,11"), "score_on_its_scale"),
    ],
)
def test_a_row_is_rejected_with(code: str, row: str, load: Load, rows: Rows) -> None:
    load(*ROWS, row)

    assert {found[3] for found in rows(QUARANTINE)} == {code}


def test_a_row_that_refers_to_nothing_is_rejected_until_what_it_names_arrives(
    load: Load, rows: Rows, tmp_path: object
) -> None:
    path = tmp_path / "pay.yaml"  # type: ignore[operator]
    path.write_text(
        "source: acme\ntables:\n  - table: hire\n    id: app\n    columns: {application_id: app, started_on: day}\n"
    )
    load(*ROWS[:2])
    hires = b"app,day\nA1,2026-02-01\nA3,2026-02-02\n"

    first = load(content=hires, name="h.csv", by=path)
    load(*ROWS)
    second = load(content=hires, name="h.csv", by=path)

    assert (first.rows_rejected, second.rows_rejected, second.rows_new) == (1, 0, 1)
    assert rows(QUARANTINE) == [(3, "hire", "app", "unknown_reference", "resubmitted")]


def test_the_same_file_again_adds_no_reject(load: Load, rows: Rows) -> None:
    load(*ROWS, BAD_DATE)
    before = rows("SELECT (SELECT count(*) FROM landing.quarantine), (SELECT count(*) FROM landing.finding)")

    load(*ROWS, BAD_DATE)

    assert rows("SELECT (SELECT count(*) FROM landing.quarantine), (SELECT count(*) FROM landing.finding)") == before


def test_a_row_that_breaks_a_data_contract_does_not_enter(load: Load, rows: Rows) -> None:
    early = BAD_DATE.replace("soon", "1901-01-05")

    report = load(*ROWS, early, check=check_batch)

    assert report.rows_rejected == 1
    assert rows(QUARANTINE) == [(5, "application", "applied", "contract:between", "open")]
    assert rows("SELECT count(*) FROM hr.candidate") == [(3,)]


def test_a_breach_that_only_deserves_a_look_is_a_finding_in_both_languages(load: Load, rows: Rows) -> None:
    load(*ROWS, BAD_DATE.replace("soon", "2026-01-05").replace("b@example.com", "none given"), check=check_batch)

    assert rows("SELECT table_name, verdict, n, unexpected_n, sentence_en, sentence_zh FROM landing.finding") == [
        (
            "candidate", "review", 4, 1, "1 of 4 values of email do not look like an e-mail address.",
            "email 的 4 个值中有 1 个不像电子邮件地址。",
        )
    ]  # fmt: skip


def test_one_of_many_equal_parents_is_kept_when_one_of_its_rows_is_rejected(load: Load, rows: Rows) -> None:
    """Departments stand for many rows at once: the rejected row must not take its neighbours' department along."""
    many = [f"B{i},Q{i},Name,q{i}@example.com,R1,IT,engineering,2026-01-06,Indeed,,," for i in range(50)]

    report = load(*many, BAD_DATE.replace("Research", "IT").replace("R8", "R1").replace("research", "engineering"))

    assert report.rows_rejected == 1
    assert rows("SELECT name FROM hr.department") == [("IT",)]
