"""`hiregate audit drift` as it is called: answers, exit codes, and one line for bad input."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboards.audit_cli import app

STABLE = pd.DataFrame({"x": np.arange(3000) % 10, "c": np.asarray(list("abc"))[np.arange(3000) % 3]})
MOVED = STABLE.assign(x=STABLE["x"] + 5 * (np.arange(3000) % 2))


@pytest.fixture
def audit(tmp_path):
    """Writes two frames (or takes paths) and runs the command on them."""

    def run(reference, current, *options):
        paths = []
        for name, side in (("reference", reference), ("current", current)):
            path = tmp_path / f"{name}.csv"
            if isinstance(side, pd.DataFrame):
                side.to_csv(path, index=False)
            else:
                path.write_bytes(side)
            paths.append(str(path))
        return CliRunner().invoke(app, ["drift", *paths, *options])

    return run


def test_the_answer_is_one_json_document_with_the_keys_of_the_contract(audit):
    done = audit(STABLE, MOVED, "--json")

    answer = json.loads(done.stdout)
    columns = {entry["column"]: entry for entry in answer["columns"]}
    assert {"reference_n", "current_n", "columns", "periods", "verdict"} <= set(answer)
    assert {"type", "psi", "jensen_shannon", "wasserstein_normed", "missing_change", "verdict"} <= set(columns["x"])
    assert (columns["c"]["verdict"], answer["periods"], answer["reference_n"]) == ("pass", None, 3000)


@pytest.mark.parametrize(("current", "code"), [(STABLE, 0), (MOVED, 1), (STABLE.head(3), 0)])
def test_only_a_block_exits_with_one(audit, current, code):
    done = audit(STABLE, current)

    assert (done.exit_code, done.stderr) == (code, "")


def test_the_table_speaks_both_languages(audit):
    assert "1 of 2 columns drifted far enough to block: x." in audit(STABLE, MOVED).stdout
    assert "2 列中有 1 列的漂移已达到阻断程度：x。" in audit(STABLE, MOVED, "--language", "zh").stdout


def test_columns_are_named_with_commas_or_one_by_one(audit):
    by_comma = json.loads(audit(STABLE, MOVED, "--columns", "x, c", "--json").stdout)
    one_by_one = json.loads(audit(STABLE, MOVED, "--columns", "x", "--columns", "c", "--json").stdout)

    assert by_comma == one_by_one


def test_a_series_has_its_periods(audit):
    done = audit(STABLE, MOVED, "--every", "1000", "--json")

    periods = json.loads(done.stdout)["periods"]
    assert [(period["period"], period["n"]) for period in periods] == [
        ("1–1000", 1000),
        ("1001–2000", 1000),
        ("2001–3000", 1000),
    ]
    assert {"column", "psi", "jensen_shannon", "wasserstein_normed", "missing_change", "verdict"} <= set(
        periods[0]["columns"][0]
    )


@pytest.mark.parametrize(
    ("reference", "options", "words"),
    [
        (b"", (), "reference.csv: is empty"),
        (b"x,c\n", (), "reference.csv: has no rows"),
        (bytes(range(256)), (), "reference.csv"),
        (b"x,c\n1,a\n2,b,3\n", (), "reference.csv, row 3"),
        (b"y\n1\n", (), "share no column"),
        (STABLE, ("--columns", "height"), "reference.csv, column height: no such column"),
        (STABLE, ("--columns", "x,,c"), "empty name"),
        (STABLE, ("--time", "when", "--every", "month"), "current.csv, column when"),
        (STABLE, ("--every", "month"), "need --time"),
        (STABLE, ("--html", "/absent/report.html"), "report.html: cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_two(audit, reference, options, words):
    done = audit(reference, STABLE, *options, "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


HOSTILE = {
    "one value": ["5"] * 500,
    "another value": ["7"] * 500,
    "not a number": ["nan"] * 500,
    "infinite": ["inf"] * 300 + ["1"] * 200,
    "mixed": [*map(str, range(450)), *["abc"] * 50],
    "text": ["abc"] * 500,
    "three rows": ["1", "2", "3"],
}


@pytest.mark.parametrize("current", HOSTILE)
def test_hostile_columns_get_a_defined_answer_and_no_silent_pass(audit, current):
    reference = pd.DataFrame({"x": range(500)})

    done = audit(reference, pd.DataFrame({"x": HOSTILE[current]}), "--json")

    answer = json.loads(done.stdout)
    assert answer["verdict"] in {"review", "block", "not_enough_evidence"}
    assert "NaN" not in done.stdout


@pytest.mark.parametrize("reference", HOSTILE)
def test_hostile_references_get_a_defined_answer_too(audit, reference):
    done = audit(pd.DataFrame({"x": HOSTILE[reference]}), pd.DataFrame({"x": range(500)}), "--json")

    assert json.loads(done.stdout)["verdict"] in {"review", "block", "not_enough_evidence"}


def test_values_of_a_file_are_escaped_in_the_report(audit, tmp_path):
    path = tmp_path / "report.html"
    hostile = STABLE.assign(c="<script>alert(1)</script>").rename(columns={"x": "<img src=x>"})

    audit(hostile, hostile, "--html", str(path))

    page = path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page


def test_evidently_writes_its_own_report_beside(audit, tmp_path):
    path = tmp_path / "evidently.html"

    done = audit(STABLE.head(300), MOVED.head(300), "--evidently", str(path), "--json")

    assert done.exit_code == 1
    assert path.stat().st_size > 100_000


def test_evidently_is_refused_beyond_its_size(audit, tmp_path):
    many = pd.DataFrame({"x": np.arange(100_001) % 7})

    done = audit(many, STABLE, "--columns", "x", "--evidently", str(tmp_path / "evidently.html"))

    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
