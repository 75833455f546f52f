"""From rows to a model and its figures: split, tune, fit, calibrate, cut, and measure on people never fitted.

Nothing here reads or writes anything, so the same rows and configuration give the same model bytes.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xgboost
from numpy.typing import NDArray

from models.features import FeatureSpec, Matrix
from models.scorer import Platt, chance
from training.baselines import LOGISTIC, VENDOR, baseline_scores
from training.configuration import Configuration
from training.cut import CutScore, at_share, cut_score, wanted_share
from training.dataset import Dataset, NothingToLearn
from training.evidence import Scored
from training.explained import Explained, explained_rows
from training.feature_study import FeatureStudy, feature_study
from training.fit import (
    ALL_THREADS,
    InParts,
    OtherMargins,
    fit,
    fit_with_margins,
    full_parameters,
    margins_at,
    native_bytes,
    platt,
)
from training.ground import CONFIGURED, Choose, Fitted, Ground, Rows, WithFit
from training.metrics import HeldRows, metrics
from training.signs import CONSTRAINTS
from training.splits import Split, folds, split
from training.stability import Stability, stability
from training.tune import Folds, Trial, Tuning, refuse_one_sided, settled, tune
from training.tune_optuna import search
from training.tune_settings import Method
from validation.outcome import Text

Array = NDArray[np.float64]

STUDY_FOLDS = 3
"""Folds in which each feature is studied where the configuration has none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """A model with all its figures; `fitted` is the matrix of the labelled rows that were fitted."""

    model: bytes
    fit: Fitted
    split: Split
    tuning: Tuning
    calibration: Platt
    cut: CutScore
    parameters: dict[str, object]
    fitted: Matrix
    fitted_scores: Array
    holdout: Scored
    metrics: dict[str, object]
    baseline_metrics: dict[str, dict[str, object]]
    study: FeatureStudy
    stability: Stability | None
    absent: tuple[str, ...] = ()
    """Features of which no fitted row has a value."""

    def counts(self, frame: pd.DataFrame) -> dict[str, int]:
        """People on each side, with and without a label."""
        labelled = frame["label"].notna().to_numpy()
        fitted = self.split.fit & labelled
        return {
            "interviewed": len(frame),
            "fit": int(fitted.sum()),
            "fit_positives": int(frame["label"][fitted].sum()),
            "fit_unlabelled": int((self.split.fit & ~labelled).sum()),
            "holdout": int(self.split.holdout.sum()),
            "holdout_labelled": int((self.split.holdout & labelled).sum()),
            "holdout_positives": int(frame["label"][self.split.holdout & labelled].sum()),
        }

    def period(self, frame: pd.DataFrame) -> dict[str, str | None]:
        """From when to when people of each side were interviewed, as ISO intervals."""
        when = frame["ai_interviewed_at"]
        return {
            side: _interval(when[mask]) for side, mask in (("fit", self.split.fit), ("holdout", self.split.holdout))
        }

    def tuning_json(self) -> dict[str, object]:
        """The choice, every trial, and whether XGBoost's own defaults learned the rows by heart."""
        defaults = [trial.is_overfit for trial in self.tuning.trials if not set(trial.parameters) - {CONSTRAINTS}]
        return {
            "chosen": self.tuning.chosen.as_json(),
            "trials": [trial.as_json() for trial in self.tuning.trials],
            "defaults_overfit": defaults[0] if defaults else None,
            "is_cut_by_time": self.tuning.is_cut_by_time,
        }

    def warnings(self) -> tuple[Text, ...]:
        """What a reader must know: features without values, candidates that learned by heart, and a model that a plain
        baseline equals."""
        found = [_without_values(self.absent)] if self.absent else []
        found += [_cut_by_time(self.tuning)] if self.tuning.is_cut_by_time else []
        overfit = [trial for trial in self.tuning.trials if trial.is_overfit]
        if overfit:
            found.append(_overfit(overfit, self.tuning.chosen))
        found += [_no_better(name) for name, figures in self.baseline_metrics.items() if self._equals(figures)]
        return tuple(found)

    def _equals(self, figures: Mapping[str, object]) -> bool:
        mine, theirs = self.metrics["auc"], figures["auc"]
        return isinstance(mine, float) and isinstance(theirs, float) and theirs >= mine


