"""Where an application stands at a stage, counted by cohort: all of one application period, wherever they are now.

Who reached a later stage has advanced; of those who got no further, who is still in process is counted as such and is
never a failure.
"""

import ibis

STAGES = ("applied", "ai_interview", "re_interview", "offer", "hire")
"""The stages in their order."""

BOTTOM_LINE = "bottom_line"
"""From application to hire as one step."""

ADVANCED, NOT_ADVANCED, WITHDRAWN, IN_PROCESS = "advanced", "not_advanced", "withdrawn", "in_process"
OUTCOMES = (ADVANCED, NOT_ADVANCED, WITHDRAWN, IN_PROCESS)


def rank(stage: str) -> int:
    """The stage's place, from 1; raises ValueError for a stage that does not exist."""
    if stage not in STAGES:
        raise ValueError(f"{stage!r} is no stage; the stages are {', '.join(STAGES)}, and {BOTTOM_LINE}")
    return STAGES.index(stage) + 1


def outcome(stage: str, reached: str, status: str) -> str | None:
    """How the stage ended for an application that reached `reached` with `status`; None where it never came there."""
    if rank(reached) < rank(stage):
        return None
    if rank(reached) > rank(stage) or (stage == "hire" and status == "hired"):
        return ADVANCED
    return {"hired": ADVANCED, NOT_ADVANCED: NOT_ADVANCED, WITHDRAWN: WITHDRAWN}.get(status, IN_PROCESS)


def outcomes(rows: ibis.Table, stage: str) -> tuple[ibis.Table, ibis.Value]:
    """The applications that came to the stage, and `outcome` of each as an expression over them.

    At the bottom line everybody came, the hired advanced.
    """
    if stage == BOTTOM_LINE:
        ended = rows.status.cases(
            ("hired", ADVANCED), ("not_advanced", NOT_ADVANCED), ("withdrawn", WITHDRAWN), else_=IN_PROCESS
        )
        return rows, ended
    at = rows.filter(rows.stage_reached.isin(STAGES[rank(stage) - 1 :]))
    went_on = at.stage_reached.isin(STAGES[rank(stage) :]) | (at.status == "hired")
    stayed = at.status.cases(("not_advanced", NOT_ADVANCED), ("withdrawn", WITHDRAWN), else_=IN_PROCESS)
    return at, ibis.ifelse(went_on, ADVANCED, stayed)
