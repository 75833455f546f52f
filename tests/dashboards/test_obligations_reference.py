"""The page about obligations says what the data says."""

from pathlib import Path

from dashboards.obligations_reference import reference
from validation.obligation_rules import load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "obligations.md"


def test_the_page_about_obligations_is_what_the_data_generates() -> None:
    """`.venv/bin/python -m dashboards.obligations_reference > docs/obligations.md` brings it up to date."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_everything_unverified_is_named_with_what_could_not_be_confirmed() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## All")[0]

    assert all(f"`{one.id}`" in text and one.note for one in load().obligations if not one.is_verified)
