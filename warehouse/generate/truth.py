"""The planted truth of one generated company, as a value and as `truth.json`."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from warehouse.generate import planted
from warehouse.generate.plan import DAY, SEASONS, Plan
from warehouse.generate.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What was planted and how many rows each file got; `document` is the content of truth.json."""

    folder: Path
    applications: int
    seed: int
    end: dt.date
    rows: dict[str, int]
    document: dict[str, object]

    def write(self) -> None:
        """Write truth.json beside the files."""
        text = json.dumps(self.document, indent=2, ensure_ascii=False) + "\n"
        (self.folder / "truth.json").write_text(text, encoding="utf-8")


def truth(plan: Plan, folder: Path, rows: dict[str, int], pool: Pool) -> Truth:
    """The truth of a company that has been written."""
    document: dict[str, object] = {
        "generated": True,
        "applications": plan.applications,
        "seed": plan.seed,
        "end": plan.end.isoformat(),
        "rows": rows,
        "skills": _skills(),
        "overall": _overall(),
        "skewed_skill": _skewed(),
        "other_standard": _other_standard(),
        "silent_change": _silent_change(plan),
        "campus_seasons": _seasons(),
        "leaky_skill": _leak(),
        "lines": _lines(),
        "re_interviews": _re_interviews(),
        "performance": _performance(),
        "realised": {
            "interviewed": pool.n,
            "correlations": pool.correlations(),
            "gaps_in_points": pool.gaps(),
        },
    }
    return Truth(
        folder=folder, applications=plan.applications, seed=plan.seed, end=plan.end, rows=rows, document=document
    )


def _skills() -> list[dict[str, object]]:
    known = planted.correlations()
    return [
        {
            "skill": skill.name,
            "vendor_weight": skill.vendor_weight,
            "correlation_with_blind_rating": round(float(known.with_blind_rating[row]), 4),
            "correlation_with_performance": round(float(known.with_performance[row]), 4),
        }
        for row, skill in enumerate(planted.SKILLS)
    ]


def _overall() -> dict[str, object]:
    known = planted.correlations()
    return {
        "tone_weight": planted.TONE_WEIGHT,
        "correlation_with_blind_rating": round(known.overall_with_blind_rating, 4),
        "correlation_with_performance": round(known.overall_with_performance, 4),
        "blind_rating_with_performance": round(known.rating_with_performance, 4),
    }


def _skewed() -> dict[str, object]:
    return {
        "skill": planted.NAMES[planted.SKEWED],
        "attribute": planted.SKEWED_ATTRIBUTE,
        "group": planted.SKEWED_GROUP,
        "d": planted.SKEWED_D,
    }


def _other_standard() -> dict[str, object]:
    return {
        "department": planted.OTHER_STANDARD_DEPARTMENT,
        "bar": planted.OTHER_STANDARD_BAR,
        "bar_elsewhere": planted.PASS_BAR,
    }


def _silent_change(plan: Plan) -> dict[str, object]:
    day = dt.date(1970, 1, 1) + dt.timedelta(days=plan.silent_change // DAY)
    return {
        "from": day.isoformat(),
        "points_overall": planted.SILENT_SHIFT_OVERALL,
        "points_each_skill": planted.SILENT_SHIFT_SKILLS,
        "exported_version_changes": False,
    }


def _seasons() -> list[dict[str, object]]:
    return [
        {
            "season": name,
            "from": f"{first[0]:02d}-{first[1]:02d}",
            "to": f"{last[0]:02d}-{last[1]:02d}",
            "campus_share": share,
            "job_knowledge_of_graduates_sd": planted.CAMPUS_JOB_KNOWLEDGE,
        }
        for name, first, last, _, share in SEASONS
    ]


def _leak() -> dict[str, object]:
    return {"skill": planted.LEAKY_SKILL, "keyed_on": "re-interview rating", "noise_sd": planted.LEAK_NOISE_SD}


def _lines() -> dict[str, object]:
    return {
        "company_line": planted.COMPANY_LINE,
        "vendor_line": planted.VENDOR_LINE,
        "below_the_line_sample": {
            "from": planted.COMPANY_LINE - planted.SAMPLE_DEPTH,
            "below": planted.COMPANY_LINE,
            "share": planted.SAMPLE_SHARE,
        },
    }


def _re_interviews() -> dict[str, object]:
    return {
        "blind_share": planted.BLIND_SHARE,
        "informed_pull": planted.INFORMED_PULL,
        "rater_severity_sd": planted.RATER_SEVERITY_SD,
        "rating_points_per_sd": planted.RATING_SD,
    }


def _performance() -> dict[str, object]:
    return {
        "rating_reliability": {str(months): value for months, value in planted.RATING_RELIABILITY.items()},
        "reviewer_leniency_sd": planted.REVIEWER_LENIENCY_SD,
    }
