"""A lease in words: live, ends soon, review only, refused; by colour, sign and sentence."""

import datetime as dt

import streamlit as st

from dashboards.wording.words import Words
from models.champion import LeaseState
from models.releases import Served

_DRAW = {
    LeaseState.VALID: st.success,
    LeaseState.ENDS_SOON: st.warning,
    LeaseState.REVIEW_ONLY: st.warning,
    LeaseState.EXPIRED: st.error,
}
_ICONS = {
    LeaseState.VALID: "check_circle",
    LeaseState.ENDS_SOON: "hourglass_bottom",
    LeaseState.REVIEW_ONLY: "warning",
    LeaseState.EXPIRED: "block",
}


def lease(say: Words, served: Served) -> None:
    """The lease's state at the moment that is shown."""
    until = f"{served.lease_until.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    sentence = say(f"model.lease_{served.lease.value}", until=until, days=served.lease_days_left)
    _DRAW[served.lease](sentence, icon=f":material/{_ICONS[served.lease]}:")
