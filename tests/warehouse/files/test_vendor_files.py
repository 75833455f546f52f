"""Tables that people export from vendors: Chinese headings in UTF-8 with or without a mark, in GBK, in a workbook."""

import io

import openpyxl
import psycopg
import pytest

from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.files.errors import FileRefused
from warehouse.files.load import load_file
from warehouse.files.report import LoadReport
from warehouse.settings import Settings

LOADER = principal("loader", [Role.HR_ADMIN])
HEADINGS = ["简历编号", "姓名", "手机号", "邮箱", "应聘职位", "职位编号", "所属部门", "投递时间", "工作地点"]
PEOPLE = [
    ["R1", "李伟", "138-0000 0001", "li@example.com", "数据分析师", "J1", "数据部", "2026年3月2日", "上海"],
    ["R2", "王芳", "未填写", "-", "数据分析师", "J1", "数据部", "2026/3/2 14:05", "上海"],
]


def csv_text() -> str:
    return "\r\n".join(",".join(row) for row in [HEADINGS, *PEOPLE]) + "\r\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [HEADINGS, *PEOPLE]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def load(settings: Settings, name: str, content: bytes, source: str, **options: object) -> LoadReport:
    path = settings.home / name
    path.write_bytes(content)
    return load_file(settings, LOADER, path, source=source, **options)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.address(settings)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("liepin.csv", csv_text().encode("utf-8")),
        ("liepin.csv", csv_text().encode("utf-8-sig")),
        ("liepin.csv", csv_text().encode("gbk")),
        ("liepin.csv", csv_text().encode("gb18030")),
        ("liepin.xlsx", workbook()),
    ],
    ids=["utf8", "bom", "gbk", "gb18030", "xlsx"],
)
def test_a_table_of_liepin_is_read_in_whatever_coding_it_comes(records: Settings, name: str, content: bytes) -> None:
    report = load(records, name, content, "liepin")

    assert (report.rows_read, report.rows_rejected) == (2, 0)
    query = "SELECT full_name_local, phone, email FROM hr.candidate ORDER BY source_record_id"
    assert rows(records, query) == [("李伟", "13800000001", "li@example.com"), ("王芳", None, None)]
    when = "SELECT channel, applied_at AT TIME ZONE 'Asia/Shanghai' FROM hr.application ORDER BY source_record_id"
    assert [str(row[1]) for row in rows(records, when)] == ["2026-03-02 00:00:00", "2026-03-02 14:05:00"]


def test_the_same_table_in_another_coding_changes_nothing(records: Settings) -> None:
    load(records, "liepin.csv", csv_text().encode("utf-8-sig"), "liepin")

    again = load(records, "liepin.csv", csv_text().encode("gbk"), "liepin")

    assert (again.rows_new, again.rows_changed, again.rows_unchanged) == (0, 0, 2)


def test_a_table_in_neither_coding_is_refused(records: Settings) -> None:
    with pytest.raises(FileRefused, match="give the file's encoding"):
        load(records, "liepin.csv", csv_text().encode("utf-16"), "liepin")


def test_a_table_of_interviewing_io_says_that_only_successes_are_in_it(records: Settings) -> None:
    text = (
        "name,email,job,interviewed_on,technical_skills,communication_skills,problem_solving\n"
        "Ada Lovelace,ada@example.com,Engineer,2026-03-02,4,3,2\n"
    )

    report = load(records, "interviews.csv", text.encode(), "interviewing_io")

    found = [finding for finding in report.findings if finding.expectation == "only_successes"]
    assert [(one.verdict, one.n) for one in found] == [("review", 1)]
    assert "stay out of pass rates" in found[0].en
    assert "不得用于通过率" in found[0].zh


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "hirevue",
            "interview_id,position_id,candidate_id,completed_at,scored_by,overall_score,teamwork\n"
            "I1,P1,C1,2026-03-02 09:30,ai,71,64\n",
        ),
        (
            "mya",
            "conversation_id,job_id,candidate_id,completed_at,screening_score,qualified\n"
            "K1,J1,C1,2026-03-02 09:30,71,yes\n",
        ),
    ],
)
def test_an_exported_table_has_the_keys_of_the_vendors_events(records: Settings, source: str, text: str) -> None:
    load(records, f"{source}.csv", text.encode(), source, mapping=f"{source}_export")

    assert rows(records, "SELECT source, score::float8 FROM hr.ai_interview") == [(source, 71.0)]


def test_a_vendors_template_takes_the_name_of_the_company_s_own_source(records: Settings) -> None:
    load(records, "people.csv", csv_text().encode("gbk"), "acme_liepin", mapping="liepin")

    with psycopg.connect(postgres.address(records)) as connection:
        found = connection.execute("SELECT DISTINCT source FROM hr.candidate").fetchall()
    assert found == [("acme_liepin",)]
