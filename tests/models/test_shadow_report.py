"""The report of a shadow, against sums by hand; and what it hides of small counts."""

import io
import uuid
from collections.abc import Sequence

import numpy as np
import pandas as pd
import psycopg
import pytest

from models import registry, releases, run_files
from models.shadow_report import report
from tests.models.release_builder import CHECKER, MODEL, promoted, proposed
from validation.outcome import Verdict
from warehouse import audit_log, postgres
from warehouse.access import SMALLEST_GROUP, Role, principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])
Pair = tuple[float | None, str, float | None, str]
"""Score and recommendation of the champion, then of the shadow."""

INSERT = (
    "INSERT INTO governance.decision (decision_id, client, request_sha256, subject, release_id, policy_version, score,"
    " cut_score, recommendation, inputs, answer, decided_at) VALUES (%s, 'c', 'fp', 's', %s, 'p', %s, 0.5, %s, '{}',"
    " '{}', clock_timestamp())"
)


@pytest.fixture
def pair(records: Settings) -> tuple[uuid.UUID, uuid.UUID]:
    """A champion and a release in its shadow."""
    champion, shadow = promoted(records, "run-a"), proposed(records, "runb")
    releases.shadow(records, CHECKER, shadow.label, reason="look")
    return champion.release_id, shadow.release_id


def _decide(
    settings: Settings, pair: tuple[uuid.UUID, uuid.UUID], pairs: Sequence[Pair], *, scored: bool = True
) -> None:
    with psycopg.connect(postgres.address(settings)) as owner:
        for score, said, other, would in pairs:
            decision = uuid.uuid4()
            owner.execute(INSERT, [decision, pair[0], score, said])
            if scored:
                owner.execute(
                    "INSERT INTO governance.shadow_score (decision_id, release_id, score, recommendation)"
                    " VALUES (%s, %s, %s, %s)",
                    [decision, pair[1], other, would],
                )


def _drawn(n: int) -> list[Pair]:
    draw = np.random.default_rng(7)
    rows: list[Pair] = []
    for score, other in zip(draw.uniform(size=n), draw.uniform(size=n), strict=True):
        said, would = ("advance" if one >= 0.5 else "hold" for one in (score, other))
        rows.append((float(score), said, float(other), would))
    return rows


def test_the_figures_are_those_of_the_rows(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    rows = _drawn(300)
    _decide(records, pair, [*rows, *[(0.4, "human_review", 0.6, "advance")] * 15])

    found = report(records, AUDITOR, f"{MODEL}@2")

    frame = pd.DataFrame(rows, columns=["score", "said", "other", "would"])
    gaps = np.append(frame["other"] - frame["score"], [0.2] * 15)
    assert (found.n, found.compared, found.left_to_people) == (315, 300, 15)
    assert found.agreement == pytest.approx((frame["said"] == frame["would"]).mean())
    assert found.mean_difference == pytest.approx(gaps.mean())
    assert found.sd_difference == pytest.approx(gaps.std())
    assert {one.name: one.n for one in found.flips} == {
        "to_advance": int(((frame["said"] == "hold") & (frame["would"] == "advance")).sum()),
        "to_hold": int(((frame["said"] == "advance") & (frame["would"] == "hold")).sum()),
    }


def test_the_differences_are_counted_by_tenths(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    """A difference of exactly .3 lies in the step from .3, whatever the floats say."""
    _decide(records, pair, [(0.2, "hold", 0.5, "advance")] * 20 + [(0.5, "advance", 0.45, "hold")] * 12)

    found = report(records, AUDITOR, f"{MODEL}@2")

    assert [(one.name, one.n) for one in found.differences] == [("-0.1", 12), ("0.3", 20)]


def test_a_few_flips_are_hidden_and_so_is_what_would_tell_them(
    records: Settings, pair: tuple[uuid.UUID, uuid.UUID]
) -> None:
    _decide(records, pair, [(0.6, "advance", 0.7, "advance")] * 90 + [(0.4, "hold", 0.6, "advance")] * 3)

    found = report(records, AUDITOR, f"{MODEL}@2")

    assert {one.name: one.n for one in found.flips} == {"to_advance": None, "to_hold": 0}
    assert found.agreement is None
    assert [one.n for one in found.differences] == [None, None]


def test_under_the_smallest_group_there_are_no_figures(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    _decide(records, pair, [(0.6, "advance", 0.4, "hold")] * (SMALLEST_GROUP - 1))

    found = report(records, AUDITOR, f"{MODEL}@2")

    assert found.is_too_few
    assert (found.agreement, found.mean_difference, found.drift) == (None, None, None)
    assert all(one.n in {None, 0} for one in (*found.flips, *found.differences))


def test_what_the_shadow_missed_is_counted_while_it_ran(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    _decide(records, pair, [(0.6, "advance", None, "")] * 4, scored=False)
    releases.unshadow(records, CHECKER, f"{MODEL}@2", reason="seen")
    _decide(records, pair, [(0.6, "advance", None, "")] * 3, scored=False)

    assert report(records, AUDITOR, f"{MODEL}@2").unscored == 4


@pytest.mark.parametrize(("shift", "verdict"), [(0.0, Verdict.PASS), (0.4, Verdict.BLOCK)])
def test_the_shadows_scores_are_held_against_its_own_holdout(
    records: Settings, pair: tuple[uuid.UUID, uuid.UUID], shift: float, verdict: Verdict
) -> None:
    draw = np.random.default_rng(11)
    _keep_holdout(records, "runb", draw.uniform(0.0, 0.6, size=2_000))
    scores = draw.uniform(0.0, 0.6, size=300) + shift
    _decide(records, pair, [(0.5, "advance", float(one), "advance" if one >= 0.5 else "hold") for one in scores])

    found = report(records, AUDITOR, f"{MODEL}@2")

    assert found.drift is not None
    assert found.drift.verdict is verdict


def test_without_its_holdout_drift_is_said_to_be_unknown(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    _decide(records, pair, _drawn(50))

    found = report(records, AUDITOR, f"{MODEL}@2")

    assert (found.drift, found.drift_missing) == (None, "holdout")
    assert found.as_json()["drift"] is None


def test_an_unknown_shadow_has_an_empty_report(records: Settings, pair: tuple[uuid.UUID, uuid.UUID]) -> None:
    told = report(records, AUDITOR, f"{MODEL}@1").as_json()

    assert (told["n"], told["period"], told["agreement"]) == (0, [None, None], None)


def _keep_holdout(settings: Settings, run_id: str, scores: np.ndarray) -> None:
    """The run's holdout as a training leaves it: a file, and its line in the log."""
    buffer = io.BytesIO()
    pd.DataFrame({"score": scores}).to_parquet(buffer)
    folder = registry.artefact_folder(settings) / run_id / "artifacts"
    folder.mkdir(parents=True)
    (folder / "holdout.parquet").write_bytes(buffer.getvalue())
    detail: audit_log.Detail = {"files": run_files.listed({"holdout.parquet": buffer.getvalue()})}
    with unit_of_work(settings, AUDITOR) as session:
        audit_log.append(session, actor="mia", action=run_files.TRAINED, subject=run_id, detail=detail)
