"""Reads the machine's side of a model card from stored JSON: the training's record, its feature spec and its files.

Records of older trainings lack fields; what is not there becomes None or empty, never a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from models.card import (
    CardAlternative,
    CardAlternatives,
    CardData,
    CardFeature,
    CardMeasure,
    CardScores,
    CardStability,
    CardTarget,
)
from validation.outcome import Interval, Text, finite

Plain: TypeAlias = Mapping[str, object]

MEASURES = ("auc", "brier", "selection_rate", "precision", "lift", "base_rate")
"""Figures of a set of scores that a card shows; those about selection are of all scored people."""

SELECTIVE = Text(
    en="Labels exist only for people who got as far as a re-interview or a hire: figures that use them speak of those"
    " people, and of the others only by assumption.",
    zh="只有进入复试或被录用的人才有标签：使用标签的指标只描述这部分人，对其他人的推断依赖假设。",
)
_OF_ALL = frozenset({"selection_rate"})


def target(record: Plain) -> CardTarget:
    """What is predicted."""
    found = record.get("target")
    if not isinstance(found, Mapping):
        return CardTarget(name=str(found or ""), matured_after_days=None)
    days = number(found.get("matured_after_days"))
    return CardTarget(name=str(found.get("name", "")), matured_after_days=None if days is None else int(days))


def data(record: Plain, snapshot: Plain, fingerprint: str, *, is_generated: bool) -> CardData:
    """Periods, numbers and the snapshot."""
    return CardData(
        periods={name: str(value) for name, value in mapping(record.get("period")).items()},
        counts=_counts(record.get("n")),
        excluded=_counts(record.get("excluded")),
        snapshot=str(snapshot.get("snapshot", snapshot.get("id", ""))),
        snapshot_at=str(snapshot.get("created_at", "")),
        data_fingerprint=fingerprint,
        code_version=str(record.get("code_version", "")),
        trained_by=str(record.get("trained_by", "")),
        trained_at=str(record.get("trained_at", "")),
        is_generated=is_generated,
    )


def features(spec: Plain) -> tuple[CardFeature, ...]:
    """The inputs in their order."""
    return tuple(_feature(mapping(one)) for one in listed(spec.get("features")))


def _feature(plain: Plain) -> CardFeature:
    origin = mapping(plain.get("provenance"))
    fixed = origin.get("fixed_before_outcome")
    return CardFeature(
        name=str(plain.get("name", "")),
        source=str(plain.get("source", "")),
        systems=_names(origin.get("systems")),
        mappings=_names(origin.get("mappings")),
        derived_from=_names(origin.get("derived_from")),
        is_fixed_before_outcome=fixed if isinstance(fixed, bool) else None,
    )


def scores(record: Plain) -> tuple[CardScores, ...]:
    """The model's figures and the baselines', those that the record holds."""
    sets = {"model": record.get("metrics"), **dict(sorted(mapping(record.get("baselines")).items()))}
    found = ((name, tuple(_measures(mapping(figures)))) for name, figures in sets.items())
    return tuple(CardScores(name=name, measures=measures) for name, measures in found if measures)


def _measures(figures: Plain) -> Iterator[CardMeasure]:
    for name in MEASURES:
        if name in figures:
            n = number(figures.get("scored_n" if name in _OF_ALL else "n"))
            yield CardMeasure(
                name=name,
                value=number(figures[name]),
                n=None if n is None else int(n),
                interval=interval(figures.get(f"{name}_ci")),
            )


def limits(record: Plain) -> tuple[Text, ...]:
    """That labels are selective, and each warning of the training."""
    return (SELECTIVE, *(found for one in listed(record.get("warnings")) if (found := text(one)) is not None))


def stability(plain: Plain | None) -> CardStability | None:
    """How far other draws lie apart."""
    if plain is None:
        return None
    aucs = [value for one in listed(plain.get("aucs")) if (value := number(one)) is not None]
    flips = [value for one in listed(plain.get("flip_shares")) if (value := number(one)) is not None]
    return CardStability(
        seeds=len(flips),
        lowest_auc=min(aucs, default=None),
        highest_auc=max(aucs, default=None),
        largest_flip_share=max(flips, default=None),
        n=int(number(plain.get("n")) or 0),
    )


def alternatives(plain: Plain | None) -> CardAlternatives | None:
    """The variants that were tried; those that could not be tried have no figures."""
    if plain is None:
        return None
    points = [mapping(one) for one in listed(plain.get("points"))]
    why = text(plain.get("why")) or Text(en="", zh="")
    return CardAlternatives(tried=tuple(_alternative(one, str(plain.get("chosen", ""))) for one in points), why=why)


def _alternative(point: Plain, chosen: str) -> CardAlternative:
    quality, impact = mapping(point.get("quality")), mapping(point.get("impact"))
    ranked = mapping(quality.get("cross_validated"))
    worst = mapping(mapping(impact.get("cross_validated")).get("worst"))
    name, no_worse = str(point.get("name", "")), quality.get("is_no_worse")
    return CardAlternative(
        name=name,
        words=text(point.get("words")) or Text(en=name, zh=name),
        auc=number(ranked.get("auc")),
        auc_interval=interval(ranked.get("auc_ci")),
        is_no_worse=no_worse if isinstance(no_worse, bool) else None,
        lowest_impact_ratio=number(worst.get("impact_ratio")),
        is_chosen=name == chosen,
    )


def proxies(plain: Plain | None) -> tuple[Text, ...]:
    """The sentences of the proxy study, one a group."""
    groups = listed(mapping(plain).get("groups"))
    return tuple(found for one in groups if (found := text(mapping(one).get("finding"))) is not None)


def mapping(value: object) -> Plain:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> Sequence[object]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def number(value: object) -> float | None:
    """The value if it is a finite number."""
    return finite(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def interval(value: object) -> Interval | None:
    """A stored pair."""
    ends = listed(value)
    return Interval(low=number(ends[0]), high=number(ends[1])) if len(ends) == 2 else None


def text(value: object) -> Text | None:
    """A stored pair of sentences."""
    found = mapping(value)
    return Text(en=str(found["en"]), zh=str(found["zh"])) if {"en", "zh"} <= set(found) else None


def _counts(value: object) -> dict[str, int]:
    found = ((name, number(one)) for name, one in mapping(value).items())
    return {name: int(one) for name, one in found if one is not None}


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in listed(value))
