"""The reads behind the pages of statistics: cells and sums, kept for a while by principal, filters and snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboards.data import KEPT_S, MOST
from dashboards.drift_figures import PeriodDrift, by_period
from dashboards.validity_figures import VERSION, ValidityRead
from warehouse.access import Principal
from warehouse.lake.door import Lake, opened
from warehouse.queries.agreement import re_interview_cells
from warehouse.queries.filters import Filters
from warehouse.queries.profiles import ColumnCells, column_profiles
from warehouse.queries.score_segments import score_segments
from warehouse.queries.selection import Cells, score_cells, selection_cells
from warehouse.queries.stages import BOTTOM_LINE, STAGES
from warehouse.queries.validity import SKILL, ValidityMoments, expectancy_cells, skills, validity_moments
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FairnessRead:
    """Cells of each stage and the bottom line, and of the assessment score, by the attributes."""

    stages: Mapping[str, Cells]
    scores: Cells


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def skill_names(settings: Settings, principal: Principal, snapshot_id: int) -> tuple[str, ...]:
    """The skills that the reader's interviews have."""
    with opened(settings, principal, snapshot_id) as lake:
        return skills(lake)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def validity(
    settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, predictor: str, criterion: str
) -> ValidityRead:
    """All that the page of validity shows of one predictor and one criterion."""
    with opened(settings, principal, snapshot_id) as lake:
        return ValidityRead(
            cells=expectancy_cells(lake, predictor=predictor, criterion=criterion, filters=chosen),
            versions=expectancy_cells(
                lake, predictor=predictor, criterion=criterion, by=(VERSION,), digits=0, filters=chosen
            ),
            moments=validity_moments(lake, predictors=(predictor,), criterion=criterion, filters=chosen),
            by_skill={name: _skill(lake, name, criterion, chosen) for name in skills(lake)},
            re_interviews=re_interview_cells(lake, filters=chosen),
        )


def _skill(lake: Lake, name: str, criterion: str, chosen: Filters) -> ValidityMoments:
    return validity_moments(lake, predictors=(f"{SKILL}{name}",), criterion=criterion, filters=chosen)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def fairness(
    settings: Settings,
    principal: Principal,
    snapshot_id: int,
    chosen: Filters,
    attributes: tuple[str, ...],
    purpose: str,
    *,
    complete: bool,
) -> FairnessRead:
    """Selection and scores by attributes; opening them leaves a line with the purpose in the audit log.

    `complete` keeps small groups apart, for the report file.
    """
    with opened(settings, principal, snapshot_id, purpose=purpose) as lake:
        return FairnessRead(
            stages={
                stage: selection_cells(lake, stage=stage, attributes=attributes, filters=chosen, complete=complete)
                for stage in (*STAGES, BOTTOM_LINE)
            },
            scores=score_cells(lake, attributes=attributes, filters=chosen, complete=complete),
        )


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def public_summary(
    settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, purpose: str, *, complete: bool
) -> dict[tuple[str, ...], tuple[Cells, Cells]]:
    """Cells of the AI interview's selection and of the score by sex, race/ethnicity and both, in one opening."""
    sets = (("sex",), ("race_ethnicity",), ("sex", "race_ethnicity"))
    with opened(settings, principal, snapshot_id, purpose=purpose) as lake:
        return {
            attributes: (
                selection_cells(lake, stage="ai_interview", attributes=attributes, filters=chosen, complete=complete),
                score_cells(lake, attributes=attributes, filters=chosen, complete=complete),
            )
            for attributes in sets
        }


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def profiles(
    settings: Settings,
    principal: Principal,
    snapshot_id: int,
    chosen: Filters,
    columns: tuple[str, ...],
    period: str,
) -> tuple[ColumnCells, ...]:
    """Values of the columns by period of application."""
    with opened(settings, principal, snapshot_id) as lake:
        return column_profiles(lake, columns=columns, by=(period,), filters=chosen)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def drift_by_period(
    settings: Settings,
    principal: Principal,
    snapshot_id: int,
    chosen: Filters,
    columns: tuple[str, ...],
    period: str,
    until: str,
) -> tuple[PeriodDrift, ...]:
    """Each period after `until` against all up to it."""
    return by_period(profiles(settings, principal, snapshot_id, chosen, columns, period), until=until)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def segments(
    settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, segment: str, period: str
) -> pd.DataFrame:
    """Sums of the assessment score by vendor, period, segment and version."""
    with opened(settings, principal, snapshot_id) as lake:
        return score_segments(lake, segment=segment, period=period, filters=chosen)
