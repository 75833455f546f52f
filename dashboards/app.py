"""The router of the pages: who reads, in which language, and which pages their permissions include. Nothing else.

A page that is not allowed is not listed; its address says so in words instead of breaking.
"""

from collections.abc import Callable

import streamlit as st

from dashboards import address, filters, links, reader, widgets
from dashboards.views import (
    alternatives,
    compare,
    documents,
    drift,
    fairness,
    funnel,
    identity,
    leaderboard,
    loads,
    model,
    obligations,
    outbox,
    process,
    releases,
    start,
    sync,
    validity,
)
from dashboards.wording.words import Words
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

PACKAGES = ("warehouse.", "validation.", "models.", "training.", "dashboards.")

Show = Callable[[Settings, Principal, Words], None]

# Section, name, function and the permission that each page needs. (A comment: Streamlit would print a bare string.)
PAGES: tuple[tuple[str, str, Show, Permission], ...] = (
    ("hiring", "funnel", funnel.show, funnel.NEEDS),
    ("hiring", "process", process.show, process.NEEDS),
    ("evidence", "validity", validity.show, validity.NEEDS),
    ("evidence", "fairness", fairness.show, fairness.NEEDS),
    ("evidence", "drift", drift.show, drift.NEEDS),
    ("data", "loads", loads.show, loads.NEEDS),
    ("data", "sync", sync.show, sync.NEEDS),
    ("data", "identity", identity.show, identity.NEEDS),
    ("data", "outbox", outbox.show, outbox.NEEDS),
    ("models", "leaderboard", leaderboard.show, leaderboard.NEEDS),
    ("models", "compare", compare.show, compare.NEEDS),
    ("models", "alternatives", alternatives.show, alternatives.NEEDS),
    ("models", "model", model.show, model.NEEDS),
    ("models", "releases", releases.show, releases.NEEDS),
    ("models", "documents", documents.show, documents.NEEDS),
    ("models", "obligations", obligations.show, obligations.NEEDS),
)


def main() -> None:
    """Draws the page that the address names."""
    address.keep(reader.PARAMETERS)
    say = reader.words()
    principal = reader.principal(say)
    reader.language_switch(say)
    say = reader.naming(say, principal)
    page = st.navigation(sections(principal, say), expanded=True)  # folded, it says "View more" in English
    address.carry_over(page.url_path, filters.PARAMETERS)
    widgets.frame(say, page.title)
    with st.sidebar:
        st.caption(say("app.roles", roles=reader.roles(say, principal)))
    _run(page, say)
    address.remember()


def _run(page: st.Page, say: Words) -> None:
    """Draws the page; an error that our packages raise on purpose is a sentence, any other is Streamlit's to log."""
    try:
        page.run()
    except Exception as error:
        if not type(error).__module__.startswith(PACKAGES):
            raise
        st.error(say("app.failed", reason=widgets.plain(str(error))), icon=":material/error:")


def sections(principal: Principal, say: Words) -> dict[str, list[st.Page]]:
    """The pages by section; one that is not allowed is hidden. The first one lists those that are."""
    found: dict[str, list[st.Page]] = {}
    allowed: list[tuple[str, st.Page]] = []
    for section, name, show, permission in PAGES:
        page = st.Page(
            _bound(show, principal, say),
            title=say(f"page.{name}"),
            url_path=name,
            visibility="visible" if principal.may(permission) else "hidden",
        )
        found.setdefault(say(f"section.{section}"), []).append(page)
        if principal.may(permission):
            allowed.append((name, page))
    links.offer(dict(allowed))

    def draw() -> None:
        start.show(reader.settings(), say, allowed)

    return {"": [st.Page(draw, title=say("page.start"), url_path="start", default=True)], **found}


def _bound(show: Show, principal: Principal, say: Words) -> Callable[[], None]:
    def draw() -> None:
        show(reader.settings(), principal, say)

    return draw


if __name__ == "__main__":
    main()
