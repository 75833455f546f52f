"""Every shipped policy beside every other that may hold at once: the whole is never weaker than any of its parts.

What stricter means is written here a second time, by the place of each setting; a setting that this table does not know
fails the test, so that nobody adds one without saying in which direction it is stricter.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.validation.gate_evidence_builder import counts, evidence, selection
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import evaluate
from validation.gate_evidence import Holdout
from validation.policy_composition import CompositionError, strictest

PLACES = ("cn", "eu", "us-ca", "us-nyc")
LEVELS = ("level-entry", "level-manager", "level-senior")
COMBINATIONS = (
    *itertools.combinations(policies.names(), 2),
    *((place, *levels) for place in PLACES for levels in itertools.combinations(LEVELS, 2)),
    *((*PLACES, level) for level in LEVELS),
    (*PLACES, *LEVELS),
    ("default", *PLACES, *LEVELS),
)
ACTIONS = ("release", "release_with_note", "needs_signed_waiver", "block")
AT_MOST = {
    "release.lease_days", "release.grace_days", "release.longest_waiver_days", "data_contracts.review_share",
    "data_contracts.block_share", "leakage.min_single_auc", "leakage.too_good_auc", "leakage.least_others",
    "leakage.ahead", "performance.against.vendor_score.margin", "performance.against.logistic.margin",
    "performance.against.champion.margin", "adverse_impact.min_share", "adverse_impact.sizeable_share",
    "adverse_impact.unknown_limit", "drift.psi_review", "drift.psi_block", "vendor_change.shift_review",
    "vendor_change.spread_review", "calibration.largest_error", "stability.largest_spread", "stability.largest_flips",
    "proxies.largest_auc", "data_sufficiency.chance_below.min_training_rows",
    "data_sufficiency.chance_below.min_holdout_rows", "data_sufficiency.chance_below.min_holdout_of_each_label",
}  # fmt: skip
AT_LEAST = {
    "release.warn_days", "data_sufficiency.min_training_rows", "data_sufficiency.min_holdout_rows",
    "data_sufficiency.min_holdout_of_each_label", "leakage.tolerance", "validity.min_auc", "validity.min_correlation",
    "adverse_impact.threshold", "adverse_impact.cut_step_share", "adverse_impact_champion.margin",
    "vendor_change.false_alarms",
}  # fmt: skip
THE_SAME = {
    "validity.alpha", "performance.alpha", "adverse_impact.alpha", "adverse_impact.min_n",
    "adverse_impact_champion.alpha", "adverse_impact_champion.min_n", "drift.min_n", "drift.latest_days",
    "error_rates.min_n", "calibration.min_n", "proxies.min_n",
}  # fmt: skip
ALL_OF = {"tables", "required", "sources", "by"}
NONE_BUT = {"noted", "accepted"}

Document = Mapping[str, Any]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Document]:
    """Each shipped policy's whole document."""
    return {name: policies.load(name).document for name in policies.names()}


def settings(document: Document) -> dict[str, Any]:
    """The settings by their place, `release` and `consequences` beside the checks."""
    found: dict[str, Any] = {}
    open_ = [("release", document["release"]), ("consequences", document["consequences"]), *document["checks"].items()]
    while open_:
        place, value = open_.pop()
        if isinstance(value, Mapping):
            open_.extend((f"{place}.{key}", inner) for key, inner in value.items())
        else:
            found[place] = value
    return found


def weaker(whole: Document, part: Document) -> list[str]:
    """The settings in which the whole asks for less than the part."""
    mine, theirs = settings(whole), settings(part)
    return [place for place, value in theirs.items() if not _is_kept(place, mine.get(place), value)]


def _is_kept(place: str, mine: Any, theirs: Any) -> bool:
    last = place.rsplit(".", 1)[-1]
    if ".asked." in place:  # who is asked nowhere stands in no rate: more places are stricter, no list is everywhere
        return mine is None or set(mine) >= set(theirs)
    if mine is None:
        return False
    if place.startswith("consequences"):
        return ACTIONS.index(mine) >= ACTIONS.index(theirs)
    return _holds(place, last, mine, theirs)


