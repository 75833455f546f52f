"""The page on releases says what the code does: states of a lease, acts, permissions and lines of the ledger."""

import re
from pathlib import Path
from typing import get_args

import typer

from dashboards.cli import app
from models.bundle_verifier import CHECKED
from models.champion import LeaseState
from tests.models.test_releases_rights import ACTS
from warehouse.ledger_values import MOST_SHADOWS, EventKind

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of the page, without its head."""
    part = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()[2:]]


ROWS = {row[2].strip("`"): row for row in _table("act")}


def test_every_line_of_the_ledger_has_its_act() -> None:
    assert set(ROWS) == set(get_args(EventKind))


def test_every_command_of_the_table_is_there() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]

    named = {row[1].strip("`").removeprefix("hiregate ") for row in ROWS.values() if row[1]}

    assert named <= set(commands)


def test_the_permissions_are_those_that_the_acts_ask_for() -> None:
    """The table of rights is tested against the acts themselves in `test_releases_rights`."""
    acts = {"propose": "proposed", "approve": "approved", "send back": "sent_back", "waive": "waived",
            "promote": "promoted", "roll back": "rolled_back", "retire": "retired", "shadow": "shadowed",
            "unshadow": "unshadowed"}  # fmt: skip

    told = {kind: ROWS[kind][3].strip("`") for kind in acts.values()}

    assert told == {kind: next(iter(ACTS[act][0])).value for act, kind in acts.items()}


def test_the_maker_is_kept_from_what_the_verifier_and_the_database_keep_it_from() -> None:
    guard = (Path(__file__).resolve().parents[2] / "warehouse/migrations/versions/0009_ledger_events.py").read_text()
    in_database = re.search(r"IF NEW\.kind IN \(([^)]+)\) THEN\n    IF NEW\.actor = of\.proposed_by", guard)

    told = {kind for kind, row in ROWS.items() if row[4] == "yes"}

    assert in_database is not None
    assert told == set(CHECKED) == set(re.findall(r"'(\w+)'", in_database[1]))


def test_every_state_of_a_lease_is_explained() -> None:
    assert [row[0].strip("`") for row in _table("lease")] == [state.value for state in LeaseState]


def test_the_number_of_shadows_is_the_codes() -> None:
    assert MOST_SHADOWS == 2
    assert "At most two releases of a model run in shadow." in PAGE
