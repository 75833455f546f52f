"""A composite target: its mean against a hand calculation, who has one, when it is known, and where it is cut."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from models.features import Feature, FeatureSpec
from training import composite
from training.configuration import ConfigurationError, configuration
from training.dataset import Dataset, dataset
from training.labels import target_kind
from training.target import Target, target

AS_OF = pd.Timestamp("2026-06-30", tz="UTC")
SPEC = FeatureSpec(features=(Feature(name="logic", source="skill:logic"),))
BOTH: Mapping[str, object] = {"name": "composite", "parts": {"performance_12m": 3, "retention_12m": 1}}


def _rows(ratings: list[float], **columns: object) -> pd.DataFrame:
    """Hired on 1 February 2025 a month after the interview, rated a year and ten days later."""
    count = len(ratings)
    frame = pd.DataFrame(
        {
            "application_key": [f"a{number}" for number in range(count)],
            "candidate_key": [f"c{number}" for number in range(count)],
            "department_id": "d",
            "job_family": "sales",
            "applied_at": pd.Timestamp("2025-01-01", tz="UTC"),
            "ai_interviewed_at": pd.Timestamp("2025-01-01", tz="UTC"),
            "ai_score": 70.0,
            "skill:logic": np.linspace(40, 80, count),
            "hired_on": [dt.date(2025, 2, 1)] * count,
            "left_on": [None] * count,
            "performance_12m": ratings,
            "performance_12m_on": [dt.date(2026, 2, 11)] * count,
            "re_interviewed_at": pd.Timestamp("2025-01-08", tz="UTC"),
            "re_interview_passed": [True] * count,
            "criterion": 1.0,
            "criterion_on": pd.Series(pd.NaT, index=range(count)),
        }
    )
    return frame.assign(**columns)


def _made(frame: pd.DataFrame, **asked: object) -> Dataset:
    everybody = np.ones(len(frame), dtype=bool)
    return dataset(frame, "q", SPEC, target({**BOTH, **asked}), AS_OF, fit_period=lambda _: everybody)


def test_the_parts_are_averaged_by_their_weights_and_cut_where_the_target_says() -> None:
    """(3 x 0.6 + 1 x 1) / 4 = 0.7."""
    frame = _rows([0.59, 0.6, 0.9])

    made = _made(frame, at_least=0.7)

    assert made.frame["label"].tolist() == [0.0, 1.0, 1.0]
    assert made.target_cut == 0.7


def test_a_row_without_a_required_part_has_no_label() -> None:
    made = _made(_rows([0.9, np.nan]), at_least=0.5)

    assert made.frame["label"].isna().tolist() == [False, True]
    assert (made.excluded["no_label"], made.excluded["part_absent.performance_12m"]) == (1, 1)


def test_who_left_may_lack_a_part_that_is_not_required() -> None:
    """Whoever left has no rating after twelve months: with both parts required, leavers would have no label at all."""
    frame = _rows([0.9, np.nan], left_on=[None, dt.date(2025, 5, 1)])

    made = _made(frame, at_least=0.5, required=["retention_12m"])

    assert made.frame["label"].tolist() == [1.0, 0.0]


def test_a_stayer_whose_rating_is_absent_has_no_label_even_where_it_is_not_required() -> None:
    """Staying alone would count as the best rating."""
    made = _made(_rows([0.9, np.nan]), at_least=0.5, required=["retention_12m"])

    assert made.frame["label"].isna().tolist() == [False, True]


def test_it_is_known_on_the_day_of_its_latest_part() -> None:
    made = _made(_rows([0.9]), at_least=0.5)

    assert made.frame["label_on"].tolist() == [pd.Timestamp("2026-02-11", tz="UTC")]


@pytest.mark.parametrize(("days", "labelled"), [(139, 2), (140, 1)])
def test_it_is_matured_only_when_its_latest_part_is(days: int, labelled: int) -> None:
    """139 days lie between 11 February and 30 June 2026."""
    frame = _rows([0.9, 0.9], performance_12m_on=[dt.date(2026, 2, 11), dt.date(2026, 2, 1)])

    made = _made(frame, at_least=0.5, matured_after_days=days)

    assert made.labelled_n == labelled


def test_a_part_without_a_date_counts_only_where_the_target_says_so_and_hides_no_other_date() -> None:
    frame = _rows([0.9, 0.9], hired_on=[dt.date(2025, 2, 1), dt.date(2026, 2, 1)])
    asked = {"parts": {"high_performer": 1, "retention_12m": 1}, "at_least": 0.5}

    accepted = _made(frame, **asked, undated_is_matured=True)

    assert accepted.frame["label"].notna().tolist() == [True, False]
    with pytest.raises(ValueError, match="No matured label"):
        _made(frame, **asked)


def test_a_part_dated_before_the_interview_spoils_the_label_even_when_another_came_later() -> None:
    frame = _rows([0.9, 0.9])
    frame.loc[0, "re_interviewed_at"] = pd.Timestamp("2024-12-01", tz="UTC")

    made = _made(frame, parts={"re_interview_pass": 1, "retention_12m": 1}, at_least=0.5)

    assert made.frame["label"].notna().tolist() == [False, True]
    assert made.excluded["label_before_interview"] == 1


def test_a_top_share_is_that_of_the_labelled_rows_of_the_fit_period() -> None:
    frame = _rows(np.linspace(0, 1, 10).tolist())
    is_fit = np.arange(10) < 5

    asked = target({**BOTH, "top_share": 0.4})
    made = dataset(frame, "q", SPEC, asked, AS_OF, fit_period=lambda _: is_fit)

    assert made.frame["label"].tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]


def test_a_share_that_ties_do_not_allow_is_said() -> None:
    made = _made(_rows([0.2, 0.5, 0.5, 0.5]), top_share=0.4)

    assert "75.0% count as good, not the configured 40.0%" in made.warnings[-1].en
    assert "75.0%" in made.warnings[-1].zh


def test_standardised_parts_weigh_by_their_spread_in_the_fit_period() -> None:
    random = np.random.default_rng(2)
    values = pd.DataFrame({"performance_12m": random.normal(0.6, 0.05, 200), "retention_12m": random.random(200) < 0.7})
    read = composite.Parts(values=values.astype(float), known_on=pd.DataFrame(pd.NaT, index=range(200), columns=["a"]))
    asked = Target(name="composite", parts={"performance_12m": 1, "retention_12m": 1}, top_share=0.3, standardise=True)
    is_fit = np.arange(200) < 120

    label, least = composite.cut(read, np.ones(200, dtype=bool), is_fit, asked)

    standard = sum((values[name] - values[name][is_fit].mean()) / values[name][is_fit].std(ddof=0) for name in values)
    assert least == pytest.approx(np.sort(standard[is_fit] / 2)[-36])
    np.testing.assert_array_equal(label, (standard / 2 >= least).astype(float))


def test_the_reader_is_told_of_all_that_a_label_needs() -> None:
    kind = target_kind(target({**BOTH, "at_least": 0.5}))

    assert kind.who.en == "those who were hired and rated and those who were hired"
    assert kind.who.zh == "已入职并获得绩效评估的人且已入职的人"


def test_the_criterion_of_a_part_is_read_from_the_lake() -> None:
    asked = target({**BOTH, "parts": {"high_performer": 1, "retention_12m": 1}, "at_least": 0.5})

    assert target_kind(asked).criterion == "high_performer"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"parts": {"retention_12m": 1}, "at_least": 0.5}, "two or more"),
        ({"parts": {"charm": 1, "retention_12m": 1}, "at_least": 0.5}, "two or more of re_interview_pass"),
        ({"parts": {"performance_12m": 0, "retention_12m": 1}, "at_least": 0.5}, "a weight is a number above 0"),
        ({"parts": ["retention_12m"], "at_least": 0.5}, "mapping of outcome to weight"),
        ({"required": ["performance_6m"], "at_least": 0.5}, "not among target.parts"),
        ({"required": ["performance_12m"], "at_least": 0.5}, "must name retention_12m"),
        ({}, "either target.at_least or target.top_share"),
        ({"at_least": 0.5, "top_share": 0.5}, "either target.at_least or target.top_share"),
        ({"at_least": 1.5}, "between 0 and 1"),
        ({"top_share": 1}, "between 0 and 1"),
        ({"at_least": 0.5, "standardise": True}, "give target.top_share"),
        ({"at_least": "half"}, "a number between 0 and 1"),
        ({"at_least": 0.5, "matured_after_days": -1}, "below 0"),
        ({"at_least": 0.5, "matured_after_days": 1.5}, "whole number of days"),
        ({"name": "retention_12m"}, "target.parts belongs to the target 'composite' alone"),
    ],
)
def test_a_composite_that_cannot_be_meant_is_refused(asked: dict[str, object], message: str) -> None:
    features = [{"name": "content_logic", "source": "skill:content_logic"}]
    plain = {"name": "c", "model_name": "m", "cut": {"share": 0.4}, "features": features, "target": {**BOTH, **asked}}

    with pytest.raises(ConfigurationError, match=message):
        configuration(plain, "own.yaml")


def test_what_only_a_composite_has_stands_only_in_its_record() -> None:
    assert set(Target(name="retention_12m").as_json()) == {
        "name",
        "at_least",
        "matured_after_days",
        "undated_is_matured",
    }
    assert target({**BOTH, "at_least": 0.5}).as_json()["required"] == ["performance_12m", "retention_12m"]
