"""Evidently as an oracle for our figures, and its report as an artefact."""

import warnings

import numpy as np
import pandas as pd
import pytest

from tests.validation.drift_cases import compared, golden, histogram
from validation import drift_measures as measures
from validation.evidently_report import MOST_ROWS, ReportTooLarge, write_report


@pytest.fixture(scope="module")
def evidently():
    """Evidently's registry of tests, with its own deprecation warnings at import kept to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from evidently.legacy.calculations.stattests import registry  # noqa: PLC0415
        from evidently.legacy.core import ColumnType  # noqa: PLC0415

    def score(name, reference, current, kind="num"):
        test = registry.get_registered_stattest(name, ColumnType(kind))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return test(pd.Series(reference), pd.Series(current), ColumnType(kind), None).drift_score

    score.default = registry._get_default_stattest
    score.kind = ColumnType
    return score


@pytest.fixture(scope="module")
def sources():
    """Categories of which the current rows lack one and add one."""
    rng = np.random.default_rng(5)
    return rng.choice(["a", "b", "c", "d"], 3000, p=[0.5, 0.3, 0.15, 0.05]), rng.choice(["a", "b", "c", "e"], 2000)


@pytest.mark.parametrize("measure", ["psi", "jensenshannon"])
def test_figures_of_categories_equal_evidently(evidently, sources, measure):
    ours = compared(*sources)

    got = ours.psi if measure == "psi" else ours.jensen_shannon

    assert got == pytest.approx(evidently(measure, *sources, "cat"), abs=1e-12)


def test_wasserstein_equals_evidently(evidently):
    rng = np.random.default_rng(6)
    reference, current = rng.gamma(2, size=5000), rng.gamma(2.2, size=3000)

    assert compared(reference, current).wasserstein_normed == pytest.approx(
        evidently("wasserstein", reference, current), abs=1e-12
    )


@pytest.mark.parametrize("measure", ["psi", "jensenshannon"])
def test_figures_of_few_numbers_equal_evidently(evidently, measure):
    rng = np.random.default_rng(7)
    reference, current = rng.integers(1, 6, 2000).astype(float), rng.integers(1, 7, 1500).astype(float)

    ours = compared(reference, current)

    got = ours.psi if measure == "psi" else ours.jensen_shannon
    assert got == pytest.approx(evidently(measure, reference, current), abs=1e-12)


@pytest.mark.parametrize("measure", ["psi", "jensenshannon"])
def test_formulas_on_evidently_bins_equal_evidently(evidently, measure):
    rng = np.random.default_rng(8)
    reference, current = rng.normal(size=4000), rng.normal(0.3, 1.2, size=2500)
    edges = np.histogram_bin_edges(np.concatenate([reference, current]), bins="sturges")
    counts = [np.histogram(side, edges)[0] for side in (reference, current)]

    formula = measures.population_stability_index if measure == "psi" else measures.jensen_shannon

    assert formula(*counts) == pytest.approx(evidently(measure, reference, current), abs=1e-12)


def test_evidently_still_fills_empty_bins_as_we_do(evidently):
    """Below one in 10,000 the fill is a millionth of the least share."""
    reference, current = ["a"] * 20_000 + ["b"], ["a"] * 19_000 + ["c"] * 1000

    assert compared(reference, current).psi == pytest.approx(evidently("psi", reference, current, "cat"), abs=1e-9)


def test_kolmogorov_smirnov_equals_evidently(evidently):
    rng = np.random.default_rng(9)
    reference, current = rng.normal(size=800), rng.normal(0.1, size=700)

    _, p_value = measures.kolmogorov_smirnov(histogram(reference), histogram(current))

    assert p_value == pytest.approx(evidently("ks", reference, current), abs=1e-9)


@pytest.mark.parametrize(
    "row",
    golden()["DR-012"]["expected"]["table"],
    ids=lambda row: f"{row['type']}-{row['n_reference']}-{row['n_unique']}",
)
def test_evidently_chooses_its_test_by_the_reference_rows(evidently, row):
    """Why our verdicts do not use its choice: one more reference row turns a p-value into a distance."""
    rows = 100_000 if "current=100000" in row["test"] else row["n_reference"]
    values = pd.Series(np.arange(max(rows, row["n_reference"])) % row["n_unique"])

    chosen = evidently.default(values[: row["n_reference"]], values[:rows], evidently.kind(row["type"]))

    assert chosen.name.startswith(row["test"].split("-> ")[-1])
    assert chosen.default_threshold == row["threshold"]


@pytest.fixture(scope="module")
def scores():
    """A window of two columns whose score moves by .3 standard deviations."""
    rng = np.random.default_rng(10)
    reference = pd.DataFrame({"score": rng.normal(size=1500), "source": rng.choice(["a", "b", "c"], 1500)})
    return reference, reference.assign(score=reference["score"] + 0.3)


def test_the_report_is_one_file_with_the_same_figures(scores, tmp_path):
    reference, current = scores

    report = write_report(reference, current, tmp_path / "report.html")

    ours = compared(reference["score"], current["score"])
    assert report.scores["score"] == pytest.approx(ours.wasserstein_normed, abs=1e-9)
    assert report.scores["source"] == pytest.approx(0, abs=1e-9)
    assert "<script" in report.path.read_text(encoding="utf-8")


def test_the_report_refuses_windows_it_cannot_handle(tmp_path):
    rows = pd.DataFrame({"x": np.zeros(MOST_ROWS + 1)})

    with pytest.raises(ReportTooLarge, match="100000"):
        write_report(rows, rows.head(10), tmp_path / "report.html")
    with pytest.raises(ValueError, match="both sides"):
        write_report(rows.head(0), rows.head(10), tmp_path / "report.html")
