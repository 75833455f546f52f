"""What every page over the lake begins with: permission, snapshot, banner, question, and the reader's filters."""

from dataclasses import dataclass

from dashboards import data, filters, widgets
from dashboards.facts import Facts
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.lake.snapshot import Snapshot
from warehouse.queries.filters import Filters
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LakePage:
    """A page that may be read: which snapshot, which rows, and the facts that all of its figures share."""

    snapshot: Snapshot
    chosen: Filters
    facts: Facts


def begin(settings: Settings, principal: Principal, say: Words, *, page: str, needs: Permission) -> LakePage | None:
    """Draws the head of the page and the filters; None, with the reason on the page, where there is nothing to read."""
    if not widgets.is_allowed(say, principal, needs):
        return None
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, page, is_generated=snapshot is not None and snapshot.is_generated)
    if snapshot is None:
        widgets.empty(say, "app.no_lake")
        return None
    values = data.filter_values(settings, principal, snapshot.id)
    chosen = filters.panel(say, values)
    facts = Facts(
        n=NOTHING,
        period=filters.period(say, chosen, values),
        filters=filters.told(say, chosen),
        snapshot=widgets.snapshot_words(say, snapshot),
        is_generated=snapshot.is_generated,
    )
    return LakePage(snapshot=snapshot, chosen=chosen, facts=facts)
