"""The documents of a release that was really trained: figures of its run, in both languages, small groups withheld."""

import os
import re
from pathlib import Path

import pytest

from dashboards.documents import making
from dashboards.documents.frame import Made
from dashboards.reports.html_document import html
from models import card_making, releases
from models.card import Card
from models.release_run import proposal_of
from tests.models.release_builder import CHECKER, MAKER
from tests.training.gate_company import JOB_RELATED, config
from training.gate_run import run_gate
from training.pipeline import train
from validation import policy
from validation.outcome import Verdict
from warehouse import document_parts
from warehouse.access import AccessDenied, Permission, Principal, Role
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

KEPT = Path(os.environ["HIREGATE_KEEP_DOCUMENTS"]) if "HIREGATE_KEEP_DOCUMENTS" in os.environ else None


@pytest.fixture(scope="module")
def release(company: Settings) -> StoredRelease:
    """A release that was trained with its alternatives, gated, proposed and approved."""
    tried = {"methods": ["reweighted"], "tolerance": 0.02}
    run = train(company, MAKER, config(*JOB_RELATED, alternatives=tried))
    assert run_gate(company, MAKER, run.run_id).verdict is not Verdict.BLOCK
    found = releases.propose(company, MAKER, proposal_of(company, run.run_id))
    return releases.approve(company, CHECKER, found.label, reason="The evidence was read.")


@pytest.fixture(scope="module")
def card(company: Settings, release: StoredRelease) -> Card:
    return card_making.of_release(company, CHECKER, release.label)


def _made(company: Settings, release: StoredRelease, kind: str, language: str = "en", by: Principal = CHECKER) -> Made:
    return making.make(company, by, kind, release.label, language)


def test_the_card_has_the_figures_of_the_runs_record(release: StoredRelease, card: Card) -> None:
    record = release.details["training"]

    model = next(one for one in card.scores if one.name == "model")
    assert isinstance(record, dict)
    assert model.measures[0].value == record["metrics"]["auc"]
    assert dict(card.data.counts) == record["n"]
    assert [one.name for one in card.features] == list(JOB_RELATED)


def test_the_card_has_the_gates_groups_and_their_intervals(card: Card) -> None:
    by_sex = next(one for one in card.fairness if one.check == "adverse_impact.sex")

    female = next(one for one in by_sex.groups if one.group == {"sex": "F"})
    assert female.n is not None
    assert female.impact_ratio is not None
    assert by_sex.n is not None
    assert by_sex.n > sum(one.n or 0 for one in by_sex.groups)


def test_stability_and_alternatives_come_from_the_runs_files(card: Card) -> None:
    assert card.stability is not None
    assert card.alternatives is not None
    assert sum(one.is_chosen for one in card.alternatives.tried) == 1
    assert not card.absent


def test_who_may_not_read_demographics_gets_no_small_group(company: Settings, release: StoredRelease) -> None:
    card = card_making.of_release(company, MAKER, release.label)

    assert all(group.n is None or group.n >= 10 for table in card.fairness for group in table.groups)
    assert any(group.is_hidden for table in card.fairness for group in table.groups)


def test_a_run_has_a_card_before_it_is_a_release(company: Settings, release: StoredRelease, card: Card) -> None:
    of_run = card_making.of_run(company, CHECKER, release.run_id)

    assert (of_run.release, of_run.scores, of_run.sha256) == (None, card.scores, card.sha256)


@pytest.mark.parametrize("kind", ["model_card", "validity_study"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_is_written_whole_in_both_forms(
    company: Settings, release: StoredRelease, kind: str, language: str, tmp_path: Path
) -> None:
    made = _made(company, release, kind, language)

    page, _ = making.handed_out(company, CHECKER, made, "html")
    paper, _ = making.handed_out(company, CHECKER, made, "pdf")

    folder = KEPT or tmp_path
    (folder / f"{kind}-{language}.html").write_bytes(page)
    (folder / f"{kind}-{language}.pdf").write_bytes(paper)
    assert paper.startswith(b"%PDF")
    assert not re.search(r"\{[a-z_]+\}|https?://|<script", page.decode())


def test_the_study_holds_raw_beside_corrected_and_prediction_by_group(
    company: Settings, release: StoredRelease
) -> None:
    found = making.as_json(_made(company, release, "validity_study"))

    headings = [section["heading"] for section in found["sections"]]
    assert any(one.lower().startswith("vendor score") for one in headings)
    assert any(one.lower().startswith("model score") for one in headings)
    assert "model score: Does it predict alike for every group?" in headings
    assert "validity_study.differential_prediction" not in {one["part"] for one in found["missing"]}


def test_the_study_maps_every_paragraph_of_the_guidelines(company: Settings, release: StoredRelease) -> None:
    found = making.as_json(_made(company, release, "validity_study"))

    rows = found["sections"][0]["tables"][0]["rows"]
    assert [row[0].split(")")[0].strip("(") for row in rows] == [str(number) for number in range(1, 14)]
    assert dict(rows)["(3) Job analysis"] == "MISSING"


def test_a_written_job_analysis_answers_its_paragraph(company: Settings, release: StoredRelease) -> None:
    document_parts.write(
        company,
        MAKER,
        kind="validity_study",
        subject=release.model_name,
        part="contact",
        language="en",
        text="Office 3.",
    )

    found = making.as_json(_made(company, release, "validity_study"))

    assert dict(found["sections"][0]["tables"][0]["rows"])["(12) Contact person"] == "a written part"


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_the_study_is_made_for_those_who_may_read_models_and_the_lake(
    company: Settings, release: StoredRelease, role: Role | None
) -> None:
    who = Principal(id="x", roles=frozenset({role} if role else ()))

    if {Permission.READ_MODELS, Permission.READ_LAKE} <= who.permissions:
        lacking = {one.part for one in _made(company, release, "validity_study", by=who).missing}
        is_left_out = "validity_study.differential_prediction" in lacking
        assert is_left_out is not who.may(Permission.READ_DEMOGRAPHICS)
    else:
        with pytest.raises(AccessDenied):
            _made(company, release, "validity_study", by=who)


def test_a_jurisdictions_policy_asks_until_the_parts_are_written(company: Settings, release: StoredRelease) -> None:
    before = run_gate(company, MAKER, release.run_id, policy=policy.load("us-nyc"), is_dry=True)
    for name in ("model_card.intended_use", "ll144_summary.auditor", "ll144_summary.data_explanation"):
        kind, _, part = name.partition(".")
        document_parts.write(
            company, CHECKER, kind=kind, subject=release.model_name, part=part, language="en", text="Written."
        )

    after = run_gate(company, MAKER, release.run_id, policy=policy.load("us-nyc"), is_dry=True)

    assert before.check("documents").verdict is Verdict.REVIEW
    assert after.check("documents").verdict is Verdict.PASS


def test_the_page_shows_the_companys_own_data_as_such(company: Settings, release: StoredRelease) -> None:
    said = html(_made(company, release, "model_card").document)

    assert "the company&#x27;s own records" in said
