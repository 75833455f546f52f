"""One predictor's validity as lines for a table: raw first, then each correction beside its assumption."""

from dataclasses import dataclass

from validation.corrections import Corrected
from validation.outcome import Interval
from validation.validity import Assumptions, PredictorValidity


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One line; `key` names the figure, `assumption` the inputs in formula signs."""

    key: str
    value: float | None
    interval: Interval | None
    assumption: str = ""
    is_correction: bool = False


def figures(one: PredictorValidity, given: Assumptions) -> list[FigureLine]:
    """Raw figures, those for a criterion in categories where they apply, and the corrections that were asked for."""
    lines = [
        FigureLine(key="r", value=one.correlation.r, interval=one.correlation.interval),
        FigureLine(key="spearman", value=one.spearman, interval=one.spearman_interval),
    ]
    for key, value in (("polyserial", one.polyserial), ("auc", one.auc)):
        if value is not None:
            lines.append(FigureLine(key=key, value=value, interval=None))
    return lines + _corrected(one, given)


def _corrected(one: PredictorValidity, given: Assumptions) -> list[FigureLine]:
    found = one.corrections
    u = (
        ""
        if found.u is None
        else f"u = {found.u:.3f} (SD {found.hired_sd or 0.0:.4g} / {given.applicant_sd or 0.0:.4g})"
    )
    ryy = "" if given.criterion_reliability is None else f"ryy = {given.criterion_reliability:g}"
    rxx = "" if given.predictor_reliability is None else f"rxx = {given.predictor_reliability:g}"
    parts: list[tuple[str, Corrected | None, list[str]]] = [
        ("criterion_unreliability", found.criterion_unreliability, [ryy]),
        ("range_restriction", found.range_restriction, [u]),
        ("both", found.both, [ryy, u]),
        ("indirect", found.indirect, [rxx, ryy, u]),
    ]
    return [
        FigureLine(
            key=key,
            value=part.value,
            interval=part.interval,
            assumption=", ".join(text for text in texts if text),
            is_correction=True,
        )
        for key, part, texts in parts
        if part is not None
    ]
