"""The champions' leases as `hiregate status` shows them, one line each."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from models.champion import LeaseState, leases
from warehouse import postgres
from warehouse.settings import Settings

_WORDS = {
    LeaseState.VALID: ("live, {days} days left", "现役，剩余 {days} 天"),
    LeaseState.ENDS_SOON: ("ends soon, in {days} days", "即将到期，剩余 {days} 天"),
    LeaseState.REVIEW_ONLY: ("review only since {day}", "自 {day} 起仅供人工复核"),
    LeaseState.EXPIRED: ("refused: the lease ended on {day}", "拒绝评分：有效期已于 {day} 结束"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseStatus:
    """One champion's lease: its release, state, end, and the begun days until then (0 and less after it)."""

    name: str
    state: str
    ends_in_days: int
    until: str
    sentence: str


def lease_statuses(settings: Settings) -> tuple[LeaseStatus, ...]:
    """The leases; none where the records do not answer or were never made."""
    if not postgres.is_running(settings):
        return ()
    try:
        return tuple(_statuses(settings))
    except DBAPIError:
        return ()


def _statuses(settings: Settings) -> Iterator[LeaseStatus]:
    at = 1 if settings.language == "zh" else 0
    for label, terms, now in leases(settings):
        state, days = terms.state(now), terms.days_left(now)
        until = terms.until.astimezone(dt.UTC)
        yield LeaseStatus(
            name=label,
            state=state.value,
            ends_in_days=days,
            until=until.isoformat(timespec="seconds"),
            sentence=_WORDS[state][at].format(days=days, day=f"{until:%Y-%m-%d %H:%M} UTC"),
        )
