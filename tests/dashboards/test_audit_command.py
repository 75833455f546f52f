"""`hiregate audit adverse-impact` and `errors` as a user meets them: answers, exit codes, one line for bad input."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboards.audit_cli import app
from tests.validation.fairness_cases import golden
from validation.hypergeometric import exact_test

KEYS = ("rate_ci", "impact_ratio_ci", "p_value", "test", "z", "shortfall", "verdict", "excluded")


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def impact(path: Path, *arguments: object) -> dict:
    return json.loads(audit("adverse-impact", path, *arguments, "--json").stdout)


def by_group(answer: dict) -> dict:
    return {tuple(line["group"].values()): line for line in answer["groups"]}


@pytest.fixture
def table(tmp_path: Path):
    def write(header: list[str], rows: list, name: str = "people.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *rows])
        return path

    return write


@pytest.fixture
def people(table) -> Path:
    rows = [("F", "a", 1, 480), ("F", "a", 0, 520), ("M", "a", 1, 500), ("M", "a", 0, 500), ("", "a", 1, 20)]
    return table(["sex", "race", "passed", "n"], rows)


COUNTED = ("--group", "sex", "--selected", "passed", "--count", "n")


def test_a_pass_exits_zero_with_every_key_of_the_contract(people: Path) -> None:
    result = audit("adverse-impact", people, *COUNTED, "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["verdict"], answer["comparator"]) == (0, "pass", "M")
    assert {"definition", "cut", "comparator", "n", "unknown", "groups", "strata", "pooled"} <= set(answer)
    assert all(set(KEYS) <= set(line) for line in answer["groups"])


def test_unknown_people_are_disclosed(people: Path) -> None:
    assert impact(people, *COUNTED)["unknown"]["n"] == 20


def test_a_block_exits_one(table) -> None:
    path = table(["sex", "passed", "n"], [("F", 1, 40), ("F", 0, 60), ("M", 1, 60), ("M", 0, 40)])

    assert audit("adverse-impact", path, *COUNTED, "--json").exit_code == 1


def test_an_adverse_outcome_is_turned_around(table) -> None:
    path = table(["g", "flagged", "n"], [("A", 1, 10), ("A", 0, 90), ("B", 1, 20), ("B", 0, 80)])

    answer = impact(path, "--group", "g", "--selected", "flagged", "--count", "n", "--adverse")

    assert by_group(answer)[("B",)]["impact_ratio"] == pytest.approx(0.8 / 0.9)


def test_intersections_and_a_named_comparator(table) -> None:
    rows = [(sex, race, passed) for sex in "FM" for race in "ab" for passed in (1, 0)] * 20
    path = table(["sex", "race", "passed"], rows)

    answer = impact(path, "--group", "race,sex", "--selected", "passed", "--comparator", "a,F")

    assert set(by_group(answer)) == {("a", "F"), ("a", "M"), ("b", "F"), ("b", "M")}
    assert answer["comparator"] == "a, F"


def test_strata_that_differ_refuse_the_pooled_figure(table) -> None:
    rows = [("a", "F", 20, 100), ("a", "M", 50, 100), ("b", "F", 36, 100), ("b", "M", 10, 100)]
    cells = [(job, sex, passed, n if passed else of - n) for job, sex, n, of in rows for passed in (1, 0)]
    path = table(["job", "sex", "passed", "n"], cells)

    answer = impact(path, *COUNTED, "--stratum", "job")

    assert answer["pooled"]["homogeneous"] is False
    assert answer["pooled"]["mantel_haenszel_or"] == pytest.approx(0.913793103448)
    assert [entry["stratum"] for entry in answer["strata"]] == ["a", "b"]


def test_without_strata_there_is_nothing_pooled(people: Path) -> None:
    answer = impact(people, *COUNTED)

    assert (answer["strata"], answer["pooled"]) == (None, None)


def test_a_score_at_its_median_is_compared_as_local_law_144_does(table) -> None:
    """The rule's own example of scoring rates: 28 people set the bar, for the law knows shares and no least number."""
    inputs, expected = golden("AI-011")
    rows = [
        (race, score, people)
        for race, n in inputs["applicants"].items()
        for score, people in ((1, inputs["above_median"][race]), (0, n - inputs["above_median"][race]))
    ]
    path = table(["race", "score", "n"], rows)

    answer = impact(path, "--group", "race", "--score", "score", "--count", "n")

    found = {race: line["impact_ratio"] for (race,), line in by_group(answer).items()}
    assert found == pytest.approx(expected["impact_ratio"])
    assert answer["verdict"] == "not_enough_evidence"


def test_small_counts_are_tested_exactly(table) -> None:
    path = table(["sex", "passed", "n"], [("F", 1, 2), ("F", 0, 8), ("M", 1, 15), ("M", 0, 10)])

    line = by_group(impact(path, *COUNTED))[("F",)]

    assert line["test"] == "mid_p"
    assert line["p_value"] == pytest.approx(exact_test(2, 10, 15, 25).midp_two_sided)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_for_people_names_group_and_verdict(people: Path, language: str) -> None:
    result = audit("adverse-impact", people, *COUNTED, "--language", language)

    assert "F" in result.stdout
    assert {"en": "pass", "zh": "通过"}[language] in result.stdout


