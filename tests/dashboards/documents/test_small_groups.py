"""Every reader of a stored gate result, for every role: only who may read demographics reads of a small group."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from dashboards import gate_report, gate_summary, gate_text
from dashboards.documents import making
from models import card_making, release_waiting, releases
from tests.dashboards.documents.law_release import FEATURES, RECORD
from tests.models.release_builder import CHECKER, MAKER, MODEL, proposal
from validation import policy as policies
from validation.adverse_impact import assess
from validation.decision_rule import State
from validation.gate import GateReport, under
from validation.gate_judgement import Judgement
from validation.group_count import group_count
from validation.outcome import Figure, Text
from warehouse.access import AccessDenied, Permission, Principal, Role
from warehouse.queries.gate_results import gate_results
from warehouse.settings import Settings

SMALL = "Kven"
ROLES = [*Role, None]
Read = Callable[[Settings, Principal, str], object]


def reader(role: Role | None) -> Principal:
    """Somebody with this role alone; None is nobody's."""
    return Principal(id="x", roles=frozenset({role} if role else ()))


def report() -> GateReport:
    """A gate that passes and says so of seven people."""
    policy = policies.load("us-nyc")
    sizes = {"White": (400, 200), "Asian": (300, 150), SMALL: (7, 3)}
    counts = [group_count({"race_ethnicity": name}, n=n, selected=x) for name, (n, x) in sizes.items()]
    judged = Judgement(
        check="adverse_impact.race_ethnicity",
        state=State.PASS,
        reason=Text(en=f"The lowest ratio is 0.857 ({SMALL}, n = 7).", zh=f"最低影响比为 0.857（{SMALL}，n = 7）。"),
        figures=(Figure(name=f"impact_ratio {SMALL}", value=0.857, n=7, definition="x"),),
        detail={"deployed": assess(counts).as_json(), "neighbours": []},
    )
    return GateReport(
        run_id="run-small",
        model_name=MODEL,
        artifact_sha256=hashlib.sha256(b"small").hexdigest(),
        policy=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot="applications@3",
        period="2026-01-01/2026-06-30",
        cut=0.5,
        checks=(under(policy, judged),),
    )


def waiting(settings: Settings) -> str:
    """The release of that gate, proposed."""
    releases.record_gate(settings, MAKER, policies.load("us-nyc"), report())
    new = replace(proposal("run-small", b"small"), details={"training": RECORD}, feature_spec={"features": FEATURES})
    return releases.propose(settings, MAKER, new).label


def promoted(settings: Settings) -> str:
    """The same in service."""
    label = waiting(settings)
    releases.approve(settings, CHECKER, label, reason="evidence read")
    releases.promote(settings, MAKER, label)
    return label


def _pages(settings: Settings, who: Principal) -> object:
    rows = gate_results(settings, who)
    return [_named(row.report) for row in rows], [gate_report.checks(row.report, who, "zh") for row in rows]


def _named(found: Mapping[str, Any]) -> str:
    """The report but for hidden lines of its tables: a group stands there by its name, without any figure."""
    plain = json.loads(json.dumps(found))
    for check in plain["checks"]:
        table = check["detail"].get("deployed", {})
        assert all(set(line) == {"group", "is_comparator", "hidden"} for line in table["groups"] if line.get("hidden"))
        table["groups"] = [line for line in table["groups"] if not line.get("hidden")]
    return json.dumps(plain)


def _document(kind: str) -> Read:
    return lambda settings, who, label: making.as_json(making.make(settings, who, kind, label, "en"))


def _card(settings: Settings, who: Principal, label: str) -> object:
    """The gate's side of the card; a hidden group's line says that it is hidden and has no figure."""
    card = card_making.of_release(settings, who, label)
    hidden = [group for table in card.fairness for group in table.groups if group.is_hidden and group.n is None]
    return card.gate, [table.groups for table in card.fairness if not hidden]


READERS: Mapping[str, Read] = {
    "evaluations and pages": lambda settings, who, _: _pages(settings, who),
    "history": lambda settings, who, _: [_named(one.gate.report) for one in releases.history(settings, who).live],
    "card": _card,
    "annex iv": _document("annex_iv"),
    "assessment": _document("pipl_assessment"),
}


def _said(read: Read, settings: Settings, who: Principal, label: str) -> str | None:
    """All that this reader gets, None where the way is closed to them."""
    try:
        return repr(read(settings, who, label))
    except AccessDenied:
        return None


def test_small_groups_are_read_by_who_may_read_demographics_alone(records: Settings) -> None:
    label = promoted(records)

    found = {
        (name, role): _said(read, records, reader(role), label) for name, read in READERS.items() for role in ROLES
    }

    told = {(name, role) for (name, role), said in found.items() if said is not None and SMALL in said}
    open_to = {(name, role) for (name, role), said in found.items() if said is not None}
    assert told == {(name, role) for name, role in open_to if reader(role).may(Permission.READ_DEMOGRAPHICS)}
    assert {role for _, role in told} == {Role.COMPLIANCE, Role.AUDITOR}
    assert {role for _, role in open_to - told} == {Role.HR_LEADER, Role.DATA_SCIENTIST, Role.OPERATOR}


@pytest.mark.parametrize("role", [Role.DATA_SCIENTIST, Role.COMPLIANCE], ids=str)
def test_what_waits_for_an_approval_follows_its_reader(records: Settings, role: Role) -> None:
    waiting(records)

    (found,) = release_waiting.waiting(records, reader(role))

    assert (SMALL in _named(found.gate.report)) is (role is Role.COMPLIANCE)
    assert found.to_waive == ()


def test_what_is_written_for_candidates_says_nothing_of_groups_whoever_makes_it(records: Settings) -> None:
    label = promoted(records)

    said = repr(making.as_json(making.make(records, CHECKER, "pipl_notice", label, "zh")))

    assert SMALL not in said


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_the_command_shows_each_reader_what_the_ledger_does(
    role: Role | None, capsys: pytest.CaptureFixture[str]
) -> None:
    who = reader(role)

    gate_text.show(report(), who, "en")

    shown = capsys.readouterr().out
    whole = gate_text.document(report(), who)
    marked = gate_summary.markdown(whole, "zh") + "".join(gate_summary.annotations(report(), who, "en"))
    is_told = who.may(Permission.READ_DEMOGRAPHICS)
    assert [SMALL in one for one in (shown, _named(whole), marked)] == [is_told] * 3
