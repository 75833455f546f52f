"""Twenty rounds of SIGKILL to the API, the intake and PostgreSQL while a thousand connections send."""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.bench.inbox import home
from tests.inbox_kills import Home, rounds

ROUNDS = 20
EVENTS = 2_000
CONNECTIONS = 1_000
SEED = 2026


def run(report: Callable[[str, float, float, str], None]) -> None:
    """Reports how many events did not end up present once and whole; none may."""
    with tempfile.TemporaryDirectory(prefix="hg-kills-") as folder:
        scene = Home(home(Path(folder)))
        try:
            tally = rounds(scene, seed=SEED, count=ROUNDS, events=EVENTS, connections=CONNECTIONS)
        finally:
            scene.stop()
    kills = ", ".join(f"{count} of {name}" for name, count in sorted(Counter(tally.kills).items()))
    detail = f"{ROUNDS} rounds, kills: {kills}; {tally.acknowledged:,} of {tally.sent:,} acknowledged before a kill"
    for name, wrong in (
        ("acknowledged events that are not there", tally.lost),
        ("events that are there twice", tally.twice),
        ("events that are half applied", tally.half),
        ("events that were not taken after the restart", tally.unserved),
    ):
        report(f"{name}, under SIGKILL", wrong, 0, detail)