def test_square_brackets_in_a_value_are_no_markup(table) -> None:
    path = table(["sex", "passed"], [("[red]x[/nothing]", 1), ("b", 0)] * 40)

    assert "[red]x[/nothing]" in audit("adverse-impact", path, "--group", "sex", "--selected", "passed").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--group", "sex"),
        ("--group", "sex", "--selected", "passed", "--score", "n"),
        ("--group", "sex", "--selected", "passed", "--cut", "3"),
        ("--group", "sex", "--score", "n", "--positive", "1"),
        ("--group", "sex", "--score", "n", "--cut", "nan"),
        ("--group", "sex", "--selected", "sex"),
        ("--group", " , ", "--selected", "passed"),
        ("--group", "sex", "--selected", "passed", "--comparator", "nobody"),
        ("--group", "sex", "--selected", "passed", "--positive", "maybe"),
        ("--group", "height", "--selected", "passed"),
    ],
)
def test_a_question_without_sense_is_one_line_and_exit_two(people: Path, arguments: tuple[str, ...]) -> None:
    result = audit("adverse-impact", people, *arguments)

    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"sex,passed\n", bytes(range(256)), b"sex,passed\nF,1\nM,perhaps\n"])
@pytest.mark.parametrize("command", ["adverse-impact", "errors"])
def test_a_bad_file_is_one_line_and_exit_two(tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    columns = ("--selected", "passed") if command == "adverse-impact" else ("--label", "passed", "--predicted", "p")

    result = audit(command, tmp_path / "bad.csv", "--group", "sex", *columns, "--json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bad.csv")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "rows", [[("F", 1)] * 3, [("F", 0), ("M", 0)] * 50, [("", 1), ("NA", 0)] * 50, [("F", 1)] * 90]
)
def test_thin_data_gives_an_answer_and_no_pass(table, rows: list) -> None:
    path = table(["sex", "passed"], rows)

    result = audit("adverse-impact", path, "--group", "sex", "--selected", "passed", "--json")

    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (0, "not_enough_evidence")


def test_error_rates_of_a_file(table) -> None:
    cells = {"a": (90, 10, 20, 80), "b": (60, 15, 5, 20)}
    rows = [
        (group, label, predicted, n)
        for group, (tn, fn, fp, tp) in cells.items()
        for label, predicted, n in ((0, 0, tn), (1, 0, fn), (0, 1, fp), (1, 1, tp))
    ]
    path = table(["g", "y", "p", "n"], rows)

    answer = json.loads(
        audit("errors", path, "--group", "g", "--label", "y", "--predicted", "p", "--count", "n", "--json").stdout
    )

    assert by_group(answer)[("b",)]["tpr"] == pytest.approx(20 / 35)
    assert answer["differences"]["equalized_odds"] == pytest.approx(80 / 90 - 20 / 35)
    assert "hired" in answer["note"]["en"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_error_rates_for_people(table, language: str) -> None:
    path = table(["g", "y", "p"], [("a", "good", "good"), ("b", "bad", "good"), ("", "bad", "good")] * 5)

    result = audit(
        "errors", path, "--group", "g", "--label", "y", "--predicted", "p", "--positive", "good", "--language", language
    )

    assert result.exit_code == 0
    assert {"en": "not enough evidence", "zh": "证据不足"}[language] in result.stdout
    assert {"en": "unknown group: 5 of 15", "zh": "均等几率（真阳性率与假阳性率中较差者）"}[language] in result.stdout


def test_a_report_into_no_folder_is_one_line(people: Path, tmp_path: Path) -> None:
    result = audit("adverse-impact", people, *COUNTED, "--html", tmp_path / "absent" / "out.html")

    assert (result.exit_code, result.stderr) == (2, "out.html: cannot be written (No such file or directory)\n")


@pytest.mark.shared_data
def test_the_resume_study_gives_its_published_ratio(shared_data: Path) -> None:
    path = shared_data / "resume_audit" / "resume.csv"

    answer = impact(path, "--group", "race", "--selected", "received_callback")

    assert by_group(answer)[("black",)]["impact_ratio"] == pytest.approx(157 / 235)
    assert answer["verdict"] == "block"


@pytest.mark.shared_data
def test_both_codings_of_the_resume_study_agree(shared_data: Path) -> None:
    folder = shared_data / "resume_audit"

    first = impact(folder / "resume.csv", "--group", "race", "--selected", "received_callback")
    second = impact(folder / "ResumeNames.csv", "--group", "ethnicity", "--selected", "call")

    assert [line["impact_ratio"] for line in first["groups"]] == [
        by_group(second)[(name,)]["impact_ratio"] for name in ("afam", "cauc")
    ]
