"""What a release policy sets, a value for each of its checks: roles, thresholds, least numbers of people.

The values are read from a policy's document by `validation.policy`, which holds them to the schema first.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Role(StrEnum):
    """Whether a check may stop a release or only speaks to it."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The first and the last day on which a gate may be evaluated under the policy; None is no limit."""

    first: dt.date | None = None
    last: dt.date | None = None

    def has(self, day: dt.date) -> bool:
        """Whether the policy is in force on this day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contracts:
    """From which share of a load's values on a broken contract asks for review, and a rejecting one fails.

    Expectations in `noted` are records of what the mapping says and ask nothing.
    """

    review_share: float
    block_share: float
    noted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficiency:
    """How many rows with a matured label are needed."""

    min_training_rows: int
    min_holdout_rows: int
    min_holdout_of_each_label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """When a single feature knows suspiciously much, by its AUC alone against all other declared ones together.

    Up to `tolerance` below them counts as equal. Among fewer than `least_others` others one strong feature is normal:
    then it has to be `ahead` of them. From `too_good_auc` on it is asked about in any case, below `min_single_auc`
    never.
    """

    min_single_auc: float
    too_good_auc: float
    tolerance: float
    least_others: int
    ahead: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """What the lower bound of the score's AUC, or of its correlation with a graded label, must reach."""

    min_auc: float
    min_correlation: float
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """By how much the score may be worse than each comparator, in AUC or correlation."""

    margins: Mapping[str, float]
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """How adverse impact is judged: see `validation.impact_rule.Rule`.

    A group below `min_n` cannot be judged: it is listed, and with at least `sizeable_share` of the known people it
    asks for review. `cut_step_share` is one operational step of the cut, in share of people advanced. `asked` has the
    countries in which an attribute is asked for at all; without an entry it is asked everywhere.
    """

    tables: tuple[tuple[str, ...], ...]
    threshold: Fraction
    alpha: float
    min_n: int
    min_share: Fraction
    sizeable_share: float
    unknown_limit: float
    cut_step_share: float
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactChange:
    """How far a group's impact ratio may fall below the champion's: the ratio of the two ratios."""

    tables: tuple[tuple[str, ...], ...]
    margin: float
    alpha: float
    min_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftLimits:
    """From which stability index on drift asks for review or fails, and from how many values on it is judged.

    The people interviewed in the last `latest_days` days are held against the training rows.
    """

    latest_days: int
    min_n: int
    psi_review: float
    psi_block: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationLimits:
    """How far observed over expected may lie from one, judged from `min_n` labelled people on."""

    min_n: int
    largest_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityLimits:
    """How far other seeds may spread the AUC, and what share of the decisions they may turn; twice that fails."""

    largest_spread: float
    largest_flips: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLimits:
    """From which AUC on features count as predicting a group, judged from `min_n` people of known group on."""

    min_n: int
    largest_auc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLimits:
    """Which tables' error rates are compared, and from how many people of a group on."""

    tables: tuple[tuple[str, ...], ...]
    min_n: int
