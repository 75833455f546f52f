"""A file cut into chunks that are counted apart and merged gives the figures of the whole, for every statistic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation.adverse_impact import assess_by
from validation.bins import profile, reference_profile
from validation.cells import cells_by, merged_cells
from validation.column_counts import outcome_counts
from validation.drift import assess as assess_drift
from validation.error_columns import error_cells
from validation.error_rates import error_rates
from validation.impact_rule import Rule
from validation.validity import assess_cells

GROUPS = ["F", "M", "女", ""]
rows = st.lists(
    st.tuples(st.sampled_from(GROUPS), st.sampled_from(["1", "0", ""]), st.sampled_from(["1", "0"])),
    min_size=2,
    max_size=60,
)
scores = st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(0, 20), st.integers(0, 9)), min_size=2, max_size=60)
files_of_rows = settings(max_examples=20, deadline=None)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Writes people as one file."""
    folder = tmp_path_factory.mktemp("chunks")

    def write(people, name):
        path = folder / f"{name}.csv"
        pd.DataFrame(people, columns=["g", "y", "p"]).to_csv(path, index=False)
        return path

    return write


def halves(people, data):
    """The same people in two parts, neither empty."""
    at = data.draw(st.integers(1, len(people) - 1))
    return people[:at], people[at:]


@files_of_rows
@given(people=rows, data=st.data())
def test_adverse_impact_of_chunks_is_that_of_the_file(written, people, data):
    def counted(part, name):
        return outcome_counts(written(part, name), groups=["g"], selected="y")

    whole, parts = counted(people, "whole"), [counted(part, "part") for part in halves(people, data)]

    merged = assess_by(
        Rule(),
        [count for part in parts for count in part.counts],
        outcome_missing=sum(part.outcome_missing for part in parts),
    )

    assert merged.as_json() == assess_by(Rule(), whole.counts, outcome_missing=whole.outcome_missing).as_json()


@files_of_rows
@given(people=rows, data=st.data())
def test_error_rates_of_chunks_are_those_of_the_file(written, people, data):
    def counted(part, name):
        return error_cells(written(part, name), groups=["g"], label="y", predicted="p")

    whole, parts = counted(people, "whole"), [counted(part, "part") for part in halves(people, data)]

    merged = error_rates([cell for part, _ in parts for cell in part], missing=sum(missing for _, missing in parts))

    assert merged.as_json() == error_rates(whole[0], missing=whole[1]).as_json()


@settings(deadline=None)
@given(people=scores, data=st.data())
def test_validity_of_chunks_is_that_of_the_whole(people, data):
    def by_group(part):
        return cells_by(*(list(column) for column in zip(*part, strict=True)))

    parts = [by_group(part) for part in halves(people, data)]
    merged = {
        name: merged_cells([part[name] for part in parts if name in part])
        for name in sorted({name for part in parts for name in part})
    }

    found = [assess_cells("x", cells, is_grouped=True) for cells in (by_group(people), merged)]

    kept = [(one.correlation, one.spearman, one.expectancy, one.prediction, one.verdict) for one in found]
    assert kept[0] == kept[1]


@settings(deadline=None)
@given(people=scores, data=st.data())
def test_drift_of_chunks_is_that_of_the_whole(people, data):
    reference = reference_profile(np.arange(200) % 21)
    current = [score for _, score, _ in people]
    first, second = (profile(part, reference.bins) for part in halves(current, data))

    whole = assess_drift({"x": reference}, {"x": profile(current, reference.bins)})
    merged = assess_drift({"x": reference}, {"x": first.merge(second)})

    assert merged.as_json() == whole.as_json()


@settings(deadline=None)
@given(people=scores)
def test_counts_instead_of_rows_change_no_drift(people):
    reference = reference_profile(np.arange(200) % 21)
    values, weights = np.unique([score for _, score, _ in people], return_counts=True)

    rows = assess_drift({"x": reference}, {"x": profile([score for _, score, _ in people], reference.bins)})
    counts = assess_drift({"x": reference}, {"x": profile(values, reference.bins, weights.astype(float))})

    assert counts.as_json() == rows.as_json()