def _holds(place: str, last: str, mine: Any, theirs: Any) -> bool:
    tests = {
        last == "role": lambda: mine == "blocking" or theirs == "advisory",
        last in NONE_BUT: lambda: set(mine) <= set(theirs),
        last in ALL_OF: lambda: {str(one) for one in mine} >= {str(one) for one in theirs},
        place in AT_MOST: lambda: mine <= theirs,
        place in AT_LEAST: lambda: mine >= theirs,
        place in THE_SAME: lambda: mine == theirs,
    }
    assert True in tests, f"{place}: say here in which direction it is stricter"
    return bool(tests[True]())


def named(names: Sequence[str]) -> str:
    """A combination as a test's id."""
    return "+".join(names)


def said(document: Document) -> dict[str, Any]:
    """What a document asks, whatever its names."""
    return {key: document.get(key) for key in ("release", "consequences", "checks", "applies_to", "in_force")}


@pytest.mark.parametrize("names", COMBINATIONS, ids=named)
def test_a_combination_is_never_weaker_than_a_part(shipped: dict[str, Document], names: tuple[str, ...]) -> None:
    whole = strictest([shipped[name] for name in names])

    assert {name: weaker(whole, shipped[name]) for name in names} == {name: [] for name in names}


@pytest.mark.parametrize("names", COMBINATIONS, ids=named)
def test_neither_order_nor_repetition_changes_a_combination(
    shipped: dict[str, Document], names: tuple[str, ...]
) -> None:
    parts = [shipped[name] for name in names]

    whole = strictest(parts)

    assert strictest([*reversed(parts), *parts]) == whole
    assert said(strictest([whole, parts[0]])) == said(whole)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_place_and_a_level_are_a_policy_that_says_where_it_holds(place: str, level: str) -> None:
    both = policies.load(place, level)

    assert both == policies.load(level, place)
    assert both.document["applies_to"].keys() == {"jurisdictions", "job_levels"}
    assert policies.from_document(both.document).sha256 == both.sha256


def test_all_places_and_levels_together_are_a_policy() -> None:
    whole = policies.load(*PLACES, *LEVELS)

    assert (whole.lease_days, whole.longest_waiver_days, whole.warn_days) == (90, 45, 30)
    assert whole.criteria == ("performance_12m",)
    assert set(whole.impact.tables) >= {("sex",), ("race_ethnicity",), ("sex", "race_ethnicity"), ("disability",)}


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_asks_for_more_than_the_default(shipped: dict[str, Document], level: str) -> None:
    assert weaker(shipped[level], shipped["default"]) == []
    assert weaker(shipped["default"], shipped[level]) != []


def test_what_neither_direction_makes_stricter_must_agree(shipped: dict[str, Document]) -> None:
    default = shipped["default"]
    validity = {**default["checks"]["validity"], "alpha": 0.01}
    other = {**default, "name": "other", "checks": {**default["checks"], "validity": validity}}

    with pytest.raises(CompositionError, match=r"checks\.validity\.alpha"):
        strictest([default, other])


def test_who_asks_for_more_rows_holds_no_proven_failure_back() -> None:
    """A lack of evidence can be waived, a failure cannot: 700 fitted rows are enough where one policy says so."""
    labels = np.tile([0.0, 1.0], 200)
    useless = Holdout(label=labels, score=np.repeat([0.0, 1.0], 200), others={}, training_rows=700)
    found = evidence(holdout=useless, selection=selection(counts({"F": 0.5})))

    alone, both = (evaluate(policies.load(*names), found) for names in (("default",), ("default", "level-entry")))

    assert both.check("data_sufficiency").state is State.INSUFFICIENT_DATA
    assert both.check("adverse_impact.sex").state is alone.check("adverse_impact.sex").state is State.FAIL
    assert both.check("validity").state is alone.check("validity").state is State.FAIL


def test_of_several_the_least_number_of_rows_says_what_may_be_chance() -> None:
    entry, both = policies.load("level-entry"), policies.load("eu", "level-entry")

    assert (entry.sufficiency.min_training_rows, entry.chance_below.min_training_rows) == (1000, 500)
    assert both.chance_below == entry.chance_below
    assert policies.load().chance_below == policies.load().sufficiency


def test_criteria_that_share_none_are_no_policy() -> None:
    documents = [
        {**policies.load(level).document, "name": name} for level, name in (("level-manager", "a"), ("default", "b"))
    ]
    documents[1]["checks"] = {
        **documents[0]["checks"],
        "criterion": {"role": "advisory", "accepted": ["retention_12m"]},
    }

    with pytest.raises(policies.PolicyError, match=r"checks\.criterion\.accepted"):
        policies.from_document(strictest(documents))
