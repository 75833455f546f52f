"""The validity answer as plain JSON values; what is undefined is null, counts of whole people are integers."""

from validation.corrections import Corrected
from validation.expectancy import Band
from validation.group_validity import GroupValidity
from validation.joint_validity import Joint
from validation.outcome import Text, Verdict, finite
from validation.validity import Assumptions, Corrections, PredictorValidity, Validity

DEFINITION = (
    "Pearson r between predictor and criterion among the people who have both; interval by Fisher's z. "
    "Corrected values: criterion unreliability first, then direct range restriction (Thorndike Case II)."
)


def validity_json(found: Validity) -> dict[str, object]:
    """The whole answer, as `hiregate audit validity --json` prints it."""
    return {
        "definition": DEFINITION,
        "criterion": found.criterion,
        "group": found.group,
        "n": _people(found.n),
        "assumptions": _assumptions(found.assumptions),
        "predictors": [_predictor(one, found.group) for one in found.predictors],
        "joint": None if found.joint is None else _joint(found.joint),
        "verdict": found.verdict.value,
        "reason": _text(found.reason),
    }


def _people(n: float) -> float | int:
    return int(n) if float(n).is_integer() else n


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def _assumptions(given: Assumptions) -> dict[str, object]:
    return {
        "applicant_sd": given.applicant_sd,
        "criterion_reliability": given.criterion_reliability,
        "predictor_reliability": given.predictor_reliability,
        "success_at": given.success_at,
        "level": given.level,
    }


def _predictor(one: PredictorValidity, group: str | None) -> dict[str, object]:
    return {
        "predictor": one.predictor,
        "n": _people(one.correlation.n),
        "missing": _people(one.missing),
        "r": finite(one.correlation.r),
        "r_ci": one.correlation.interval.as_list(),
        "p_value": finite(one.correlation.p),
        "spearman": finite(one.spearman),
        "spearman_ci": one.spearman_interval.as_list(),
        "spearman_ci_fieller": one.spearman_fieller.as_list(),
        "polyserial": finite(one.polyserial),
        "auc": finite(one.auc),
        "corrected": _corrections(one.corrections),
        "assumptions": _assumptions(one.assumptions),
        "expectancy": [_band(band) for band in one.expectancy.bands],
        "success_at": finite(one.expectancy.success_at),
        "base_rate": finite(one.expectancy.base_rate),
        "expectancy_trend_z": finite(one.expectancy.trend_z),
        "by_group": [_group(each, group or "") for each in one.groups],
        "differential_prediction": _prediction(one),
        "validity": {"verdict": one.judgement.verdict.value, "reason": _text(one.judgement.reason)},
        "verdict": one.verdict.value,
        "reason": _text(one.reason),
    }


def _corrections(found: Corrections) -> dict[str, object]:
    parts: dict[str, Corrected | None] = {
        "range_restriction": found.range_restriction,
        "criterion_unreliability": found.criterion_unreliability,
        "both": found.both,
        "indirect_range_restriction": found.indirect,
    }
    answer: dict[str, object] = {name: None if part is None else finite(part.value) for name, part in parts.items()}
    for name, part in parts.items():
        answer[f"{name}_ci"] = None if part is None else part.interval.as_list()
    not_correctable = [name for name, part in parts.items() if part is not None and part.value is None]
    return {**answer, "u": finite(found.u), "sd": finite(found.hired_sd), "not_correctable": not_correctable}


def _band(band: Band) -> dict[str, object]:
    return {
        "band": band.band,
        "low": band.low,
        "high": band.high,
        "n": _people(band.n),
        "successes": _people(band.successes),
        "rate": band.rate,
        "rate_ci": band.interval.as_list(),
        "expected_rate": finite(band.expected_rate),
    }


def _group(one: GroupValidity, column: str) -> dict[str, object]:
    line = one.line
    return {
        "group": {column: one.group},
        "n": _people(one.n),
        "missing": _people(one.missing),
        "r": finite(one.correlation.r),
        "r_ci": one.correlation.interval.as_list(),
        "spearman": finite(one.spearman),
        "predictor_mean": finite(one.predictor_mean),
        "predictor_sd": finite(one.predictor_sd),
        "criterion_mean": finite(one.criterion_mean),
        "criterion_sd": finite(one.criterion_sd),
        "intercept": finite(line.line.intercept) if line else None,
        "slope": finite(line.line.slope) if line else None,
        "mean_residual": finite(line.mean_residual) if line else None,
        "dmod_signed": finite(one.dmod.signed) if one.dmod else None,
        "dmod_unsigned": finite(one.dmod.unsigned) if one.dmod else None,
        "excluded": None if one.excluded is None else _text(one.excluded),
    }


def _prediction(one: PredictorValidity) -> dict[str, object]:
    verdict: Verdict = one.prediction_judgement.verdict
    answer: dict[str, object] = {
        "slope_p": None,
        "intercept_p": None,
        "omnibus_p": None,
        "verdict": verdict.value,
        "reason": _text(one.prediction_judgement.reason),
    }
    found = one.prediction
    if found is None:
        return answer
    steps = {"omnibus": found.omnibus, "slope": found.slope, "intercept": found.intercept}
    for name, step in steps.items():
        answer |= {f"{name}_f": finite(step.f), f"{name}_df": list(step.df), f"{name}_p": finite(step.p)}
    answer |= {
        "n": _people(found.n),
        "groups": [group.group for group in found.groups],
        "common_line": {"intercept": finite(found.common.intercept), "slope": finite(found.common.slope)},
        "r_squared_common": finite(found.r_squared_common),
        "r_squared_intercepts": finite(found.r_squared_intercepts),
        "r_squared_slopes": finite(found.r_squared_slopes),
    }
    return answer


def _joint(joint: Joint) -> dict[str, object]:
    return {
        "n": _people(joint.n),
        "unit_weight_composite": finite(joint.composite),
        "increments": [
            {
                "predictor": name,
                "over": list(joint.predictors[:position]),
                "r_squared": finite(step.r_squared) if step else None,
                "delta_r_squared": finite(step.delta_r_squared) if step else None,
                "f": finite(step.f) if step else None,
                "p_value": finite(step.p) if step else None,
            }
            for position, (name, step) in enumerate(zip(joint.predictors[1:], joint.increments, strict=True), start=1)
        ],
        "comparisons": [
            {
                "first": first,
                "second": second,
                "difference": finite(found.difference),
                "z": finite(found.z),
                "p_value": finite(found.p),
                "method": found.method,
            }
            for first, second, found in joint.comparisons
        ],
    }
