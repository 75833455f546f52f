"""What a button of the Decisions page does: the act in the ledger, MLflow's registry after it, and the page anew."""

import datetime as dt
import logging
from collections.abc import Callable

import streamlit as st

from dashboards import data
from dashboards.wording.words import Words
from models import releases
from warehouse.settings import Settings

LOG = logging.getLogger("hiregate.pages")
SAID = "releases-said"


def button(say: Words, act: str, of: str, do: Callable[[], str], *, disabled: bool = False, done: str = "") -> None:
    """A button that acts (`do` answers the release's label), says so, and draws the page anew.

    A refusal of the ledger's is shown by the router in its own sentence.
    """
    if st.button(say(f"releases.{act}"), key=f"{act}-{of}", disabled=disabled):
        label = do()
        st.session_state[SAID] = say(f"releases.{done or f'done_{act}'}", release=label)
        for kept in (data.waiting_releases, data.history, data.gate_results, data.shadow_report):
            kept.clear()
        st.rerun()


def mirrored(settings: Settings, model: str, label: str) -> str:
    """Lets MLflow's registry follow; the ledger stands whatever becomes of it, and `hiregate verify` tells of a lag."""
    try:
        releases.mirror(settings, model)
    except Exception:
        LOG.exception("MLflow's registry lags behind the ledger")
    return label


def moment(moment: dt.datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
