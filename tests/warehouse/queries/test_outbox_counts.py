"""Where messages out stand, and which targets take none, read back from rows that the test writes itself."""

import psycopg
import pytest

from tests.warehouse.sync.messages import HR_ADMIN, INTEGRATION, draft, live_source, queue, rows
from warehouse import postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Role, principal
from warehouse.queries.outbox import disabled_targets, message_counts
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.push import MessageKind


def _disable(settings: Settings, target: str) -> None:
    with psycopg.connect(postgres.address(settings)) as connection:
        connection.execute("INSERT INTO landing.outbox_target VALUES (%s, now(), 'gone', NULL)", [target])


def test_a_message_is_counted_once_in_the_state_that_people_see(records: Settings) -> None:
    acme = live_source(records)
    queue(
        records,
        draft(acme, "due"),
        draft(acme, "dry", is_generated=True),
        draft(acme, "move", kind=MessageKind.STAGE_MOVE),
        draft(acme, "dry move", kind=MessageKind.STAGE_MOVE, is_generated=True),
        draft(acme, "let out", kind=MessageKind.STAGE_MOVE),
    )
    outbox.release(records, HR_ADMIN, rows(records)[-1].outbox_id)

    found = {one.state: one.messages for one in message_counts(records, INTEGRATION)}

    assert found == {"pending": 2, "dry_run": 2, "waits": 1}


def test_messages_that_wait_and_those_that_do_not_are_listed_apart(records: Settings) -> None:
    queue(records, draft(live_source(records), "move", kind=MessageKind.STAGE_MOVE), draft("acme", "due"))

    apart = {waits: [one.idempotency_key for one in outbox.lines(records, INTEGRATION, waiting=waits)]
             for waits in (True, False, None)}  # fmt: skip

    assert apart == {True: ["move"], False: ["due"], None: ["due", "move"]}


def test_a_disabled_target_says_how_many_messages_it_holds_back(records: Settings) -> None:
    acme = live_source(records)
    queue(records, draft(acme, "due"), draft(acme, "dry", is_generated=True))
    _disable(records, acme)
    _disable(records, "webhook:idle")

    found = {one.target: one.held_back for one in disabled_targets(records, INTEGRATION)}

    assert found == {"acme": 1, "webhook:idle": 0}


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_not_read_loads_reads_no_message(records: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])

    if role is not None and Permission.READ_LOADS in ROLES[role][1]:
        assert (message_counts(records, who), disabled_targets(records, who)) == ((), ())
        return
    with pytest.raises(AccessDenied):
        message_counts(records, who)
    with pytest.raises(AccessDenied):
        disabled_targets(records, who)
