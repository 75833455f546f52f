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
from warehouse.queries.gate import group_cells
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

SCORE, VENDOR = "score", "ai_score"
"""The predictors of a study: the model's score and the vendor's."""
ATTRIBUTE = "sex"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Studied:
    """What was found; a part is None where it could not be computed. `held` is None where the run's rows are gone.

    `by_group` has the predictors whose prediction is compared between groups: `score`, and the vendor's `ai_score`;
    `may_compare` says whether the reader may see groups at all.
    """

    held: pd.DataFrame | None
    model: Validity | None
    vendor: Validity | None
    by_group: frozenset[str]
    may_compare: bool
    labelled: int


def studied(
    settings: Settings, principal: Principal, release: StoredRelease, target: str, names: dict[str, str]
) -> Studied:
    """Both predictors of a release; `names` are their words. Needs READ_MODELS and READ_LAKE."""
    principal.require(Permission.READ_LAKE)
    held = _held(settings, release)
    labelled = 0 if held is None else int(held["label"].notna().sum())
    column = COLUMNS.get(target)
    vendor = None if column is None else _vendor(settings, principal, release, column, names[VENDOR])
    model = None
    if held is not None and labelled >= LEAST:
        model = _model(settings, principal, release, held, target, names[SCORE])
    found = {SCORE: model, VENDOR: vendor}
    by_group = frozenset(name for name, one in found.items() if one is not None and one.group is not None)
    return Studied(
        held=held,
        model=model,
        vendor=vendor,
        by_group=by_group,
        may_compare=principal.may(Permission.READ_DEMOGRAPHICS),
        labelled=labelled,
    )


def _held(settings: Settings, release: StoredRelease) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(io.BytesIO(run_files.read(settings, release.run_id, "holdout.parquet")))
    except registry.UnknownRun:
        return None


def _model(
    settings: Settings, principal: Principal, release: StoredRelease, held: pd.DataFrame, target: str, name: str
) -> Validity:
    known = held[held["label"].notna()]
    spread = float(held["score"].std(ddof=1))
    given = Assumptions(applicant_sd=spread if spread > 0 else None)
    by_group = _held_by_group(settings, principal, release, known)
    found = by_group or {
        "": cells(known["score"].to_numpy(dtype=np.float64), known["label"].to_numpy(dtype=np.float64))
    }
    one = assess_cells(name, found, is_grouped=bool(by_group), assumptions=given)
    return _answer(one, target, ATTRIBUTE if by_group else None, given, len(known))


def _held_by_group(
    settings: Settings, principal: Principal, release: StoredRelease, known: pd.DataFrame
) -> dict[str, Cells]:
    """The labelled people's scores by the group that they stated; nothing where nobody may know or nobody stated one.

    A person whom the lake no longer has is of unknown group.
    """
    if not principal.may(Permission.READ_DEMOGRAPHICS):
        return {}
    people = pd.DataFrame(
        {"candidate_key": known["candidate_key"].astype(str), "x": known["score"], "y": known["label"]}
    )
    with opened(settings, principal, _snapshot(settings, release), purpose=_purpose(release)) as lake:
        frame = None if lake.snapshot is None else group_cells(lake, people, (ATTRIBUTE,))
    return {} if frame is None or frame[ATTRIBUTE].isna().all() else _by(frame, (ATTRIBUTE,))


def _purpose(release: StoredRelease) -> str:
    return f"validity study of {release.label}"


def _vendor(
    settings: Settings, principal: Principal, release: StoredRelease, criterion: str, name: str
) -> Validity | None:
    may = principal.may(Permission.READ_DEMOGRAPHICS)
    purpose = _purpose(release) if may else None
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
