"""The values that the weights of a model are kept as, and as `weights.json` writes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from training.weights_chain import Links, Loop, correlation_json
from validation.correlation import Correlation
from validation.outcome import Interval, Text, finite

UNSAID = Text(en="", zh="")
"""Stands where a sentence is not written yet."""

UNEXPLAINED, POORLY = 0.10, 0.50
"""Below these shares of its variance the vendor's score is not explained by the skills, or by less than half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """The state of the vendor's model that the regression is of; `others_n` people were scored by another one."""

    name: str | None
    version: str | None
    rubric: str | None
    n: int
    others_n: int
    r_squared: float

    @property
    def is_explained(self) -> bool:
        """Whether the skills explain enough of the vendor's score to speak of weights."""
        return self.r_squared >= UNEXPLAINED

    @property
    def label(self) -> str:
        """Vendor and versions in one phrase."""
        return " ".join(one for one in (self.name, self.version, self.rubric) if one) or "–"

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "vendor": self.name,
            "vendor_version": self.version,
            "rubric_version": self.rubric,
            "n": self.n,
            "others_n": self.others_n,
            "r_squared": finite(self.r_squared),
            "is_explained": self.is_explained,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillWeight:
    """One skill: signed shares of what was learned and of the vendor's score, and how it relates to what came later.

    `beta` is the vendor's standardised coefficient. What could not be computed is None.
    """

    skill: str
    learned: float
    learned_interval: Interval
    beta: float | None
    vendor: float | None
    vendor_interval: Interval
    difference: float | None
    difference_interval: Interval
    re_interview: Correlation | None
    performance: Correlation | None
    sentence: Text = UNSAID

    @property
    def direction(self) -> int:
        """1 where the skill counts more than the vendor gives it, −1 where less, 0 where no difference can be told."""
        low, high = self.difference_interval.low, self.difference_interval.high
        if low is None or high is None or low <= 0 <= high:
            return 0
        return 1 if low > 0 else -1

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "skill": self.skill,
            "learned": {"share": self.learned, "ci": self.learned_interval.as_list()},
            "vendor": {"share": finite(self.vendor), "ci": self.vendor_interval.as_list(), "beta": finite(self.beta)},
            "difference": {"share": finite(self.difference), "ci": self.difference_interval.as_list()},
            "direction": self.direction,
            "re_interview": correlation_json(self.re_interview),
            "performance": correlation_json(self.performance),
            "sentence": _plain(self.sentence),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """All skills of one model in the order of its features; `others_share` is what its other features weigh."""

    target: str
    n: int
    period: str | None
    vendor: Vendor | None
    skills: tuple[SkillWeight, ...]
    others_share: float
    links: Links
    loop: Loop | None
    overall: Text = UNSAID
    chain: Text = UNSAID
    caveat: Text = UNSAID

    def as_json(self) -> Mapping[str, object]:
        """Plain JSON values: figures, no row."""
        return {
            "target": self.target,
            "n": self.n,
            "period": self.period,
            "vendor": None if self.vendor is None else self.vendor.as_json(),
            "skills": [one.as_json() for one in self.skills],
            "others_share": finite(self.others_share),
            "links": self.links.as_json(),
            "holdout": None if self.loop is None else self.loop.as_json(),
            "overall": _plain(self.overall),
            "chain": _plain(self.chain),
            "caveat": _plain(self.caveat),
        }


def _plain(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
