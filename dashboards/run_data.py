"""The reads behind the pages of runs, comparisons and jobs, kept for a while by principal (see `dashboards.data`)."""

import streamlit as st

from dashboards import runs
from dashboards.data import KEPT_S, LIVE_S, MOST
from dashboards.runs import RunFiles, RunLine
from warehouse import job_rows
from warehouse.access import Principal
from warehouse.job_values import JobLine
from warehouse.queries import gate_results, training_runs
from warehouse.settings import Settings

MOST_RUNS = 200


@st.cache_data(ttl=KEPT_S, max_entries=2 * MOST_RUNS, show_spinner=False)
def run_files(settings: Settings, principal: Principal, run_id: str) -> RunFiles | None:
    """The sealed files of a run; None where they were changed or are gone."""
    del principal
    return runs.files(settings, run_id)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def run_lines(settings: Settings, principal: Principal) -> tuple[tuple[RunLine, ...], int]:
    """The newest runs, and how many more there are whose files were changed or are gone."""
    listed = training_runs.training_runs(settings, principal, limit=MOST_RUNS)
    gates = gate_results.gate_results(settings, principal, limit=1000)
    found = [run_files(settings, principal, run_id) for run_id in listed]
    return tuple(runs.line(one, gates) for one in found if one is not None), found.count(None)


def jobs(settings: Settings, principal: Principal, kinds: frozenset[str]) -> tuple[JobLine, ...]:
    """The newest jobs of these kinds that the reader may see; never kept, for they move."""
    return job_rows.jobs_of(settings, principal, kinds=kinds, limit=20)
