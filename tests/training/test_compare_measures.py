"""Each measure against a second method: on the sample, and in each draw on the rows that were drawn."""

from collections.abc import Mapping

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.metrics import brier_score_loss, roc_auc_score

from training.bootstrap import Drawn, People, Ranked, Sums, drawn
from training.compare_estimates import Figure, difference, estimate
from training.compare_measures import Asked, Rows, logits, recalibration
from training.compare_words import REASONS
from training.metrics import HeldRows, metrics
from validation.cells import bands

N, DRAWS = 1_500, 12


@pytest.fixture(scope="module")
def side() -> Rows:
    """Chances that are too sure of themselves, of people of whom one in six has no label."""
    random = np.random.default_rng(8)
    logit = random.normal(0, 1.2, N)
    label = (random.random(N) < 1 / (1 + np.exp(-(0.3 + 0.6 * logit)))).astype(float)
    label[random.random(N) < 1 / 6] = np.nan
    return Rows(score=1 / (1 + np.exp(-logit)), label=label, cut=0.6, is_chance=True, seen=np.ones(N, dtype=bool))


@pytest.fixture(scope="module")
def people() -> People:
    """Every tenth person applied twice."""
    return People.of([number % 1_350 for number in range(N)])


def _answered(side: Rows, people: People) -> tuple[dict[str, Figure], Drawn]:
    sums, orders = Sums(rows=side.score.size), list[Ranked]()
    asked = Asked.of(side, sums, orders)
    found = drawn(people, sums, orders, seed=5, draws=DRAWS)
    return asked.figures(found), found


def _naive(side: Rows, rows: np.ndarray, bins: np.ndarray) -> Mapping[str, float]:
    """The measures of rows written down as often as they were drawn."""
    score, label = side.score[rows], side.label[rows]
    known = np.isfinite(label)
    chosen = known & (score >= side.cut)
    gaps = [abs((label - score)[known & (bins[rows] == code)].sum()) for code in range(int(bins.max()) + 1)]
    return {
        "auc": roc_auc_score(label[known], score[known]),
        "brier": brier_score_loss(label[known], score[known]),
        "calibration_error": sum(gaps) / known.sum(),
        "precision": label[chosen].mean(),
        "lift": label[chosen].mean() / label[known].mean(),
        "selection_rate": (score >= side.cut).mean(),
    }


def test_each_draw_gives_what_the_rows_drawn_give(side: Rows, people: People) -> None:
    """A slow bootstrap on the same draws."""
    bins = np.full(N, -1.0)
    bins[side.judged] = bands(side.score[side.judged], np.ones(int(side.judged.sum())), 10)
    counts = np.hstack([np.ones((N, 1)), *people.blocks(seed=5, draws=DRAWS)])

    found, _ = _answered(side, people)

    for draw, column in enumerate(counts.T):
        expected = _naive(side, np.repeat(np.arange(N), column.astype(int)), bins)
        assert {name: found[name].values[draw] for name in expected} == pytest.approx(expected)


def test_slope_and_intercept_are_those_of_a_logistic_regression(side: Rows, people: People) -> None:
    label, x = side.label[side.judged], logits(side.score[side.judged])

    found, _ = _answered(side, people)

    fit = sm.Logit(label, sm.add_constant(x)).fit(disp=False)
    assert found["calibration_intercept"].values[0] == pytest.approx(fit.params[0], abs=1e-6)
    assert found["calibration_slope"].values[0] == pytest.approx(fit.params[1], abs=1e-6)


def test_one_step_of_a_draw_is_close_to_fitting_the_draw_again(side: Rows, people: People) -> None:
    counts = np.hstack([*people.blocks(seed=5, draws=DRAWS)])

    found, _ = _answered(side, people)

    for draw, column in enumerate(counts.T, start=1):
        rows = np.repeat(np.arange(N), column.astype(int))
        rows = rows[side.judged[rows]]
        again = recalibration(side.score[rows], side.label[rows])
        assert again is not None
        one_step = [found[f"calibration_{part}"].values[draw] for part in ("intercept", "slope")]
        assert one_step == pytest.approx(list(again), abs=0.01)


def test_figures_are_those_that_a_training_stores(side: Rows, people: People) -> None:
    stored = metrics(HeldRows(score=side.score, label=side.label, cut=side.cut, is_chance=True))

    found = {name: estimate(one)["value"] for name, one in _answered(side, people)[0].items()}

    calibration = stored["calibration"]
    assert isinstance(calibration, dict)
    assert found["calibration_error"] == pytest.approx(calibration["expected_calibration_error"])
    for name in ("auc", "brier", "precision", "lift", "selection_rate"):
        assert found[name] == pytest.approx(stored[name])


