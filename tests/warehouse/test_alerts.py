"""Alerts from raised to closed."""

import uuid

import pytest

from warehouse import alerts
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role, principal
from warehouse.alerts import AlertError, Condition, UnknownAlert
from warehouse.settings import Settings

ADMIN = principal("ines", [Role.INTEGRATION_ADMIN])
WATCH = principal("watch", [Role.INTEGRATION_ADMIN])
KINDS = frozenset({"stale", "failed"})


def _condition(kind: str = "stale", subject: str = "acme") -> Condition:
    return Condition(kind=kind, subject=subject, verdict="block", en="Late.", zh="迟到。")


def _follow(settings: Settings, *conditions: Condition) -> list[Condition]:
    return alerts.follow(settings, WATCH, list(conditions), kinds=KINDS)


def test_a_condition_raises_one_alert_while_it_lasts(records: Settings) -> None:
    first, second = _follow(records, _condition()), _follow(records, _condition())

    assert (len(first), second) == (1, [])
    assert [one.subject for one in alerts.alerts(records, ADMIN)] == ["acme"]


def test_what_ceases_before_anybody_took_it_up_closes_by_itself(records: Settings) -> None:
    _follow(records, _condition())

    _follow(records)

    assert alerts.alerts(records, ADMIN) == ()
    assert alerts.alerts(records, ADMIN, is_open=False)[0].cause == alerts.CLEARED


def test_what_somebody_took_up_stays_until_the_cause_is_said(records: Settings) -> None:
    _follow(records, _condition())
    (raised,) = alerts.alerts(records, ADMIN)
    alerts.acknowledge(records, ADMIN, raised.alert_id)

    _follow(records)
    (kept,) = alerts.alerts(records, ADMIN)
    alerts.close(records, ADMIN, raised.alert_id, "The vendor's certificate had expired.")

    assert (kept.acknowledged_by, kept.cleared_at is not None) == ("ines", True)
    assert alerts.alerts(records, ADMIN, is_open=False)[0].closed_by == "ines"


def test_after_it_was_closed_the_same_condition_is_a_new_alert(records: Settings) -> None:
    _follow(records, _condition())
    alerts.close(records, ADMIN, alerts.alerts(records, ADMIN)[0].alert_id, "known")

    assert len(_follow(records, _condition())) == 1


def test_other_kinds_are_left_alone(records: Settings) -> None:
    _follow(records, _condition("failed"))

    alerts.follow(records, WATCH, [], kinds=frozenset({"stale"}))

    assert [one.kind for one in alerts.alerts(records, ADMIN)] == ["failed"]


def test_an_alert_is_not_closed_without_a_cause(records: Settings) -> None:
    _follow(records, _condition())

    with pytest.raises(AlertError, match="cause"):
        alerts.close(records, ADMIN, alerts.alerts(records, ADMIN)[0].alert_id, " ")


def test_an_unknown_alert_is_refused(records: Settings) -> None:
    with pytest.raises(UnknownAlert):
        alerts.acknowledge(records, ADMIN, uuid.uuid4())


@pytest.mark.parametrize("who", [NOBODY, *(principal(f"p-{role}", [role]) for role in Role if role.value)])
def test_alerts_are_read_and_handled_by_the_roles_that_may(records: Settings, who: Principal) -> None:
    _follow(records, _condition())
    (raised,) = alerts.alerts(records, ADMIN)
    may = frozenset().union(*(ROLES[role][1] for role in who.roles))

    if Permission.READ_LOADS in may:
        assert len(alerts.alerts(records, who)) == 1
    else:
        with pytest.raises(AccessDenied):
            alerts.alerts(records, who)
    if Permission.HANDLE_ALERTS in may:
        alerts.acknowledge(records, who, raised.alert_id)
    else:
        with pytest.raises(AccessDenied):
            alerts.acknowledge(records, who, raised.alert_id)
