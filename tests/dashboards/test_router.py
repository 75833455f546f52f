"""The router: who reads, in which language, which pages they have, and what the address bar keeps."""

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards.wording.words import Words
from tests.dashboards.pages import TIMEOUT_S, words_on
from warehouse import identity
from warehouse.access import Role
from warehouse.settings import Settings

APP = Path(dashboards.__file__).with_name("app.py")


@pytest.fixture
def real_home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home with an operator and two more identities, told to the pages as a service is told."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    monkeypatch.delenv("HIREGATE_PRINCIPAL", raising=False)
    st.cache_resource.clear()
    st.cache_data.clear()
    operator = identity.acting(records)
    for name, role in (("demo-auditor", Role.AUDITOR), ("demo-integration", Role.INTEGRATION_ADMIN)):
        identity.grant(records, operator, name, role)
    yield records
    st.cache_resource.clear()


@pytest.fixture
def home(real_home: Settings) -> Settings:
    """The same, its identities generated for the demo."""
    identity.mark_generated(real_home, identity.acting(real_home), ["demo-auditor", "demo-integration"])
    return real_home


def started(**address: str) -> AppTest:
    """The app at an address."""
    app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    for parameter, value in address.items():
        app.query_params[parameter] = value
    return app.run()


def links(app: AppTest) -> str:
    """The pages that the start page lists."""
    return " ".join(str(link.proto.label) for link in app.get("page_link"))


def test_a_reader_is_offered_the_pages_of_their_roles_and_no_others(home: Settings) -> None:
    app = started(**{"as": "demo-integration"})

    assert not app.exception
    assert "Loads" in links(app)
    assert "Hiring funnel" not in links(app)


def test_the_operator_of_a_generated_company_may_read_as_its_identities(home: Settings) -> None:
    app = started()

    assert app.selectbox(key="choice-as").options[1:] == ["demo-auditor", "demo-integration"]


def test_a_real_home_offers_no_other_identity(real_home: Settings) -> None:
    """Without generated identities there is nothing to choose, whoever asks by the address."""
    app = started(**{"as": "demo-auditor"})

    assert [box.key for box in app.selectbox] == ["choice-lang"]


def test_an_identity_without_a_role_sees_one_sentence(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIREGATE_PRINCIPAL", "a-stranger")
    st.cache_resource.clear()

    app = started()

    assert Words("en")("app.nobody") in words_on(app)
    assert links(app) == ""


def test_the_address_names_the_language(home: Settings) -> None:
    app = started(lang="zh")

    assert app.title[0].value == Words("zh")("start.title")


def test_choosing_a_language_changes_the_page_and_the_address(home: Settings) -> None:
    app = started()

    app.selectbox(key="choice-lang").set_value("zh").run()

    assert app.query_params["lang"] == "zh"
    assert app.title[0].value == Words("zh")("start.title")


def test_a_language_that_does_not_exist_falls_back_to_the_home_s_own(home: Settings) -> None:
    assert started(lang="klingon").title[0].value == Words("en")("start.title")


def test_no_module_beside_the_router_bears_the_name_of_another_package() -> None:
    """`streamlit run dashboards/app.py` puts `dashboards/` first on the path: such a module would hide the package."""
    beside = {path.stem for path in APP.parent.iterdir() if path.suffix == ".py" or path.is_dir()}

    taken = set(importlib.metadata.packages_distributions()) | set(sys.stdlib_module_names)

    assert beside & taken <= {"__init__", "__pycache__"}