def learn(
    rows: Dataset,
    spec: FeatureSpec,
    configuration: Configuration,
    tell: Callable[[str], None],
    choose: Choose | None = None,
    beside: Executor | None = None,
) -> Learned:
    """Learns from `rows`; raises NothingToLearn, TooFewRows, CannotValidate or ConfigurationError where they do not
    allow it.

    `choose` may give another fit of the same rows for the run's model. `beside` works on what looks at no model while
    one is fitted; with more than one thread it would take the fit's core away.
    """
    if beside is None:
        with ThreadPoolExecutor(max_workers=1) as own:
            return learn(rows, spec, configuration, tell, choose, own)
    frame, seed = rows.frame, configuration.seed
    computed = beside.submit(spec.matrix, frame)
    parted = split(frame, configuration.holdout, seed)
    matrix, label = computed.result(), frame["label"].to_numpy(dtype=np.float64)
    is_fitted = parted.fit & np.isfinite(label)
    fitted, known = matrix[is_fitted], label[is_fitted]
    absent = _absent(spec, fitted)
    by_person = folds(frame["candidate_key"][is_fitted], configuration.folds or STUDY_FOLDS, seed)
    tuning = _tuned(fitted, known, by_person, configuration, tell)
    chosen = tuning.chosen
    vendor = frame["ai_score"].to_numpy(dtype=np.float64, na_value=np.nan)
    share = wanted_share(vendor[parted.fit], configuration.cut)
    ground = Ground(frame=frame, matrix=matrix, labels=label, split=parted, trial=chosen, share=share)
    made = choose(ground) if choose else None
    held = parted.holdout
    others = beside.submit(baseline_scores, spec, fitted, known, matrix[held], vendor[held], seed)
    study = beside.submit(feature_study, spec, fitted, known, by_person, chosen, seed=seed)
    tell("fitting the chosen parameters")
    made = made or _as_configured(fitted, known, matrix[~is_fitted], tuning, seed, beside)
    calibration = platt(made.margins, known) if configuration.calibrate else Platt()
    margin = _margins(made, matrix, is_fitted)
    scores = chance(calibration.slope * margin + calibration.intercept)
    cut = cut_score(scores[parted.fit], vendor[parted.fit], configuration.cut)
    tell("measuring on the holdout")
    holdout = Scored(rows=frame[held], score=scores[held], cut=cut.score, baselines=others.result())
    steady = None
    if configuration.draws:
        tell("fitting other draws")
        steady = stability(
            len(known), matrix[held], label[held],
            margin=margin[held], share=cut.wanted_share, again=made.again, seed=seed, draws=configuration.draws,
        )  # fmt: skip
    tell("studying each feature")
    return Learned(
        model=native_bytes(made.booster),
        fit=made,
        split=parted,
        tuning=tuning,
        calibration=calibration,
        cut=cut,
        parameters=made.parameters,
        fitted=fitted,
        fitted_scores=scores[is_fitted],
        holdout=holdout,
        metrics=metrics(HeldRows(score=scores[held], label=label[held], cut=cut.score, is_chance=True)),
        baseline_metrics=_baseline_metrics(holdout, label[held], configuration, cut),
        study=study.result(),
        stability=steady,
        absent=absent,
    )


def _absent(spec: FeatureSpec, fitted: Matrix) -> tuple[str, ...]:
    """The features of which no fitted row has a value. Raises NothingToLearn where that is all of them."""
    has_value: NDArray[np.bool_] = np.asarray(np.isfinite(fitted).any(axis=0))
    if not has_value.any():
        sources = ", ".join(spec.sources)
        raise NothingToLearn(
            f"No labelled application of the fit period has a value of any feature ({sources}); look for these names"
            " among the skills that were loaded, and refresh"
        )
    return tuple(name for name, known in zip(spec.names, has_value, strict=True) if not known)


def _tuned(
    fitted: Matrix, known: Array, by_person: Folds, configuration: Configuration, tell: Callable[[str], None]
) -> Tuning:
    asked, seed, beside = configuration.tuning, configuration.seed, configuration.to_try
    if not configuration.folds:
        refuse_one_sided(known, by_person)
        tell(f"taking {beside[0].name}")
        return settled(beside[0])
    if asked.method is Method.OPTUNA:
        return search(fitted, known, by_person, asked, beside, bound=configuration.bound, seed=seed, progress=tell)
    return tune(fitted, known, by_person, beside, seed=seed, progress=tell)


