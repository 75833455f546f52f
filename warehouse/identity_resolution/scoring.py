"""How likely two records are one person: the record linkage of Fellegi and Sunter (1969), with counted coincidences.

Each field multiplies the odds by how much more often it agrees within a person than between two. How often two people
share a value is counted in the records themselves: a common name says little, a rare one much, an address that many
share nothing. The evidence names fields, never values.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from rapidfuzz import fuzz

from warehouse.identity_resolution.people import EMPLOYEE, Person

SHARE_WITH_ANOTHER_RECORD = 0.05
"""Of the records, how many have another of the same person, before anything is compared."""

SAME = {"email": 0.85, "phone": 0.85, "name": 0.92, "date": 0.95}
"""How often a field agrees between two records of one person."""

BY_CHANCE = {"email": 1e-7, "phone": 1e-6, "name": 1e-5, "date": 1e-3}
"""How often it agrees between two people at least, however rare the value: families share, numbers are given again."""

SMALLEST_POPULATION = 1_000
"""A small company's people are drawn from a larger world."""

ALIKE = 85.0
"""The similarity of two Latin names, of 100, from which a slip of the pen is possible: it then says nothing."""

MOST_WORDS = 4
"""Words of a name whose orders are compared."""

EARLIEST_DAYS, LATEST_DAYS = -14, 120
"""An employee begins between two weeks before and four months after the offer was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two records, how likely they are one person, and which fields say so; `left` is always a candidate."""

    left: Person
    right: Person
    score: float
    agreed: tuple[str, ...]
    differed: tuple[str, ...]

    @property
    def evidence(self) -> dict[str, object]:
        """Names of fields only."""
        return {"agreed": list(self.agreed), "differed": list(self.differed)}

    @property
    def identifiers(self) -> int:
        """How many independent identifiers agree; without an address or a number a name counts for nothing."""
        strong = len({"email", "phone"} & set(self.agreed))
        return strong + ("name" in self.agreed) if strong else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """How often each value stands in the records."""

    size: int
    emails: Mapping[bytes, int]
    phones: Mapping[bytes, int]
    latin: Mapping[str, int]
    han: Mapping[str, int]


def population(people: Sequence[Person]) -> Population:
    """Counts over all records."""
    return Population(
        size=max(len(people), SMALLEST_POPULATION),
        emails=Counter(one.email for one in people if one.email),
        phones=Counter(one.phone_block for one in people if one.phone_block),
        latin=Counter(one.latin for one in people if one.latin),
        han=Counter(one.han for one in people if one.han),
    )


def match(left: Person, right: Person, of: Population) -> Match:
    """The pair with its score."""
    compared = {
        "email": _exact(left.email, right.email),
        "phone": _phone(left, right),
        "name": _name(left, right),
        "date": _date(left, right),
    }
    odds = SHARE_WITH_ANOTHER_RECORD / of.size
    for field, agrees in compared.items():
        if agrees is not None:
            odds *= _factor(field, left, of, agrees=agrees)
    return Match(
        left=left,
        right=right,
        score=odds / (1 + odds),
        agreed=tuple(field for field, agrees in compared.items() if agrees),
        differed=tuple(field for field, agrees in compared.items() if agrees is False),
    )


def _factor(field: str, left: Person, of: Population, *, agrees: bool) -> float:
    chance = max(BY_CHANCE[field], _coincidence(field, left, of))
    return SAME[field] / chance if agrees else (1 - SAME[field]) / (1 - min(chance, 0.9))


def _coincidence(field: str, left: Person, of: Population) -> float:
    """How often another record has the left one's value; two records of one person are no coincidence."""
    others = {
        "email": of.emails.get(left.email or b"", 0),
        "phone": of.phones.get(left.phone_block or b"", 0),
        "name": min(of.latin.get(left.latin or "", of.size), of.han.get(left.han or "", of.size)),
        "date": 0,
    }[field]
    return max(others - 2, 0) / of.size


def _exact(left: bytes | None, right: bytes | None) -> bool | None:
    return None if left is None or right is None else left == right


def _phone(left: Person, right: Person) -> bool | None:
    """Equal, or equal but for a country's code on one side."""
    if not left.phones or not right.phones:
        return None
    return left.phones[0] in right.phones or right.phones[0] in left.phones


def _name(left: Person, right: Person) -> bool | None:
    """The Chinese name where both have one, else the Latin one; None where the scripts do not meet."""
    if left.han and right.han:
        return left.han == right.han
    if not left.latin or not right.latin:
        return None
    if left.latin == right.latin or not _joined(left.latin).isdisjoint(_joined(right.latin)):
        return True
    return None if fuzz.ratio(left.latin, right.latin) >= ALIKE else False


def _joined(name: str) -> frozenset[str]:
    """The name without blanks, its words in any order: `Wei Zhang` is also written Zhangwei."""
    words = name.split()
    orders = permutations(words) if len(words) <= MOST_WORDS else [tuple(words)]
    return frozenset("".join(order) for order in orders)


def _date(left: Person, right: Person) -> bool | None:
    """Whether an employee began near the day on which the candidate accepted; None where no offer was accepted."""
    if right.kind != EMPLOYEE or not left.days or not right.days:
        return None
    return any(_is_near(began, accepted) for began in right.days for accepted in left.days)


def _is_near(began: dt.date, accepted: dt.date) -> bool:
    return EARLIEST_DAYS <= (began - accepted).days <= LATEST_DAYS
