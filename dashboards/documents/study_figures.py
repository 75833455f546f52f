"""The figures of a validity study: the model's score on its held-out people, and the vendor's score on the snapshot."""

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models import registry, run_files
from validation.cells import Cells, cells, cells_by
from validation.moments import moments_from_sums
from validation.outcome import worst
from validation.validity import Assumptions, PredictorValidity, Validity, assess_cells
from warehouse.access import Permission, Principal
from warehouse.lake.door import opened
from warehouse.lake.snapshot import standing
from warehouse.ledger_values import StoredRelease
from warehouse.queries.validity import ValidityMoments, expectancy_cells, validity_moments
from warehouse.settings import Settings

LEAST = 50
"""Labelled people below whom no expectancy table in five bands would have ten in each."""

COLUMNS = {
    "re_interview_pass": "re_interview_passed",
    "performance_6m": "performance_6m",
    "performance_12m": "performance_12m",
}
"""Targets that are one rating of the records."""

VENDOR = "ai_score"
ATTRIBUTE = "sex"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Studied:
    """What was found; a part is None where it could not be computed. `held` is None where the run's rows are gone."""

    held: pd.DataFrame | None
    model: Validity | None
    vendor: Validity | None
    is_by_group: bool
    labelled: int


def studied(
    settings: Settings, principal: Principal, release: StoredRelease, target: str, names: dict[str, str]
) -> Studied:
    """Both predictors of a release; `names` are their words. Needs READ_MODELS and READ_LAKE."""
    principal.require(Permission.READ_LAKE)
    held = _held(settings, release)
    labelled = 0 if held is None else int(held["label"].notna().sum())
    column = COLUMNS.get(target)
    is_by_group = principal.may(Permission.READ_DEMOGRAPHICS)
    vendor = None if column is None else _vendor(settings, principal, release, column, names[VENDOR])
    return Studied(
        held=held,
        model=None if held is None or labelled < LEAST else _model(held, target, names["score"]),
        vendor=vendor,
        is_by_group=is_by_group and vendor is not None,
        labelled=labelled,
    )


def _held(settings: Settings, release: StoredRelease) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(io.BytesIO(run_files.read(settings, release.run_id, "holdout.parquet")))
    except registry.UnknownRun:
        return None


def _model(held: pd.DataFrame, target: str, name: str) -> Validity:
    known = held[held["label"].notna()]
    found = cells(known["score"].to_numpy(dtype=np.float64), known["label"].to_numpy(dtype=np.float64))
    spread = float(held["score"].std(ddof=1))
    given = Assumptions(applicant_sd=spread if spread > 0 else None)
    one = assess_cells(name, {"": found}, is_grouped=False, assumptions=given)
    return _answer(one, target, None, given, len(known))


def _vendor(
    settings: Settings, principal: Principal, release: StoredRelease, criterion: str, name: str
) -> Validity | None:
    may = principal.may(Permission.READ_DEMOGRAPHICS)
    purpose = f"validity study of {release.label}" if may else None
    by = (ATTRIBUTE,) if may else ()
    with opened(settings, principal, _snapshot(settings, release), purpose=purpose) as lake:
        if lake.snapshot is None:
            return None
        frame = expectancy_cells(lake, predictor=VENDOR, criterion=criterion, by=by)
        pool = validity_moments(lake, predictors=(VENDOR,), criterion=criterion)
    labelled = int(frame.dropna(subset=["x", "y"])["n"].sum())
    if labelled < LEAST:
        return None
    given = Assumptions(applicant_sd=_spread(pool))
    one = assess_cells(name, _by(frame, by), is_grouped=bool(by), assumptions=given)
    return _answer(one, criterion, ATTRIBUTE if by else None, given, labelled)


def _snapshot(settings: Settings, release: StoredRelease) -> int | None:
    """The release's own snapshot, or the one that took its place; None where the release names none."""
    number = release.snapshot.get("snapshot")
    return standing(settings, number) if isinstance(number, int) else None


def _spread(found: ValidityMoments) -> float | None:
    (everybody,) = found.pool
    return moments_from_sums(everybody.columns, everybody.n, everybody.sums, everybody.products).sd(VENDOR)


def _by(frame: pd.DataFrame, by: tuple[str, ...]) -> dict[str, Cells]:
    if not by:
        return {"": cells(frame["x"], frame["y"], frame["n"])}
    return dict(cells_by(list(frame[ATTRIBUTE]), frame["x"], frame["y"], frame["n"]))


def _answer(one: PredictorValidity, criterion: str, group: str | None, given: Assumptions, n: int) -> Validity:
    verdict = (
        one.judgement.verdict if group is None else worst([one.judgement.verdict, one.prediction_judgement.verdict])
    )
    reason = one.judgement.reason if verdict is one.judgement.verdict else one.prediction_judgement.reason
    return Validity(
        criterion=criterion, group=group, n=n, predictors=(one,), joint=None, assumptions=given, verdict=verdict,
        reason=reason,
    )  # fmt: skip
