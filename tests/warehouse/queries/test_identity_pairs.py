"""How many pairs wait, are linked or kept apart, and how one of many is found."""

import pytest

from tests.warehouse.identity_resolution.records import HR_ADMIN, applied, candidate, employee, only_link
from warehouse.access import NOBODY, AccessDenied, Role, principal
from warehouse.identity_resolution.links import lines, link_records, unmerge
from warehouse.identity_resolution.suggest import suggest
from warehouse.queries.identity_pairs import PairCount, pair_counts
from warehouse.settings import Settings


def test_pairs_are_counted_by_state_and_by_who_decided(records: Settings) -> None:
    applied(records, candidate(records))
    employee(records)
    suggest(records, HR_ADMIN)
    by_rule = pair_counts(records, HR_ADMIN)
    unmerge(records, HR_ADMIN, only_link(records))

    by_person = pair_counts(records, HR_ADMIN)

    assert by_rule == (PairCount(kind="employee", state="linked", by_person=False, pairs=1),)
    assert by_person == (PairCount(kind="employee", state="unmerged", by_person=True, pairs=1),)


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.HR_ADMIN)])
def test_only_hr_administration_counts_pairs(records: Settings, role: Role | None) -> None:
    with pytest.raises(AccessDenied):
        pair_counts(records, NOBODY if role is None else principal("x", [role]))


def test_a_pair_is_found_by_its_id_and_by_each_of_its_records(records: Settings) -> None:
    one, other = candidate(records, source_record_id="C1"), candidate(records, "liepin", source_record_id="L1")
    link_records(records, HR_ADMIN, one, other, "candidate")
    link_records(records, HR_ADMIN, one, employee(records, "E1"), "employee")
    pair = lines(records, HR_ADMIN, state="linked", kind="candidate")[0].link_id

    found = {about: [line.kind for line in lines(records, HR_ADMIN, state=None, about=about)]
             for about in (str(pair), "L1", "E1", "nobody")}  # fmt: skip

    assert found == {str(pair): ["candidate"], "L1": ["candidate"], "E1": ["employee"], "nobody": []}
    assert len(lines(records, HR_ADMIN, state=None, about="C1")) == 2


def test_what_was_decided_last_is_listed_first(records: Settings) -> None:
    a, b, c = (candidate(records, source, email=None, phone=None) for source in ("ats", "liepin", "moka"))
    link_records(records, HR_ADMIN, a, b, "candidate")
    link_records(records, HR_ADMIN, a, c, "candidate")

    first, second = lines(records, HR_ADMIN, state="linked")

    assert first.decided_at > second.decided_at  # type: ignore[operator]
