"""The address bar: the one place that holds what a reader chose, so that a link opens the same page again.

Widgets take their value from here before each run and write it back when the reader changes them. Streamlit empties
the address when the page changes; what should outlive that is put back.
"""

from collections.abc import Sequence

import streamlit as st

_LAST_PAGE, _LAST = "address-page", "address-last"


def one(parameter: str) -> str | None:
    """The value of a parameter, or None where it is absent."""
    return st.query_params.get(parameter)


def several(parameter: str) -> list[str]:
    """All values of a repeated parameter."""
    return st.query_params.get_all(parameter)


def put(parameter: str, value: str | Sequence[str] | None) -> None:
    """Writes a parameter; None or nothing removes it."""
    if not value:
        st.query_params.pop(parameter, None)
    else:
        st.query_params[parameter] = value if isinstance(value, str) else list(value)


def keep(parameters: Sequence[str]) -> None:
    """Puts back parameters that the session had and the address lost."""
    for parameter, values in st.session_state.get(_LAST, {}).items():
        if parameter in parameters and parameter not in st.query_params:
            put(parameter, values)


def carry_over(page: str, parameters: Sequence[str]) -> None:
    """The same, only after a change of page: on the same page a parameter that is gone was taken away."""
    if st.session_state.get(_LAST_PAGE, page) != page:
        keep(parameters)
    st.session_state[_LAST_PAGE] = page


def remember() -> None:
    """Notes the address as it stands, for the next run."""
    st.session_state[_LAST] = {parameter: st.query_params.get_all(parameter) for parameter in st.query_params}
