"""A shadow beside the champion on the same decisions: agreement, who would flip, how scores differ, drift, period.

Counts only. A cell of fewer people than a view shows is hidden, and with it as many more as it takes that it cannot be
worked out from the rest. What the champion or the shadow left to a person is counted and not compared.
"""

import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from models import registry, run_files
from models.release_lookup import find
from validation.bins import ColumnProfile, profile, reference_profile
from validation.drift import ColumnDrift, compare
from validation.outcome import Interval
from validation.proportion import wilson
from validation.suppression import suppress
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.queries.shadow import DIFFERENCE_STEP, SCORE_DIGITS, PairCell, ScoreCell, shadow_cells
from warehouse.settings import Settings

COMPARED = ("advance", "hold")
"""Recommendations that a model gives by its score alone."""

DEFINITION = (
    "Decisions of the champion that the shadow scored too, at each release's own cut score. Agreement: both advise"
    " advance, or both hold. A flip is advice that the shadow would have turned round. Differences are shadow minus"
    " champion. Drift: the shadow's scores here against those of its own holdout."
)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count of decisions; None where it is hidden because it, or what could be worked out from it, is small."""

    name: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """The comparison. `agreement`, `mean_difference` and the rest are None where too few decisions stand behind them.

    `flips` holds `to_advance` (the champion said hold) and `to_hold`; `differences` counts by steps of 0.1, each named
    by its lower end; `unscored` are decisions of that time without a score of the shadow's.
    """

    release: StoredRelease
    champions: tuple[str, ...]
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    n: int
    compared: int
    left_to_people: int | None
    unscored: int
    agreement: float | None
    agreement_interval: Interval
    flips: tuple[Counted, ...]
    differences: tuple[Counted, ...]
    mean_difference: float | None
    sd_difference: float | None
    drift: ColumnDrift | None
    drift_missing: str

    @property
    def is_too_few(self) -> bool:
        """Whether fewer decisions stand behind it than any view shows."""
        return self.n < SMALLEST_GROUP

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; a hidden count is null."""
        return {
            "model": self.release.model_name,
            "version": self.release.version,
            "champions": list(self.champions),
            "definition": DEFINITION,
            "period": [_moment(self.first_at), _moment(self.last_at)],
            "n": self.n,
            "compared": self.compared,
            "left_to_people": self.left_to_people,
            "unscored": self.unscored,
            "smallest_shown": SMALLEST_GROUP,
            "agreement": self.agreement,
            "agreement_ci": self.agreement_interval.as_list(),
            "flips": {one.name: one.n for one in self.flips},
            "mean_difference": self.mean_difference,
            "sd_difference": self.sd_difference,
            "differences": [{"from": float(one.name), "n": one.n} for one in self.differences],
            "drift": self._drift_json(),
        }

    def _drift_json(self) -> dict[str, object] | None:
        """Effect sizes and verdict; the shares by bin would show small cells."""
        if self.drift is None:
            return None
        kept = ("reference_n", "current_n", "psi", "jensen_shannon", "wasserstein_normed", "verdict", "reason")
        told = self.drift.as_json()
        return {name: told[name] for name in kept}


def report(settings: Settings, principal: Principal, reference: str, *, model_name: str | None = None) -> ShadowReport:
    """The report of a release that is or was in shadow. Needs READ_MODELS; raises UnknownRelease."""
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        release = find(session, reference, model_name)
    cells = shadow_cells(settings, principal, release.release_id)
    drift, missing = _drift(settings, release, cells.scores)
    return _reported(release, cells.pairs, cells.unscored, drift, missing)


def _reported(
    release: StoredRelease, pairs: Sequence[PairCell], unscored: int, drift: ColumnDrift | None, missing: str
) -> ShadowReport:
    n = sum(cell.n for cell in pairs)
    both = [cell for cell in pairs if cell.champion in COMPARED and cell.shadow in COMPARED]
    compared = sum(cell.n for cell in both)
    flips = _flips(both)
    flipped = sum(cell.n for cell in both if cell.champion != cell.shadow)
    is_shown = compared >= SMALLEST_GROUP and not 0 < flipped < SMALLEST_GROUP
    mean, sd = _spread(pairs)
    return ShadowReport(
        release=release,
        champions=tuple(f"{release.model_name}@{one}" for one in sorted({cell.champion_version for cell in pairs})),
        first_at=min((cell.first_at for cell in pairs), default=None),
        last_at=max((cell.last_at for cell in pairs), default=None),
        n=n,
        compared=compared,
        left_to_people=None if 0 < n - compared < SMALLEST_GROUP else n - compared,
        unscored=unscored,
        agreement=(compared - flipped) / compared if is_shown else None,
        agreement_interval=wilson(compared - flipped, compared if is_shown else 0),
        flips=flips,
        differences=_differences(pairs),
        mean_difference=mean,
        sd_difference=sd,
        drift=drift if n >= SMALLEST_GROUP else None,
        drift_missing=missing,
    )


def _flips(both: Iterable[PairCell]) -> tuple[Counted, ...]:
    counts = Counter[tuple[str, str]]()
    for cell in both:
        counts[cell.champion, cell.shadow] += cell.n
    table = {(one, other): counts[one, other] for one in COMPARED for other in COMPARED}
    shown = _hidden(table)
    return (
        Counted(name="to_advance", n=shown["hold", "advance"]),
        Counted(name="to_hold", n=shown["advance", "hold"]),
    )


def _differences(pairs: Iterable[PairCell]) -> tuple[Counted, ...]:
    counts = Counter[int]()
    for cell in pairs:
        if cell.step is not None:
            counts[cell.step] += cell.n
    shown = _hidden(counts)
    return tuple(Counted(name=f"{step * DIFFERENCE_STEP:.1f}", n=shown[step]) for step in sorted(shown))


def _hidden(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    hidden = suppress(counts, k=SMALLEST_GROUP).hidden
    return {key: None if key in hidden else count for key, count in counts.items()}


def _spread(pairs: Iterable[PairCell]) -> tuple[float | None, float | None]:
    """Mean and standard deviation (divisor n) of the differences, from the cells' sums."""
    scored = [cell for cell in pairs if cell.step is not None]
    n = sum(cell.n for cell in scored)
    if n < SMALLEST_GROUP:
        return None, None
    mean = sum(cell.total for cell in scored) / n
    return mean, math.sqrt(max(sum(cell.squares for cell in scored) / n - mean * mean, 0.0))


def _drift(settings: Settings, release: StoredRelease, scores: Sequence[ScoreCell]) -> tuple[ColumnDrift | None, str]:
    """The scores here against the holdout's, on bins of the holdout; or why that cannot be said."""
    reference = _holdout(settings, release.run_id)
    if reference is None:
        return None, "holdout"
    if not scores:
        return None, "scores"
    values = np.array([math.nan if cell.score is None else cell.score for cell in scores])
    current = profile(values, reference.bins, np.array([float(cell.n) for cell in scores]))
    return compare("score", reference, current), ""


def _holdout(settings: Settings, run_id: str) -> ColumnProfile | None:
    try:
        held = pd.read_parquet(io.BytesIO(run_files.read(settings, run_id, "holdout.parquet")), columns=["score"])
    except (registry.UnknownRun, run_files.RunChanged):  # `hiregate verify` names the file
        return None
    return reference_profile(held["score"].to_numpy(dtype=np.float64).round(SCORE_DIGITS))


def _moment(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat(timespec="seconds")
