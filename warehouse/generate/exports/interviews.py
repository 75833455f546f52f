"""The AI-interview vendor's JSON lines and the recruiters' sheet of re-interviews."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from warehouse.generate import planted
from warehouse.generate.draws import Ints
from warehouse.generate.exports.columns import ids, times, words
from warehouse.generate.interviews import RUBRIC, VENDOR, VERSIONS
from warehouse.generate.journey import Journeys
from warehouse.generate.people import LANGUAGES
from warehouse.generate.plan import DAY, Plan

Record = dict[str, object]


def interview_records(plan: Plan, block: Journeys) -> Iterator[Record]:
    """One record an AI interview; `panel` is filled in later, once there was a re-interview: the leaky part."""
    rows = np.flatnonzero(block.is_interviewed)
    found = block.interviews
    columns = (
        ids("I", block.index[rows]).to_pylist(),
        ids("A", block.index[rows]).to_pylist(),
        words(VERSIONS, found.version[rows]).to_pylist(),
        words(LANGUAGES, found.language[rows]).to_pylist(),
        times(found.interviewed_at[rows]).to_pylist(),
        found.minutes[rows].tolist(),
        found.overall[rows].tolist(),
        found.skills[rows].tolist(),
        _panels(plan, block, rows),
    )
    for interview, application, version, language, moment, minutes, overall, skills, panel in zip(
        *columns, strict=True
    ):
        yield {
            "interview_id": interview,
            "application_id": application,
            "vendor": VENDOR,
            "model_version": version,
            "rubric_version": RUBRIC,
            "language": language,
            "completed_at": moment,
            "duration_minutes": minutes,
            "overall": overall,
            "recommended": overall >= planted.VENDOR_LINE,
            "skills": dict(zip(planted.NAMES, skills, strict=True)),
            "panel": panel,
        }


def re_interview_rows(_: Plan, block: Journeys) -> pa.Table:
    """One row a re-interview that took place."""
    rows = np.flatnonzero(block.is_rated)
    rated = block.re_interviews
    return pa.table(
        {
            "re_interview_id": ids("V", block.index[rows]),
            "application_id": ids("A", block.index[rows]),
            "rater": ids("P", rated.rater[rows]),
            "rated_at": times(block.along.rated_at[rows]),
            "saw_ai_score": words(("yes", "no"), rated.is_blind[rows].astype(np.int64)),
            "rating": rated.rating[rows],
            "passed": words(("no", "yes"), rated.passed[rows].astype(np.int64)),
        }
    )


def _panels(plan: Plan, block: Journeys, rows: Ints) -> list[Record | None]:
    computed_at = block.along.rated_at[rows] + DAY // 4
    is_filled = block.is_rated[rows] & (computed_at <= plan.close)
    panels = zip(
        is_filled.tolist(), block.re_interviews.alignment[rows].tolist(), times(computed_at).to_pylist(), strict=True
    )
    return [{planted.LEAKY_SKILL: score, "computed_at": moment} if filled else None for filled, score, moment in panels]
