"""`hiregate identity …`: what an HR administrator sees and decides."""

import json

import pytest
from typer.testing import CliRunner

from dashboards.identity_cli import app
from tests.warehouse.identity_resolution.records import applied, candidate, employee, links, only_link
from warehouse import identity
from warehouse.access import AccessDenied, Principal, Role
from warehouse.settings import Settings


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment points at the test's home; mei administers HR, ivan the integrations."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    operator = Principal(id="op", roles=frozenset({Role.OPERATOR}))
    identity.grant(records, operator, "mei", Role.HR_ADMIN)
    identity.grant(records, operator, "ivan", Role.INTEGRATION_ADMIN)
    return records


def _said(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--as", "mei"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_pair_is_suggested_listed_and_linked(home: Settings) -> None:
    applied(home, candidate(home, email=None, phone=None))
    employee(home, email=None, phone=None)

    done = json.loads(_said("suggest", "--json"))
    listed = _said("list")
    linked = _said("link", str(only_link(home)))

    assert (done["suggested"], linked) == (1, "linked; 1 hire made\n")
    assert "sf E1  (name, date)" in listed
    assert "Wei" not in listed


def test_a_link_is_taken_back(home: Settings) -> None:
    applied(home, candidate(home))
    employee(home)
    _said("suggest")

    said = _said("unmerge", str(only_link(home)))

    assert "hires ended: 1" in said
    assert links(home) == {"employee": ["unmerged"]}


def test_two_records_that_nobody_suggested_are_linked_and_rejected_pairs_are_listed_by_state(home: Settings) -> None:
    one, other = candidate(home), candidate(home, "liepin", email="x@example.com", phone=None)

    _said("link", "--candidate", str(one), "--with-candidate", str(other))

    assert len(json.loads(_said("list", "--state", "linked", "--json"))) == 1
    assert _said("list", "--state", "rejected") == "no pair\n"


def test_a_pair_is_rejected(home: Settings) -> None:
    candidate(home)
    candidate(home, "liepin", phone=None, full_name="Wei Zheng", full_name_local=None)
    _said("suggest")

    _said("reject", str(only_link(home)))

    assert links(home) == {"candidate": ["rejected"]}


def test_another_role_is_refused(home: Settings) -> None:
    with pytest.raises(AccessDenied):
        CliRunner().invoke(app, ["list", "--as", "ivan"], catch_exceptions=False)
