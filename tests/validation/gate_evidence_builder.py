"""Evidence of a model that passes every check, with parts to replace: one broken part a test."""

from dataclasses import replace
from typing import Any

import numpy as np

from validation.bins import freeze, profile
from validation.gate_evidence import (
    CutCounts,
    Evidence,
    FeatureEvidence,
    FeatureProfiles,
    Floats,
    Holdout,
    Loads,
    PairedCount,
    Selection,
    VendorScores,
)
from validation.group_count import GroupCount, group_count
from validation.mix import SegmentCell
from validation.vendor_change import PeriodScores

SEXES = ("F", "M")
RACES = ("asian", "black", "white")


def evidence(**changed: Any) -> Evidence:
    """Evidence that passes, with these fields replaced."""
    passing = Evidence(
        run_id="run-1",
        model_name="re-interview-pass",
        artifact_sha256="ab" * 32,
        target="re_interview_pass",
        snapshot="applications@3",
        period="2026-01-01/2026-06-30",
        cut=0.5,
        has_champion=True,
        loads=Loads(loads=2, unchecked=(), rows_read=20_000, rows_rejected=12),
        features=(feature("ai_score"), feature("skill:logic")),
        explained=frozenset({"ai_score", "skill:logic"}),
        holdout=holdout(),
        selection=selection(),
        profiles=profiles(),
        vendors=(vendor(),),
    )
    return replace(passing, **changed)


def feature(name: str, **changed: Any) -> FeatureEvidence:
    """A declared feature that knows a little."""
    plain = FeatureEvidence(
        name=name, source="demo", is_fixed_before_outcome=True, single_auc=0.62, others_auc=0.70, n=4_000
    )
    return replace(plain, **changed)


def holdout(*, n: int = 2_000, noise: float = 1.0, vendor_noise: float = 1.6, champion_noise: float = 1.0) -> Holdout:
    """A label, a score that predicts it, and comparators that predict it as well as their noise lets them."""
    rng = np.random.default_rng(7)
    truth = rng.normal(size=n)
    label = (truth + rng.normal(size=n) > 0).astype(np.float64)

    def score(its_noise: float) -> Floats:
        return truth + its_noise * rng.normal(size=n)

    own = score(noise)
    others = {
        "vendor_score": score(vendor_noise),
        "logistic": own + 0.1 * rng.normal(size=n),
        "champion": own + 0.2 * rng.normal(size=n) if champion_noise == 1.0 else score(champion_noise),
    }
    return Holdout(label=label, score=own, others=others, training_rows=8_000)


def counts(rates: dict[str, float] | None = None, *, n: int = 2_000, overall: float = 0.4) -> tuple[GroupCount, ...]:
    """`n` people of each sex and race, selected at `overall` times the rates given by sex or race."""
    rates = rates or {}
    return tuple(
        group_count(
            {"sex": sex, "race_ethnicity": race},
            n=n,
            selected=round(n * overall * rates.get(sex, 1.0) * rates.get(race, 1.0)),
        )
        for sex in SEXES
        for race in RACES
    )


def selection(deployed: tuple[GroupCount, ...] | None = None, **changed: Any) -> Selection:
    """The same counts at the deployed cut and beside it, and a champion that selects alike."""
    people = counts() if deployed is None else deployed
    paired = tuple(
        PairedCount(group=one.group, n=one.n, champion=one.selected, selected=one.selected, both=one.selected * 0.9)
        for one in people
    )
    plain = Selection(
        deployed=CutCounts(cut=0.5, counts=people),
        lower=CutCounts(cut=0.45, counts=people),
        higher=CutCounts(cut=0.55, counts=people),
        period="2026-01-01/2026-06-30",
        paired=paired,
    )
    return replace(plain, **changed)


def profiles(*, shift: float = 0.0, n: int = 3_000) -> FeatureProfiles:
    """One feature at training and later, moved by `shift` standard deviations."""
    rng = np.random.default_rng(11)
    before, after = rng.normal(size=5_000), rng.normal(size=n) + shift
    bins = freeze(before)
    return FeatureProfiles(
        reference={"ai_score": profile(before, bins)},
        current={"ai_score": profile(after, bins)},
        period="2026-07-01/2026-09-30",
    )


def vendor(
    name: str = "acme",
    *,
    shift: float = 0.0,
    at: int = 7,
    n: int = 200,
    months: int = 12,
    version: str = "1",
    seed: int = 5,
) -> VendorScores:
    """A year of scores of two jobs with a spread of ten; from month `at` on they are moved by `shift` points, and
    called `version`. The holdout is the last quarter."""
    rng = np.random.default_rng(seed)
    periods = []
    for month in range(1, months + 1):
        is_after = month >= at
        scores = {
            job: rng.normal(mean + shift * is_after, 10, n // 2) for job, mean in {"sales": 60, "tech": 70}.items()
        }
        cells = tuple(
            SegmentCell(segment=job, n=one.size, total=float(one.sum()), squares=float((one**2).sum()))
            for job, one in scores.items()
        )
        periods.append(PeriodScores(period=f"2025-{month:02}", segments=cells, version=version if is_after else "1"))
    return VendorScores(vendor=name, periods=tuple(periods), holdout_from="2025-10", holdout_to="2025-12")
