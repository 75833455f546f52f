"""Groups and slices of a comparison, against slow second methods on the rows that were drawn."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from training.bootstrap import People
from training.compare_draws import Answered, Asking, Side
from training.compare_estimates import Figure, difference, estimate
from training.compare_impact import Grouping
from training.slices import Slicing, p_value

N, DRAWS = 900, 200
SEX = np.where(np.arange(N) % 9 == 0, None, np.where(np.arange(N) % 2, "F", "M"))
PLACE = np.where(np.arange(N) < 500, "north", np.where(np.arange(N) < 880, "south", "tiny"))


@pytest.fixture(scope="module")
def sides() -> list[Side]:
    """Two runs, of which the second scores women lower, and a vendor who did not score everybody."""
    random = np.random.default_rng(6)
    first = random.random(N)
    second = np.clip(first + random.normal(0, 0.1, N) - np.where(SEX == "F", 0.25, 0.0), 0, 1)
    vendor = np.where(np.arange(N) % 5 == 0, np.nan, random.random(N) * 100)
    return [
        Side(name="a", score=first, cut=0.6, is_chance=True, is_run=True),
        Side(name="b", score=second, cut=0.6, is_chance=True, is_run=True),
        Side(name="vendor_score", score=vendor, cut=60.0, is_chance=False),
    ]


@pytest.fixture(scope="module")
def label() -> np.ndarray:
    """A third has none."""
    random = np.random.default_rng(7)
    return np.where(random.random(N) < 1 / 3, np.nan, (random.random(N) < 0.5).astype(float))


@pytest.fixture(scope="module")
def people() -> People:
    """A hundred people applied twice."""
    return People.of([number % 800 for number in range(N)])


@pytest.fixture(scope="module")
def answered(sides: list[Side], label: np.ndarray, people: People) -> Answered:
    """The comparison by sex and place."""
    asking = Asking(
        sides=sides,
        label=label,
        people=people,
        groupings=[Grouping.of(pd.DataFrame({"sex": SEX}), ("sex",))],
        slicings=[Slicing.of("department", pd.Series(PLACE), np.isfinite(label))],
    )
    return asking.answered(seed=3, draws=DRAWS, tell=lambda _step: None)


@pytest.fixture(scope="module")
def written(people: People) -> list[np.ndarray]:
    """The rows of each draw, as often as they were drawn."""
    counts = np.hstack(list(people.blocks(seed=3, draws=DRAWS)))
    return [np.repeat(np.arange(N), column.astype(int)) for column in counts.T]


def _ratio(side: Side, rows: np.ndarray) -> float:
    scored = rows[np.isfinite(side.score[rows])]
    rate = {sex: (side.score[scored][SEX[scored] == sex] >= side.cut).mean() for sex in ("F", "M")}
    return float(rate["F"] / rate["M"])


def _women(answered: Answered, *, shows_small_groups: bool = True) -> Any:
    table = answered.impact(shows_small_groups=shows_small_groups)[0]
    return next(line for line in table["groups"] if line["group"] == "F")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_impact_ratio_and_its_interval_are_those_of_the_rows_drawn(
    answered: Answered, sides: list[Side], written: list[np.ndarray], place: int
) -> None:
    naive = [_ratio(sides[place], rows) for rows in written]

    found = _women(answered)["sides"][sides[place].name]["impact_ratio"]

    assert found["value"] == pytest.approx(_ratio(sides[place], np.arange(N)))
    assert found["ci"] == pytest.approx(np.quantile(naive, [0.025, 0.975]).tolist())


def test_a_change_of_the_ratio_is_paired(answered: Answered, sides: list[Side], written: list[np.ndarray]) -> None:
    naive = [_ratio(sides[1], rows) - _ratio(sides[0], rows) for rows in written]

    found = _women(answered)["against_first"]["b"]

    assert found["ci"] == pytest.approx(np.quantile(naive, [0.025, 0.975]).tolist())
    assert found["verdict"] == "worse"


def test_a_change_against_a_baseline_is_over_the_rows_that_both_scored(
    answered: Answered, sides: list[Side], written: list[np.ndarray]
) -> None:
    scored = np.isfinite(sides[2].score)
    naive = [_ratio(sides[2], rows[scored[rows]]) - _ratio(sides[0], rows[scored[rows]]) for rows in written]

    found = _women(answered)["against_first"]["vendor_score"]

    assert found["ci"] == pytest.approx(np.quantile(naive, [0.025, 0.975]).tolist())
    assert found["n"] == int((scored & (SEX == "F")).sum())


def test_the_comparator_is_the_firsts_highest_group_and_is_named(answered: Answered) -> None:
    table = answered.impact(shows_small_groups=True)[0]

    rates = {line["group"]: line["sides"]["a"]["selection_rate"]["value"] for line in table["groups"]}
    assert table["comparator"] == max(rates, key=lambda group: rates[group] or 0.0)
    assert (table["known"], table["unknown"]) == (800, 100)


def _by(groups: list[str | None], selected: np.ndarray, **more: Any) -> Any:
    n = len(groups)
    asking = Asking(
        sides=[Side(name="a", score=selected.astype(float), cut=0.5, is_chance=False, is_run=True)],
        label=np.full(n, np.nan),
        people=People.of(list(range(n))),
        groupings=[Grouping.of(pd.DataFrame({"sex": pd.Series(groups, dtype=object)}), ("sex",))],
        slicings=[],
    )
    return asking.answered(seed=1, draws=100, tell=lambda _step: None).impact(**more)[0]


def test_a_group_of_fewer_than_thirty_gets_no_figure_and_sets_no_bar() -> None:
    groups = ["F"] * 60 + ["M"] * 60 + ["X"] * 12
    selected = np.r_[np.arange(120) % 3 == 0, np.ones(12, dtype=bool)]

    found = _by(groups, selected, shows_small_groups=True)

    small = found["groups"][2]
    assert (small["n"], small["sides"]) == (12, {})
    assert "30 are needed" in small["reason"]["en"]
    assert found["comparator"] in {"F", "M"}


def test_a_reader_without_the_right_sees_no_small_group_nor_what_gives_it_away() -> None:
    groups = ["F"] * 60 + ["M"] * 90 + ["X"] * 4
    selected = np.arange(154) % 2 == 0

    found = _by(groups, selected, shows_small_groups=False)

    assert [line["n"] for line in found["groups"]] == [None, 90, None]
    assert found["hidden"] == 2


def test_where_nobody_of_the_comparator_is_selected_the_ratio_says_so() -> None:
    found = _by(["F"] * 60 + ["M"] * 60, np.zeros(120, dtype=bool), shows_small_groups=True)

    other = next(line for line in found["groups"] if not line["is_comparator"])["sides"]["a"]["impact_ratio"]
    assert other["value"] is None
    assert other["reason"]["en"] == "Nobody of the comparator is at or above the cut."


def test_without_any_known_group_the_table_says_so() -> None:
    found = _by([None] * 50, np.ones(50, dtype=bool), shows_small_groups=True)

    assert (found["groups"], found["comparator"]) == ([], None)
    assert found["reason"] is not None


def _slice(answered: Answered, name: str) -> Any:
    return next(line for line in answered.slices()[0]["slices"] if line["slice"] == name)


def _north_auc(side: Side, label: np.ndarray, rows: np.ndarray) -> float:
    kept = rows[(PLACE[rows] == "north") & np.isfinite(label[rows])]
    return float(roc_auc_score(label[kept], side.score[kept]))


def test_a_slices_figures_are_those_of_its_rows_in_every_draw(
    answered: Answered, sides: list[Side], label: np.ndarray, written: list[np.ndarray]
) -> None:
    naive = [_north_auc(sides[1], label, rows) for rows in written]

    found = _slice(answered, "north")["sides"]["b"]

    assert found["auc"]["value"] == pytest.approx(_north_auc(sides[1], label, np.arange(N)))
    assert found["auc"]["ci"] == pytest.approx(np.quantile(naive, [0.025, 0.975]).tolist())
    assert found["selection_rate"]["value"] == pytest.approx((sides[1].score[:500] >= 0.6).mean())


def test_a_slices_change_is_paired_and_its_p_is_by_the_standard_error(
    answered: Answered, sides: list[Side], label: np.ndarray, written: list[np.ndarray]
) -> None:
    gaps = [_north_auc(sides[1], label, rows) - _north_auc(sides[0], label, rows) for rows in written]

    found = _slice(answered, "north")["against_first"]["b"]["auc"]

    assert found["ci"] == pytest.approx(np.quantile(gaps, [0.025, 0.975]).tolist())
    assert found["p"] == pytest.approx(2 * norm.sf(abs(found["value"] / np.std(gaps, ddof=1))))


def test_slices_too_small_to_judge_say_so(answered: Answered) -> None:
    tiny = _slice(answered, "tiny")

    assert (tiny["n"], tiny["sides"], tiny["against_first"]) == (20, {}, {})
    assert "20" in tiny["reason"]["en"]
    assert "20" in tiny["reason"]["zh"]


def test_the_adjusted_p_is_statsmodels_holm_over_all_slices(sides: list[Side], label: np.ndarray) -> None:
    places = [np.arange(N) % 5, np.arange(N) % 4]
    asking = Asking(
        sides=sides[:2],
        label=label,
        people=People.of(list(range(N))),
        groupings=[],
        slicings=[Slicing.of(str(at), pd.Series(one).astype(str), np.isfinite(label)) for at, one in enumerate(places)],
    )

    told = asking.answered(seed=1, draws=100, tell=lambda _step: None).slices()

    lines = [line["against_first"]["b"]["selection_rate"] for table in told for line in table["slices"]]
    assert len(lines) == 9
    adjusted = multipletests([line["p"] for line in lines], method="holm")[1]
    assert [line["p_holm"] for line in lines] == pytest.approx(adjusted.tolist())


def test_a_very_small_slice_is_hidden_with_the_next_one() -> None:
    found = Slicing.of(
        "channel", pd.Series(["a"] * 50 + ["b"] * 40 + ["c"] * 3 + [None] * 60), np.ones(153, dtype=bool)
    )

    assert found.withheld == {"b", "c"}
    assert found.judged == ("a", "unknown")


def test_equal_figures_have_a_p_of_one() -> None:
    same = Figure(values=np.linspace(0.4, 0.6, 101), n=10)

    assert p_value(same, same) == 1.0
    assert p_value(same, Figure(values=np.full(101, np.nan), n=10)) is None


def test_a_difference_that_no_draw_moves_has_neither_p_nor_verdict() -> None:
    """Five right of five against none of five is the same in all draws, which is no proof beyond doubt."""
    first, other = (Figure(values=np.full(101, value), n=5) for value in (0.0, 1.0))

    found = difference("precision", first, other)

    assert p_value(first, other) is None
    assert (found["ci"], found["verdict"]) == ([None, None], "not_told_apart")


def test_a_figure_that_no_draw_moves_has_no_interval() -> None:
    found = estimate(Figure(values=np.ones(101), n=3))

    assert (found["value"], found["ci"]) == (1.0, [None, None])
    assert found["reason"] is not None


def test_rows_too_few_for_any_slice_are_compared() -> None:
    random = np.random.default_rng(2)
    label = np.tile([0.0, 1.0], 10)
    asking = Asking(
        sides=[Side(name=name, score=random.random(20), cut=0.5, is_chance=True, is_run=True) for name in ("a", "b")],
        label=label,
        people=People.of(list(range(20))),
        groupings=[],
        slicings=[Slicing.of("department", pd.Series(["north"] * 20), np.isfinite(label))],
    )

    told = asking.answered(seed=1, draws=100, tell=lambda _step: None).slices()

    assert told[0]["slices"][0]["against_first"] == {}


def test_the_comparators_ratio_is_one_by_definition(answered: Answered) -> None:
    line = next(one for one in answered.impact(shows_small_groups=True)[0]["groups"] if one["is_comparator"])

    assert {(one["impact_ratio"]["value"], *one["impact_ratio"]["ci"]) for one in line["sides"].values()} == {
        (1.0, 1.0, 1.0)
    }
    assert all(one["impact_ratio"]["reason"] is None for one in line["sides"].values())
