"""Who reads a page, and in which language; both are kept in the address bar or the home, never guessed from the data.

The pages listen on loopback. They act as the identity that started them (`HIREGATE_PRINCIPAL`, else the user of the
operating system). A home whose identities were generated for the demo lets the reader choose among these, to see what
each role sees.
"""

import streamlit as st

from dashboards.wording.words import LANGUAGES, Words
from warehouse import identity
from warehouse.access import NOBODY, Permission, Principal
from warehouse.settings import Settings, load


@st.cache_resource
def settings() -> Settings:
    """The settings of this process."""
    return load()


def words() -> Words:
    """The sentences of the language in the address bar, else the one in the settings."""
    asked = st.query_params.get("lang", settings().language)
    return Words(asked if asked in LANGUAGES else "en")


def language_switch(say: Words) -> None:
    """The switch between languages, in the sidebar; the choice goes to the address bar."""
    codes = list(LANGUAGES)
    chosen = st.sidebar.radio(
        say("app.language"), codes, index=codes.index(say.language), format_func=LANGUAGES.__getitem__, horizontal=True
    )
    if chosen != say.language:
        st.query_params["lang"] = chosen
        st.rerun()


def principal(say: Words) -> Principal:
    """Who reads: the acting identity, or the demo identity that the reader chose."""
    try:
        acting = identity.acting(settings())
    except identity.UnknownIdentity:
        return NOBODY
    choices = demo_identities()
    if not choices or not acting.may(Permission.MANAGE_ACCESS):
        return acting
    names = [acting.id, *choices]
    asked = st.query_params.get("as", acting.id)
    chosen = st.sidebar.selectbox(
        say("app.identity"), names, index=names.index(asked) if asked in names else 0, key="reading_as"
    )
    st.query_params["as"] = chosen
    return acting if chosen == acting.id else identity.principal_of(settings(), chosen)


@st.cache_data(ttl=10)
def demo_identities() -> list[str]:
    """The identities of a generated company; none in a real home."""
    return identity.generated(settings())
