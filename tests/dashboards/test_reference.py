"""The reference page says what the code says."""

from pathlib import Path

from dashboards.reference import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_page_is_what_the_code_generates() -> None:
    """`.venv/bin/python -m dashboards.reference > docs/reference.md` brings it up to date."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference()


def test_every_command_in_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {line.split("hiregate ", 1)[1] for line in readme.splitlines() if line.startswith("hiregate ")}

    known = reference()

    assert named
    assert all(f"`hiregate {' '.join(words(call))}`" in known for call in named)


GROUPS = {"alert", "audit", "audit-log", "evidence", "hold", "identity", "key", "outbox", "sync", "user"}


def words(call: str) -> list[str]:
    """The command's own words: up to two, before the first argument."""
    first, *rest = call.split()
    return [first, rest[0]] if first in GROUPS else [first]


def test_links_of_the_readme_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [part.split(")", 1)[0] for part in readme.split("](")[1:]]

    assert [target for target in targets if not (ROOT / target).exists()] == []
