"""`make bench`: every speed promise as a ratio of two things measured side by side in this one run.

Each module beside this file has `run(report)`, which calls `report(name, ratio, limit, detail)` for each promise.
`python -m tests.bench WORD …` runs the modules whose name contains a WORD. Exit code 1 when a promise does not hold.
"""

import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path

import tests.bench

RESULTS = Path(__file__).resolve().parents[2] / "bench-results"


def main(words: list[str]) -> int:
    """Runs the chosen modules, prints a line a promise and keeps the figures by date."""
    found = [module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name != "__main__"]
    chosen = [name for name in found if not words or any(word in name for word in words)]
    lines: list[dict[str, object]] = []

    def report(name: str, ratio: float, limit: float, detail: str) -> None:
        holds = ratio <= limit
        lines.append({"name": name, "ratio": round(ratio, 3), "limit": limit, "holds": holds, "detail": detail})
        print(f"{'ok  ' if holds else 'MISS'} {name}: {ratio:.3g} (at most {limit:.3g}) {detail}", flush=True)

    for name in chosen:
        importlib.import_module(f"tests.bench.{name}").run(report)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{time.strftime('%Y-%m-%dT%H%M%S')}.json"
    kept.write_text(json.dumps(lines, indent=1), encoding="utf-8")
    missed = sum(not line["holds"] for line in lines)
    print(f"{len(lines) - missed} hold, {missed} do not; kept in {kept.relative_to(RESULTS.parent)}")
    return 1 if missed or not lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
