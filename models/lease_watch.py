"""The leases of all champions, watched: an alert while one ends soon, only recommends human review, or is refused.

`watch` runs with the worker's schedule; an alert ends when its condition does, that is with the next promotion.
"""

from collections.abc import Iterator

from models.champion import LeaseState
from models.release_history import Served, history
from validation.outcome import Text, Verdict
from warehouse import alerts
from warehouse.access import Principal, Role
from warehouse.alerts import Condition
from warehouse.settings import Settings

WATCH = Principal(id="service:lease-watch", roles=frozenset({Role.OPERATOR}))
"""Who looks where nobody asked."""

KIND = "release.lease_{}"
KINDS = frozenset(KIND.format(state.value) for state in LeaseState if state is not LeaseState.VALID)

_VERDICTS = {
    LeaseState.ENDS_SOON: Verdict.REVIEW,
    LeaseState.REVIEW_ONLY: Verdict.REVIEW,
    LeaseState.EXPIRED: Verdict.BLOCK,
}


def watch(settings: Settings) -> list[Condition]:
    """Raises and clears the alerts of all leases; answers those newly raised."""
    live = history(settings, WATCH).live
    return alerts.follow(settings, WATCH, list(_conditions(live)), kinds=KINDS)


def _conditions(live: tuple[Served, ...]) -> Iterator[Condition]:
    for served in live:
        if served.lease is not LeaseState.VALID:
            said = sentence(served)
            yield Condition(
                kind=KIND.format(served.lease.value),
                subject=served.release.model_name,
                verdict=_VERDICTS[served.lease].value,
                en=said.en,
                zh=said.zh,
            )


def sentence(served: Served) -> Text:
    """The state of a lease in words, and what follows from it. The day alone: it stays the same from look to look."""
    label, day = served.release.label, f"{served.lease_until:%Y-%m-%d}"
    match served.lease:
        case LeaseState.VALID:
            return Text(en=f"{label} is live; its lease runs until {day}.", zh=f"{label} 现役，有效期至 {day}。")
        case LeaseState.ENDS_SOON:
            return Text(
                en=f"The lease of {label} ends soon, on {day}: evaluate the gate again, approve and promote.",
                zh=f"{label} 的有效期即将于 {day} 到期：请重新通过门禁、批准并上线。",
            )
        case LeaseState.REVIEW_ONLY:
            return Text(
                en=f"The lease of {label} ended on {day}: every answer is review only, until the grace ends too.",
                zh=f"{label} 的有效期已于 {day} 结束：宽限期内所有结果仅供人工复核。",
            )
        case LeaseState.EXPIRED:
            return Text(
                en=f"The lease of {label} ended on {day} and so did its grace: scores are refused.",
                zh=f"{label} 的有效期已于 {day} 结束，宽限期也已过：API 拒绝评分。",
            )
