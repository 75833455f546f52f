"""Two tables compared: which columns, in which periods, from frames and from files alike."""

import numpy as np
import pandas as pd
import pytest

from validation.drift_columns import Content, FileColumns, FrameColumns
from validation.drift_table import DriftInputError, compare_tables
from validation.outcome import Verdict
from validation.tabular import BadTable, Table

N = 1200


def applicants(seed, shift=0.0):
    """A year of applications whose score may be shifted from July on."""
    rng = np.random.default_rng(seed)
    applied = pd.date_range("2026-01-01", periods=N, freq="7h")
    late = np.asarray(applied.month >= 7)
    return pd.DataFrame(
        {
            "application_id": np.arange(N) + 1000 * seed,
            "applied": applied.strftime("%Y-%m-%d"),
            "score": rng.normal(60, 10, N) + shift * late,
            "source": rng.choice(["board", "campus", "referral"], N),
        }
    )


def frames(reference, current, **options):
    """The comparison of two frames."""
    return compare_tables(FrameColumns(reference), FrameColumns(current), **options)


@pytest.fixture(params=["csv", "parquet", "xlsx"])
def write(request, tmp_path):
    """Writes frames as files of one kind."""

    def to(frame, name):
        path = tmp_path / f"{name}.{request.param}"
        writers = {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}
        writers[request.param](path, index=False)
        return path

    return to


def files(reference, current, **options):
    """The comparison of two files."""
    with Table(reference) as first, Table(current) as second:
        before = FileColumns(first)
        return compare_tables(before, FileColumns(second, before.contents), **options)


def test_identifiers_and_moments_are_left_out_and_listed(write):
    found = files(write(applicants(1), "reference"), write(applicants(2), "current"))

    assert [column.column for column in found.whole.columns][-2:] == ["score", "source"]
    assert {"application_id"} <= {left.column for left in found.not_compared}


def test_files_and_frames_give_the_same_figures(write):
    reference, current = applicants(1), applicants(2, shift=5)

    of_files = files(write(reference, "reference"), write(current, "current"), columns=["score", "source"])
    of_frames = frames(reference, current, columns=["score", "source"])

    for one, other in zip(of_files.whole.columns, of_frames.whole.columns, strict=True):
        assert (one.psi, one.jensen_shannon) == pytest.approx((other.psi, other.jensen_shannon), rel=1e-9)
        assert (one.type, one.verdict) == (other.type, other.verdict)


def test_a_series_says_since_when(write):
    paths = write(applicants(1), "reference"), write(applicants(2, shift=20), "current")

    found = files(*paths, columns=["score"], time="applied", every="quarter")

    verdicts = {period.period: period.drift.verdict for period in found.periods}
    assert verdicts == {
        "2026Q1": Verdict.PASS,
        "2026Q2": Verdict.PASS,
        "2026Q3": Verdict.BLOCK,
        "2026Q4": Verdict.BLOCK,
    }
    assert found.verdict is Verdict.BLOCK


def test_an_incident_within_a_quiet_whole_decides():
    current = applicants(2)
    current.loc[500:599, "score"] += 20

    found = frames(applicants(1), current, columns=["score"], every="100")

    assert [period.index for period in found.periods if period.drift.verdict is Verdict.BLOCK] == [5]
    assert (found.whole.verdict, found.verdict) == (Verdict.REVIEW, Verdict.BLOCK)
    assert "501–600" in found.reason.en


