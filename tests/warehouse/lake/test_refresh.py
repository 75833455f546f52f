"""From records to lake: what a row says, and that a refresh follows every change and nothing else."""

import shutil
from dataclasses import replace

import sqlalchemy as sa

from tests.builders import Builder, build
from tests.warehouse.lake.companies import Company, by_status, company, rows
from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.lake.refresh import refresh
from warehouse.lake.tables import TABLES
from warehouse.settings import Settings


def change(settings: Settings, statement: str, **values: object) -> None:
    """Runs one statement as the intake role, as a load would."""
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        session.execute(sa.text(statement), values)


def same_as_rebuilt(settings: Settings) -> bool:
    """Whether the lake holds the rows that a full refresh makes."""
    before = {table.name: rows(settings, table.name) for table in TABLES}
    refresh(settings, full=True)
    return before == {table.name: rows(settings, table.name) for table in TABLES}


def test_a_hired_application_has_all_its_stages_beside_each_other(records: Settings) -> None:
    build(records, company)

    refresh(records)

    row = by_status(records)["hired"]
    assert (row["ai_score"], row["ai_outcome"], row["stage_reached"]) == (82.5, "advanced", "hire")
    assert (row["re_interview_rating"], row["re_interview_passed"], row["re_interview_blind"]) == (0.75, True, True)
    assert (row["performance_6m"], row["performance_12m"], row["department"]) == (1.0, None, "Sales")


def test_who_is_still_in_process_has_not_failed(records: Settings) -> None:
    build(records, company)

    refresh(records)

    row = by_status(records)["in_process"]
    assert (row["ai_outcome"], row["stage_reached"], row["rejected_at"]) == ("pending", "ai_interview", None)


def test_the_newest_revision_counts_with_its_own_skills(records: Settings) -> None:
    built = build(records, company)
    refresh(records)

    def revise(builder: Builder) -> None:
        change_current = "UPDATE hr.ai_interview SET is_current = false WHERE application_id = :id"
        builder.session.execute(sa.text(change_current), {"id": built.hired})
        builder.ai_interview(built.hired, 60.0, revision=2, skills={"logic": 50.0})

    build(records, revise)
    refresh(records)

    assert by_status(records)["hired"]["ai_score"] == 60.0
    assert sorted((row["skill"], row["score"]) for row in rows(records, "skill_scores")) == [
        ("listening", 40.0),
        ("logic", 50.0),
    ]


def test_without_a_change_the_last_snapshot_is_answered_again(records: Settings) -> None:
    build(records, company)
    first = refresh(records)

    assert refresh(records) == first


def test_a_change_is_appended_and_not_the_table_written_anew(records: Settings) -> None:
    built = build(records, many)
    refresh(records)
    change(records, "UPDATE hr.application SET channel = 'fair' WHERE application_id = :id", id=built.in_process)

    taken = refresh(records)

    assert (taken.is_full, taken.rows_written) == (False, 3)
    assert [row["channel"] for row in rows(records)].count("fair") == 1


def test_every_kind_of_change_reaches_the_lake(records: Settings) -> None:
    """Each table that the lake reads, changed alone, must touch its applications."""
    built = build(records, many)
    refresh(records)
    for statement in (
        "UPDATE hr.department SET name = 'Sales North' WHERE name = 'Sales'",
        "UPDATE hr.requisition SET location = 'Lyon' WHERE job_family = 'research'",
        "UPDATE hr.candidate SET country = 'FR'",
        "UPDATE hr.skill_score SET score = 1 WHERE skill = 'logic'",
        "UPDATE hr.re_interview SET rating = 5",
        "UPDATE hr.offer SET accepted_at = NULL",
        "UPDATE hr.hire SET left_on = '2027-01-01'",
        "UPDATE hr.performance_review SET rating = 2",
        "UPDATE hr.stage_event SET outcome = 'not_advanced'",
        "UPDATE vault.demographics SET sex = 'M'",
    ):
        change(records, statement)
        refresh(records)
    build(records, lambda builder: builder.stage_event(built.hired, "hire", "advanced"))

    refresh(records)

    assert same_as_rebuilt(records)


