"""The funnel by department through rights, filters and suppression, against the same counts asked of DuckDB itself."""

import time
from collections.abc import Callable

import duckdb

from tests.bulk import company
from warehouse.access import Principal, Role
from warehouse.lake import storage, views
from warehouse.lake.door import opened
from warehouse.lake.refresh import refresh
from warehouse.queries.funnel import funnel

APPLICATIONS = 1_000_000
REPEATS = 7

_COUNTS = "SELECT department, stage_reached, status, count(*) FROM {files} GROUP BY ALL"
_MEDIANS = """SELECT department, median(epoch(ai_interviewed_at) - epoch(applied_at)),
  median(epoch(re_interviewed_at) - epoch(ai_interviewed_at)), median(epoch(offered_at) - epoch(re_interviewed_at)),
  median(epoch(offer_accepted_at) - epoch(offered_at)), median(epoch(hired_on) - epoch(offer_accepted_at))
FROM {files} GROUP BY ALL"""


def run(report: Callable[[str, float, float, str], None]) -> None:
    """The whole answer takes at most three times the bare queries; both warm, the fastest of several runs."""
    settings = company(APPLICATIONS)
    versions = refresh(settings, full=True).versions
    files = views.parquet(storage.files(settings, "applications", versions["applications"]).base) or ""
    leader = Principal(id="bench", roles=frozenset({Role.HR_LEADER}))
    with duckdb.connect() as bare, opened(settings, leader) as lake:
        bare_s = _fastest(lambda: [bare.execute(query.format(files=files)).fetchall() for query in (_COUNTS, _MEDIANS)])
        ours_s = _fastest(lambda: funnel(lake, by="department"))
    detail = f"{1000 * ours_s:.0f} ms against {1000 * bare_s:.0f} ms over {APPLICATIONS:,} applications"
    report("funnel by department / bare DuckDB", ours_s / bare_s, 3.0, detail)


def _fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
