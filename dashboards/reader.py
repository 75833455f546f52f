"""Who reads a page, and in which language; both are kept in the address bar or the home, never guessed from the data.

The pages listen on loopback. They act as the identity that started them (`HIREGATE_PRINCIPAL`, else the user of the
operating system). A home whose identities were generated for the demo lets the reader choose among these, to see what
each role sees.
"""

from dataclasses import replace

import streamlit as st

from dashboards import address, choices, data
from dashboards.wording.words import LANGUAGES, Words
from warehouse import identity
from warehouse.access import NOBODY, Permission, Principal
from warehouse.settings import Settings, load

LANGUAGE, READING_AS = "lang", "as"
PARAMETERS = (LANGUAGE, READING_AS)
"""What the address bar keeps of the reader, from page to page."""


@st.cache_resource
def settings() -> Settings:
    """The settings of this process."""
    return load()


def words() -> Words:
    """The sentences of the language in the address bar, else the one in the settings."""
    asked = address.one(LANGUAGE)
    return Words(asked if asked is not None and asked in LANGUAGES else settings().language)


def language_switch(say: Words) -> None:
    """The switch between languages; the choice goes to the address bar."""
    with st.sidebar:
        choices.pick(
            say("app.language"),
            tuple(LANGUAGES),
            parameter=LANGUAGE,
            default=say.language,
            shown=LANGUAGES.__getitem__,
        )


def principal(say: Words) -> Principal:
    """Who reads: the acting identity, or the demo identity that the reader chose."""
    try:
        acting = identity.acting(settings())
    except identity.UnknownIdentity:
        return NOBODY
    generated = demo_identities() if acting.may(Permission.MANAGE_ACCESS) else []
    if not generated:
        return acting
    with st.sidebar:
        chosen = choices.pick(say("app.identity"), (acting.id, *generated), parameter=READING_AS)
    return acting if chosen == acting.id else identity.principal_of(settings(), chosen)


def naming(say: Words, reading: Principal) -> Words:
    """The words with the departments' names in their language, as far as the reader may see departments."""
    return replace(say, names=data.department_names(settings(), reading, say.language))


@st.cache_data(ttl=10, show_spinner=False)
def demo_identities() -> list[str]:
    """The identities of a generated company; none in a real home."""
    return identity.generated(settings())


def roles(say: Words, reading: Principal) -> str:
    """The reader's roles in words."""
    return say.listed("role", sorted(reading.roles)) or say("app.none")
