"""The methods, the projection, the weights and the choice, each against an oracle of its own."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from training.alternatives import Alternatives, Field, alternatives, choice
from training.alternatives_chart import chart
from training.alternatives_groups import Groups, balancing_weights
from training.alternatives_methods import METHODS, Lesson, proxies
from training.alternatives_projection import projection
from training.alternatives_settings import METHODS as NAMES
from training.alternatives_settings import Trying, trying
from training.auc import auc_value
from training.fit import margins_at
from training.proxies import proxy_study
from training.splits import folds
from training.tune import Trial, cross_validated

ROWS, SEED = 3_000, 5
TRIAL = Trial(candidate="t", parameters={"max_depth": 2, "eta": 0.1}, rounds=60, fold_aucs=(), fitted_auc=0.0)


def _field(seed: int = SEED, *, tie: float = 1.0) -> Field:
    """Two useful features; the second stands `tie` deviations lower for women, without their being worse for it."""
    random = np.random.default_rng(seed)
    sex = np.where(random.random(ROWS) < 0.4, "F", "M")
    skill, proxy = random.normal(size=ROWS), random.normal(size=ROWS)
    labels = (random.random(ROWS) < 1 / (1 + np.exp(-(skill + 0.5 * proxy)))).astype(np.float64)
    matrix = np.column_stack([skill, proxy - tie * (sex == "F")]).astype(np.float32)
    is_silent = random.random(ROWS) < 0.05
    groups = Groups(frame=pd.DataFrame({"sex": pd.Series(sex, dtype=object).mask(is_silent, None)}))
    last = np.arange(ROWS) >= ROWS * 0.8
    people = pd.Series([str(number) for number in range(int((~last).sum()))])
    return Field(
        matrix=matrix[~last], labels=labels[~last], groups=groups[~last], folds=folds(people, 4, SEED),
        held=matrix[last], held_labels=labels[last], held_groups=groups[last], trial=TRIAL, share=0.4, seed=SEED,
    )  # fmt: skip


def _lesson(field: Field) -> Lesson:
    return field.lesson(np.ones(len(field.labels), dtype=bool))


@pytest.fixture(scope="module")
def found() -> Alternatives:
    """Everything tried on the planted rows."""
    return alternatives(_field(), Trying(tolerance=0.05), lambda _step: None)


def test_the_configured_fit_is_cross_validated_as_in_tuning(found: Alternatives) -> None:
    field = _field()

    tuned = cross_validated(field.matrix, field.labels, field.folds, TRIAL, seed=SEED)

    assert found.points[0].fold_aucs == tuned


@pytest.mark.parametrize("name", ["proxy_dropped", "constrained", "share_removed"])
def test_a_tie_between_features_and_group_is_cut(found: Alternatives, name: str) -> None:
    configured, ratio = found.points[0].impact.ratio, found.point(name).impact.ratio

    assert configured is not None
    assert ratio is not None
    assert configured < 0.8
    assert ratio > configured + 0.1


def test_weights_even_out_what_stands_in_the_outcomes_only() -> None:
    """Women are rated lower for the same features; weighted rows forget that, and the features never told it."""
    field = _field()
    women = (field.groups.frame["sex"] == "F").to_numpy()
    unfair = np.where(women & (np.random.default_rng(1).random(len(women)) < 0.5), 0.0, field.labels)

    found = alternatives(replace(field, labels=unfair), Trying(methods=("reweighted",)), lambda _step: None)

    before, after = (one.impact.ratio for one in found.points)
    assert before is not None
    assert after is not None
    assert after > before + 0.05


@pytest.mark.parametrize("name", METHODS)
def test_a_fit_scores_from_the_features_alone_and_gives_the_same_bytes_again(name: str) -> None:
    lesson = _lesson(_field())

    booster = METHODS[name].make(lesson)

    assert booster.num_features() == lesson.matrix.shape[1]
    assert bytes(booster.save_raw("ubj")) == bytes(METHODS[name].make(lesson).save_raw("ubj"))


def test_a_dropped_proxy_no_longer_moves_the_score() -> None:
    lesson = _lesson(_field())
    booster = METHODS["proxy_dropped"].make(lesson)
    shifted = lesson.matrix + np.asarray([0, 7], dtype=np.float32)

    before, after = (margins_at(booster, one, (TRIAL.rounds,))[0] for one in (lesson.matrix, shifted))

    assert proxies(lesson).tolist() == [False, True]
    np.testing.assert_array_equal(before, after)


def test_where_no_feature_predicts_a_group_there_is_no_proxy_to_drop() -> None:
    found = alternatives(_field(tie=0.0), Trying(methods=("proxy_dropped",)), lambda _step: None)

    assert set(found.not_tried) == {"proxy_dropped"}
    assert found.chosen == "unconstrained"


def test_without_known_groups_the_configured_fit_stands_and_says_why() -> None:
    field = _field()
    nobody = Groups(frame=field.groups.frame.assign(sex=None))

    found = alternatives(replace(field, groups=nobody), Trying(), lambda _step: None)

    assert (found.chosen, set(found.not_tried)) == ("unconstrained", set(NAMES))
    assert "large enough to compare" in found.why.en


def test_the_tolerance_decides_what_an_alternative_may_cost(found: Alternatives) -> None:
    strict, lenient = choice(found.points, 0.005), choice(found.points, 0.05)

    assert strict.is_no_worse(0.005)
    assert lenient.name == found.chosen != strict.name
    assert (lenient.impact.ratio or 0) > (strict.impact.ratio or 0) + 0.1


def test_what_is_left_of_the_features_has_no_linear_tie_to_the_group() -> None:
    """Oracle: a least-squares fit of the group on what is left explains nothing; before, it explained a fifth."""
    field = _field()
    known = field.groups.frame["sex"].notna().to_numpy()
    is_woman = (field.groups.frame["sex"] == "F").to_numpy().astype(np.float64)[known]
    matrix = field.matrix[known]

    left = projection(matrix, field.groups[known].contrasts())(matrix)

    assert LinearRegression().fit(matrix, is_woman).score(matrix, is_woman) > 0.15
    assert LinearRegression().fit(left, is_woman).score(left, is_woman) == pytest.approx(0, abs=1e-6)


def test_features_that_predict_no_group_are_left_as_they_are() -> None:
    field = _field(tie=0.0)

    left = projection(field.matrix, field.groups.contrasts())(field.matrix)

    spread = (field.matrix - field.matrix.mean(axis=0)) / field.matrix.std(axis=0)
    np.testing.assert_allclose(left, spread, atol=1e-5)


def test_weighted_outcomes_no_longer_depend_on_the_group() -> None:
    field = _field()
    labels = np.where((field.groups.frame["sex"] == "F").to_numpy(), field.labels * (field.matrix[:, 0] > 0), 1.0)
    labels[:50] = 0.0

    weights = balancing_weights(field.groups, labels)

    rates = [np.average(labels[cell], weights=weights[cell]) for cell in _cells(field)]
    assert rates == pytest.approx([labels.mean()] * len(rates))


def test_the_proxy_studys_aucs_are_those_of_an_independent_model() -> None:
    field = _field()
    known = field.groups.frame["sex"].notna().to_numpy()
    is_woman = (field.groups.frame["sex"] == "F").to_numpy().astype(np.float64)

    study = proxy_study(("skill", "proxy"), field.matrix, field.groups, field.folds, seed=SEED)

    women = next(one for one in study.groups if one.group == "F")
    line = LogisticRegression().fit(field.matrix[known], is_woman[known]).decision_function(field.matrix[known])
    assert women.together.value == pytest.approx(auc_value(line, is_woman[known]), abs=0.03)
    assert women.alone["proxy"].value == pytest.approx(auc_value(-field.matrix[known, 1], is_woman[known]))
    assert (women.strongest, women.together.n) == ("proxy", int(known.sum()))


def test_the_chart_is_wellformed_runs_nothing_and_speaks_both_languages(found: Alternatives) -> None:
    drawn = chart(found)

    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own bytes
    assert {one.tag.split("}")[1] for one in root.iter()} <= {"svg", "title", "desc", "rect", "text", "line", "circle"}
    assert "Lowest impact ratio" in drawn.decode()
    assert "最低影响比" in drawn.decode()
    assert drawn == chart(found)


@pytest.mark.parametrize("plain", [None, False, "off"])
def test_off_tries_nothing(plain: object) -> None:
    assert trying(plain) is None


def test_named_methods_are_tried_in_the_order_of_their_simplicity() -> None:
    assert trying({"methods": ["share_removed", "reweighted"]}) == Trying(methods=("reweighted", "share_removed"))
    assert trying("on") == Trying()


@pytest.mark.parametrize(
    "plain", [3, {"cut": 1}, {"methods": []}, {"methods": ["per_group_cut"]}, {"tolerance": -1}, {"tolerance": "x"}]
)
def test_what_cannot_be_meant_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="alternatives"):
        trying(plain)


def _cells(field: Field) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    cells = field.groups.cells()
    return [cells == cell for cell in np.unique(cells)]
