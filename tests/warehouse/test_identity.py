"""Identities, grants and the first identity of a new home."""

import pytest

from warehouse import identity
from warehouse.access import NOBODY, AccessDenied, Permission, Role
from warehouse.settings import Settings


def test_the_first_command_makes_the_first_identity_without_the_right_to_check(records: Settings) -> None:
    first = identity.acting(records)

    assert first.may(Permission.PROPOSE_RELEASE)
    assert not first.may(Permission.APPROVE_RELEASE)


def test_an_identity_without_a_grant_is_refused_with_the_way_out(records: Settings) -> None:
    identity.acting(records)

    with pytest.raises(identity.UnknownIdentity, match="hiregate user grant stranger ROLE"):
        identity.acting(records, "stranger")


def test_a_revoked_role_is_gone_at_once(records: Settings) -> None:
    first = identity.acting(records)
    identity.grant(records, first, "chen", Role.COMPLIANCE)

    identity.revoke(records, first, "chen", Role.COMPLIANCE)

    assert identity.principal_of(records, "chen").permissions == frozenset()


def test_the_empty_principal_manages_nothing(records: Settings) -> None:
    with pytest.raises(AccessDenied):
        identity.grant(records, NOBODY, "chen", Role.COMPLIANCE)


@pytest.mark.parametrize("name", ["Chen", "chen ", "ｃｈｅｎ", "che\u200bn", " "])
def test_a_name_in_another_spelling_is_no_second_identity(records: Settings, name: str) -> None:
    first = identity.acting(records)
    identity.grant(records, first, "chen", Role.COMPLIANCE)

    with pytest.raises(identity.LookAlike):
        identity.grant(records, first, name, Role.DATA_SCIENTIST)


def test_an_identity_is_given_further_roles(records: Settings) -> None:
    first = identity.acting(records)
    identity.grant(records, first, "Chen", Role.COMPLIANCE)

    identity.grant(records, first, "Chen", Role.AUDITOR)

    assert identity.principal_of(records, "Chen").roles == {Role.COMPLIANCE, Role.AUDITOR}
