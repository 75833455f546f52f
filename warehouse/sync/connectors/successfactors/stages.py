"""From the audit trail of an application's statuses to the stages that it entered and how it left them.

A tenant names its statuses itself; what each means is an option. Several statuses of one stage in a row are one stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.sync.connectors.successfactors.values import Row, rows_in, text_of

ORDER = ("applied", "ai_interview", "re_interview", "offer", "hire")
ENDINGS = {"rejected": "not_advanced", "withdrawn": "withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the trail; `stage`, `left_at` and `outcome` are set where a stay in a stage begins."""

    row: Row
    status: str | None
    meaning: str | None
    stage: str | None = None
    left_at: str | None = None
    outcome: str | None = None


def steps(trail: Sequence[Row], statuses: Mapping[str, str]) -> list[Step]:
    """The trail in order of time, each row with what it means. Rows of unknown statuses end no stay."""
    ordered = sorted(
        trail, key=lambda row: (text_of(row, "createdDateTime") or "", int(text_of(row, "revNumber") or 0))
    )
    named = [(row, status_name(row)) for row in ordered]
    meanings = [statuses.get((name or "").strip().lower()) for _, name in named]
    return [
        _step(row, name, meanings, index, [text_of(one, "createdDateTime") for one, _ in named])
        for index, (row, name) in enumerate(named)
    ]


def status_name(row: Row) -> str | None:
    """The status that a row of the trail, or an application, is in."""
    found = rows_in(row.get("jobAppStatus"))
    return text_of(found[0], "appStatusName") if found else None


def ended_at(found: Sequence[Step], ending: str) -> str | None:
    """When the application was last `rejected` or `withdrawn`, if that is how it stands now."""
    known = [step for step in found if step.meaning is not None]
    if not known or known[-1].meaning != ending:
        return None
    return text_of(known[-1].row, "createdDateTime")


def first_at(found: Sequence[Step], words: frozenset[str]) -> str | None:
    """When the application first came into one of these statuses, given in lower case."""
    return next(
        (text_of(step.row, "createdDateTime") for step in found if (step.status or "").strip().lower() in words), None
    )


def _step(row: Row, name: str | None, meanings: Sequence[str | None], index: int, times: Sequence[str | None]) -> Step:
    meaning = meanings[index]
    before = next((one for one in reversed(meanings[:index]) if one is not None), None)
    if meaning not in ORDER or before == meaning:
        return Step(row=row, status=name, meaning=meaning)
    end = next((at for at in range(index + 1, len(meanings)) if meanings[at] not in {None, meaning}), None)
    return Step(
        row=row,
        status=name,
        meaning=meaning,
        stage=meaning,
        left_at=None if end is None else times[end],
        outcome=_outcome(meaning, None if end is None else meanings[end]),
    )


def _outcome(meaning: str, following: str | None) -> str:
    """Forward is advanced; back is not; the hired are there to stay."""
    if following is None:
        return "advanced" if meaning == "hire" else "pending"
    if following in ENDINGS:
        return ENDINGS[following]
    return "advanced" if ORDER.index(following) > ORDER.index(meaning) else "not_advanced"
