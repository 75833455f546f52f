"""A small model promoted through the ledger, and a client with a key, for tests of the HTTP API."""

import hashlib
import json
from dataclasses import replace

from fastapi.testclient import TestClient

from models import releases
from models.api import create
from models.features import FeatureSpec
from models.reasons import reasons
from tests.models import builders
from tests.models.release_builder import CHECKER, MAKER, MODEL, PASSING, proposal
from training.fit import fit, native_bytes
from validation import policy as policies
from validation.gate import GateReport, under
from validation.gate_judgement import Judgement
from validation.outcome import Text
from warehouse import api_keys
from warehouse.access import Role, principal
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

OPERATOR = principal("operator", [Role.OPERATOR])
INTERVIEW = {
    "candidate_id": "C-1",
    "interview_time": "2026-05-01T09:00:00Z",
    "assessment_score": 71.5,
    "skills": [
        {"skill": "content_logic", "score": 90},
        {"skill": "problem_solving", "score": 88},
        {"skill": "communication", "score": 60},
    ],
}


def promote(settings: Settings, run_id: str = "run-a", *, rounds: int = 20) -> str:
    """Promotes a small real model and answers the sha256 of its file."""
    release = offer(settings, run_id, rounds=rounds)
    releases.approve(settings, CHECKER, release.label, reason="evidence read")
    return releases.promote(settings, MAKER, release.label).release.artifact_sha256


def offer(settings: Settings, run_id: str, *, rounds: int = 20, content: bytes = b"") -> StoredRelease:
    """Proposes a small real model, or `content` in its place, which no model can be read from."""
    model, spec, training = _artefacts(rounds)
    offered = replace(
        proposal(run_id, content or model),
        feature_spec=json.loads(spec),
        details={"training": {**json.loads(training), "model_name": MODEL, "target": "re_interview_pass"}},
    )
    _gate(settings, run_id, hashlib.sha256(content or model).hexdigest())
    return releases.propose(settings, MAKER, offered)


def _artefacts(rounds: int) -> tuple[bytes, str, str]:
    """The builders' model on the three skills alone, which is all that a request of the plain shape holds."""
    frame = builders.rows()
    spec = FeatureSpec(features=builders.spec().features[:3])
    booster = fit(
        spec.matrix(frame), frame["label"].to_numpy(), parameters={"max_depth": 2, "eta": 0.2}, rounds=rounds, seed=1
    )
    record = {
        "feature_spec_sha256": spec.sha256,
        "reasons": reasons(spec).as_json(),
        "calibration": {"slope": 1.0, "intercept": 0.0},
        "cut_score": 0.5,
        "bands": {"middle": 0.4, "high": 0.5},
    }
    return native_bytes(booster), spec.as_json(), json.dumps(record)


def client(settings: Settings) -> TestClient:
    """A client of the API that sends a fresh key."""
    key = api_keys.create(settings, OPERATOR, "tester")
    return TestClient(create(settings), headers={"Authorization": f"Bearer {key}"})


def _gate(settings: Settings, run_id: str, sha256: str) -> None:
    policy = policies.load()
    judged = [
        under(policy, Judgement(check=check, state=state, reason=Text(en="Because.", zh="因为。")))
        for check, state in PASSING.items()
    ]
    report = GateReport(
        run_id=run_id,
        model_name=MODEL,
        artifact_sha256=sha256,
        policy=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot="applications@3",
        period="2026-01-01/2026-06-30",
        cut=0.5,
        checks=tuple(judged),
    )
    releases.record_gate(settings, MAKER, policy, report)
