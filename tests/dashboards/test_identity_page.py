"""Who is who, on the page: no name before somebody compares, decisions by buttons, and a way back."""

import uuid

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import opened, words_on
from tests.warehouse.identity_resolution.records import HR_ADMIN, applied, candidate, employee, links, only_link, rows
from warehouse.access import NOBODY, Principal, Role, principal
from warehouse.identity_resolution.links import link, link_records, unmerge
from warehouse.identity_resolution.suggest import suggest
from warehouse.settings import Settings

LOOKS = "SELECT count(*) FROM governance.audit_log WHERE action = 'identities_compared'"


@pytest.fixture
def likely(records: Settings) -> uuid.UUID:
    """A candidate and an employee who share a name and a beginning near the offer: the pair waits."""
    applied(records, candidate(records, email=None, phone=None))
    employee(records, email=None, phone=None)
    suggest(records, HR_ADMIN)
    return only_link(records)


def _page(
    settings: Settings, who: Principal = HR_ADMIN, *, language: str = "en", address: dict[str, str] | None = None
) -> AppTest:
    page = opened("identity", settings, who, language=language, address={**(address or {})})
    assert not page.exception
    return page


def _compared(settings: Settings, pair: uuid.UUID) -> AppTest:
    return _page(settings).button(key=f"compare-{pair}").click().run()


def _tables(page: AppTest) -> str:
    return "\n".join(frame.value.to_csv() for frame in page.dataframe)


def test_a_pair_waits_with_its_fields_and_without_a_name(records: Settings, likely: uuid.UUID) -> None:
    page = _page(records)

    assert "Agree: Name, Days of offer and beginning" in words_on(page)
    assert "Wei" not in words_on(page) + _tables(page)
    assert [metric.value for metric in page.metric] == ["1", "0", "0", "0"]


def test_nothing_is_decided_before_both_sides_were_seen(records: Settings, likely: uuid.UUID) -> None:
    keys = {button.key for button in _page(records).button}

    assert keys == {f"compare-{likely}"}


def test_comparing_shows_both_sides_and_is_noted_once(records: Settings, likely: uuid.UUID) -> None:
    page = _compared(records, likely).run()

    assert "Candidate · ats" in _tables(page)
    assert "Employee · sf E1" in _tables(page)
    assert rows(records, LOOKS) == [(1,)]


def test_another_reader_in_the_same_window_has_to_look_for_themselves(records: Settings, likely: uuid.UUID) -> None:
    page = _compared(records, likely)

    page.session_state["identity-seen"] = ("somebody else", page.session_state["identity-seen"][1])
    page.run()

    assert "Wei" not in _tables(page)


def test_a_pair_is_linked_by_a_button_with_the_hire_that_it_makes(records: Settings, likely: uuid.UUID) -> None:
    page = _compared(records, likely).button(key=f"link-{likely}").click().run()

    assert "Linked. Hires made: 1." in words_on(page)
    assert links(records) == {"employee": ["linked"]}
    assert rows(records, "SELECT count(*) FROM hr.hire") == [(1,)]


def test_a_pair_is_rejected_by_a_button(records: Settings, likely: uuid.UUID) -> None:
    page = _compared(records, likely).button(key=f"reject-{likely}").click().run()

    assert "not suggested again" in words_on(page)
    assert links(records) == {"employee": ["rejected"]}


def test_a_link_is_taken_back_by_a_button(records: Settings, likely: uuid.UUID) -> None:
    link(records, HR_ADMIN, likely)

    page = _compared(records, likely).button(key=f"unmerge-{likely}").click().run()

    assert "Hires ended: 1" in words_on(page)
    assert links(records) == {"employee": ["unmerged"]}


def test_a_rejected_pair_can_be_linked_after_all(records: Settings, likely: uuid.UUID) -> None:
    link(records, HR_ADMIN, likely)
    unmerge(records, HR_ADMIN, likely)
    page = _page(records, address={"pair_state": "unmerged"}).button(key=f"compare-{likely}").click().run()

    page.button(key=f"link-{likely}").click().run()

    assert links(records) == {"employee": ["linked"]}


def test_a_decision_that_stands_in_the_way_is_named(records: Settings) -> None:
    """B and C may be one, but C is A, and A and B were parted."""
    a, b, c = (candidate(records, source, email=None, phone=None) for source in ("ats", "liepin", "moka"))
    for one, other in ((a, b), (b, c)):
        link_records(records, HR_ADMIN, one, other, "candidate")
    for (parted,) in rows(records, "SELECT identity_link_id FROM hr.identity_link"):
        unmerge(records, HR_ADMIN, uuid.UUID(str(parted)))
    link_records(records, HR_ADMIN, a, c, "candidate")
    ((pair,),) = rows(
        records,
        f"SELECT identity_link_id FROM hr.identity_link WHERE '{b}' IN (left_key, right_key)"
        f" AND '{c}' IN (left_key, right_key)",
    )
    page = _page(records, address={"pair_state": "unmerged"}).button(key=f"compare-{pair}").click().run()

    page = page.button(key=f"link-{pair}").click().run()

    assert "Another decision stands in the way: pair `" in page.error[0].value


def test_a_pair_that_was_decided_meanwhile_is_said_so(records: Settings, likely: uuid.UUID) -> None:
    page = _compared(records, likely)
    link(records, HR_ADMIN, likely)

    page = page.button(key=f"reject-{likely}").click().run()

    assert "decided this pair meanwhile" in words_on(page)
    assert links(records) == {"employee": ["linked"]}


def test_a_decided_pair_is_found_by_the_id_of_its_record(records: Settings, likely: uuid.UUID) -> None:
    link(records, HR_ADMIN, likely)
    page = _page(records)

    found = page.text_input(key="pair-find").set_value("E1").run()
    keys = {button.key for button in found.button}
    nothing = page.text_input(key="pair-find").set_value("E2").run()

    assert keys == {f"compare-{likely}"}
    assert "No pair of this kind." in words_on(nothing)


def test_more_than_ten_pairs_are_shown_in_parts(records: Settings) -> None:
    for number in range(12):
        given: dict[str, object] = {"email": f"p{number}@example.com", "phone": None, "full_name_local": None}
        candidate(records, "ats", full_name=f"Kim Number{number}", **given)
        candidate(records, "liepin", full_name=f"Kim Numbor{number}", **given)
    suggest(records, HR_ADMIN)

    first, second = _page(records), _page(records, address={"from": "10"})

    assert first.selectbox(key="choice-from").options == ["1 to 10 of 12", "11 to 12 of 12"]
    assert [len([one for one in page.button if "compare" in str(one.key)]) for page in (first, second)] == [10, 2]


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.HR_ADMIN)])
def test_only_hr_administration_sees_a_pair(records: Settings, likely: uuid.UUID, role: Role | None) -> None:
    page = _page(records, NOBODY if role is None else principal("x", [role]))

    assert not page.button
    assert "sf E1" not in words_on(page)


def test_the_chinese_page_speaks_chinese(records: Settings, likely: uuid.UUID) -> None:
    page = _page(records, language="zh")

    assert "一致：姓名，录用与入职日期" in words_on(page).replace("、", "，")
