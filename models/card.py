"""The model card as a value: what a model is for, what it learned from, how good and fair it is, and what limits it.

Every figure comes from the training's record, its files or the gate's result; what people must say stands in `parts`.
What the record does not hold is None or empty, and named in `absent`: a card never invents.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from validation.outcome import Interval, Text

FORMAT = 1
"""Counts up when a field of the JSON changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTarget:
    """What the model predicts, and after how many days a label counts as known."""

    name: str
    matured_after_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardData:
    """What it learned from: periods by part (ISO intervals), numbers of applications, snapshot and code."""

    periods: Mapping[str, str]
    counts: Mapping[str, int]
    excluded: Mapping[str, int]
    snapshot: str
    snapshot_at: str
    data_fingerprint: str
    code_version: str
    trained_by: str
    trained_at: str
    is_generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFeature:
    """One input with its origin; `is_fixed_before_outcome` is None where nobody has declared it."""

    name: str
    source: str
    systems: tuple[str, ...]
    mappings: tuple[str, ...]
    derived_from: tuple[str, ...]
    is_fixed_before_outcome: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMeasure:
    """One figure of a set of scores on the holdout."""

    name: str
    value: float | None
    n: int | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardScores:
    """The figures of the model, or of a baseline, on the same held-out people at its own cut."""

    name: str
    measures: tuple[CardMeasure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGroup:
    """A group's selection rate and impact ratio; `is_hidden` says that its figures are withheld: too few people."""

    group: Mapping[str, str | None]
    n: int | None
    selected: int | None
    rate: float | None
    rate_interval: Interval | None
    impact_ratio: float | None
    impact_interval: Interval | None
    is_comparator: bool
    excluded: str | None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFairness:
    """One table of the gate: impact ratios at the cut that is in force. `n` is None where a part of it is hidden.

    `not_asked` are further people who applied where nobody is asked for the attribute; they stand in no rate.
    """

    check: str
    verdict: str
    cut: float | None
    comparator: str | None
    definition: str
    n: int | None
    unknown_share: float | None
    groups: tuple[CardGroup, ...]
    not_asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCheck:
    """One check of the gate as it was evaluated."""

    check: str
    verdict: str
    role: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStability:
    """What other draws and seeds made of the same fit."""

    seeds: int
    lowest_auc: float | None
    highest_auc: float | None
    largest_flip_share: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAlternative:
    """A variant that the training tried, its quality in cross-validation and its lowest impact ratio there."""

    name: str
    words: Text
    auc: float | None
    auc_interval: Interval | None
    is_no_worse: bool | None
    lowest_impact_ratio: float | None
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAlternatives:
    """The variants, and why one of them was chosen."""

    tried: tuple[CardAlternative, ...]
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGate:
    """The gate result that the card stands on."""

    gate_result_id: str
    verdict: str
    policy: str
    policy_version: str
    policy_sha256: str
    evaluated_at: dt.datetime
    evaluated_by: str
    checks: tuple[CardCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSignature:
    """Who did what with the release, when and why: an answer, a waiver or a line of the ledger."""

    kind: str
    by: str
    at: dt.datetime
    reason: str
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRelease:
    """The release: who proposed it, who answered, which exceptions were signed, and what happened since."""

    label: str
    version: int
    state: str
    proposed_by: str
    proposed_at: dt.datetime
    approvals: tuple[CardSignature, ...]
    waivers: tuple[CardSignature, ...]
    events: tuple[CardSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """A part that somebody wrote, in one language, in the version that is in force; `author` is empty if withheld."""

    language: str
    text: str
    version: int
    written_at: dt.datetime
    author: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The whole card. `parts` holds the texts of people by key, each in the languages in which it was written."""

    model_name: str
    run_id: str
    sha256: str
    cut_score: float | None
    target: CardTarget
    data: CardData
    features: tuple[CardFeature, ...]
    scores: tuple[CardScores, ...]
    fairness: tuple[CardFairness, ...]
    limits: tuple[Text, ...]
    stability: CardStability | None
    alternatives: CardAlternatives | None
    proxies: tuple[Text, ...]
    gate: CardGate | None
    release: CardRelease | None
    parts: Mapping[str, tuple[CardText, ...]]
    missing_parts: tuple[str, ...]
    absent: Mapping[str, Text] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; intervals are pairs, texts in both languages, moments in UTC."""
        return {"format": FORMAT, **_fields(self)}


def _fields(value: object) -> dict[str, object]:
    names = [one.name for one in dataclasses.fields(value)]  # type: ignore[arg-type]
    return {name: _plain(getattr(value, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Interval):
        return value.as_list()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return _fields(value) if dataclasses.is_dataclass(value) else value
