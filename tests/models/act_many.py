"""Processes that approve, promote, roll back, retire and shadow at once; prints what each call came to."""

import json
import multiprocessing
import random
import sys
from pathlib import Path

from models import releases
from models.release_errors import ReleaseError
from tests.models.release_builder import CHECKER, MAKER, MODEL
from warehouse.settings import Settings


def calls(settings: Settings, process: int, count: int, many: int) -> list[list[object]]:
    """The calls of one process, drawn by its number, on `many` releases."""
    draw = random.Random(process)  # noqa: S311 - a seed, not a secret
    return [_call(settings, draw, f"{process}.{call}", many) for call in range(count)]


def _call(settings: Settings, draw: random.Random, name: str, many: int) -> list[object]:
    label = f"{MODEL}@{draw.randint(1, many)}"
    act = draw.choice([*["approve", "promote", "shadow"] * 3, *["rollback", "unshadow"] * 2, "retire"])
    try:
        return [act, _is_new(settings, act, label, name)]
    except ReleaseError as refused:
        return [act, type(refused).__name__]


def _is_new(settings: Settings, act: str, label: str, name: str) -> bool:
    """Does it, and answers whether it changed something."""
    match act:
        case "promote":
            return releases.promote(settings, MAKER, label).is_new
        case "rollback":
            return releases.rollback(settings, MAKER, MODEL, reason=f"complaint {name}").is_new
        case "retire":
            done = releases.retire(settings, CHECKER, label, reason=f"old {name}", and_stop_serving=True)
            return done.is_new
        case "shadow":
            return releases.shadow(settings, CHECKER, label, reason=f"look {name}").is_new
        case "unshadow":
            return releases.unshadow(settings, CHECKER, label, reason=f"seen {name}").is_new
        case _:
            releases.approve(settings, CHECKER, label, reason=f"read {name}")
            return True


def main() -> None:
    """`HOME URL PROCESSES CALLS RELEASES`. Forked before any connection is made, so that each makes its own."""
    home, url, processes, count, many = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=url)
    given = [(settings, number, int(count), int(many)) for number in range(int(processes))]
    with multiprocessing.get_context("fork").Pool(int(processes)) as pool:
        done = pool.starmap(calls, given, chunksize=1)
    sys.stdout.write(json.dumps([one for process in done for one in process]))


if __name__ == "__main__":
    main()
