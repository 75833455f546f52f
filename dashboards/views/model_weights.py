"""What counts in the champion? The vendor's weights beside the learned ones, in words, as a chart and as a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, widgets
from dashboards.charts import BLUE, ORANGE, Axis, Bar
from dashboards.facts import Facts
from dashboards.wording.words import NOTHING, Words
from models.releases import Served
from models.run_files import RunChanged
from training.weights_stored import stored_fit, stored_weights
from warehouse.access import Principal
from warehouse.settings import Settings


def weights(settings: Settings, principal: Principal, say: Words, served: Served) -> None:
    """Draws the part; a run that kept no weights says so."""
    widgets.heading(say("weights.heading"))
    run_id = served.release.run_id
    try:
        fit, found = stored_fit(settings, principal, run_id), stored_weights(settings, principal, run_id)
    except RunChanged:
        st.error(say("weights.changed"), icon=":material/error:")
        return
    if fit is not None:
        st.markdown(say("weights.fit", why=widgets.plain(fit["why"][say.language])))
    if found is None:
        st.caption(say("weights.none"))
        return
    st.markdown(f"**{widgets.plain(found['overall'][say.language])}**")
    st.markdown(widgets.plain(found["chain"][say.language]))
    st.caption(widgets.plain(found["caveat"][say.language]))
    facts = _facts(say, found, served)
    widgets.chart(
        say("weights.chart"), charts.bars(_bars(say, found), axis=Axis(title=say("weights.axis"), suffix=" %")),
        _rows(say, found), say, name=f"weights-{run_id[:8]}", facts=facts,
    )  # fmt: skip
    for one in found["skills"]:
        st.markdown(f"- {widgets.plain(one['sentence'][say.language])}")


def _bars(say: Words, found: Mapping[str, Any]) -> list[Bar]:
    """Two bars a skill, each with its own words, so that colour is not the only signal."""
    bars = []
    for one in found["skills"]:
        for side, colour in (("learned", BLUE), ("vendor", ORANGE)):
            value, (low, high) = _percent(one[side]["share"]), one[side]["ci"]
            bars.append(
                Bar(
                    label=say.of("skill", one["skill"]),
                    value=value,
                    low=_percent(low),
                    high=_percent(high),
                    note=say(f"weights.{side}"),
                    colour=colour,
                )
            )
    return bars


def _rows(say: Words, found: Mapping[str, Any]) -> pd.DataFrame:
    skills = found["skills"]
    return pd.DataFrame(
        {
            say("weights.skill"): [say.of("skill", one["skill"]) for one in skills],
            **{
                say(f"weights.{side}_column"): [_with_interval(one[side]["share"], one[side]["ci"]) for one in skills]
                for side in ("learned", "vendor", "difference")
            },
            say("weights.told"): [say(f"weights.direction_{_direction(one)}") for one in skills],
            say("weights.re_interview"): [_correlation(one["re_interview"]) for one in skills],
            say("weights.performance"): [_correlation(one["performance"]) for one in skills],
        }
    )


def _direction(one: Mapping[str, Any]) -> str:
    return {1: "more", -1: "less"}.get(int(one["direction"]), "open")


def _facts(say: Words, found: Mapping[str, Any], served: Served) -> Facts:
    return Facts(
        n=widgets.count(found["n"]),
        period=str(found["period"] or NOTHING),
        filters=say("app.none"),
        snapshot=say("model.run_snapshot"),
        is_generated=served.release.is_generated,
        definition=say("weights.definition"),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _with_interval(value: float | None, ends: list[float | None]) -> str:
    low, high = ends
    if value is None:
        return NOTHING
    shown = f"{100 * value:.0f} %"
    return shown if low is None or high is None else f"{shown} ({100 * low:.0f} – {100 * high:.0f})"


def _correlation(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return NOTHING
    low, high = found["ci"]
    return f"{found['r']:.2f} ({widgets.number(low)} – {widgets.number(high)}), n = {found['n']:,}"
