"""A release whose gate counted the people of the example tables in 6 RCNY 5-301, with a training record."""

import hashlib
from dataclasses import replace

from models import releases
from tests.models.release_builder import CHECKER, MAKER, MODEL, proposal
from validation import policy as policies
from validation.adverse_impact import assess
from validation.decision_rule import State
from validation.gate import GateReport, under
from validation.gate_judgement import Judgement
from validation.group_count import GroupCount, group_count
from validation.outcome import Figure, Text
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

UNKNOWN = 250
NOT_ASKED = 1200
SEX = {"M": (1390, 667), "F": (1181, 555)}
RACE = {
    "Hispanic or Latino": (408, 204), "White": (797, 412), "Black or African American": (390, 170),
    "Native Hawaiian or Pacific Islander": (119, 52), "Asian": (616, 302),
    "Native American or Alaska Native": (41, 18), "Two or more": (213, 96),
}  # fmt: skip
BOTH = {("M", "White"): (412, 215), ("F", "White"): (385, 197), ("M", "Asian"): (321, 167), ("F", "Other"): (7, 2)}
"""Printed in the rule, but for the last, which is small."""

RECORD = {
    "model_name": MODEL,
    "target": {"name": "re_interview_pass"},
    "trained_at": "2026-10-01T08:00:00+00:00",
    "trained_by": "mia",
    "seed": 7,
    "code_version": "0.1.0+abc",
    "environment": {"python": "3.11.9", "xgboost-cpu": "3.2.0"},
    "parameters": {"max_depth": 3, "eta": 0.1},
    "n": {"training": 900, "holdout": 300},
    "metrics": {"auc": 0.7123456, "auc_ci": [0.6600000001, 0.76], "n": 300},
    "excluded": {"no_label": 12},
    "split": {"kind": "last_period", "holdout_begins": "2026-03-01T07:13:54+00:00"},
    "warnings": [{"en": "Labels exist for those met again only.", "zh": "标签仅存在于参加复面者。"}],
}
FEATURES = [
    {"name": "content_logic", "source": "skill:content_logic"},
    {"name": "ai_score", "source": "ai_score"},
]


def _above_median(counts: list[GroupCount]) -> dict[str, object]:
    """A third of each group, whatever is selected of it."""
    known = [one for one in counts if one.is_known]
    return {
        "median": 0.41,
        "groups": [{"group": dict(one.group), "n": one.n, "selected": one.n // 3} for one in known],
        "unknown": {"n": sum(one.n for one in counts if not one.is_known), "selected": 0},
    }


def gated(settings: Settings, *, with_race: bool = True, with_median: bool = True) -> None:
    """Records the gate report of `run-law` under the policy of New York City."""
    policy = policies.load("us-nyc")
    tables = {"sex": [_count({"sex": name}, found) for name, found in SEX.items()] + [_nobody("sex")]}
    if with_race:
        tables["race_ethnicity"] = [_count({"race_ethnicity": name}, found) for name, found in RACE.items()]
        tables["race_ethnicity"].append(_nobody("race_ethnicity"))
        tables["sex+race_ethnicity"] = [
            *(_count({"sex": sex, "race_ethnicity": race}, found) for (sex, race), found in BOTH.items()),
            _nobody("sex", "race_ethnicity"),
        ]
    judged = [
        Judgement(
            check=f"adverse_impact.{name}",
            state=State.PASS,
            reason=Text(en="No group is below the line.", zh="没有群体低于该线。"),
            figures=(_not_asked(),) if "race_ethnicity" in name else (),
            detail={
                "deployed": assess(counts, outcome_missing=12).as_json(),
                "neighbours": [],
                "above_median": _above_median(counts) if with_median else None,
            },
        )
        for name, counts in tables.items()
    ]
    judged.append(Judgement(check="drift", state=State.PASS, reason=Text(en="Nothing drifted.", zh="没有漂移。")))
    report = GateReport(
        run_id="run-law",
        model_name=MODEL,
        artifact_sha256=hashlib.sha256(b"law").hexdigest(),
        policy=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot="applications@3",
        period="2026-01-01/2026-06-30",
        cut=0.5,
        checks=tuple(under(policy, one) for one in judged),
    )
    releases.record_gate(settings, MAKER, policy, report)


def proposed(settings: Settings, *, with_race: bool = True, with_median: bool = True) -> StoredRelease:
    """The run of that gate in the ledger."""
    gated(settings, with_race=with_race, with_median=with_median)
    new = proposal("run-law", b"law")
    spec = {"features": FEATURES, "version": 1}
    return releases.propose(settings, MAKER, replace(new, details={"training": RECORD}, feature_spec=spec))


def promoted(settings: Settings, *, with_race: bool = True, with_median: bool = True) -> StoredRelease:
    """That release in service."""
    release = proposed(settings, with_race=with_race, with_median=with_median)
    releases.approve(settings, CHECKER, release.label, reason="evidence read")
    return releases.promote(settings, MAKER, release.label).release


def _count(group: dict[str, str], found: tuple[int, int]) -> GroupCount:
    return group_count(group, n=found[0], selected=found[1])


def _not_asked() -> Figure:
    """People who applied where race and ethnicity are not asked, as the gate counts them."""
    return Figure(
        name="not_asked", value=float(NOT_ASKED), n=4034, definition="People who applied elsewhere.", period="",
        cut=0.5, comparator="all people considered", snapshot="applications@3",
    )  # fmt: skip


def _nobody(*names: str) -> GroupCount:
    return group_count(dict.fromkeys(names), n=UNKNOWN, selected=100)
