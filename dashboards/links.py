"""From page to page: the router says which pages there are, and a view opens another one with its parameters."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import address, reader

_PAGES = "links-pages"


def offer(pages: Mapping[str, st.Page]) -> None:
    """Notes the pages that this reader may open, by name."""
    st.session_state[_PAGES] = dict(pages)


def open_page(name: str, parameters: Mapping[str, str | Sequence[str]]) -> None:
    """Goes to another page at an address; the language and the reader come along.

    Where there is no router (a page drawn alone), only the parameters are written.
    """
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is None:
        for parameter, value in parameters.items():
            address.put(parameter, value)
        return
    st.switch_page(page, query_params={**_of_reader(), **parameters})


def link(name: str, label: str, parameters: Mapping[str, str | Sequence[str]] | None = None) -> None:
    """A link to another page; nothing where the reader may not open it."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        st.page_link(page, label=label, query_params={**_of_reader(), **(parameters or {})})


def _of_reader() -> dict[str, str | Sequence[str]]:
    return {name: address.several(name) for name in reader.PARAMETERS if address.one(name)}
