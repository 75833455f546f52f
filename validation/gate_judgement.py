"""What one check of the gate found: a state, the reason, the figures behind it, and what to do next.

The state says what is known; what a release may do about it is the policy's business (`validation.gate`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from validation.decision_rule import State
from validation.outcome import Figure, Text

_GRAVITY = {State.PASS: 0, State.REVIEW: 1, State.INSUFFICIENT_DATA: 2, State.UNDEFINED: 3, State.FAIL: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One check's result before the policy speaks; `detail` holds whole tables for the evidence, as plain JSON.

    `people` are those behind a failure that is counted over people, where the check says so: of several failing
    comparisons the one with most of them.
    """

    check: str
    state: State
    reason: Text
    figures: tuple[Figure, ...] = ()
    next_step: Text | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    people: int | None = None


def gravest(states: Iterable[State]) -> State:
    """The gravest of several states; of none `INSUFFICIENT_DATA`, for nothing was shown."""
    return max(states, key=_GRAVITY.__getitem__, default=State.INSUFFICIENT_DATA)


def lacking(check: str, what: Text, next_step: Text) -> Judgement:
    """The judgement where the evidence itself is missing."""
    return Judgement(check=check, state=State.INSUFFICIENT_DATA, reason=what, next_step=next_step)


def listed(names: Iterable[str]) -> Text:
    """Names as a list in a sentence of either language."""
    kept = list(names)
    return Text(en=", ".join(kept), zh="、".join(kept))
