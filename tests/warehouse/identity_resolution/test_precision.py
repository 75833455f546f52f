"""How often links are right and duplicates found: the demo company's people, copied with the noise of a second system.

A copy loses or changes its address, its number and its name independently of each other; brothers and sisters who share
an address or a number are strangers in disguise. The truth is known because the copies were made here.
"""

import csv
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from warehouse.generate import company
from warehouse.identity_resolution.people import CANDIDATE, EMPLOYEE, Person, person
from warehouse.identity_resolution.scoring import Match
from warehouse.identity_resolution.suggest import Known, decided, matched

_KEY = b"k" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One person of the demo company as the first system knows them."""

    number: int
    full_name: str
    full_name_local: str
    email: str
    phone: str
    accepted: tuple[dt.date, ...]
    began: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Pairs that are true, and what was made of them."""

    truth: frozenset[tuple[uuid.UUID, uuid.UUID]]
    linked: Sequence[Match]
    waiting: Sequence[Match]

    @property
    def precision(self) -> float:
        """The share of links that are right."""
        return len(_pairs(self.linked) & self.truth) / max(len(self.linked), 1)

    @property
    def recall(self) -> float:
        """The share of true pairs that were linked."""
        return len(_pairs(self.linked) & self.truth) / len(self.truth)

    @property
    def recall_with_people(self) -> float:
        """The share of true pairs that were linked or wait for a person."""
        return len((_pairs(self.linked) | _pairs(self.waiting)) & self.truth) / len(self.truth)

    @property
    def queue_precision(self) -> float:
        """The share of waiting pairs that are true."""
        return len(_pairs(self.waiting) & self.truth) / max(len(self.waiting), 1)


def _pairs(matches: Sequence[Match]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    return {(one.left.key, one.right.key) for one in matches}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """The people of a demo company of 6,000 applications."""
    folder: Path = tmp_path_factory.mktemp("company")
    company.write(folder, applications=6_000)
    whose = {row["application_id"]: row["candidate_id"] for row in _rows(folder / "ats_applications.csv")}
    offers: dict[str, list[dict[str, str]]] = {}
    for row in _rows(folder / "offers_and_hires.csv"):
        offers.setdefault(whose[row["application_id"]], []).append(row)
    return [
        _told(number, row, offers.get(row["candidate_id"], []))
        for number, row in enumerate(_rows(folder / "ats_candidates.csv"))
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _told(number: int, row: dict[str, str], offers: Sequence[dict[str, str]]) -> Told:
    accepted = tuple(dt.date.fromisoformat(one["accepted_at"][:10]) for one in offers if one["accepted_at"])
    began = [dt.date.fromisoformat(one["started_on"][:10]) for one in offers if one["started_on"]]
    return Told(
        number=number,
        full_name=row["full_name"],
        full_name_local=row["full_name_local"],
        email=row["email"],
        phone=f"+86 13{number % 10} {number:08d}",
        accepted=accepted,
        began=began[0] if began else None,
    )


def _first(one: Told) -> Person:
    return person(
        CANDIDATE,
        _key("first", one),
        key=_KEY,
        email=one.email,
        phone=one.phone,
        full_name=one.full_name,
        full_name_local=one.full_name_local,
        days=one.accepted,
    )


def _key(system: str, one: Told) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{system} {one.number}")


def _copy(one: Told, kind: str, chance: np.random.Generator, days: Sequence[dt.date] = ()) -> Person:
    """The same person in a second system, written by another hand."""
    local, _, domain = one.email.partition("@")
    email = chance.choice(
        [one.email.upper(), f"{local}+jobs@{domain}", f"private{one.number}@example.org", ""], p=[0.4, 0.2, 0.25, 0.15]
    )
    phone = chance.choice(
        [one.phone[4:], one.phone.replace(" ", "-"), f"+86 199 {one.number:08d}", ""], p=[0.4, 0.25, 0.2, 0.15]
    )
    given, _, family = one.full_name.partition(" ")
    latin = chance.choice(
        [one.full_name, f"{family.upper()}, {given}", "", f"{given[:-1]} {family}"], p=[0.6, 0.25, 0.1, 0.05]
    )
    return person(
        kind,
        _key("second", one),
        key=_KEY,
        email=str(email),
        phone=str(phone),
        full_name=str(latin),
        full_name_local=one.full_name_local if chance.random() < 0.8 else "",
        days=days,
    )


def _sibling(one: Told, chance: np.random.Generator) -> Person:
    """Another person with the same address or number."""
    shares_email = chance.random() < 0.5
    return person(
        CANDIDATE,
        _key("sibling", one),
        key=_KEY,
        email=one.email if shares_email else f"sibling{one.number}@example.org",
        phone=None if shares_email else one.phone,
        full_name=f"Xiaoming {one.full_name.partition(' ')[2]}",
        full_name_local=None,
    )


def _candidates(people: Sequence[Told]) -> Result:
    """One person in ten applies a second time through another system; one in fifty has a sibling there."""
    chance = np.random.default_rng(20260101)
    again, siblings = people[::10], people[5::50]
    records = [_first(one) for one in people]
    records += [_copy(one, CANDIDATE, chance) for one in again]
    records += [_sibling(one, chance) for one in siblings]
    truth = frozenset(tuple(sorted((_key("first", one), _key("second", one)))) for one in again)
    return _result(records, truth)


def _employees(people: Sequence[Told]) -> Result:
    """Everybody who began work stands in the HR record system."""
    chance = np.random.default_rng(20260102)
    hired = [one for one in people if one.began is not None]
    records = [_first(one) for one in people]
    records += [_copy(one, EMPLOYEE, chance, [one.began] if one.began else []) for one in hired]
    return _result(records, frozenset((_key("first", one), _key("second", one)) for one in hired))


def _result(records: Sequence[Person], truth: frozenset[tuple[uuid.UUID, uuid.UUID]]) -> Result:
    linked, waiting = decided(matched(records)[0], Known(states={}))
    return Result(truth=truth, linked=linked, waiting=waiting)


def test_candidates_are_joined_rightly_and_most_duplicates_are_found(people: list[Told]) -> None:
    """By design a link needs two identifiers: of the copies that keep too little, a person decides, or nobody can."""
    found = _candidates(people)

    assert found.precision >= 0.995
    assert found.recall >= 0.80
    assert found.recall_with_people >= 0.85


def test_employees_find_their_application(people: list[Told]) -> None:
    found = _employees(people)

    assert found.precision >= 0.995
    assert found.recall >= 0.78
    assert found.recall_with_people >= 0.94
    assert found.queue_precision >= 0.85


def test_siblings_who_share_an_address_or_a_number_are_never_linked(people: list[Told]) -> None:
    found = _candidates(people)
    siblings = {_key("sibling", one) for one in people[5::50]}

    assert not siblings & {side for pair in _pairs(found.linked) for side in pair}
