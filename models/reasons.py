"""Reason codes: why a score is high or low, in English and Chinese, from the model's own contributions.

The dictionary `reasons.yaml` has one entry a source with a sentence for each direction. A training run stores the
entries of its features, so that a served model says the same for as long as it lives. Contributions are in log-odds:
together with the base they add up to the score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from numpy.typing import NDArray

from models.features import FeatureSpec
from validation.outcome import Text


class ReasonsIncomplete(ValueError):
    """Features without a sentence in both languages; `sources` names them."""

    def __init__(self, sources: Sequence[str]) -> None:
        """`sources` have no entry, or one that lacks a sentence."""
        super().__init__(
            f"No reason sentences in English and Chinese for {', '.join(sources)}; add them under 'reasons'"
        )
        self.sources = tuple(sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a source means to a person: a code, and a sentence for each direction."""

    code: str
    positive: Text
    negative: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of one score. `contribution` is in log-odds: above zero it raised the score."""

    code: str
    en: str
    zh: str
    contribution: float

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The explanations of a spec's features, in the order of the matrix's columns."""

    explanations: tuple[Explanation, ...]

    def top(self, contributions: NDArray[np.float64], count: int = 3) -> tuple[Reason, ...]:
        """The strongest reasons of one row, strongest first; features of the same code are added up.

        `contributions` has one number a feature (a last one, the base, is ignored). A reason that moved nothing is
        left out, so there may be fewer than `count`.
        """
        ranked = sorted(self.by_code(contributions).items(), key=lambda item: (-abs(item[1]), item[0]))
        return tuple(self._reason(code, amount) for code, amount in ranked[:count] if amount != 0)

    def by_code(self, contributions: NDArray[np.float64]) -> dict[str, float]:
        """The contribution of each code; their sum is the sum of the features' contributions."""
        totals: dict[str, float] = {}
        for explanation, amount in zip(self.explanations, contributions.tolist(), strict=False):
            totals[explanation.code] = totals.get(explanation.code, 0.0) + amount
        return totals

    def _reason(self, code: str, amount: float) -> Reason:
        explanation = next(one for one in self.explanations if one.code == code)
        sentence = explanation.positive if amount > 0 else explanation.negative
        return Reason(code=code, en=sentence.en, zh=sentence.zh, contribution=amount)

    def as_json(self) -> list[dict[str, object]]:
        """Plain JSON values, one entry a feature."""
        return [asdict(one) for one in self.explanations]


def dictionary(own: Mapping[str, object] | None = None) -> dict[str, Explanation]:
    """Explanation by source: those of the product, replaced and extended by a configuration's `own`."""
    entries = {**_product(), **(own or {})}
    return {source: one for source, entry in entries.items() if (one := _explanation(source, entry)) is not None}


def reasons(spec: FeatureSpec, own: Mapping[str, object] | None = None) -> Reasons:
    """The reasons of a spec. Raises ReasonsIncomplete when a feature lacks a sentence in either language."""
    known = dictionary(own)
    lacking = [source for source in spec.sources if source not in known]
    if lacking:
        raise ReasonsIncomplete(lacking)
    return Reasons(explanations=tuple(known[feature.source] for feature in spec.features))


def stored_reasons(plain: Sequence[Mapping[str, object]]) -> Reasons:
    """Reasons as stored by `Reasons.as_json`. Raises ReasonsIncomplete when an entry lacks a sentence."""
    read = [(str(one.get("code", "")), _explanation(str(one.get("code", "")), one)) for one in plain]
    lacking = [code for code, explanation in read if explanation is None]
    if lacking:
        raise ReasonsIncomplete(lacking)
    return Reasons(explanations=tuple(one for _, one in read if one is not None))


@cache
def _product() -> dict[str, object]:
    text = files("models").joinpath("reasons.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def _explanation(source: str, entry: object) -> Explanation | None:
    if not isinstance(entry, Mapping):
        return None
    positive, negative = _text(entry.get("positive")), _text(entry.get("negative"))
    if positive is None or negative is None:
        return None
    return Explanation(code=str(entry.get("code") or source), positive=positive, negative=negative)


def _text(entry: object) -> Text | None:
    if not isinstance(entry, Mapping) or not entry.get("en") or not entry.get("zh"):
        return None
    return Text(en=str(entry["en"]), zh=str(entry["zh"]))
