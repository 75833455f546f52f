"""Every audit command against files that nobody meant: a defined answer, or one line and exit 2, and never a pass."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboards.audit_cli import app

QUESTIONS = {
    "adverse-impact": ("--group", "g", "--selected", "y"),
    "score": ("--group", "g", "--score", "x"),
    "errors": ("--group", "g", "--label", "y", "--predicted", "p"),
    "validity": ("--group", "g", "--predictor", "x", "--criterion", "z"),
    "drift": (),
}
HEADER = "g,y,p,x,z,n\n"
PEOPLE = [f"{'FM'[i % 2]},{i % 3 % 2},{i % 5 % 2},{i % 17},{(i + i // 17) % 11},1" for i in range(400)]


def table(rows: list[str]) -> bytes:
    """A file of these lines."""
    return (HEADER + "\n".join(rows) + "\n").encode()


def with_column(position: int, values: list[str]) -> bytes:
    """The people with these values, over and over, in one column."""
    rows = [row.split(",") for row in PEOPLE]
    for index, row in enumerate(rows):
        row[position] = values[index % len(values)]
    return table([",".join(row) for row in rows])


THIN = {
    "one group": with_column(0, ["F"]),
    "nobody selected": with_column(1, ["0"]),
    "every group unknown": with_column(0, ["", "NA", "nan"]),
    "no outcome": with_column(1, ["", "NaN"]),
    "500 groups": table([f"g{i % 500},{i % 2},{i % 3 % 2},{i % 17},{i % 11},1" for i in range(2000)]),
    "three rows": table(PEOPLE[:3]),
    "one row": table(PEOPLE[:1]),
    "not-a-number scores": with_column(3, ["nan"]),
    "constant scores": with_column(3, ["5"]),
}
REFUSED_OR_ANSWERED = {
    "infinite scores": with_column(3, ["inf", "1", "-inf", "2"]),
    "mixed types": with_column(3, ["1", "two", "true", "2026-01-01"]),
    "mixed outcomes": with_column(1, ["1", "no", "TRUE", "perhaps"]),
    "huge scores": with_column(3, ["1e308", "-1e308", "1"]),
    "quoted newlines": with_column(0, ['"F\nF"', '"M\r\nM"']),
    "carriage returns": table(PEOPLE).replace(b"\n", b"\r\n"),
    "old carriage returns": table(PEOPLE).replace(b"\n", b"\r"),
    "blank lines": table([line for row in PEOPLE for line in (row, "")]),
    "spaces around": with_column(1, [" 1 ", " 0"]),
    "a very long value": with_column(0, ["F", "M" * 100_000]),
}
REFUSED = {
    "nothing": b"",
    "white space": b" \n \n",
    "a header": HEADER.encode(),
    "binary": bytes(range(256)) * 9,
    "zeros": table(PEOPLE) + b"\0" * 99,
    "Latin-1": table([*PEOPLE, "Ärzte,1,1,1,1,1"]).decode().encode("latin-1"),
    "Latin-1 that is GB18030 too": table([*PEOPLE, *["Größe,1,1,1,1,1", "Ärzte,1,1,1,1,1"] * 9])
    .decode()
    .encode("latin-1"),
    "Cyrillic": table([*PEOPLE, "Москва,1,1,1,1,1"]).decode().encode("cp1251"),
    "Latin-1 far below": (table(PEOPLE * 300) + "Ärzte,1,1,1,1,1\n".encode("latin-1")),
    "a ragged row far below": table([*PEOPLE * 300, "F,1,1,1,1,1,1"]),
    "half a UTF-16": table(PEOPLE).decode().encode("utf-16-le"),
    "a repeated name": b"g,g,y,p,x,z,n,y,x\n" + b"F,M,1,0,3,4,1,0,2\n" * 40,
    "a ragged row": table([*PEOPLE, "F,1,1,1,1,1,1"]),
    "a short row": table([*PEOPLE, "F,1"]),
    "an open quote": table([*PEOPLE, '"F,1,1,1,1,1']),
    "other columns": b"a,b\n1,2\n",
    "a page": b"<!doctype html><html><body>Sign in</body></html>",
    "a false workbook": b"PK\x03\x04" + b"x" * 99,
    "a false Parquet file": b"PAR1" + b"x" * 99 + b"PAR1",
}
SAME = {
    "a byte order mark": b"\xef\xbb\xbf" + table(PEOPLE),
    "UTF-16": table(PEOPLE).decode().encode("utf-16"),
    "semicolons": table(PEOPLE).replace(b",", b";"),
    "tabs": table(PEOPLE).replace(b",", b"\t"),
    "carriage returns": table(PEOPLE).replace(b"\n", b"\r\n"),
    "quoted cells": table(['"' + row.replace(",", '","') + '"' for row in PEOPLE]),
}
each_command = pytest.mark.parametrize("command", QUESTIONS)


@pytest.fixture
def audit(tmp_path: Path):
    """Runs one command on a file; drift takes it as the current side of clean people."""

    def run(command: str, content: bytes, *options: str) -> Result:
        path, clean = tmp_path / "people.csv", tmp_path / "clean.csv"
        path.write_bytes(content)
        clean.write_bytes(table(PEOPLE))
        name = "adverse-impact" if command == "score" else command
        files = [str(clean), str(path)] if command == "drift" else [str(path)]
        return CliRunner().invoke(app, [name, *files, *QUESTIONS[command], *options, "--json"])

    return run


def document(done: Result) -> dict:
    """The answer, which holds no NaN."""
    return json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} in the answer"))


def is_one_line(done: Result) -> bool:
    """Whether the file was refused as it must be."""
    return (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@each_command
@pytest.mark.parametrize("case", THIN)
def test_thin_files_get_a_defined_answer(audit, command, case):
    done = audit(command, THIN[case])

    assert is_one_line(done) or document(done)["verdict"] in {"pass", "review", "block", "not_enough_evidence"}
    assert isinstance(done.exception, SystemExit | None)


@each_command
@pytest.mark.parametrize("case", REFUSED_OR_ANSWERED)
def test_strange_files_are_answered_or_refused_in_one_line(audit, command, case):
    done = audit(command, REFUSED_OR_ANSWERED[case])

    assert is_one_line(done) or document(done)["verdict"]
    assert isinstance(done.exception, SystemExit | None)


@each_command
@pytest.mark.parametrize("case", REFUSED)
def test_files_that_are_no_table_of_people_are_refused_in_one_line(audit, command, case):
    done = audit(command, REFUSED[case])

    assert is_one_line(done), (done.exit_code, done.stderr, done.exception)
    assert "Traceback" not in done.stderr


@each_command
@pytest.mark.parametrize("case", SAME)
def test_the_dialect_of_a_file_changes_no_answer(audit, command, case):
    done = audit(command, SAME[case])

    assert document(done) == document(audit(command, table(PEOPLE)))


@pytest.mark.parametrize("command", ["adverse-impact", "score", "errors", "validity"])
def test_nothing_to_compare_is_never_a_pass(audit, command):
    for case in ("one group", "every group unknown", "three rows", "one row"):
        done = audit(command, THIN[case])

        assert is_one_line(done) or document(done)["verdict"] == "not_enough_evidence", case


@pytest.mark.parametrize("command", ["adverse-impact", "score", "errors", "validity"])
def test_a_billion_people_a_row_are_counted_exactly(audit, command):
    done = audit(command, with_column(5, [str(10**9)]), "--count", "n")

    assert document(done)["n"] == len(PEOPLE) * 10**9
