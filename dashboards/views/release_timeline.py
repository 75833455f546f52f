"""The release ledger over time, with its lines behind."""

import pandas as pd

from dashboards import release_figures, widgets
from dashboards.facts import Facts
from dashboards.views.release_acts import moment
from dashboards.wording.words import NOTHING, Words
from models.release_spans import spans
from models.releases import History


def timeline(say: Words, found: History) -> None:
    """The chart and the table; nothing while the ledger is empty."""
    if not found.events:
        return
    facts = Facts(
        n=str(len(found.events)),
        period=widgets.span(say, found.events[0].happened_at, found.at),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=any(served.release.is_generated for served in found.live),
        definition=say("releases.timeline_definition"),
    )
    figure = release_figures.timeline(spans(found.events), found.events, found.at, say)
    widgets.chart(say("releases.timeline"), figure, rows(say, found), say, name="timeline", facts=facts)


def rows(say: Words, found: History) -> pd.DataFrame:
    """Every line of the ledger up to the moment, the newest first."""
    events = list(reversed(found.events))
    return pd.DataFrame(
        {
            say("model.moment"): [moment(event.happened_at) for event in events],
            say("model.kind"): [say.of("kind", event.kind) for event in events],
            say("model.release"): [f"{event.model_name}@{event.version}" for event in events],
            say("model.actor"): [event.actor for event in events],
            say("model.until"): [
                NOTHING if event.lease_until is None else moment(event.lease_until) for event in events
            ],
            say("model.why"): [event.reason or NOTHING for event in events],
        }
    )
