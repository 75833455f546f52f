"""`hiregate audit validity` as a user meets it: answers, reports, exit codes and one line for bad input."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboards.audit_cli import app

PREDICTOR_KEYS = {"n", "r", "r_ci", "spearman", "corrected", "expectancy", "by_group", "differential_prediction"}


def _run(*arguments):
    return CliRunner().invoke(app, ["validity", *map(str, arguments)])


def _answer(*arguments):
    return json.loads(_run(*arguments, "--json").stdout)


def _file(folder, header, rows, name="people.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


@pytest.fixture
def people(tmp_path):
    rng = np.random.default_rng(1)
    score = rng.normal(70, 10, 400).round(1)
    sex = np.where(np.arange(400) % 2, "F", "M")
    rating = (0.05 * score + rng.normal(0, 0.8, 400)).round(2)
    return _file(tmp_path, ["score", "sex", "rating"], zip(score, sex, rating, strict=True))


def test_the_contract_of_the_json_answer(people):
    found = _answer(people, "--predictor", "score", "--criterion", "rating", "--group", "sex")

    one = found["predictors"][0]
    assert (found["n"], found["verdict"], one["predictor"]) == (400, "pass", "score")
    assert set(one) >= PREDICTOR_KEYS
    assert set(one["corrected"]) >= {"range_restriction", "criterion_unreliability", "both"}
    assert set(one["differential_prediction"]) >= {"slope_p", "intercept_p", "verdict"}
    assert [group["group"] for group in one["by_group"]] == [{"sex": "F"}, {"sex": "M"}]


def test_corrections_follow_their_inputs(people):
    arguments = (people, "--predictor", "score", "--criterion", "rating")

    found = _answer(*arguments, "--applicant-sd", 20, "--criterion-reliability", 0.6, "--predictor-reliability", 0.9)

    one = found["predictors"][0]
    corrected = one["corrected"]
    assert one["r"] < corrected["criterion_unreliability"] < corrected["both"]
    assert corrected["range_restriction"] < corrected["indirect_range_restriction"]
    assert corrected["both_ci"][0] > one["r_ci"][0]


def test_each_predictor_has_its_own_spread_among_applicants(tmp_path):
    rng = np.random.default_rng(5)
    small, large = rng.normal(5, 1, 200).round(2), rng.normal(500, 100, 200).round(1)
    rows = zip(small, large, (small + large / 100 + rng.normal(0, 1, 200)).round(2), strict=True)
    path = _file(tmp_path, ["small", "large", "rating"], rows)

    found = _answer(path, "--predictor", "small,large", "--criterion", "rating", "--applicant-sd", "2,200")

    assert [one["assumptions"]["applicant_sd"] for one in found["predictors"]] == [2, 200]
    assert [one["corrected"]["u"] for one in found["predictors"]] == pytest.approx([0.5, 0.5], abs=0.06)
    assert found["assumptions"]["applicant_sd"] is None


def test_an_aggregated_file_answers_like_its_rows(tmp_path):
    rng = np.random.default_rng(2)
    rows = [(int(x), "ab"[x % 2], int(x + rng.integers(0, 4))) for x in rng.integers(1, 6, 300)]
    table = pd.DataFrame(rows, columns=["x", "g", "y"])
    counted = table.groupby(["x", "g", "y"]).size().reset_index(name="people")
    listed, cells = tmp_path / "rows.csv", tmp_path / "cells.csv"
    table.to_csv(listed, index=False)
    counted.to_csv(cells, index=False)
    question = ("--predictor", "x", "--criterion", "y", "--group", "g")

    assert _answer(listed, *question) == _answer(cells, *question, "--count", "people")


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_other_formats_answer_like_csv(people, tmp_path, suffix):
    frame, other = pd.read_csv(people), tmp_path / f"people.{suffix}"
    frame.to_excel(other, index=False) if suffix == "xlsx" else frame.to_parquet(other)
    question = ("--predictor", "score", "--criterion", "rating", "--group", "sex")

    assert _answer(other, *question) == _answer(people, *question)


def test_a_block_exits_1_and_still_answers(tmp_path):
    path = _file(tmp_path, ["x", "y"], [(i, -i + (i % 7) * 3) for i in range(60)])

    done = _run(path, "--predictor", "x", "--criterion", "y", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["verdict"] == "block"


def test_missing_values_and_unknown_groups_are_disclosed(tmp_path):
    rows = [(i % 10, i % 7, "FM"[i % 2]) for i in range(100)]
    rows += [("", 3, "F"), ("NA", 3, "F"), (3, 4, ""), (3, 4, "Declined")]
    path = _file(tmp_path, ["x", "y", "sex"], rows)

    one = _answer(path, "--predictor", "x", "--criterion", "y", "--group", "sex")["predictors"][0]

    assert (one["n"], one["missing"]) == (102, 2)
    assert {group["group"]["sex"]: group["n"] for group in one["by_group"]} == {"F": 50, "M": 50, "unknown": 2}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_shows_figures_and_the_verdict(people, language):
    done = _run(people, "--predictor", "score", "--criterion", "rating", "--group", "sex", "--language", language)

    assert done.exit_code == 0
    assert ("pass: score" if language == "en" else "通过: score") in done.stdout


def test_the_terminal_shows_what_cannot_be_corrected(tmp_path):
    path = _file(tmp_path, ["x", "y"], [(i, i + (i % 5) * 5) for i in range(60)])

    done = _run(path, "--predictor", "x", "--criterion", "y", "--criterion-reliability", "0.3")

    assert "not correctable" in done.stdout


def test_the_report_escapes_what_the_file_says(tmp_path):
    rows = [(i % 10, i % 7, f"<script>{i % 2}") for i in range(100)]
    path = _file(tmp_path, ["<b>x", "y", "sex"], rows)
    report = tmp_path / "report.html"

    _run(path, "--predictor", "<b>x", "--criterion", "y", "--group", "sex", "--html", report)

    text = report.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "<b>x" not in text


def test_a_report_of_several_predictors_without_evidence_renders(tmp_path):
    path = _file(tmp_path, ["a", "b", "y"], [(1, 1, 2), (1, 2, 2), (1, 3, 2)])
    report = tmp_path / "report.html"

    done = _run(path, "--predictor", "a,b", "--criterion", "y", "--html", report)

    assert done.exit_code == 0
    assert "not enough evidence" in report.read_text(encoding="utf-8")


HOSTILE = {
    "text among numbers": ([("1", "2"), ("3", "perhaps")], "row 3, column y"),
    "infinity": ([("1", "2"), ("inf", "3")], "row 3, column x"),
    "a sentinel too large": ([("1", "2"), ("1e300", "3")], "row 3, column x"),
    "no rows": ([], "has no rows"),
}


@pytest.mark.parametrize(("rows", "place"), HOSTILE.values(), ids=HOSTILE.keys())
def test_bad_cells_are_one_line_with_their_place(tmp_path, rows, place):
    path = _file(tmp_path, ["x", "y"], rows)

    done = _run(path, "--predictor", "x", "--criterion", "y", "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "people.csv" in done.stderr
    assert place in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--predictor", "z", "--criterion", "rating"), "column z"),
        (("--predictor", "score", "--criterion", "score"), "named twice"),
        (("--predictor", "score,", "--criterion", "rating"), "not named"),
        (("--predictor", "score", "--criterion", "rating", "--group", "age"), "column age"),
        (("--predictor", "score", "--criterion", "rating", "--count", "sex"), "not a count of people"),
        (("--predictor", "score", "--criterion", "rating", "--applicant-sd", "0"), "--applicant-sd"),
        (("--predictor", "score", "--criterion", "rating", "--applicant-sd", "much"), "--applicant-sd"),
        (("--predictor", "score", "--criterion", "rating", "--applicant-sd", "9,8"), "one for each of the 1"),
        (("--predictor", "score", "--criterion", "rating", "--criterion-reliability", "1.2"), "at most 1"),
        (("--predictor", "score", "--criterion", "rating", "--html", "/nowhere/at/all.html"), "cannot be written"),
    ],
)
def test_a_question_that_cannot_be_answered_exits_2(people, arguments, says):
    done = _run(people, *arguments)

    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        [("5", str(i)) for i in range(40)],
        [(str(i), "5") for i in range(40)],
        [("", str(i)) for i in range(40)],
        [("1", "2"), ("2", "3"), ("3", "1")],
        [("nan", "nan")],
    ],
    ids=["constant predictor", "constant criterion", "all missing", "three rows", "not a number"],
)
def test_thin_columns_are_no_evidence(tmp_path, rows):
    path = _file(tmp_path, ["x", "y"], rows)

    done = _run(path, "--predictor", "x", "--criterion", "y", "--json")

    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (0, "not_enough_evidence")


def test_truth_values_count_as_one_and_zero(tmp_path):
    path = _file(tmp_path, ["x", "y"], [(i, "true" if i % 3 else "FALSE") for i in range(60)])

    one = _answer(path, "--predictor", "x", "--criterion", "y")["predictors"][0]

    assert one["base_rate"] == pytest.approx(40 / 60)


def test_a_column_whose_name_has_a_comma_is_one_predictor(tmp_path):
    path = _file(tmp_path, ["score, raw", "y"], [(i, i % 9) for i in range(60)])

    found = _answer(path, "--predictor", "score, raw", "--criterion", "y")

    assert [one["predictor"] for one in found["predictors"]] == ["score, raw"]
