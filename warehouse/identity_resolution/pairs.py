"""Which records are worth comparing: those that share an address, a number, or a name and a beginning near an offer.

What very many records share (an agency's address, a switchboard's number) joins nobody, which also bounds the work.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

from warehouse.identity_resolution.people import CANDIDATE, EMPLOYEE, Person
from warehouse.identity_resolution.scoring import EARLIEST_DAYS, LATEST_DAYS

MOST_SHARING = 20
"""Records with one address or number, above which it is nobody's own."""

Pair = tuple[Person, Person]


def pairs(people: Sequence[Person]) -> list[Pair]:
    """Each pair once: candidates in the order of their keys, and a candidate before an employee."""
    found: dict[tuple[object, object], Pair] = {}
    for left, right in (*_by_contact(people), *_by_name(people)):
        found.setdefault((left.key, right.key), (left, right))
    return list(found.values())


def _by_contact(people: Sequence[Person]) -> Iterator[Pair]:
    blocks: dict[Hashable, list[Person]] = defaultdict(list)
    for one in people:
        for value in (one.email, one.phone_block):
            if value is not None:
                blocks[value].append(one)
    for block in blocks.values():
        if 1 < len(block) <= MOST_SHARING:
            yield from (ordered for one, other in combinations(block, 2) if (ordered := _ordered(one, other)))


def _by_name(people: Sequence[Person]) -> Iterator[Pair]:
    """Candidates who accepted an offer, and employees of the same name who began near that day."""
    accepted: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        if one.kind == CANDIDATE and one.days:
            for name in {one.han, one.latin} - {None}:
                accepted[str(name)].append(one)
    for employee in (one for one in people if one.kind == EMPLOYEE and one.days):
        for name in {employee.han, employee.latin} - {None}:
            yield from ((one, employee) for one in accepted.get(str(name), ()) if _is_near(one, employee))


def _is_near(candidate: Person, employee: Person) -> bool:
    return any(EARLIEST_DAYS <= (began - day).days <= LATEST_DAYS for began in employee.days for day in candidate.days)


def _ordered(one: Person, other: Person) -> Pair | None:
    """A candidate first; two employees are no pair."""
    if one.kind == other.kind:
        if one.kind == EMPLOYEE or one.key == other.key:
            return None
        return (one, other) if one.key < other.key else (other, one)
    return (one, other) if one.kind == CANDIDATE else (other, one)
