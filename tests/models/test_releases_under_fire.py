"""The champion while many promote at once, and after a promotion that was killed."""

import concurrent.futures
import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from models import releases
from models.release_errors import ReleaseError
from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, gated, promoted, proposal
from warehouse import audit_log
from warehouse.ledger_values import MOST_SHADOWS
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

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


def _lines(settings: Settings) -> list[tuple[str, str]]:
    with unit_of_work(settings, MAKER) as session:
        found = "SELECT kind, release_id::text FROM governance.release_event ORDER BY release_event_id"
        return [(kind, release) for kind, release in session.execute(text(found))]


def _served_by_the_events(settings: Settings) -> tuple[list[str], str | None]:
    """The releases that were in service one after the other, and the last one, replayed from the events alone."""
    serving: list[str] = []
    live: str | None = None
    retired: set[str] = set()
    for kind, release in _lines(settings):
        assert release not in retired, "nothing happens to a retired release"
        if kind == "replaced":
            assert live == release, "only the one in service is replaced"
            live = None
        elif kind == "retired":
            retired.add(release)
            live = None if live == release else live
        elif kind in {"promoted", "rolled_back"}:
            assert live in {None, release}, "there were two champions at once"
            live = release
            serving.append(release)
    return serving, live


def _most_in_shadow(settings: Settings) -> int:
    """The most releases that were in shadow at once, replayed from the events alone."""
    running: set[str] = set()
    most = 0
    for kind, release in _lines(settings):
        if kind == "shadowed":
            assert release not in running, "what runs in shadow does not begin again"
            running.add(release)
        elif kind == "unshadowed":
            assert release in running, "only what runs in shadow leaves it"
            running.remove(release)
        elif kind in {"promoted", "rolled_back", "retired"}:
            running.discard(release)
        most = max(most, len(running))
    return most


KINDS = {"promote": "promoted", "rollback": "rolled_back", "retire": "retired", "shadow": "shadowed",
         "unshadow": "unshadowed"}  # fmt: skip


def test_two_hundred_calls_from_twenty_processes_leave_one_champion_and_lose_nothing(records: Settings) -> None:
    """Approvals, promotions, rollbacks, retirements and shadows at once, on eight releases."""
    for index in range(8):
        approved(records, f"run-{index}")
    command = [sys.executable, "-m", "tests.models.act_many", str(records.home), records.database_url, "20", "10", "8"]

    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    seen = set()
    while process.poll() is None:
        seen.add(_count(records, "SELECT count(*) FROM governance.champion"))
        time.sleep(0.02)
    answers = json.loads(process.communicate()[0])

    serving, live = _served_by_the_events(records)
    pointer = releases.pointer(records, MODEL)
    kinds = [kind for kind, _ in _lines(records)]
    assert len(answers) == 200
    assert seen <= {0, 1}
    assert (None if pointer is None else str(pointer.release_id)) == live
    assert {act: kinds.count(kind) for act, kind in KINDS.items()} == {
        act: sum(outcome is True for one, outcome in answers if one == act) for act in KINDS
    }
    assert len(serving) == kinds.count("promoted") + kinds.count("rolled_back")
    assert _most_in_shadow(records) <= MOST_SHADOWS
    assert _is_whole_with_every_act(records, kinds)


def _is_whole_with_every_act(settings: Settings, kinds: list[str]) -> bool:
    """Whether the chain is whole and has a line for each of these events."""
    with unit_of_work(settings, MAKER) as session:
        chain = audit_log.verify(session)
        actions = list(session.execute(text("SELECT action FROM governance.audit_log")).scalars())
    return chain.is_whole and all(kinds.count(kind) == actions.count(f"release_{kind}") for kind in KINDS.values())


def test_retiring_and_promoting_at_once_never_leaves_a_retired_champion(records: Settings) -> None:
    label = approved(records).label

    def act(promotes: bool) -> None:
        with contextlib.suppress(ReleaseError):
            if promotes:
                releases.promote(records, MAKER, label)
            else:
                releases.retire(records, CHECKER, label, reason="unsafe", and_stop_serving=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(act, [True, False]))

    assert releases.pointer(records, MODEL) is None


def test_every_one_of_the_calls_that_changed_something_has_its_line_in_the_chain(records: Settings) -> None:
    for index in range(3):
        approved(records, f"run-{index}")
    labels = [f"{MODEL}@{number}" for number in (1, 2, 3)] * 4

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda label: _promoted(records, label), labels))

    with unit_of_work(records, MAKER) as session:
        chain = audit_log.verify(session)
    lines = _count(records, "SELECT count(*) FROM governance.audit_log WHERE action = 'release_promoted'")
    assert chain.is_whole
    assert lines == sum(done)


def _promoted(settings: Settings, label: str) -> bool:
    try:
        return releases.promote(settings, MAKER, label).is_new
    except ReleaseError:
        return False
