"""The company's calendar of obligations, what people state for it, and the file for calendars, on real records."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dashboards.calendar_file import calendar_file
from dashboards.obligation_calendar import Calendar, obligations
from models import stated_evidence
from models.stated_evidence import Statement, StatementError
from tests.models import release_builder
from tests.models.release_builder import CHECKER, MODEL
from tests.warehouse.queries.people import LEADER
from validation import policy
from validation.decision_rule import State as CheckState
from validation.obligation_evidence import EvidenceKind
from validation.obligations import Entry, State
from warehouse.access import NOBODY, AccessDenied, Permission, Role, principal
from warehouse.settings import Settings

TODAY = dt.datetime.now(dt.UTC).date()
AUDIT = Statement(kind=EvidenceKind.BIAS_AUDIT, day=TODAY - dt.timedelta(days=10), model=MODEL)


def line(found: Calendar, id_: str) -> Entry:
    """The only entry of this obligation."""
    (entry,) = [one for one in found.entries if one.obligation.id == id_]
    return entry


def test_a_stated_audit_meets_the_duty_and_its_withdrawal_takes_it_back(records: Settings) -> None:
    release_builder.promoted(records)
    before = line(obligations(records, LEADER, places=["US-NYC"]), "nyc_bias_audit")

    stated_evidence.state(records, CHECKER, AUDIT, note="report 7, archive")
    there = line(obligations(records, LEADER, places=["US-NYC"]), "nyc_bias_audit")
    stated_evidence.withdraw(records, CHECKER, AUDIT, note="wrong report")
    after = line(obligations(records, LEADER, places=["US-NYC"]), "nyc_bias_audit")

    assert (before.state, there.state, after.state) == (State.OVERDUE, State.MET, State.OVERDUE)
    assert there.evidence == ((EvidenceKind.BIAS_AUDIT, AUDIT.day),)


def test_the_gate_that_let_a_release_in_is_evidence_of_its_day(records: Settings) -> None:
    release_builder.promoted(records)

    found = line(obligations(records, LEADER, places=["CN"]), "cn_employment_promotion")

    assert found.state is State.MET
    assert dict(found.evidence)[EvidenceKind.ADVERSE_IMPACT] == TODAY


def test_a_gate_without_enough_evidence_of_impact_is_none(records: Settings) -> None:
    """A waiver lets the release in; it makes no evidence."""
    states = {"leakage": CheckState.PASS, "adverse_impact.sex": CheckState.INSUFFICIENT_DATA}
    release_builder.proposed(records, states=states)

    found = obligations(records, LEADER, places=["CN"])

    assert line(found, "cn_employment_promotion").state is State.NOT_YET


def test_the_places_are_those_of_the_policies_that_the_champion_passed(records: Settings) -> None:
    release_builder.gated(records, policy=policy.load("us-nyc"))
    release = release_builder.releases.propose(records, release_builder.MAKER, release_builder.proposal())
    release_builder.releases.approve(records, CHECKER, release.label, reason="read")
    release_builder.releases.promote(records, release_builder.MAKER, release.label)

    found = obligations(records, LEADER)

    assert found.is_from_policies
    assert {one.obligation.jurisdiction for one in found.entries} == {"US-NYC", "US"}


def test_nothing_is_due_before_the_first_promotion(records: Settings) -> None:
    release_builder.proposed(records)

    found = obligations(records, LEADER, places=["US-NYC"])

    assert line(found, "nyc_bias_audit").state is State.NOT_YET
    assert found.models == (MODEL,)


def test_the_calendar_of_a_day_before_knows_nothing_of_today(records: Settings) -> None:
    release_builder.promoted(records)
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)

    assert obligations(records, LEADER, at=yesterday).models == ()


def test_days_are_those_of_the_company_s_time_zone(records: Settings) -> None:
    """A state of the evening in London is one of the next morning in Kiritimati."""
    far = Settings(home=records.home, database_url=records.database_url, timezone="Pacific/Kiritimati")

    found = obligations(far, LEADER, at=dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC))

    assert found.on == dt.date(2026, 11, 24)


@pytest.mark.parametrize("role", [*Role, None])
def test_who_may_not_read_models_gets_no_calendar(records: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])

    if who.may(Permission.READ_MODELS):
        assert obligations(records, who).entries
    else:
        with pytest.raises(AccessDenied):
            obligations(records, who)


@pytest.mark.parametrize("role", [*Role, None])
def test_only_a_checker_states_evidence(records: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])
    of_company = Statement(kind=EvidenceKind.DPIA, day=TODAY)

    if who.may(Permission.APPROVE_RELEASE):
        stated_evidence.state(records, who, of_company, note="folder 3")
        assert stated_evidence.stated(records, LEADER) == {("", EvidenceKind.DPIA): (TODAY,)}
    else:
        with pytest.raises(AccessDenied):
            stated_evidence.state(records, who, of_company, note="folder 3")


@pytest.mark.parametrize(
    ("statement", "note", "said"),
    [
        (Statement(kind=EvidenceKind.GATE, day=TODAY), "n", "is in the records"),
        (Statement(kind=EvidenceKind.DPIA, day=TODAY), " ", "a note is needed"),
        (Statement(kind=EvidenceKind.DPIA, day=TODAY + dt.timedelta(days=2)), "n", "still to come"),
        (Statement(kind=EvidenceKind.DPIA, day=TODAY, model="nobody"), "n", "no model 'nobody'"),
    ],
    ids=["recorded", "no note", "tomorrow", "unknown model"],
)
def test_a_statement_that_cannot_be_is_refused(records: Settings, statement: Statement, note: str, said: str) -> None:
    with pytest.raises(StatementError, match=said):
        stated_evidence.state(records, CHECKER, statement, note=note)


def test_what_was_never_stated_cannot_be_withdrawn(records: Settings) -> None:
    with pytest.raises(StatementError, match="no statement"):
        stated_evidence.withdraw(records, CHECKER, AUDIT, note="none")


def unfolded(content: bytes) -> list[str]:
    """The file's lines as RFC 5545 puts folded ones together."""
    return content.decode().replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_calendar_file_is_written_as_rfc_5545_says(records: Settings, language: str) -> None:
    release_builder.promoted(records)
    found = obligations(records, LEADER)

    content = calendar_file(found.entries, made_at=dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), language=language)

    raw = content.split(b"\r\n")
    assert raw[-1] == b""
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(part) for part in raw) <= 75
    assert all(part.decode() for part in raw[:-1])


def test_an_event_lasts_its_due_day_and_keeps_its_id(records: Settings) -> None:
    release_builder.promoted(records)
    found = obligations(records, LEADER, places=["US-NYC"])
    due = line(found, "nyc_bias_audit").due

    lines = unfolded(calendar_file(found.entries, made_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), language="en"))

    start = lines.index(f"UID:nyc_bias_audit.{MODEL}@obligations.hiregate")
    assert lines[start + 2] == f"DTSTART;VALUE=DATE:{due:%Y%m%d}"
    assert lines[start + 3] == f"DTEND;VALUE=DATE:{due + dt.timedelta(days=1):%Y%m%d}"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == sum(one.due is not None for one in found.entries)


def test_text_is_escaped(records: Settings) -> None:
    found = obligations(records, LEADER, places=["US-CO"])

    lines = unfolded(calendar_file(found.entries, made_at=dt.datetime.now(ZoneInfo("UTC")), language="en"))

    descriptions = [one for one in lines if one.startswith("DESCRIPTION:")]
    assert descriptions
    assert all("," not in one.replace("\\,", "") and ";" not in one.replace("\\;", "") for one in descriptions)
