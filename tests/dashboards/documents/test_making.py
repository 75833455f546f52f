"""A made document carries what it stands on and what it lacks, in both languages, and runs nothing."""

import hashlib
import json
import re

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from dashboards.documents import making
from dashboards.documents.frame import Made
from dashboards.reports.html_document import html
from tests.models.release_builder import CHECKER, MAKER, MODEL, promoted, proposed
from warehouse import audit_log, document_parts, postgres
from warehouse.access import AccessDenied, Permission, Principal, Role
from warehouse.identity import grant
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

ATTACK = '<script>alert(1)</script> <img src=x onerror="alert(2)"> & {braces}'


@pytest.fixture
def release(records: Settings) -> StoredRelease:
    return promoted(records)


def _made(records: Settings, label: str, language: str = "en", by: Principal = CHECKER) -> Made:
    return making.make(records, by, "model-card", label, language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_document_says_who_made_it_when_and_from_what(
    records: Settings, release: StoredRelease, language: str
) -> None:
    made = _made(records, release.label, language)

    said = html(made.document)
    basis = made.draft.basis
    assert basis.gate is not None
    for fact in ("chen", release.label, release.run_id, str(basis.gate.gate_result_id), basis.gate.policy_version):
        assert fact in said
    assert release.artifact_sha256 in said
    assert {"en": "GENERATED", "zh": "生成数据"}[language] in said


def test_what_nobody_wrote_is_listed_with_who_can_supply_it(records: Settings, release: StoredRelease) -> None:
    found = making.as_json(_made(records, release.label))

    lacking = {one["part"]: one for one in found["missing"]}
    assert lacking["model_card.intended_use"]["who"] == {"en": "The model's owner", "zh": "模型负责人"}
    assert "model_card.alternatives" in lacking


def test_a_written_part_stands_in_the_document_and_is_missing_no_more(
    records: Settings, release: StoredRelease
) -> None:
    _write(records, "Supports the choice for a second interview.")

    made = _made(records, release.label)

    assert "Supports the choice for a second interview." in html(made.document)
    assert "model_card.intended_use" not in {one.part for one in made.missing}


def test_a_part_in_the_other_language_is_shown_and_its_translation_is_missing(
    records: Settings, release: StoredRelease
) -> None:
    _write(records, "Supports the choice for a second interview.")

    made = _made(records, release.label, "zh")

    assert "仅有英文文本" in html(made.document)
    assert "model_card.intended_use" in {one.part for one in made.missing}


def test_what_people_write_is_text_and_never_markup(records: Settings, release: StoredRelease) -> None:
    _write(records, ATTACK)

    said = html(_made(records, release.label).document)

    assert "<script" not in said
    assert "<img" not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_loads_nothing_and_runs_nothing(records: Settings, release: StoredRelease, language: str) -> None:
    said = html(_made(records, release.label, language).document)

    assert not re.search(r"https?://|<script|<link|<iframe|@import|url\(", said)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_document_is_written_as_pdf_with_its_fonts_inside(
    records: Settings, release: StoredRelease, language: str
) -> None:
    content, digest = making.handed_out(records, CHECKER, _made(records, release.label, language), "pdf")

    assert content.startswith(b"%PDF")
    assert b"/FontFile" in content
    assert hashlib.sha256(content).hexdigest() == digest


def test_a_document_that_leaves_stands_in_the_audit_log(records: Settings, release: StoredRelease) -> None:
    _, digest = making.handed_out(records, CHECKER, _made(records, release.label), "html")

    with postgres.unit_of_work(records, CHECKER) as session:
        line = audit_log.detail(session, action="document_made", subject=release.label)
    assert line is not None
    assert (line["kind"], line["format"], line["sha256"]) == ("model_card", "html", digest)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_a_model_card_is_made_for_those_who_may_read_models_alone(records: Settings, role: Role | None) -> None:
    label = proposed(records).label
    who = Principal(id="x", roles=frozenset({role} if role else ()))

    if who.may(Permission.READ_MODELS):
        assert _made(records, label, by=who).made_by == "x"
    else:
        with pytest.raises(AccessDenied):
            _made(records, label, by=who)


def test_the_command_writes_both_files_and_one_json_document(
    records: Settings, release: StoredRelease, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _acting(records, monkeypatch)
    out = tmp_path_factory.mktemp("documents")

    asked = ["document", "model_card", release.label, "--html", str(out / "a.html"), "--pdf", str(out / "a.pdf")]
    done = CliRunner().invoke(app, [*asked, "--json", "--as", "chen"], catch_exceptions=False)

    found = json.loads(done.stdout)
    assert found["files"]["html"]["sha256"] == hashlib.sha256((out / "a.html").read_bytes()).hexdigest()
    assert found["files"]["pdf"]["sha256"] == hashlib.sha256((out / "a.pdf").read_bytes()).hexdigest()
    assert found["release"] == release.label


def test_the_command_writes_a_part_and_lists_its_versions(
    records: Settings, release: StoredRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    _acting(records, monkeypatch)
    asked = [
        "document",
        "write",
        "model-card",
        MODEL,
        "owner",
        "--language",
        "zh",
        "--text",
        "人才分析组",
        "--as",
        "chen",
    ]

    CliRunner().invoke(app, asked, catch_exceptions=False)

    listed = CliRunner().invoke(app, ["document", "parts", "model-card", MODEL, "owner", "--json", "--as", "chen"])
    assert [one["text"] for one in json.loads(listed.stdout)["versions"]] == ["人才分析组"]


def _write(settings: Settings, text: str) -> None:
    document_parts.write(
        settings, MAKER, kind="model_card", subject=MODEL, part="intended_use", language="en", text=text
    )


def _acting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's environment, and the checker as a known identity."""
    monkeypatch.setenv("HIREGATE_HOME", str(settings.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", settings.database_url or "")
    admin = Principal(id="root", roles=frozenset({Role.OPERATOR}))
    grant(settings, admin, "chen", Role.COMPLIANCE)
