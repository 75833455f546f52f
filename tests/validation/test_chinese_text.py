"""CSV files from China: read where they are plainly Chinese, and nothing else is taken for Chinese."""

from pathlib import Path

import pytest

from validation.tabular import BadTable, Table

TEXT = "性别,是否通过,备注\n男,是,面试表现良好\n女,否,未通过初试，建议复面\n女,是,朱镕基\n"


def opened(folder: Path, content: bytes, name: str = "people.csv") -> Table:
    path = folder / name
    path.write_bytes(content)
    return Table(path)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_a_chinese_file_reads_as_the_same_text_in_utf8(
    tmp_path: Path, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path, TEXT.encode(), "plain.csv") as plain, opened(tmp_path, TEXT.encode(encoding)) as chinese:
        same = (chinese.columns, chinese.rows("FROM data")) == (plain.columns, plain.rows("FROM data"))

    assert same
    assert "GB18030" in caplog.text


def test_a_closed_chinese_file_is_opened_again_and_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with opened(tmp_path, TEXT.encode("gb18030")) as table:
        table.close()
        found = table.rows("SELECT count(*) FROM data")

    assert found == [(3,)]
    assert list(temporary.iterdir()) == []


def test_a_large_chinese_file_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    rows = 40_000
    with opened(tmp_path, ("性别,备注\n" + "男,面试表现良好，建议录用\n" * rows).encode("gb18030")) as table:
        found = table.rows('SELECT count(*), min("性别") FROM data')

    assert found == [(rows, "男")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Größe,y\nÄrzte,1\n", "latin-1"),
        ("Größe,y\nMädchen,1\n", "cp1252"),
        ("Имя,y\nМосква,1\n", "cp1251"),
        ("性別,y\n男,1\n女,0\n", "big5"),
        ("性别,y\n男,1\n", "utf-16-le"),
        ("性别,y\n男,1\n", "utf-16-be"),
        ("性別,y\n男性のひと,1\n", "shift_jis"),
    ],
)
def test_no_other_encoding_is_taken_for_chinese(tmp_path: Path, text: str, encoding: str) -> None:
    with pytest.raises(BadTable, match=r"GB18030|binary|UTF-16|no such|header"):
        opened(tmp_path, text.encode(encoding))


def test_a_refused_row_of_a_chinese_file_is_named_with_the_files_own_name(tmp_path: Path) -> None:
    content = (TEXT + "男,是\n").encode("gb18030")

    with opened(tmp_path, content) as table, pytest.raises(BadTable, match=r"people\.csv, row 5"):
        table.rows("FROM data")