def test_deleted_records_leave_the_lake(records: Settings) -> None:
    built = build(records, many)
    refresh(records)
    change(records, "DELETE FROM hr.performance_review")
    change(records, "DELETE FROM hr.skill_score WHERE skill = 'listening'")
    change(records, "DELETE FROM vault.demographics")

    refresh(records)

    assert (rows(records, "performance"), rows(records, "demographics")) == ([], [])
    assert same_as_rebuilt(records)
    assert built.candidate is not None


def test_an_erased_application_becomes_a_tombstone(records: Settings) -> None:
    built = build(records, many)
    refresh(records)
    for table in ("stage_event", "ai_interview", "application"):
        change(records, f"DELETE FROM hr.{table} WHERE application_id = :id", id=built.in_process)

    taken = refresh(records)

    assert not taken.is_full
    assert "in_process" not in by_status(records)
    assert same_as_rebuilt(records)


def test_a_transaction_that_commits_late_is_not_missed(records: Settings) -> None:
    """It began before a refresh, its rows appear after it: the watermark must stand below it."""
    built = build(records, many)
    refresh(records)
    with postgres.engine(records).begin() as late:
        late.execute(
            sa.text("UPDATE hr.application SET channel = 'late' WHERE application_id = :id"), {"id": built.hired}
        )
        change(records, "UPDATE hr.application SET channel = 'early' WHERE application_id = :id", id=built.in_process)
        refresh(records)

    refresh(records)

    assert {row["channel"] for row in rows(records)} >= {"late", "early"}


def test_a_changed_application_is_there_once_after_many_refreshes(records: Settings) -> None:
    built = build(records, many)
    refresh(records)
    for channel in ("one", "two", "three"):
        change(
            records,
            "UPDATE hr.application SET channel = :to WHERE application_id = :id",
            to=channel,
            id=built.in_process,
        )
        refresh(records)

    assert [row["channel"] for row in rows(records)].count("three") == 1
    assert len(rows(records)) == 12
    assert len(rows(records, "skill_scores")) == 3


def test_pay_and_contact_are_in_no_file(records: Settings) -> None:
    """Every byte of every file is decoded and searched for what was planted."""
    import duckdb  # noqa: PLC0415

    build(records, company)
    refresh(records)
    found = duckdb.sql(f"SELECT * FROM glob('{records.lake}/**/*.parquet')").fetchall()

    text = "\n".join(str(duckdb.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()) for (path,) in found)
    raw = text + "".join(
        str(duckdb.sql(f"SELECT * FROM read_parquet('{p}')").to_arrow_table().to_pylist()) for (p,) in found
    )

    planted = ("Wen Li", "李文", "wen.li@example.org", "555-0199", "123456", "E7", "full_name", "email", "annual_base")
    assert [word for word in planted if word in raw] == []


def test_no_record_key_is_in_the_lake(records: Settings) -> None:
    built = build(records, company)
    refresh(records)

    everything = str([rows(records, table.name) for table in TABLES])

    assert [key for key in (built.hired, built.candidate, built.hire) if str(key) in everything] == []


def test_another_key_makes_every_row_anew(records: Settings) -> None:
    """Rows under two keys would be two people to every reader."""
    build(records, many)
    refresh(records)

    taken = refresh(replace(records, pseudonym_key="ab" * 32))

    assert taken.is_full
    assert len({row["application_key"] for row in rows(records)}) == 12


def test_a_lake_that_was_deleted_is_made_anew(records: Settings) -> None:
    """Its versions begin again at 0: nothing may be remembered of the files that bore these numbers."""
    build(records, many)
    refresh(records)
    before = rows(records)
    shutil.rmtree(records.lake)

    taken = refresh(records)

    assert taken.is_full
    assert rows(records) == before


def many(builder: Builder) -> Company:
    """The company with ten more applications, so that one change is a small share."""
    built = company(builder)
    for _ in range(10):
        builder.hired(built.sales_opening)
    return built