def _changed(side: Rows, **values: object) -> Rows:
    plain = {name: getattr(side, name) for name in ("score", "label", "cut", "is_chance", "seen")}
    return Rows(**(plain | values))


def _reasons(side: Rows) -> dict[str, str | None]:
    found, _ = _answered(side, People.of(list(range(N))))
    told = {name: estimate(one) for name, one in found.items()}
    assert all((one["ci"][0] is None) == (one["reason"] is not None) for one in told.values())
    return {name: None if one["reason"] is None else one["reason"]["en"] for name, one in told.items()}


def test_without_labels_only_the_selection_rate_is_defined(side: Rows) -> None:
    found = _reasons(_changed(side, label=np.full(N, np.nan)))

    assert found.pop("selection_rate") is None
    assert set(found.values()) == {"No row with a label and a score."}


def test_without_positives_auc_lift_and_recalibration_say_why(side: Rows) -> None:
    found = _reasons(_changed(side, label=np.zeros(N)))

    assert found["auc"] == "Only one of the two outcomes occurs among the labelled."
    assert found["lift"] == "Nobody among the labelled proved good."
    assert found["calibration_slope"] is not None
    assert found["precision"] == REASONS["no_spread"]["en"]


def test_where_nobody_reaches_the_cut_precision_says_so(side: Rows) -> None:
    found = _reasons(_changed(side, cut=2.0))

    assert found["precision"] == found["lift"] == "Nobody at or above the cut has a label."
    assert found["selection_rate"] == REASONS["no_spread"]["en"]


def test_a_score_that_is_no_chance_is_not_calibrated(side: Rows) -> None:
    found = _reasons(_changed(side, is_chance=False))

    assert found["brier"] == found["calibration_error"] == found["calibration_slope"]
    assert found["brier"] is not None
    assert "no chance" in found["brier"]


def test_a_score_that_parts_the_outcomes_has_no_recalibration() -> None:
    label = np.r_[np.zeros(50), np.ones(50)]

    assert recalibration(np.where(label > 0, 0.9, 0.1), label) is None
    assert recalibration(np.full(100, 0.5), label) is None


def _figure(*values: float) -> Figure:
    return Figure(values=np.array([values[0], *np.repeat(values[1:], 100)]), n=100)


@pytest.mark.parametrize(
    ("measure", "first", "other", "verdict"),
    [
        ("auc", 0.6, 0.7, "better"),
        ("auc", 0.7, 0.6, "worse"),
        ("brier", 0.2, 0.1, "better"),
        ("calibration_error", 0.05, 0.09, "worse"),
        ("calibration_slope", 1.4, 1.1, "better"),
        ("calibration_slope", 1.0, 1.3, "worse"),
        ("calibration_intercept", -0.4, 0.1, "better"),
        ("impact_ratio", 0.8, 0.95, "better"),
        ("impact_ratio", 0.95, 1.4, "worse"),
        ("selection_rate", 0.3, 0.4, "differs"),
        ("precision", 0.6, 0.6, "not_told_apart"),
    ],
)
def test_better_means_more_less_or_nearer(measure: str, first: float, other: float, verdict: str) -> None:
    found = difference(measure, _figure(first, first, first), _figure(other, other - 0.01, other + 0.01))

    assert found["verdict"] == verdict
    assert found["value"] == pytest.approx(other - first)


def test_a_slope_that_moves_to_the_other_side_of_one_differs_and_is_no_better() -> None:
    first, other = _figure(0.9, 0.7, 1.0), _figure(1.1, 1.0, 1.2)

    assert difference("calibration_slope", first, other)["verdict"] == "differs"


def test_an_interval_that_holds_no_change_tells_nothing_apart() -> None:
    first, other = _figure(0.6, 0.6, 0.6), _figure(0.62, 0.58, 0.66)

    found = difference("auc", first, other)

    assert found["verdict"] == "not_told_apart"
    assert found["sentence"]["en"] == (
        "AUC changes by +0.020 against the first (95 % interval -0.020 to +0.060): not told apart."
    )
    assert "无法区分" in found["sentence"]["zh"]


def test_too_many_undefined_draws_leave_no_interval() -> None:
    found = estimate(_figure(0.5, 0.5, np.nan))

    assert (found["value"], found["ci"], found["draws"]) == (0.5, [None, None], 100)
    assert found["reason"] is not None
