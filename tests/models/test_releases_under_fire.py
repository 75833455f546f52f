"""The champion while many promote at once, and after a promotion that was killed."""

import concurrent.futures
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from models import releases
from models.release_errors import ReleaseError
from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, gated, promoted, proposal
from warehouse import audit_log
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def _count(settings: Settings, statement: str) -> int:
    with unit_of_work(settings, MAKER) as session:
        return int(session.execute(text(statement)).scalar_one())


def _agrees_with_the_ledger(settings: Settings) -> bool:
    """Whether the champion points at the last event with which anything began to serve."""
    last = _count(settings, "SELECT max(release_event_id) FROM governance.release_event WHERE kind = 'promoted'")
    pointer = releases.pointer(settings, MODEL)
    return pointer is not None and pointer.event_id == last


def test_twenty_promotions_at_once_leave_one_champion(records: Settings) -> None:
    labels = [approved(records, f"run-{index:02}").label for index in range(20)]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        done = list(pool.map(lambda label: releases.promote(records, MAKER, label), labels))

    assert all(promotion.is_new for promotion in done)
    assert _count(records, "SELECT count(*) FROM governance.champion") == 1
    assert _agrees_with_the_ledger(records)


def test_the_same_promotion_twenty_times_at_once_happens_once(records: Settings) -> None:
    label = approved(records).label

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        done = list(pool.map(lambda _: releases.promote(records, MAKER, label), range(20)))

    assert sum(promotion.is_new for promotion in done) == 1
    assert _count(records, "SELECT count(*) FROM governance.release_event WHERE kind = 'promoted'") == 1


def test_twenty_proposals_at_once_get_twenty_versions(records: Settings) -> None:
    runs = [f"run-{index:02}" for index in range(20)]
    for run in runs:
        gated(records, run)

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda run: releases.propose(records, MAKER, proposal(run)).version, runs))

    assert sorted(made) == list(range(1, 21))


def test_promoting_and_sending_back_at_once_end_in_one_of_the_two(records: Settings) -> None:
    label = approved(records).label

    def act(promotes: bool) -> bool:
        try:
            if promotes:
                releases.promote(records, MAKER, label)
            else:
                releases.send_back(records, CHECKER, label, reason="wait")
        except ReleaseError:
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = list(pool.map(act, [True, False]))

    assert sum(done) == 1


@pytest.mark.parametrize(
    "step", ["before the event", "before the champion moves", "before the audit line", "before the alias"]
)
def test_a_killed_promotion_is_repeated_as_if_nothing_had_happened(records: Settings, step: str) -> None:
    promoted(records, "run-a")
    label = approved(records, "run-b").label
    command = [sys.executable, "-m", "tests.models.promote_and_die"]

    killed = subprocess.run(
        [*command, str(records.home), records.database_url, label, step], cwd=ROOT, check=False, timeout=120
    )

    is_committed = step == "before the alias"
    assert killed.returncode == -signal.SIGKILL
    assert (releases.champion(records, MODEL).version == 2) is is_committed  # type: ignore[union-attr]
    assert releases.promote(records, MAKER, label).is_new is not is_committed
    assert _agrees_with_the_ledger(records)


def test_every_act_has_its_line_in_the_whole_audit_chain(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    releases.rollback(records, MAKER, MODEL, reason="complaints")

    with unit_of_work(records, MAKER) as session:
        chain = audit_log.verify(session)
        actions = set(session.execute(text("SELECT action FROM governance.audit_log")).scalars())

    assert chain.is_whole
    assert actions == {
        "gate_evaluated",
        "release_proposed",
        "release_approved",
        "release_promoted",
        "release_rolled_back",
    }
