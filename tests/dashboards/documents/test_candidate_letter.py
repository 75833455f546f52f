"""The letter for one decision: who may have it, what it says, and what it never says."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace

import pytest

from dashboards.documents.making import handed_out, make
from models import run_erasure
from tests.builders import Builder, build
from tests.dashboards.documents import law_release
from tests.models.release_builder import MODEL
from warehouse import audit_log, decisions, document_parts, ledger
from warehouse.access import NOBODY, AccessDenied, Principal, Role, principal
from warehouse.decisions import NewDecision
from warehouse.lake.pseudonyms import key_of, pseudonym
from warehouse.postgres import unit_of_work
from warehouse.queries.decision_case import DecisionNotFound, PersonErased
from warehouse.retention import erase
from warehouse.settings import Settings

ADMIN = principal("ada", [Role.HR_ADMIN])
COMPLIANCE = principal("cleo", [Role.COMPLIANCE])
REASONS = [
    {"code": "A", "en": "The answers were well structured.", "zh": "回答条理清晰。", "contribution": 0.81},
    {"code": "B", "en": "The communication was less clear.", "zh": "沟通不够清楚。", "contribution": -0.42},
]


class Case:
    """A candidate of the sales department with a decision."""

    def __init__(self, settings: Settings) -> None:
        law_release.promoted(settings)
        self.settings = settings
        self.sales, self.person = build(settings, self._people)
        self.decision = self.decided(str(self.person))

    def _people(self, builder: Builder) -> tuple[uuid.UUID, uuid.UUID]:
        sales = builder.department("Sales")
        person = builder.candidate(full_name="Ada Lovelace", full_name_local="艾达")
        self.application = builder.application(builder.requisition(sales), person)
        return sales, person

    def decided(self, candidate: str, **answer: object) -> str:
        """A decision about this candidate, as the API keeps it; its id."""
        decision_id = uuid.uuid4()
        whole: Mapping[str, object] = {
            "recommendation": "hold", "reasons": REASONS, "missing": [], "mode": "live", "score": 0.31732,
            "model_version": f"{MODEL}@1", **answer,
        }  # fmt: skip
        with unit_of_work(self.settings, NOBODY) as session:
            (release,) = ledger.releases(session, model_name=MODEL)
            new = NewDecision(
                decision_id=decision_id, client="api", idempotency_key=None, request_sha256="ab",
                subject=pseudonym(key_of(self.settings), "candidate", candidate), release_id=release.release_id,
                policy_version="p", score=0.31732, band="low", cut_score=0.5,
                recommendation=str(whole["recommendation"]), inputs={}, answer=whole,
            )  # fmt: skip
            decisions.record(session, [new])
        return str(decision_id)

    def letter(self, who: Principal, language: str = "en", decision: str = "") -> str:
        """The letter as its HTML file."""
        made = make(self.settings, who, "candidate_letter", decision or self.decision, language)
        return handed_out(self.settings, who, made, "html")[0].decode()


@pytest.fixture
def case(records: Settings) -> Case:
    """One candidate with one decision."""
    return Case(records)


def manager(*departments: uuid.UUID) -> Principal:
    return replace(principal("mo", [Role.DEPARTMENT_MANAGER]), departments=frozenset(str(one) for one in departments))


def test_the_letter_says_result_reasons_and_rights_in_plain_words(case: Case) -> None:
    letter = case.letter(ADMIN)

    assert "Dear Ada Lovelace," in letter
    assert "That is advice, not a rejection." in letter
    assert "What spoke for you: The answers were well structured." in letter
    assert "What spoke less for you: The communication was less clear." in letter
    assert "ask for a person" in letter


def test_an_application_that_nobody_decided_is_not_yet_decided(case: Case) -> None:
    letter = case.letter(ADMIN)

    assert "Not yet decided" in letter
    assert "You have the right to have this reviewed by a person" in letter


@pytest.mark.parametrize(
    ("outcome", "by", "said"),
    [
        ("advanced", "recruiter", "your application goes on. A person decided this."),
        ("not_advanced", "hiring_manager", "your application does not go on. A person decided this."),
        ("not_advanced", "rule", "does not go on. A fixed rule decided this"),
        ("not_advanced", None, "does not go on. Our records do not say who decided this."),
    ],
)
def test_the_letter_says_what_was_decided_when_and_whether_by_a_person(
    case: Case, outcome: str, by: str | None, said: str
) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def decide(builder: Builder) -> None:
        builder.stage_event(case.application, "applied", "advanced", left_at=builder.day(1), decided_by="rule")
        builder.stage_event(case.application, "ai_interview", outcome, left_at=later, decided_by=by)
        then = later + dt.timedelta(days=9)
        builder.stage_event(case.application, "re_interview", "not_advanced", left_at=then, decided_by="rule")

    build(case.settings, decide)

    letter = case.letter(ADMIN)

    assert f"On {later:%Y-%m-%d} it was decided that" in letter
    assert said in letter
    assert ("Whether you go on is decided by people." in letter) is (by != "rule")


def test_a_candidate_who_applied_twice_is_not_told_the_outcome_of_the_wrong_application(case: Case) -> None:
    build(case.settings, lambda builder: builder.application(builder.requisition(case.sales), case.person))

    assert "do not say for which application" in case.letter(ADMIN)


def test_the_letter_in_chinese_greets_by_the_local_name(case: Case) -> None:
    letter = case.letter(ADMIN, "zh")

    assert "艾达，您好！" in letter
    assert "对您有利的方面：回答条理清晰。" in letter
    assert not re.search(r"Dear|Reference|What ", letter)


def test_the_letter_holds_no_inside_of_the_model_and_no_group(case: Case) -> None:
    letter = case.letter(ADMIN)

    assert MODEL not in letter
    assert not re.search(r"0\.3173|0\.81|sha256|run-law|1,181|impact ratio|cut score", letter)
    assert "ada" not in letter.replace("Ada", "").replace("readable", "")


def test_who_oversees_decisions_gets_the_letter_without_the_name(case: Case) -> None:
    letter = case.letter(COMPLIANCE)

    assert "Dear candidate," in letter
    assert "Lovelace" not in letter


def test_the_candidate_reads_the_own_letter_and_no_other(case: Case) -> None:
    own = Principal(id="c", roles=frozenset({Role.CANDIDATE}), candidate_id=str(case.person))
    other = replace(own, candidate_id=str(uuid.uuid4()))

    assert "Dear Ada Lovelace," in case.letter(own)
    with pytest.raises(DecisionNotFound):
        case.letter(other)


def test_a_manager_reads_letters_of_the_own_department_alone(case: Case) -> None:
    assert "Dear Ada Lovelace," in case.letter(manager(case.sales))
    with pytest.raises(DecisionNotFound):
        case.letter(manager(uuid.uuid4()))


def test_a_candidate_who_applied_elsewhere_too_is_out_of_a_manager_s_reach(case: Case) -> None:
    """The decision does not say for which application it was given."""
    build(
        case.settings,
        lambda builder: builder.application(builder.requisition(builder.department("Research")), case.person),
    )

    with pytest.raises(DecisionNotFound):
        case.letter(manager(case.sales))
    assert "Dear candidate," in case.letter(COMPLIANCE)


def test_a_pseudonym_that_fits_two_people_names_neither(case: Case) -> None:
    def twins(builder: Builder) -> None:
        for source in ("ats_a", "ats_b"):
            builder.candidate(source=source, source_record_id="17", full_name=f"Twin of {source}")

    build(case.settings, twins)
    decision = case.decided("17")

    assert "Dear candidate," in case.letter(ADMIN, decision=decision)


@pytest.mark.parametrize("role", [*Role, None])
def test_each_role_gets_the_letter_or_nothing(case: Case, role: Role | None) -> None:
    whole = {Role.HR_LEADER, Role.HR_ADMIN, Role.COMPLIANCE, Role.AUDITOR}
    who = NOBODY if role is None else principal("x", [role])

    if role in whole:
        assert ("Lovelace" in case.letter(who)) is (role in {Role.HR_LEADER, Role.HR_ADMIN})
    else:
        with pytest.raises((AccessDenied, DecisionNotFound)):
            case.letter(who)


@pytest.mark.parametrize("asked", ["", "no-id", "5d0c4f0e-6d1b-4f0e-9a51-0d4b6f6f7a11"])
def test_absent_and_out_of_reach_sound_the_same(case: Case, asked: str) -> None:
    with pytest.raises(DecisionNotFound, match="there is no decision"):
        make(case.settings, ADMIN, "candidate_letter", asked, "en")


def test_for_an_erased_person_there_is_no_letter(case: Case) -> None:
    erase(case.settings, ADMIN, str(case.person), reason="asked", elsewhere=run_erasure.forget)

    with pytest.raises(PersonErased, match="was erased"):
        case.letter(ADMIN)
    with pytest.raises(DecisionNotFound):
        case.letter(manager(case.sales))


@pytest.mark.parametrize(
    ("recommendation", "said"),
    [
        ("advance", "go on to the next step"),
        ("human_review", "to a person"),
        ("cannot_score", "does not count against"),
    ],
)
def test_each_result_has_its_plain_words(case: Case, recommendation: str, said: str) -> None:
    decision = case.decided(str(case.person), recommendation=recommendation, reasons=[])

    letter = case.letter(ADMIN, decision=decision)

    assert said in letter
    assert "No reasons were recorded" in letter


def test_what_a_person_must_write_is_listed_until_it_is_written(case: Case) -> None:
    before = case.letter(ADMIN)
    for part in ("contact", "correction", "sender"):
        document_parts.write(
            case.settings, COMPLIANCE, kind="candidate_letter", subject=MODEL, part=part, language="en", text=f"{part}!"
        )

    after = case.letter(ADMIN)

    assert "What is missing" in before
    assert "What is missing" not in after
    assert "contact!" in after


def test_the_log_of_a_letter_names_the_decision_and_no_person(case: Case) -> None:
    case.letter(ADMIN)

    with unit_of_work(case.settings, NOBODY) as session:
        (detail,) = audit_log.details(session, action="document_made", subject=case.decision)
    assert "Lovelace" not in str(detail)
    assert detail["kind"] == "candidate_letter"
