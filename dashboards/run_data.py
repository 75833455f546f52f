"""The reads behind the pages of runs, comparisons and jobs, kept for a while by principal (see `dashboards.data`)."""

import json

import streamlit as st

from dashboards import runs
from dashboards.data import KEPT_S, LIVE_S, MOST
from dashboards.runs import RunFiles, RunLine
from models import run_files as sealed
from training import compare, compare_store
from training.compare_shape import Comparison
from warehouse import job_rows
from warehouse.access import Permission, Principal
from warehouse.job_values import JobLine, JobState
from warehouse.queries import gate_results, training_runs
from warehouse.settings import Settings

MOST_RUNS = 200

LONG = 100_000
"""Held-out rows times runs from which a comparison takes too long for a page to wait, and is left to a job."""


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


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def comparison(settings: Settings, principal: Principal, run_ids: tuple[str, ...]) -> Comparison:
    """The runs side by side, as far as the reader may see it; the first is what the others are set against."""
    return compare.compare(settings, principal, run_ids)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def kept_comparison(settings: Settings, principal: Principal, stored_run_id: str) -> Comparison:
    """A comparison that a job kept: of all departments, without keys and small groups."""
    principal.require(Permission.READ_MODELS)
    principal.require(Permission.READ_ALL_DEPARTMENTS)
    found: Comparison = json.loads(sealed.read(settings, stored_run_id, compare_store.JSON_FILE))
    return found


def is_long(settings: Settings, principal: Principal, run_ids: tuple[str, ...]) -> bool:
    """Whether to leave it to a job."""
    found = [run_files(settings, principal, run_id) for run_id in run_ids]
    return sum(int(one.record["n"]["holdout"]) for one in found if one is not None) > LONG


def kept_by_a_job(settings: Settings, principal: Principal, run_ids: tuple[str, ...]) -> str | None:
    """The newest comparison of exactly these runs, in this order, that a job kept; None where there is none."""
    for one in job_rows.jobs_of(settings, principal, kinds=frozenset({"compare"}), limit=MOST):
        result = one.result or {}
        if one.state is JobState.DONE and result.get("runs") == list(run_ids):
            return str(result["stored_run_id"])
    return None


def jobs(settings: Settings, principal: Principal, kinds: frozenset[str]) -> tuple[JobLine, ...]:
    """The newest jobs of these kinds that the reader may see; never kept, for they move."""
    return job_rows.jobs_of(settings, principal, kinds=kinds, limit=20)
