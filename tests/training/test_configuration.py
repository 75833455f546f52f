"""Configurations: the product's own ones read, and a wrong one is refused by file and key."""

import datetime as dt
from pathlib import Path

import pytest

from training import configuration
from training.configuration import ConfigurationError, HoldoutKind, load
from training.grid import TUNABLE, default_grid
from training.tune_optuna import SPACE
from warehouse.generate import planted


def _plain() -> dict[str, object]:
    return {
        "name": "c",
        "model_name": "m",
        "target": {"name": "re_interview_pass"},
        "cut": {"share": 0.4},
        "features": [{"name": "content_logic", "source": "skill:content_logic"}],
    }


def test_the_products_own_configurations_are_listed() -> None:
    assert set(configuration.names()) == {
        "demo_after_change", "demo_all_skills", "demo_job_related", "demo_with_leak", "siop_clean", "siop_keyed",
    }  # fmt: skip


def test_the_job_related_demo_leaves_out_speech_fluency_and_matches_the_vendors_cut() -> None:
    everything, related = load("demo_all_skills"), load("demo_job_related")

    left_out = {one.name for one in everything.features} - {one.name for one in related.features}
    assert left_out == {"speech_fluency"}
    assert related.cut.match_vendor_cut == 70


def test_the_demo_after_the_change_has_the_same_skills_and_begins_after_it() -> None:
    """It begins with the first whole month after the planted change."""
    related, after = load("demo_job_related"), load("demo_after_change")
    change = dt.date(2026, 6, 30) - dt.timedelta(days=planted.SILENT_CHANGE_DAYS_BEFORE_END)

    assert after.features == related.features
    assert after.interviewed_from is not None
    assert dt.timedelta(0) < after.interviewed_from - change <= dt.timedelta(days=31)


def test_only_the_leaky_demo_uses_panel_alignment() -> None:
    using = [name for name in configuration.names() if "panel_alignment" in {one.name for one in load(name).features}]

    assert using == ["demo_with_leak"]


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\nmodel_name: m\ntarget: {name: retention_12m}\ncut: {share: 0.4}\n"
        "holdout: {kind: people}\nfeatures: [{name: s, source: ai_score}]\n"
        "candidates: [{name: x, rounds: [30, 10]}]\n"
    )

    read = load(path)

    assert read.holdout.kind is HoldoutKind.PEOPLE
    assert read.candidates[0].rounds == (10, 30)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"targt": 1}, "unknown keys: targt"),
        ({"target": {"name": "x", "months": 6}}, "unknown keys: months"),
        ({"cut": {}}, "either match_vendor_cut or share"),
        ({"cut": {"share": 1.5}}, "between 0 and 1"),
        ({"holdout": {"share": 0}}, "between 0 and 1"),
        ({"holdout": {"kind": "random"}}, "random"),
        ({"folds": 1}, "at least 2"),
        ({"interviewed_from": "soon"}, "write a day such as 2025-02-01"),
        ({"interviewed_from": dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC)}, "write a day"),
        ({"model_name": "a' or '1"}, "hyphens"),
        ({"name": None}, "name is None"),
        ({"calibrate": "false"}, "calibrate is 'false'"),
        ({"sources": "hirevue"}, "sources is 'hirevue'"),
        ({"folds": "abc"}, "folds is 'abc'"),
        ({"folds": 2.7}, "folds is 2.7"),
        ({"draws": True}, "draws is True"),
        ({"seed": -1}, "seed is -1"),
        ({"cut": {"match_vendor_cut": "80"}}, "cut.match_vendor_cut is '80'"),
        ({"cut": {"match_vendor_cut": float("nan")}}, "cut.match_vendor_cut is nan"),
        ({"cut": {"share": "abc"}}, "cut.share is 'abc'"),
        ({"holdout": {"share": "abc"}}, "holdout.share is 'abc'"),
        ({"reasons": [1]}, "reasons is"),
        ({"features": None}, "features is None"),
        ({"features": [{"name": "a"}]}, "the feature 'a' has no source"),
        ({"alternatives": {"methods": [["a"]]}}, "alternatives.methods must name"),
        ({"candidates": 5}, "candidates is 5"),
        ({"candidates": [{"name": "a", "rounds": 5}]}, "rounds is 5"),
        ({"candidates": [{"name": "a", "rounds": ["x"]}]}, "'a' needs rounds"),
        ({"candidates": [{"name": "a", "rounds": [5], "parameters": {"etta": 0.1}}]}, "the parameter 'etta'"),
        ({"candidates": [{"name": "a", "rounds": [5], "parameters": {"objective": 1}}]}, "the parameter 'objective'"),
        ({"candidates": [{"name": "a", "rounds": [5], "parameters": {"eta": "x"}}]}, "eta of the candidate 'a'"),
        ({"candidates": [{"name": "a", "rounds": [5]}, {"name": "a", "rounds": [9]}]}, "a name stands twice"),
        ({"candidates": []}, "candidates is empty"),
        ({"features": []}, "at least one feature"),
        ({"features": [{"name": "gender", "source": "ai_score"}]}, "protected_attribute"),
        ({"features": [{"name": "s", "source": "performance"}]}, "not known when the AI interview ends"),
        ({"features": [{"name": "new", "source": "skill:new"}]}, "reasons"),
        ({"features": ["ai_score"]}, "a feature must be a mapping"),
    ],
)
def test_a_wrong_configuration_is_refused_with_what_is_wrong(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        configuration.configuration({**_plain(), **change}, "own.yaml")


def test_a_missing_key_is_named_with_its_file() -> None:
    plain = _plain()
    del plain["cut"]

    with pytest.raises(ConfigurationError, match=r"own.yaml: the key 'cut' is missing"):
        configuration.configuration(plain, "own.yaml")


def test_an_absent_file_names_the_known_ones_and_broken_yaml_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [")

    with pytest.raises(ConfigurationError, match="demo_job_related"):
        load(tmp_path / "absent.yaml")
    with pytest.raises(ConfigurationError, match="not YAML"):
        load(broken)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name: [a\nfolds: 3\n", "line 2, column 6"),
        ("name: a\nfolds: 3\nname: b\n", "line 3, column 1: 'name' stands twice"),
        ("name: a\n\tfolds: 3\n", "line 2, column 1"),
    ],
)
def test_a_file_that_is_not_yaml_is_refused_with_the_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=f"own.yaml: this is not YAML: {where}"):
        load(path)


def test_a_file_that_is_not_utf_8_is_told_apart_from_an_absent_one(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigurationError, match="UTF-8"):
        load(path)


@pytest.mark.parametrize("day", ["2026-02-01", dt.date(2026, 2, 1)])
def test_a_day_is_read_from_a_file_and_from_a_job(day: object) -> None:
    """A job keeps its configuration as JSON, which has no days."""
    read = configuration.configuration({**_plain(), "interviewed_from": day})

    assert read.interviewed_from == dt.date(2026, 2, 1)


def test_every_parameter_of_the_products_grid_and_search_may_be_given() -> None:
    used = {name for one in default_grid() for name in one.parameters}

    assert used | set(SPACE) <= set(TUNABLE)


def test_new_features_bring_their_own_reasons() -> None:
    sentence = {"en": "Good.", "zh": "好。"}
    own = {"skill:new": {"code": "NEW", "positive": sentence, "negative": sentence}}
    plain = {**_plain(), "features": [{"name": "new", "source": "skill:new"}], "reasons": own}

    assert configuration.configuration(plain).features[0].source == "skill:new"