def test_a_last_period_that_has_only_begun_decides_nothing():
    found = frames(applicants(1), applicants(2), columns=["source"], every="1150")

    assert found.periods[1].drift.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": ["height"]}, "height: no such column"),
        ({"columns": ["applied"], "time": "applied", "every": "month"}, "cannot be compared as well"),
        ({"columns": ["application_id"]}, "identifier"),
        ({"time": "applied"}, "--time needs --every"),
        ({"every": "month"}, "need --time"),
        ({"time": "day", "every": "month"}, "day: no such column"),
        ({"time": "source", "every": "month"}, "no value is a date"),
        ({"time": "score", "every": "month"}, "neither dates nor years"),
        ({"time": "applied", "every": "fortnight"}, "not 'fortnight'"),
        ({"time": "applied", "every": "0"}, "at least one row"),
    ],
)
def test_a_question_that_cannot_be_answered_names_what_is_wrong(options, message):
    with pytest.raises(DriftInputError, match=message):
        frames(applicants(1), applicants(2), **options)


def test_tables_without_a_common_column_are_refused():
    with pytest.raises(DriftInputError, match="share no column"):
        frames(applicants(1)[["score"]], applicants(2)[["source"]])


def test_free_text_is_left_out():
    answers = pd.DataFrame({"answer": [f"answer number {number}" for number in range(N)], "x": 1})

    found = frames(answers, answers)

    assert [left.column for left in found.not_compared] == ["answer"]


def test_text_among_numbers_is_unreadable_and_missing(tmp_path):
    clean, dirty = tmp_path / "clean.csv", tmp_path / "dirty.csv"
    clean.write_text("band\n" + "".join(f"{number % 50}\n" for number in range(1000)))
    dirty.write_text("band\n" + "".join(f"{number % 50}\n" for number in range(850)) + "--undefined--\n" * 150)

    column = files(clean, dirty).whole.columns[0]

    assert (column.type, column.unreadable, column.missing_change) == ("numeric", 150, 0.15)
    assert column.verdict is Verdict.REVIEW


def test_codes_of_a_typed_file_stay_text(tmp_path):
    path = tmp_path / "codes.parquet"
    pd.DataFrame({"code": ["16", "17"] * 200, "n": range(400)}).to_parquet(path)

    with Table(path) as table:
        assert FileColumns(table).contents == {"code": Content.TEXT, "n": Content.NUMBERS}


def test_a_file_without_rows_is_refused(tmp_path):
    path = tmp_path / "header.csv"
    path.write_text("score,source\n")

    with Table(path) as table, pytest.raises(BadTable, match=r"header\.csv: has no rows"):
        assert FileColumns(table).contents


def test_progress_is_told_column_by_column():
    heard = []

    frames(applicants(1), applicants(2), columns=["score", "source"], on_column=lambda *step: heard.append(step))

    assert heard == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_a_column_of_numbers_and_na_holds_numbers(tmp_path):
    """R writes NA where nothing is: three in ten of them made a column of scores one of texts."""
    path = tmp_path / "scores.csv"
    path.write_text(
        "score\n" + "".join(f"{'NA' if row % 10 < 3 else row % 37}\n" for row in range(1000)), encoding="utf-8"
    )

    (column,) = files(path, path).whole.columns

    assert (column.type, column.missing_reference, column.unreadable, column.verdict) == (
        "numeric",
        0.3,
        0,
        Verdict.PASS,
    )


def test_a_text_far_below_many_numbers_is_counted_as_unreadable(tmp_path):
    """The first rows promise numbers only; the file is then read once more, as text."""
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1,2\n" * 20_000 + "perhaps,3\n" + ",4\n", encoding="utf-8")

    with Table(path) as table:
        found = FileColumns(table)
        x, people = found.counted("x")
        y = found.values("y")

    assert found.contents == {"x": Content.NUMBERS, "y": Content.NUMBERS}
    assert dict(zip(x.fillna("blank"), people, strict=True)) == {"1": 20_000, "perhaps": 1, "blank": 1}
    assert (y.dtype, y.iloc[-1]) == (np.float64, 4)


def test_a_released_file_can_be_asked_again(write):
    path = write(applicants(1), "reference")

    with Table(path) as table:
        found = FileColumns(table)
        before = found.values("source").tolist()
        found.release()

        assert found.values("source").tolist() == before
