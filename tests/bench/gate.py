"""The gate of a run on a million applications, against the bare queries that it sends to the lake.

The queries are recorded while a gate runs, and then run alone on the same lake: their SQL, their parameters' rows
registered before the clock starts, their answers fetched as Arrow. Both sides take turns; the best of each counts. What
the gate does beside is reading the run's sealed files, intervals and tests, profiles of the latest people, and prose.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.operations import InMemoryTable

from models import registry
from tests.bench.train import SCIENTIST, asked, declare
from tests.bulk_skills import ROWS, skilled_company
from training.gate_run import GATE, run_gate
from training.pipeline import train
from warehouse.lake.door import opened
from warehouse.settings import Settings

LIMIT = 5.0
REPEATS = 3
ROUNDS = 30


def run(report: Callable[[str, float, float, str], None]) -> None:
    """The gate takes at most five times its bare queries."""
    settings = skilled_company()
    declare(settings)
    registry.prepare(settings)
    made = train(settings, SCIENTIST, replace(asked(rounds=ROUNDS), name="bench_gate"))
    with recorded() as queries:
        run_gate(settings, SCIENTIST, made.run_id, is_dry=True)
    ours, bare = [], []
    for _ in range(REPEATS):
        bare.append(_bare(settings, queries))
        began = time.perf_counter()
        run_gate(settings, SCIENTIST, made.run_id, is_dry=True)
        ours.append(time.perf_counter() - began)
    detail = f"{min(ours):.2f} s against {min(bare):.2f} s for {len(queries)} queries of {ROWS:,} applications"
    report("gate of a run / its bare queries", min(ours) / min(bare), LIMIT, detail)


@contextmanager
def recorded() -> "Iterator[list[ibis.Expr]]":
    """The expressions that the lake's engine executes meanwhile, whatever form their answers take."""
    found: list[ibis.Expr] = []
    ways = {name: getattr(Backend, name) for name in ("execute", "to_pyarrow", "to_pyarrow_batches")}
    is_within = False  # one way may go through another

    def recording(name: str) -> Callable[..., Any]:
        def run(self: Backend, expr: ibis.Expr, *words: Any, **named: Any) -> Any:
            nonlocal is_within
            if is_within:
                return ways[name](self, expr, *words, **named)
            found.append(expr)
            is_within = True
            try:
                return ways[name](self, expr, *words, **named)
            finally:
                is_within = False

        return run

    for name in ways:
        setattr(Backend, name, recording(name))
    try:
        yield found
    finally:
        for name, way in ways.items():
            setattr(Backend, name, way)


def _bare(settings: Settings, queries: "list[ibis.Expr]") -> float:
    """Seconds for the SQL of all queries, each on the views of a lake that is open already."""
    with opened(settings, GATE, purpose="bench of the gate") as lake:
        connection = lake.backend.con
        for name, rows in _given(queries):
            connection.register(name, rows)
        texts = [str(ibis.to_sql(one, dialect="duckdb")) for one in queries]
        began = time.perf_counter()
        for text in texts:
            connection.sql(text).to_arrow_table()
        return time.perf_counter() - began


def _given(queries: "list[ibis.Expr]") -> Iterator[tuple[str, pa.Table]]:
    """The rows that queries bring along, by the name that their SQL uses."""
    for one in queries:
        for table in one.op().find(InMemoryTable):
            yield table.name, table.data.to_pyarrow(table.schema)
