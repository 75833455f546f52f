"""What must never change an answer, through the commands themselves: from a file to the JSON document.

The order of the rows, counts instead of rows, and the names of the groups say nothing about the people.
"""

import csv
import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboards.audit_cli import app

pytestmark = pytest.mark.slow

GROUPS = ["F", "M", 'x, "y"', "line\nbreak", "女", "", "NA"]
NEW_NAMES = {"F": "zebra", "M": "Ärzte", 'x, "y"': "a;b", "line\nbreak": "'", "女": "M", "": "", "NA": "NA"}
QUESTIONS = {
    "adverse-impact": ("--group", "g", "--selected", "y"),
    "errors": ("--group", "g", "--label", "y", "--predicted", "p"),
    "validity": ("--group", "g", "--predictor", "x", "--criterion", "z"),
}

people = st.lists(
    st.tuples(
        st.sampled_from(GROUPS),
        st.sampled_from(["1", "0", "0", "1", ""]),
        st.sampled_from(["1", "0"]),
        st.integers(0, 9),
        st.integers(0, 4),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=15,
)
columns_of = pytest.mark.parametrize("command", QUESTIONS)
thorough = settings(max_examples=15, deadline=None)


def answer(command: str, rows: list, *options: str) -> tuple:
    """The exit code and the document (or the line on stderr) for people written as a CSV file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([["g", "y", "p", "x", "z", "n"], *rows])
        done = CliRunner().invoke(app, [command, str(path), *QUESTIONS[command], *options, "--json"])
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr


def one_each(rows: list) -> list:
    """The same people as rows of one."""
    return [(*row[:-1], 1) for row in rows for _ in range(row[-1])]


def figures(found: object) -> object:
    """All numbers of a document, to nine digits, without the names and sentences around them; lists as bags.

    Groups are merged in the order of their names, so the last digits of a sum may follow the names.
    """
    if isinstance(found, dict):
        kept = {key: figures(value) for key, value in found.items() if key not in {"group", "reason"}}
        return {key: value for key, value in kept.items() if not isinstance(value, str) or key == "verdict"}
    if isinstance(found, list):
        kept = [figures(value) for value in found if not isinstance(value, str)]
        return sorted(kept, key=lambda value: json.dumps(value, sort_keys=True))
    return float(f"{found:.9g}") if isinstance(found, float) else found


@columns_of
@thorough
@given(rows=people, random=st.randoms())
def test_the_order_of_rows_changes_no_answer(command, rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert answer(command, rows, "--count", "n") == answer(command, shuffled, "--count", "n")


@columns_of
@thorough
@given(rows=people)
def test_counts_instead_of_rows_change_no_answer(command, rows):
    assert answer(command, rows, "--count", "n") == answer(command, one_each(rows))


@columns_of
@thorough
@given(rows=people, data=st.data())
def test_a_row_split_into_parts_changes_no_answer(command, rows, data):
    parts = []
    for row in rows:
        first = data.draw(st.integers(0, row[-1]))
        parts += [(*row[:-1], first), (*row[:-1], row[-1] - first)]

    assert answer(command, rows, "--count", "n") == answer(command, parts, "--count", "n")


@columns_of
@thorough
@given(rows=people)
def test_new_names_for_groups_change_no_figure(command, rows):
    """But where two groups are of one size: the largest is the reference, and the first by name of equals."""
    sizes = Counter({row[0]: 0 for row in rows})
    for row in rows:
        sizes[row[0]] += row[-1]
    assume(len(set(sizes.values())) == len(sizes))
    renamed = [(NEW_NAMES[row[0]], *row[1:]) for row in rows]

    before, after = answer(command, rows, "--count", "n"), answer(command, renamed, "--count", "n")

    assert before[0] == after[0]
    if isinstance(before[1], dict):
        assert figures(before[1]) == figures(after[1])


values = st.lists(
    st.tuples(st.sampled_from(["1", "2.5", "-3", "", "1e3", "x"]), st.sampled_from(GROUPS)), min_size=1, max_size=60
)


def drift(reference: list, current: list) -> tuple:
    """The exit code and the document for two files of a number and a text."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("reference.csv", "current.csv")]
        for path, rows in zip(paths, (reference, current), strict=True):
            with path.open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows([["v", "g"], *rows])
        done = CliRunner().invoke(app, ["drift", *map(str, paths), "--json"])
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr


@thorough
@given(reference=values, current=values, random=st.randoms())
def test_the_order_of_rows_changes_no_drift(reference, current, random):
    shuffled = [random.sample(side, len(side)) for side in (reference, current)]

    assert drift(reference, current) == drift(*shuffled)


@thorough
@given(reference=values, current=values)
def test_every_row_ten_times_changes_no_distance(reference, current):
    """With more rows chance explains less, so verdicts may differ; the distances may not."""
    once, often = drift(reference, current), drift(reference * 10, current * 10)

    distances = [
        [(column["column"], column["psi"], column["jensen_shannon"]) for column in found["columns"]]
        for _, found in (once, often)
        if isinstance(found, dict)
    ]
    assert len(distances) != 1
    assert not distances or Counter(map(str, distances[0])) == Counter(map(str, distances[1]))
