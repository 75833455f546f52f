"""The values that a gate judges: gathered by `training.gate_run`, or written by hand in a test.

Nothing here reads a file, a table or a clock. What could not be gathered is None, and the gate says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from validation.bins import ColumnProfile
from validation.group_count import Group, GroupCount
from validation.outcome import Interval, Text, Verdict
from validation.vendor_change import PeriodScores

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFinding:
    """One expectation of a data contract on one load; `unexpected_n` of `n` values did not meet it."""

    source: str
    place: str
    expectation: str
    verdict: Verdict
    n: int
    unexpected_n: int
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """The loads that feed the snapshot, by source: how many, how many of them were checked, and what was found."""

    loads: int
    unchecked: tuple[str, ...]
    rows_read: int
    rows_rejected: int
    findings: tuple[ContractFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureEvidence:
    """One feature: whether its mapping declares it fixed before the outcome, and what it knows alone.

    `single_auc` and `others_auc` (all other declared features together) are cross-validated on the training rows;
    either may be None where it could not be computed.
    """

    name: str
    source: str
    is_fixed_before_outcome: bool
    single_auc: float | None = None
    others_auc: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holdout:
    """Rows never used to fit, in one order: label (NaN where not matured), score, and each comparator's score.

    `others` holds the comparators by the policy's names (`vendor_score`, `logistic`, `champion`).
    """

    label: Floats
    score: Floats
    others: Mapping[str, Floats]
    training_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCount:
    """People of one group whom the champion, this model, and both would advance, each at its own cut."""

    group: Group
    n: int
    champion: int
    selected: int
    both: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCounts:
    """Who would advance at one cut: counts by every attribute of the policy at once."""

    cut: float
    counts: tuple[GroupCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Everybody the model would score in the period, at the cut that will be in force and one step to either side.

    `unscored` people were considered but have no score. `paired` compares with the champion's decisions.
    `above_median` counts who is strictly above the median of everybody scored: scoring rates as Local Law 144 has them.
    """

    deployed: CutCounts
    lower: CutCounts | None
    higher: CutCounts | None
    period: str
    unscored: int = 0
    paired: tuple[PairedCount, ...] = ()
    above_median: CutCounts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """People of one group who came to a stage and stand in no rate of it: not finished there, or gone by themselves."""

    group: Group
    in_process: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCount:
    """People of one group with a matured label: its value, and whether they stand at or above the cut."""

    group: Group
    is_positive: bool
    is_selected: bool
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPrediction:
    """How well one feature, or all together (`feature` None), predict a group, among `n` people of known group."""

    attribute: str
    group: str
    feature: str | None
    auc: float | None
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """The holdout's AUC with other seeds, and the share of the `n` people whose decision then differs."""

    aucs: tuple[float, ...]
    flip_shares: tuple[float, ...]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeatureProfiles:
    """Each feature counted on its frozen bins: everybody interviewed in the training period, and the latest people."""

    reference: Mapping[str, ColumnProfile]
    current: Mapping[str, ColumnProfile]
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorScores:
    """One vendor's AI scores by period, from the first row that was fitted to the latest interview.

    `holdout_from` and `holdout_to` are the periods in which the holdout begins and ends; None where it has no dates.
    """

    vendor: str
    periods: tuple[PeriodScores, ...]
    holdout_from: str | None = None
    holdout_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """All that is known of one run when its gate is evaluated.

    `funnel` counts, by stage, whose consideration there is finished and who advanced, of those who applied in the
    period, `outside` whom those rates do not count; `strata` counts, by way to divide the people (`job_family`,
    `location`, `country`, `period`) and stratum, whom the model would advance at the deployed cut.
    """

    run_id: str
    model_name: str
    artifact_sha256: str
    target: str
    snapshot: str
    period: str
    cut: float
    has_champion: bool
    loads: Loads | None = None
    features: tuple[FeatureEvidence, ...] = ()
    holdout: Holdout | None = None
    selection: Selection | None = None
    profiles: FeatureProfiles | None = None
    vendors: tuple[VendorScores, ...] = ()
    labelled: tuple[LabelledCount, ...] = ()
    stability: Stability | None = None
    predictions: tuple[GroupPrediction, ...] = ()
    explained: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    funnel: Mapping[str, tuple[GroupCount, ...]] = field(default_factory=dict)
    outside: Mapping[str, tuple[Outside, ...]] = field(default_factory=dict)
    strata: Mapping[str, Mapping[str, tuple[GroupCount, ...]]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
