"""The evidence bundle of a real release: complete, sealed to the last byte, and checked with Python alone."""

import json
import random
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from models import bundle_verifier, evidence, registry, releases
from models.bundle_verifier import MANIFEST, Unreadable, verify
from models.evidence import Exported
from models.release_run import proposal_of
from tests.models.release_builder import CHECKER, MAKER
from tests.training.gate_company import JOB_RELATED, config
from training.gate_run import run_gate
from training.pipeline import train
from validation.outcome import Verdict
from warehouse import audit_log, postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Role, principal
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])


@pytest.fixture(scope="module")
def bundle(company: Settings, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The bundle of a release that was trained, gated, proposed and approved."""
    run = train(company, MAKER, config(*JOB_RELATED))
    assert run_gate(company, MAKER, run.run_id).verdict is not Verdict.BLOCK
    release = releases.propose(company, MAKER, proposal_of(company, run.run_id))
    releases.approve(company, CHECKER, release.label, reason="The evidence was read.")
    releases.shadow(company, CHECKER, release.label, reason="A month beside nobody.")
    return evidence.export(company, AUDITOR, release.label, tmp_path_factory.mktemp("bundle") / "evidence.zip")


def _failed(path: Path, **asked: str) -> list[str]:
    return [f"{line.check}: {line.sentence}" for line in verify(path, **asked) if not line.holds]


def _repacked(bundle: Exported, path: Path, changes: dict[str, bytes | None], *, honest: bool) -> Path:
    """The bundle with some files changed; an `honest` manifest and seal are made anew as a forger would."""
    with zipfile.ZipFile(bundle.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts = {name: content for name, content in {**parts, **changes}.items() if content is not None}
    if honest:
        hashes = {name: evidence._sha256(content) for name, content in parts.items() if name != MANIFEST}
        listed = {name: {"sha256": value, "bytes": len(parts[name])} for name, value in hashes.items()}
        parts[MANIFEST] = json.dumps({"root": bundle_verifier.root_of(hashes), "files": listed}).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = bundle_verifier.SEAL + b"0" * 64
    path.write_bytes(bundle_verifier.sealed(path.read_bytes()))
    return path


def _json(bundle: Exported, name: str) -> Any:
    with zipfile.ZipFile(bundle.path) as archive:
        return json.loads(archive.read(name))


def _text(bundle: Exported, name: str) -> str:
    with zipfile.ZipFile(bundle.path) as archive:
        return archive.read(name).decode()


def _checks(report: Any) -> dict[str, Any]:
    return {check["check"]: check for check in report["checks"]}


def _raise_ratio(report: Any) -> None:
    table = _checks(report)["adverse_impact.sex+race_ethnicity"]["detail"]["deployed"]
    next(line for line in table["groups"] if (line["impact_ratio"] or 1) < 1)["impact_ratio"] = 0.99


def _narrow_interval(report: Any) -> None:
    table = _checks(report)["adverse_impact.sex"]["detail"]["deployed"]
    next(line for line in table["groups"] if line["impact_ratio_ci"][0])["impact_ratio_ci"][0] += 0.01


def _mend_error_rate(report: Any) -> None:
    _checks(report)["error_rates.sex"]["detail"]["errors"]["groups"][0]["tpr"] = 0.9


@pytest.mark.parametrize(
    ("name", "forge", "said"),
    [
        ("gate/report.json", _raise_ratio, "adverse_impact"),
        ("gate/report.json", _narrow_interval, "adverse_impact"),
        ("gate/report.json", _mend_error_rate, "adverse_impact"),
        ("gate/report.json", lambda one: one.update(verdict="pass"), "gate"),
        ("gate/report.json", lambda one: one.update(needs_waiver=[]), "gate"),
        ("ledger/release.json", lambda one: one.update(cut_score=0.1), "agreement"),
        ("data/snapshot.json", lambda one: one["versions"].update(applications=99), "agreement"),
        ("ledger/approvals.json", lambda one: one[0].update(decided_by="nora"), "logged"),
        ("ledger/events.json", lambda one: one.append({**one[-1], "kind": "promoted"}), "logged"),
        ("statistics/weights.json", lambda one: one.update(none=True), "logged"),
    ],
    ids=range(10),
)
def test_a_forger_who_makes_manifest_and_seal_anew_is_found(
    bundle: Exported, tmp_path: Path, name: str, forge: Callable[[Any], None], said: str
) -> None:
    document = _json(bundle, name)
    forge(document)

    forged = _repacked(bundle, tmp_path / "forged.zip", {name: json.dumps(document).encode()}, honest=True)

    assert said in {sentence.split(":")[0] for sentence in _failed(forged)}


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "..\\outside.txt", "a//b", "index.html"])
def test_an_entry_that_leads_elsewhere_or_is_there_twice_is_named(bundle: Exported, tmp_path: Path, name: str) -> None:
    path = tmp_path / "more.zip"
    path.write_bytes(bundle.path.read_bytes())
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile itself warns of the second entry
        archive.writestr(name, _text(bundle, "index.html") if name == "index.html" else "x")
    path.write_bytes(bundle_verifier.sealed(path.read_bytes()))

    assert [sentence.split(" was")[0] for sentence in _failed(path)] == [f"file: {name}"]


def test_a_link_is_no_part_of_a_bundle(bundle: Exported, tmp_path: Path) -> None:
    path, link = tmp_path / "link.zip", zipfile.ZipInfo("passwords.txt")
    path.write_bytes(bundle.path.read_bytes())
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    path.write_bytes(bundle_verifier.sealed(path.read_bytes()))

    assert _failed(path)[0].startswith("file: passwords.txt was changed")


def test_a_bomb_is_refused_before_it_is_unpacked(bundle: Exported, tmp_path: Path) -> None:
    """The directory states the size; nothing is read for it."""
    content = bytearray(bundle.path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (3_000_000_000).to_bytes(4, "little")
    path = tmp_path / "bomb.zip"
    path.write_bytes(bundle_verifier.sealed(bytes(content)))

    assert any("would unpack to more than" in sentence for sentence in _failed(path))


def test_the_model_card_is_in_the_bundle(bundle: Exported) -> None:
    card, release = _json(bundle, "model/card.json"), _json(bundle, "ledger/release.json")

    assert (card["sha256"], card["cut_score"]) == (release["sha256"], release["cut_score"])
    assert [one["by"] for one in card["release"]["approvals"]] == [CHECKER.id]


def test_a_bundle_whose_run_is_gone_still_holds(company: Settings, bundle: Exported, tmp_path: Path) -> None:
    run = registry.artefact_folder(company) / _json(bundle, "ledger/release.json")["run_id"]
    away = run.rename(tmp_path / "away")
    try:
        out = evidence.export(company, AUDITOR, bundle.release, tmp_path / "gone.zip")
    finally:
        away.rename(run)

    assert _failed(out.path) == []
    assert "cells/scores.json" in out.missing


def test_a_bundle_as_exported_holds_in_every_check(bundle: Exported) -> None:
    lines = verify(bundle.path, root=bundle.root)

    assert [line.sentence for line in lines if not line.holds] == []
    assert {line.check for line in lines} >= {
        "seal",
        "manifest",
        "model",
        "policy",
        "audit_log",
        "adverse_impact",
        "auc",
    }


def test_the_verifier_inside_runs_with_python_alone(bundle: Exported, tmp_path: Path) -> None:
    """`-I -S` keeps every installed package out."""
    with zipfile.ZipFile(bundle.path) as archive:
        archive.extract("verify.py", tmp_path)

    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "verify.py", bundle.path], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("The bundle is as it was exported.\n")


def test_any_single_changed_byte_is_noticed(bundle: Exported, tmp_path: Path) -> None:
    content = bundle.path.read_bytes()
    chosen = random.Random(3)  # noqa: S311 - a seed, not a secret
    places = {*range(60), *range(len(content) - 160, len(content)), *chosen.sample(range(len(content)), 150)}
    changed = tmp_path / "changed.zip"

    unnoticed = []
    for place in sorted(places):
        changed.write_bytes(content[:place] + bytes([content[place] ^ 1 << chosen.randrange(8)]) + content[place + 1 :])
        if not _failed(changed):
            unnoticed.append(place)

    assert unnoticed == []


@pytest.mark.parametrize("name", ["model/model.ubj", "cells/scores.json", "index.html", "verify.py"])
def test_a_changed_file_is_named(bundle: Exported, tmp_path: Path, name: str) -> None:
    path = _repacked(bundle, tmp_path / "b.zip", {name: b"something else"}, honest=False)

    assert _failed(path) == [f"file: {name} was changed: its sha256 is not the manifest's"]


def test_a_file_taken_out_or_added_is_named(bundle: Exported, tmp_path: Path) -> None:
    path = _repacked(bundle, tmp_path / "b.zip", {"gate/policy.json": None, "more.txt": b"hello"}, honest=False)

    assert [sentence.split(":")[1].strip() for sentence in _failed(path)] == [
        "gate/policy.json was taken out",
        "more.txt was added",
    ]


def test_a_forged_count_is_found_by_computing_the_table_again(bundle: Exported, tmp_path: Path) -> None:
    report = _json(bundle, "gate/report.json")
    table = next(check for check in report["checks"] if check["check"] == "adverse_impact.sex")["detail"]["deployed"]
    line = next(line for line in table["groups"] if line["impact_ratio"] is not None and line["selected"])
    line["selected"] -= 1

    path = _repacked(bundle, tmp_path / "b.zip", {"gate/report.json": json.dumps(report).encode()}, honest=True)

    assert any(sentence.startswith("adverse_impact: adverse_impact.sex at cut") for sentence in _failed(path))


def test_a_forged_outcome_is_found_by_computing_the_auc_again(bundle: Exported, tmp_path: Path) -> None:
    cells = _json(bundle, "cells/scores.json")
    cells["cells"][0]["good"] += 1

    path = _repacked(bundle, tmp_path / "b.zip", {"cells/scores.json": json.dumps(cells).encode()}, honest=True)

    assert [sentence.split(":")[0] for sentence in _failed(path)] == ["auc"]


def test_the_bundle_tells_of_the_shadow(bundle: Exported) -> None:
    kinds = [event["kind"] for event in _json(bundle, "ledger/events.json")]

    assert kinds == ["proposed", "approved", "shadowed"]
    assert _json(bundle, "statistics/shadow_report.json")["n"] == 0


@pytest.mark.parametrize(
    ("kinds", "actor", "said"),
    [
        (["retired"], MAKER.id, "maker_and_checker"),
        (["retired", "promoted"], CHECKER.id, "retirement"),
        (["retired", "retired"], CHECKER.id, "retirement"),
        (["unshadowed"], MAKER.id, "maker_and_checker"),
    ],
)
def test_events_that_no_ledger_would_hold_are_found(
    bundle: Exported, tmp_path: Path, kinds: list[str], actor: str, said: str
) -> None:
    events = _json(bundle, "ledger/events.json")
    events += [{**events[-1], "kind": kind, "actor": actor} for kind in kinds]
    changes: dict[str, bytes | None] = {"ledger/events.json": json.dumps(events).encode()}
    forged = _repacked(bundle, tmp_path / "forged.zip", changes, honest=True)

    assert any(line.startswith(f"{said}:") for line in _failed(forged))


def test_a_retired_release_has_a_bundle_that_holds(bundle: Exported, tmp_path: Path) -> None:
    events = _json(bundle, "ledger/events.json")
    events.append({**events[-1], "kind": "retired"})
    log = _text(bundle, "ledger/audit_log.jsonl").splitlines()
    last = json.loads(log[-1])
    line = {**last, "position": last["position"] + 1, "previous_hash": last["hash"], "action": "release_retired"}
    line |= {"actor": CHECKER.id, "subject": _json(bundle, "manifest.json")["release"]}
    line["hash"] = bundle_verifier._line_hash(line)
    changes: dict[str, bytes | None] = {
        "ledger/events.json": json.dumps(events).encode(),
        "ledger/audit_log.jsonl": "\n".join([*log, json.dumps(line)]).encode(),
    }

    assert _failed(_repacked(bundle, tmp_path / "retired.zip", changes, honest=True)) == []


def test_a_forged_line_of_the_audit_log_breaks_its_chain(bundle: Exported, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle.path) as archive:
        log = archive.read("ledger/audit_log.jsonl").replace(b'"chen"', b'"mona"', 1)

    path = _repacked(bundle, tmp_path / "b.zip", {"ledger/audit_log.jsonl": log}, honest=True)

    assert [sentence.split(":")[0] for sentence in _failed(path)][:1] == ["audit_log"]


def test_another_model_under_the_same_name_is_found(bundle: Exported, tmp_path: Path) -> None:
    path = _repacked(bundle, tmp_path / "b.zip", {"model/model.ubj": b"another"}, honest=True)

    assert [sentence.split(":")[0] for sentence in _failed(path)] == ["model", "logged"]


def test_a_bundle_made_anew_as_a_whole_has_another_root_than_the_log_keeps(
    company: Settings, bundle: Exported, tmp_path: Path
) -> None:
    path = _repacked(bundle, tmp_path / "b.zip", {"index.html": b"nothing to see"}, honest=True)

    assert _failed(path, root=bundle.root) == ["root: this is not the bundle that was exported: its root is another"]
    assert evidence.root_in_log(company, AUDITOR, bundle.root)


def test_the_bundle_names_nobody_who_was_interviewed(company: Settings, bundle: Exported) -> None:
    with psycopg.connect(postgres.address(company)) as connection:
        ids = connection.execute("SELECT candidate_id::text FROM hr.candidate LIMIT 50").fetchall()
    with zipfile.ZipFile(bundle.path) as archive:
        text = b"\n".join(archive.read(name) for name in archive.namelist())

    assert b"candidate_key" not in text
    assert b"application_key" not in text
    assert [one for (one,) in ids if one.encode() in text] == []


def test_the_page_loads_nothing_and_speaks_both_languages(bundle: Exported) -> None:
    with zipfile.ZipFile(bundle.path) as archive:
        page = archive.read("index.html").decode()

    assert not any(word in page for word in ("<script", "http://", "https://", "src=", "url("))
    assert "adverse_impact.sex" in page
    assert "门禁检查" in page


def test_the_export_stands_in_the_audit_log(company: Settings, bundle: Exported) -> None:
    with postgres.unit_of_work(company, AUDITOR) as session:
        lines = [line for line in audit_log.lines(session, since=1) if line.action == "evidence_exported"]

    assert ("ada", bundle.root) in [(line.actor, line.detail["root"]) for line in lines]


@pytest.mark.parametrize("who", [NOBODY, *(principal(f"p-{role}", [role]) for role in Role)])
def test_only_who_reads_models_the_audit_log_and_demographics_exports(
    company: Settings, bundle: Exported, tmp_path: Path, who: object
) -> None:
    may = frozenset().union(*(ROLES[role][1] for role in who.roles))
    if {Permission.READ_MODELS, Permission.READ_AUDIT_LOG, Permission.READ_DEMOGRAPHICS} <= may:
        assert evidence.export(company, who, bundle.release, tmp_path / "b.zip").files == bundle.files
    else:
        with pytest.raises(AccessDenied):
            evidence.export(company, who, bundle.release, tmp_path / "b.zip")


@pytest.mark.parametrize("content", [b"", b"hello", b"a,b\n1,2\n", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match="no evidence bundle"):
        verify(path)


def test_the_command_line_of_the_verifier_answers_with_exit_codes(
    bundle: Exported, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = _repacked(bundle, tmp_path / "b.zip", {"index.html": b"x"}, honest=False)

    codes = [bundle_verifier.main([str(path), "--json"]) for path in (bundle.path, changed, tmp_path / "absent.zip")]

    assert codes == [0, 1, 2]
    assert '"holds": false' in capsys.readouterr().out
