"""An erased person is in no file of any run; gate, comparison, evidence and the list of rows go on without them."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from models import evidence, registry, releases, run_erasure, run_files
from models.bundle_verifier import verify
from models.release_run import proposal_of
from models.run_files import RunChanged
from tests.models.release_builder import CHECKER, MAKER
from tests.training.gate_company import JOB_RELATED, config
from training import compare, row_proofs
from training.gate_run import run_gate
from training.pipeline import TrainedRun, read_rows, train
from validation.outcome import Verdict
from warehouse import audit_log, postgres
from warehouse.access import NOBODY, Role, principal
from warehouse.lake import pseudonyms
from warehouse.retention import Report, erase
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ERASER = principal("li", [Role.HR_ADMIN])
AUDITOR = principal("ada", [Role.AUDITOR])


@pytest.fixture(scope="module")
def runs(company: Settings) -> tuple[TrainedRun, TrainedRun]:
    """Two runs of one company."""
    return train(company, MAKER, config(*JOB_RELATED)), train(company, MAKER, config(*JOB_RELATED[:3]))


@pytest.fixture(scope="module")
def keys(company: Settings, runs: tuple[TrainedRun, TrainedRun]) -> tuple[str, str]:
    """The pseudonyms of the application and the candidate who will be erased, of the holdout."""
    row = _frame(company, runs[0], "holdout.parquet").iloc[7]
    return str(row["application_key"]), str(row["candidate_key"])


@pytest.fixture(scope="module")
def erased(company: Settings, runs: tuple[TrainedRun, TrainedRun], keys: tuple[str, str]) -> Report:
    """That person, erased."""
    secret = pseudonyms.key_of(company)
    with postgres.engine(company).connect() as owner:
        people = owner.execute(sa.text("SELECT candidate_id FROM hr.candidate")).scalars()
        person = next(one for one in people if pseudonyms.pseudonym(secret, "candidate", str(one)) == keys[1])
    assert run_gate(company, MAKER, runs[0].run_id).verdict is not Verdict.BLOCK
    return erase(company, ERASER, str(person), reason="asked for it", elsewhere=run_erasure.forget)


def _folder(settings: Settings, run: TrainedRun) -> Path:
    return registry.artefact_folder(settings) / run.run_id / "artifacts"


def _frame(settings: Settings, run: TrainedRun, name: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO((_folder(settings, run) / name).read_bytes()))


def test_no_file_of_any_run_holds_the_keys(company: Settings, erased: Report, keys: tuple[str, str]) -> None:
    files = [path for path in registry.artefact_folder(company).rglob("*") if path.is_file()]
    frames = [pd.read_parquet(path) for path in files if path.suffix == ".parquet"]

    assert not any(frame.isin(keys).to_numpy().any() for frame in frames)
    assert not any(key.encode() in path.read_bytes() for path in files if path.suffix != ".parquet" for key in keys)
    assert (erased.counts["runs"], erased.counts["run_files"]) == (2, 4)


def test_scores_and_outcomes_stay_as_numbers(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    held = _frame(company, runs[0], "holdout.parquet")

    assert held["application_key"].str.startswith("erased-").sum() == erased.people
    assert len(held) == runs[0].record["n"]["holdout"]  # type: ignore[index]


def test_the_log_knows_the_changed_files(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    assert run_files.changed(company, runs[0].run_id) == ()
    assert len(run_files.histories(company, runs[0].run_id)["holdout.parquet"]) == 2


def test_a_file_changed_after_the_erasure_is_found(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    path = _folder(company, runs[1]) / "holdout.parquet"
    kept = path.read_bytes()
    path.write_bytes(kept[:-3] + bytes([kept[-3] ^ 1]) + kept[-2:])

    with pytest.raises(RunChanged, match="was changed after its training"):
        run_files.read(company, runs[1].run_id, "holdout.parquet")

    path.write_bytes(kept)


def test_the_gate_and_a_comparison_go_on(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    report = run_gate(company, MAKER, runs[0].run_id)
    compared = compare.compare(company, MAKER, [run.run_id for run in runs])

    assert report.verdict is not Verdict.BLOCK
    assert set(compared["left_out"].values()) == {0}  # type: ignore[attr-defined]


def test_the_evidence_bundle_still_holds(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report, tmp_path: Path, keys: tuple[str, str]
) -> None:
    run_gate(company, MAKER, runs[0].run_id)
    release = releases.propose(company, MAKER, proposal_of(company, runs[0].run_id))
    releases.approve(company, CHECKER, release.label, reason="The evidence was read.")

    bundle = evidence.export(company, AUDITOR, release.label, tmp_path / "b.zip")

    assert [line.sentence for line in verify(bundle.path, root=bundle.root) if not line.holds] == []


def test_what_was_trained_on_stays_provable(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    """The hashes of the others are made again from the lake as it is now; that of the erased row has nothing left."""
    listed = _frame(company, runs[0], row_proofs.FILE)
    record = json.loads(run_files.read(company, runs[0].run_id, "training.json"))
    now = read_rows(company, MAKER, config(*JOB_RELATED)).rows.frame

    checked = row_proofs.check(listed, record["rows"]["root"], now)

    assert (checked.root_holds, checked.erased, checked.absent, checked.differing) == (True, 1, 0, 0)
    assert checked.shown == len(listed) - 1


def test_a_line_without_a_tombstone_counts_for_nothing(
    company: Settings, runs: tuple[TrainedRun, TrainedRun], erased: Report
) -> None:
    known = run_files.hashes(company, runs[0].run_id)
    with postgres.unit_of_work(company, NOBODY) as session:
        detail: audit_log.Detail = {
            "erasure": "3f0e1c8e-0000-4000-8000-000000000000",
            "files": ["0" * 64 + " model.ubj"],
        }
        audit_log.append(session, actor="eve", action=run_files.REDACTED, subject=runs[0].run_id, detail=detail)

    assert run_files.hashes(company, runs[0].run_id) == known
