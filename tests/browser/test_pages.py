"""Every page in a real browser in Chinese, two with many charts in English: it draws and leaves a picture of itself.

What every page says in either language, `tests/dashboards` asks without a browser.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboards.wording.words import Words
from tests.browser.conftest import ADMIN, READER, App
from tests.dashboards.pages import VIEWS

PATIENCE_MS = 120_000
CHARTS = {
    "funnel": 3,
    "process": 2,
    "validity": 5,
    "fairness": 4,
    "drift": 3,
    "loads": 2,
    "sync": 1,
    "outbox": 1,
    "obligations": 1,
}
"""Charts that each page draws at least; the others draw none."""

READERS = {"sync": ADMIN, "identity": ADMIN, "outbox": ADMIN}
"""Who opens a page where it is not the reader of all the others."""

ENGLISH = ("Choose", "Select", "Press Enter", "No results", "Search", "Download", "Upload", "Running", "Filters")
"""What Streamlit's widgets say by themselves."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def profile(browser: Browser) -> BrowserContext:
    """One for all windows: Streamlit's megabytes of script are read and compiled once."""
    return browser.new_context(viewport={"width": 1400, "height": 1000})


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A fresh window, closed at the end: one that stays open goes on working."""
    window = profile.new_page()
    window.set_default_timeout(PATIENCE_MS)
    yield window
    window.close()


def visit(page: Page, app: App, view: str, language: str, **address: str) -> None:
    """Opens the page and waits until it is drawn to its end."""
    path = "" if view == "start" else view
    asked = "&".join(
        f"{name}={value}" for name, value in {"lang": language, "as": READERS.get(view, READER), **address}.items()
    )
    page.goto(f"{app.url}/{path}?{asked}")
    expect(page.get_by_role("heading", level=1)).to_have_text(Words(language)(f"{view}.title"), timeout=PATIENCE_MS)
    settle(page)


def settle(page: Page) -> None:
    """Waits until Streamlit has finished its run."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")


def state_a_purpose(page: Page, language: str) -> None:
    """Opens the demographics."""
    page.get_by_label(Words(language)("fairness.purpose"), exact=True).fill("a test of the pages")
    page.get_by_test_id("stBaseButton-primaryFormSubmit").click()
    expect(page.get_by_role("heading", name=Words(language)("fairness.reports"))).to_be_visible(timeout=PATIENCE_MS)
    settle(page)


@pytest.mark.parametrize(
    ("view", "language"), [*((view, "zh") for view in ("start", *VIEWS)), ("validity", "en"), ("fairness", "en")]
)
def test_a_page_draws_without_an_error_and_in_its_language(
    page: Page, app: App, tmp_path: Path, view: str, language: str
) -> None:
    visit(page, app, view, language, period="month")
    if language == "zh":
        _says_nothing_in_english(page)
    if view == "fairness":
        state_a_purpose(page, language)

    for place in range(CHARTS.get(view, 0)):
        page.locator(".js-plotly-plot .main-svg").nth(place).wait_for(state="attached")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert page.screenshot(path=tmp_path / f"{view}-{language}.png", full_page=True)


def _says_nothing_in_english(page: Page) -> None:
    """Streamlit's own widgets bring English words along; what is in sight must not."""
    text = page.locator("[data-testid=stMain]").inner_text() + page.locator("[data-testid=stSidebar]").inner_text()
    assert [word for word in ENGLISH if word in text] == []


def test_filters_language_and_reader_outlive_a_change_of_page(page: Page, app: App) -> None:
    visit(page, app, "funnel", "zh", channel="agency")

    page.get_by_role("link", name=Words("zh")("page.drift")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(Words("zh")("drift.title"), timeout=PATIENCE_MS)
    settle(page)

    assert "channel=agency" in page.url
    assert f"as={READER}" in page.url
    assert "lang=zh" in page.url
