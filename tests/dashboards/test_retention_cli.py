"""`hiregate erase`, `hold` and `expire` as an HR administrator types them."""

import json

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from tests.builders import Builder, build
from warehouse import identity
from warehouse.access import AccessDenied, Principal, Role
from warehouse.retention_errors import HeldPerson
from warehouse.settings import Settings


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """One candidate with an application of 2025; mei administers HR, ivan the integrations."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    operator = Principal(id="op", roles=frozenset({Role.OPERATOR}))
    identity.grant(records, operator, "mei", Role.HR_ADMIN)
    identity.grant(records, operator, "ivan", Role.INTEGRATION_ADMIN)
    return records


@pytest.fixture
def candidate(home: Settings) -> str:
    """The candidate's key."""

    def make(builder: Builder) -> str:
        person = builder.candidate(full_name="Ada Lovelace", email="ada@example.com")
        builder.application(builder.requisition(builder.department()), person)
        return str(person)

    return build(home, make)


def _said(*arguments: str, by: str = "mei") -> str:
    result = CliRunner().invoke(app, [*arguments, "--as", by], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_person_is_looked_at_erased_and_known_as_erased(candidate: str) -> None:
    looked = json.loads(_said("erase", candidate, "--dry-run", "--json"))
    erased = json.loads(_said("erase", candidate, "--reason", "letter of 3 May", "--json"))
    again = _said("erase", candidate)

    assert (looked["state"], looked["counts"]["hr.application"]) == ("dry_run", 1)
    assert (erased["state"], erased["counts"]["hr.candidate"]) == ("erased", 1)
    assert again.startswith(f"1 person erased before, tombstone {erased['erasure_id']}\n")


def test_nothing_that_is_said_names_the_person(candidate: str) -> None:
    said = _said("erase", candidate, "--dry-run") + _said("erase", candidate) + _said("erase", candidate, "--json")

    assert "Ada" not in said
    assert "ada@" not in said


def test_a_hold_is_placed_listed_and_lifted(candidate: str) -> None:
    placed = json.loads(_said("hold", "add", candidate, "--matter", "case 12", "--until", "2099-01-31", "--json"))
    listed = _said("hold", "list")
    with pytest.raises(HeldPerson, match=r"hold 1 \(case 12\) until 2099-01-31"):
        _said("erase", candidate)
    _said("hold", "lift", "1")

    assert (placed["hold"], placed["until"]) == (1, "2099-01-31")
    assert "case 12" in listed
    assert _said("hold", "list") == "no hold stands\n"


def test_expiry_says_by_which_rule_and_takes_nobody_too_early(candidate: str) -> None:
    said = json.loads(_said("expire", "--dry-run", "--json"))

    assert (said["rule"], said["past"], said["erased"]) == ("california_ads_years", 0, None)


@pytest.mark.parametrize(
    "call",
    [
        ("hold", "add", "x", "--matter", "m", "--until", "31.1.2027"),
        ("hold", "add", "x", "--matter", " "),
        ("erase", "x", "--reason", ""),
        ("expire", "--jurisdiction", "Atlantis"),
        ("expire", "--jurisdiction", "US-IL"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(home: Settings, call: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*call, "--as", "mei"])

    assert result.exit_code == 2


@pytest.mark.parametrize("call", [("erase", "x"), ("erase", "x", "--dry-run"), ("hold", "list"), ("expire",)])
def test_without_the_right_nothing_is_done(home: Settings, call: tuple[str, ...]) -> None:
    with pytest.raises(AccessDenied, match="erase_people"):
        _said(*call, by="ivan")
