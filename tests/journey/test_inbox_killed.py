"""Whatever is killed while events come in, every acknowledged one is there once, and none half applied."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.inbox import home
from tests.inbox_kills import Home, rounds

pytestmark = pytest.mark.journey


@pytest.fixture
def scene() -> Iterator[Home]:
    """A home of its own, for its PostgreSQL is killed too."""
    with tempfile.TemporaryDirectory(prefix="hg-") as folder:
        made = Home(home(Path(folder)))
        yield made
        made.stop()


def test_killed_services_lose_no_acknowledged_event_and_apply_none_in_part(scene: Home) -> None:
    """The benchmark plays twenty larger rounds."""
    tally = rounds(scene, seed=31, count=2, events=800, connections=100)

    assert (tally.lost, tally.twice, tally.half, tally.unserved) == (0, 0, 0, 0)
    assert set(tally.kills) == {"api", "intake", "postgres"}
    assert tally.acknowledged > 0
