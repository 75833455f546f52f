"""The page of documents: what is missing, who may write, every version kept, and text that stays text."""

import pytest

from dashboards.wording.words import Words
from tests.dashboards.pages import opened, someone, words_on
from tests.models.release_builder import CHECKER, MODEL, promoted
from warehouse import document_parts
from warehouse.access import Permission, Role
from warehouse.settings import Settings

KEY = "documents-text-model_card.intended_use-en"


@pytest.fixture
def released(records: Settings) -> Settings:
    promoted(records)
    return records


def _texts(settings: Settings) -> list[str]:
    past = document_parts.versions(
        settings, CHECKER, kind="model_card", subject=MODEL, part="intended_use", language="en"
    )
    return [one.text for one in past]


@pytest.mark.parametrize(
    "role", [role for role in Role if Permission.READ_MODELS in someone(role).permissions], ids=str
)
def test_only_those_who_may_write_find_a_field_to_write_in(released: Settings, role: Role) -> None:
    page = opened("documents", released, someone(role))

    assert not page.exception
    assert bool(page.text_area) is someone(role).may(Permission.WRITE_DOCUMENTS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_lists_what_is_missing(released: Settings, language: str) -> None:
    page = opened("documents", released, CHECKER, language=language)

    title = {"en": "Intended use", "zh": "预期用途"}[language]
    assert title in page.dataframe[0].value[Words(language)("documents.what")].tolist()


def test_a_text_written_on_the_page_is_the_next_version(released: Settings) -> None:
    page = opened("documents", released, CHECKER)

    page.text_area(key=KEY).set_value("For sales.").run()
    page.button(key=f"{KEY}-write").click().run()

    assert _texts(released) == ["For sales."]
    assert not page.exception


def test_versions_show_what_changed_as_text(released: Settings) -> None:
    for text in ("For sales.", "<script>alert(1)</script>"):
        document_parts.write(
            released, CHECKER, kind="model_card", subject=MODEL, part="intended_use", language="en", text=text
        )

    page = opened("documents", released, CHECKER)

    assert page.code[0].value.splitlines() == ["- For sales.", "+ <script>alert(1)</script>"]
    assert "<script" not in words_on(page)