def _as_configured(fitted: Matrix, known: Array, others: Matrix, tuning: Tuning, seed: int, beside: Executor) -> Fitted:
    chosen = tuning.chosen

    def again(rows: Rows, another: int) -> xgboost.Booster:
        return fit(fitted[rows], known[rows], parameters=chosen.parameters, rounds=chosen.rounds, seed=another)

    explained = Explained(fitted[explained_rows(len(fitted), chosen.rounds, seed)], beside)
    rest = OtherMargins(others, beside)
    watching = [InParts(rest.take, explained.take)]  # log-odds are asked for first
    booster, own = fit_with_margins(
        fitted, known, parameters=chosen.parameters, rounds=chosen.rounds, seed=seed, watching=watching
    )
    return Fitted(
        name=CONFIGURED,
        booster=booster,
        margins=tuning.margins,
        parameters={**full_parameters(chosen.parameters, seed), "rounds": chosen.rounds},
        again=again,
        with_fit=WithFit(own_margins=own, other_margins=rest.margins, contributions=explained.contributions),
    )


def _margins(made: Fitted, matrix: Matrix, is_fitted: NDArray[np.bool_]) -> Array:
    """The log-odds of every row; those that came with the fit are not computed twice."""
    if made.with_fit is None:
        return margins_at(made.booster, matrix, (made.rounds,), threads=ALL_THREADS)[0]
    margins = np.empty(len(matrix))
    margins[is_fitted] = made.with_fit.own_margins
    margins[~is_fitted] = made.with_fit.other_margins()
    return margins


def _baseline_metrics(
    holdout: Scored, label: Array, configuration: Configuration, cut: CutScore
) -> dict[str, dict[str, object]]:
    """Each baseline's figures: the vendor at its own cut where one is configured, the others at the same share."""
    own_cut = configuration.cut.match_vendor_cut
    return {
        name: metrics(
            HeldRows(
                score=score,
                label=label,
                cut=own_cut if name == VENDOR and own_cut is not None else at_share(score, cut.wanted_share),
                is_chance=name == LOGISTIC,
            )
        )
        for name, score in holdout.baselines.items()
    }


def _interval(when: "pd.Series[pd.Timestamp]") -> str | None:
    known = when.dropna()
    return None if known.empty else f"{known.min().date()}/{known.max().date()}"


def _overfit(overfit: list[Trial], chosen: Trial) -> Text:
    worst = max(overfit, key=lambda trial: trial.fitted_auc - trial.auc)
    seen, unseen = f"{worst.fitted_auc:.3f}", f"{worst.auc:.3f}"
    instead = f"{chosen.fitted_auc:.3f}, {chosen.auc:.3f}"
    return Text(
        en=f"{worst.candidate} learned the rows by heart: AUC {seen} on fitted rows, {unseen} on others. "
        f"Chosen instead: {chosen.candidate} with {chosen.rounds} trees ({instead}).",
        zh=f"{worst.candidate} 过拟合：拟合数据上 AUC {seen}，其他数据上 {unseen}。"
        f"改选 {chosen.candidate}，{chosen.rounds} 棵树（{instead}）。",
    )


def _without_values(names: tuple[str, ...]) -> Text:
    listed = ", ".join(names)
    return Text(
        en=f"No fitted row has a value of {listed}; the model knows nothing of it. Look for a misspelt name.",
        zh=f"拟合数据中 {listed} 没有任何取值，模型无法利用上述特征；请检查名称是否有误。",
    )


def _cut_by_time(tuning: Tuning) -> Text:
    searched = len({trial.candidate for trial in tuning.trials})
    return Text(
        en=f"The search for parameters was cut by time after {searched:,} sets of parameters: "
        "the same rows and configuration need not give this model again.",
        zh=f"参数搜索在尝试 {searched:,} 组参数后因时间限制而中止：相同的数据和配置不一定能再次得到本模型。",
    )


_NAMES = {
    VENDOR: Text(en="the vendor's own score", zh="供应商自身的评分"),
    LOGISTIC: Text(en="logistic regression on the same features", zh="使用相同特征的逻辑回归"),
    "unit_weighted_skills": Text(en="the plain mean of the skills", zh="各项能力的简单平均"),
}


def _no_better(name: str) -> Text:
    plain = _NAMES[name]
    return Text(
        en=f"On the holdout {plain.en} ranks people at least as well as the model.",
        zh=f"在留出集上，{plain.zh}的排序能力不低于本模型。",
    )
