"""A scored model in production over three years, with one true incident: college dormitories in chunk 27."""

import math

import numpy as np
import pandas as pd
import pytest

from validation.drift_columns import FrameColumns
from validation.drift_table import compare_tables
from validation.outcome import Verdict
from validation.performance_estimate import calibrate, estimate, in_chunks, judge, realise

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def employment(shared_data):
    """The reference of 2015 and the scored rows of 2016 to 2018 with the labels that came later."""
    folder = shared_data / "drift_ma_employment"
    reference = pd.read_parquet(folder / "employment_MA_reference.parquet")
    current = pd.read_parquet(folder / "employment_MA_analysis.parquet")
    labels = pd.read_parquet(folder / "employment_MA_analysis_target.parquet")
    return reference, current.merge(labels, on="id", validate="one_to_one")


@pytest.fixture(scope="module")
def series(employment):
    """Drift in chunks of 5,000 rows, over features, score and prediction."""
    reference, current = employment
    columns = [name for name in current.columns if name not in {"id", "year", "employed"}]
    return compare_tables(FrameColumns(reference), FrameColumns(current), columns=columns, every="5000")


@pytest.fixture(scope="module")
def performance(employment):
    """Estimated and realised performance of each chunk."""
    reference, current = employment
    scores, labels = (reference[name].to_numpy(float) for name in ("predicted_probability", "employed"))
    calibration, known = calibrate(scores, labels), realise(scores, labels, cut=0.5)
    found = []
    for number, part in enumerate(in_chunks(len(current), 5000)):
        scores, labels = (current[name].to_numpy(float)[part] for name in ("predicted_probability", "employed"))
        parts = estimate(scores, calibration, cut=0.5), realise(scores, labels, cut=0.5)
        found.append((judge(str(number), known, parts[0]), judge(str(number), known, *parts)))
    return known, found


def test_the_incident_blocks_the_shift_asks_for_a_review_and_ordinary_chunks_pass(series):
    verdicts = [period.drift.verdict for period in series.periods]

    assert len(verdicts) == 42
    assert verdicts[27] is Verdict.BLOCK
    assert verdicts[14] is Verdict.REVIEW
    assert set(verdicts[:14]) == {Verdict.PASS}


def test_the_small_shift_stays_a_review_for_as_long_as_it_lasts(series):
    ordinary = [*range(14, 26), *range(29, 42)]

    assert {series.periods[index].drift.verdict for index in ordinary} == {Verdict.REVIEW}
    assert {series.periods[index].drift.reason.en for index in ordinary} == {"1 of 18 columns need a review: RELP."}


def test_the_years_as_wholes_pass(employment):
    """The incident and the shift are within years; a year as a whole has its usual people."""
    reference, current = employment
    found = compare_tables(
        FrameColumns(reference), FrameColumns(current), columns=["RELP", "AGEP"], time="year", every="year"
    )

    assert [(period.period, period.drift.verdict) for period in found.periods] == [
        ("2016", Verdict.PASS),
        ("2017", Verdict.PASS),
        ("2018", Verdict.PASS),
    ]


def test_the_incident_has_the_figures_of_the_record(series):
    relp = next(column for column in series.periods[27].drift.columns if column.column == "RELP")
    place = relp.bins.index("17")

    assert relp.jensen_shannon / math.sqrt(math.log(2)) == pytest.approx(0.897, abs=5e-4)
    assert relp.reference_shares[place] == pytest.approx(0.052, abs=5e-4)
    assert relp.current_shares[place] == pytest.approx(0.696, abs=5e-4)


def test_the_reference_and_the_years_have_the_recorded_auc(performance, employment):
    _, current = employment

    years = [
        realise(rows["predicted_probability"].to_numpy(float), rows["employed"].to_numpy(float), cut=0.5).auc
        for _, rows in current.groupby("year")
    ]

    assert performance[0].auc == pytest.approx(0.9034, abs=5e-5)
    assert years == pytest.approx([0.902, 0.905, 0.906], abs=6e-4)


def test_realised_performance_falls_in_the_incident(performance):
    chunks = performance[1]

    assert chunks[27][1].realised.auc == pytest.approx(0.803, abs=6e-4)
    assert chunks[28][1].realised.auc == pytest.approx(0.864, abs=6e-4)
    assert (chunks[27][1].verdict, chunks[28][1].verdict) == (Verdict.BLOCK, Verdict.REVIEW)


def test_the_estimate_warns_before_the_labels_arrive(performance):
    early = [before.verdict for before, _ in performance[1]]

    assert [index for index, verdict in enumerate(early) if verdict is not Verdict.PASS] == [27, 28]
    assert {early[27], early[28]} == {Verdict.REVIEW}


def test_estimated_and_realised_performance_stay_close(performance):
    gaps = np.asarray([after.estimated.auc - after.realised.auc for _, after in performance[1]])

    assert np.abs(np.delete(gaps, [27, 28])).max() < 0.012
    assert np.abs(gaps[[27, 28]]).max() < 0.04
