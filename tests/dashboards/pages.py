"""Opens one page without a browser, as a principal, in a language, at an address."""

from streamlit.testing.v1 import AppTest

from tests.warehouse.queries.people import SALES
from warehouse.access import NOBODY, Principal, Role
from warehouse.settings import Settings

TIMEOUT_S = 120
VIEWS = (
    "funnel", "process", "validity", "fairness", "drift", "loads", "sync", "identity", "outbox", "model", "releases",
    "documents",
    "obligations", "leaderboard", "compare", "alternatives",
)  # fmt: skip


def someone(role: Role | None) -> Principal:
    """A principal of that role, of the sales department; the empty principal for None."""
    return NOBODY if role is None else Principal(id="x", roles=frozenset({role}), departments=frozenset({str(SALES)}))


def opened(
    view: str,
    settings: Settings,
    who: Principal,
    *,
    language: str = "en",
    address: dict[str, str | list[str]] | None = None,
) -> AppTest:
    """The page after its first run."""
    page = AppTest.from_function(_draw, default_timeout=TIMEOUT_S, args=(view, settings, who, language))
    for parameter, value in (address or {}).items():
        page.query_params[parameter] = value
    return page.run()


def opened_for_a_purpose(view: str, settings: Settings, who: Principal, **asked: object) -> AppTest:
    """The page after its purpose was stated."""
    page = opened(view, settings, who, **asked)
    page.text_input[0].set_value("quarterly monitoring")
    return page.button[0].click().run()


def words_on(page: AppTest) -> str:
    """All that the page says, tables aside."""
    kinds = (page.title, page.subheader, page.markdown, page.caption, page.info, page.warning, page.error, page.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def _draw(view: str, settings: "Settings", who: "Principal", language: str) -> None:
    """Streamlit runs this as a script of its own, so it imports what it needs itself."""
    from importlib import import_module  # noqa: PLC0415

    from dashboards.wording.words import Words  # noqa: PLC0415

    import_module(f"dashboards.views.{view}").show(settings, who, Words(language))
