"""The sentence about the choice says no more than the chosen ratio's interval shows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from training.alternatives_groups import Groups
from training.alternatives_points import Point, impact, ranked
from training.alternatives_words import because
from validation.outcome import Text


def _point(name: str, women: int, of: int) -> Point:
    """A fit that selects so many of the women, and half of as many men."""
    groups = Groups(frame=pd.DataFrame({"sex": ["F"] * of + ["M"] * of}))
    selected = np.r_[np.arange(of) < women, np.arange(of) < of // 2]
    margins, labels = np.linspace(0, 1, 40), np.tile([0.0, 1.0], 20)
    return Point(
        name=name,
        words=Text(en=name, zh=name),
        margins=margins,
        fold_aucs=(),
        cross_validated=ranked(margins, labels),
        holdout=ranked(margins, labels),
        impact=impact(groups, selected),
        holdout_impact=impact(groups, selected),
        difference=None,
    )


@pytest.mark.parametrize(("of", "is_doubted"), [(100, True), (10_000, False)])
def test_a_gain_within_the_interval_is_said_to_be_perhaps_chance(of: int, is_doubted: bool) -> None:
    configured, chosen = _point("as configured", of * 35 // 100, of), _point("other", of * 40 // 100, of)

    said = because([configured, chosen], chosen, 0.02)

    assert ("the gain may be chance" in said.en) is is_doubted
    assert ("可能只是偶然" in said.zh) is is_doubted


def test_a_configured_fit_without_a_ratio_leaves_the_gain_in_doubt() -> None:
    configured, chosen = _point("as configured", 35, 100), _point("other", 40, 100)
    unknown = replace(configured, impact=replace(configured.impact, tables={}))

    assert "may be chance" in because([unknown, chosen], chosen, 0.02).en
