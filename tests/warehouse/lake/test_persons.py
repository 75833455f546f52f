"""Linked candidates are one person in the lake, and are two again after the link was taken back, row by row."""

import uuid
from dataclasses import dataclass

import pandas as pd
import pytest

from tests.builders import Builder, build
from tests.warehouse.lake.companies import rows
from training.splits import folds
from warehouse.access import Principal, Role
from warehouse.identity_resolution.links import link_records, unmerge
from warehouse.keys import key
from warehouse.lake.pseudonyms import key_of, pseudonym
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
from warehouse.tables.hiring import IdentityLink

HR_ADMIN = Principal(id="mei", roles=frozenset({Role.HR_ADMIN}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Three:
    """Three candidates with an application each, in the order of their keys; the last two told their sex."""

    settings: Settings
    candidates: tuple[uuid.UUID, ...]

    def join(self, one: int, other: int) -> uuid.UUID:
        """Says that two of them are one person."""
        left, right = sorted((self.candidates[one], self.candidates[other]))
        link_records(self.settings, HR_ADMIN, left, right, "candidate")
        return key("identity_link", "candidate", f"{left}:{right}")

    def part(self, link: uuid.UUID) -> None:
        """Takes it back."""
        unmerge(self.settings, HR_ADMIN, link)

    def keys(self) -> list[int]:
        """Whose key each of the three applications carries, by application date; -1 for a key of nobody."""
        names = {pseudonym(key_of(self.settings), "candidate", str(one)): at for at, one in enumerate(self.candidates)}
        found = sorted(rows(self.settings), key=lambda row: row["applied_at"])
        return [names.get(str(row["candidate_key"]), -1) for row in found if row["season"] == "three"]

    def told(self) -> dict[int, object]:
        """The sex that each person told, by whose key it stands under."""
        names = {pseudonym(key_of(self.settings), "candidate", str(one)): at for at, one in enumerate(self.candidates)}
        return {names[str(row["candidate_key"])]: row["sex"] for row in rows(self.settings, "demographics")}


@pytest.fixture
def three(records: Settings) -> Three:
    """A refreshed lake of the three and of enough others that a few changes are no full refresh."""

    def of(builder: Builder) -> tuple[uuid.UUID, ...]:
        opening = builder.requisition(builder.department())
        for _ in range(30):
            builder.application(opening)
        candidates = tuple(sorted(builder.candidate() for _ in range(3)))
        for day, candidate in enumerate(candidates):
            builder.application(opening, candidate, applied_at=builder.day(day), season="three")
        builder.demographics(candidates[1], sex="F")
        builder.demographics(candidates[2], sex="M", declined=True)
        return candidates

    candidates = build(records, of)
    refresh(records)
    return Three(settings=records, candidates=candidates)


def test_linked_candidates_share_the_smallest_ones_key(three: Three) -> None:
    three.join(0, 2)

    is_full = refresh(three.settings).is_full

    assert (three.keys(), is_full) == ([0, 1, 0], False)


def test_whoever_is_linked_through_a_third_is_the_same_person(three: Three) -> None:
    three.join(1, 2)
    refresh(three.settings)
    three.join(0, 1)
    refresh(three.settings)

    assert three.keys() == [0, 0, 0]


def test_a_link_taken_back_is_followed_by_the_next_incremental_refresh(three: Three) -> None:
    middle = three.join(1, 2)
    three.join(0, 1)
    refresh(three.settings)

    three.part(middle)
    is_full = refresh(three.settings).is_full

    assert (three.keys(), is_full) == ([0, 0, 2], False)


@pytest.mark.parametrize("full", [False, True])
def test_demographics_follow_the_person_and_stand_once(three: Three, full: bool) -> None:
    link = three.join(0, 1)
    three.join(1, 2)
    refresh(three.settings, full=full)
    together = three.told()

    three.part(link)
    refresh(three.settings, full=full)

    assert together == {0: "F"}
    assert three.told() == {1: "F"}


def test_demographics_that_come_later_reach_the_persons_key(three: Three) -> None:
    three.join(1, 2)
    refresh(three.settings)
    link = three.join(0, 2)
    refresh(three.settings)
    build(three.settings, lambda builder: builder.demographics(three.candidates[0], sex="X"))
    refresh(three.settings)
    together = three.told()

    three.part(link)
    refresh(three.settings)

    assert len(together) == 1
    assert three.told() == {0: "X", 1: "F"}


def test_an_incremental_lake_equals_a_full_one(three: Three) -> None:
    first = three.join(0, 1)
    refresh(three.settings)
    three.join(1, 2)
    three.part(first)
    refresh(three.settings)
    followed = three.keys(), three.told()

    refresh(three.settings, full=True)

    assert (three.keys(), three.told()) == followed


def test_a_suggestion_alone_changes_nothing_in_the_lake(three: Three) -> None:
    before = refresh(three.settings)
    left, right, _ = three.candidates
    pair = IdentityLink(
        identity_link_id=uuid.uuid4(),
        kind="candidate",
        left_key=left,
        right_key=right,
        score=0.9,
        evidence={"agreed": ["email"]},
        state="suggested",
    )
    build(three.settings, lambda builder: builder.session.add(pair))

    after = refresh(three.settings)

    assert after.id == before.id


def test_a_split_by_person_keeps_linked_candidates_on_one_side(three: Three) -> None:
    three.join(0, 2)
    refresh(three.settings)
    frame = pd.DataFrame(rows(three.settings))

    mine = frame.assign(fold=folds(frame["candidate_key"], 5, 1)).query("season == 'three'")

    assert mine.groupby("candidate_key")["fold"].nunique().max() == 1
    assert mine["candidate_key"].nunique() == 2
