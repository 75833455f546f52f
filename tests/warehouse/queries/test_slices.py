"""What applications are sliced by, as each principal sees it."""

import pandas as pd
import pytest

from tests.warehouse.queries.people import LEADER, MANAGER, SALES, Person
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Role, principal
from warehouse.lake.door import opened
from warehouse.queries.slices import slice_values
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def keys(company: Settings) -> "pd.Series[str]":
    """The keys of all applications, in an order of our own."""
    with opened(company, LEADER) as lake:
        frame = lake.applications.select("application_key").to_pandas()
    return frame["application_key"].sort_values(ascending=False)


def test_values_come_in_the_order_of_the_keys_and_unknown_keys_have_none(
    company: Settings, everyone: list[Person], keys: "pd.Series[str]"
) -> None:
    asked = pd.concat([pd.Series(["erased-1"]), keys], ignore_index=True)

    with opened(company, LEADER) as lake:
        found = slice_values(lake, asked)
        channels = lake.applications.select("application_key", "channel").to_pandas().set_index("application_key")

    assert found.loc[0].isna().all()
    assert found["channel"].iloc[1:].tolist() == channels.loc[keys, "channel"].tolist()
    assert (found["department"] == "Kitchen").sum() == 5


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_all_departments_or_its_own_or_is_refused(
    company: Settings, keys: "pd.Series[str]", role: Role
) -> None:
    who = principal("x", [role], departments=[str(SALES)])
    if Permission.READ_LAKE not in ROLES[role][1]:
        with pytest.raises(AccessDenied), opened(company, who):
            pass
        return

    with opened(company, who) as lake:
        found = set(slice_values(lake, keys)["department"].dropna())

    expected = {"Sales", "Research", "Kitchen"} if who.may(Permission.READ_ALL_DEPARTMENTS) else {"Sales"}
    assert found == expected


def test_the_empty_principal_is_refused_and_a_manager_sees_the_own(company: Settings, keys: "pd.Series[str]") -> None:
    with opened(company, MANAGER) as lake:
        assert set(slice_values(lake, keys)["department"].dropna()) == {"Sales"}
    with pytest.raises(AccessDenied), opened(company, NOBODY):
        pass
