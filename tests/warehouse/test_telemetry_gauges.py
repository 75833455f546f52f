"""The gauges of stored results: the champion's own gate, groups that are large enough, and nothing worked out anew."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.models import served
from warehouse import postgres, telemetry_gauges
from warehouse.settings import Settings

MODEL = "re-interview-pass"


def _figure(name: str, value: float | None, n: int, stratum: str | None = None) -> dict[str, object]:
    return {"name": name, "value": value, "n": n, "stratum": stratum}


def _report(*checks: tuple[str, list[dict[str, object]]]) -> str:
    return json.dumps(
        {"model_name": MODEL, "checks": [{"check": name, "figures": figures} for name, figures in checks]}
    )


@pytest.fixture
def promoted(records: Settings) -> Settings:
    """A champion whose gate report has drift and impact ratios."""
    served.promote(records)
    report = _report(
        ("drift", [_figure("psi ai_score", 0.07, 500), _figure("psi logic", None, 0)]),
        (
            "adverse_impact.sex",
            [
                _figure("impact_ratio F", 0.91, 240),
                _figure("impact_ratio X", 0.4, 9),
                _figure("impact_ratio F", 0.7, 240, "one step higher"),
                _figure("unknown share", 0.1, 40),
            ],
        ),
    )
    with postgres.engine(records).begin() as connection:
        connection.execute(sa.text("ALTER TABLE governance.gate_result DISABLE TRIGGER USER"))
        connection.execute(sa.text("UPDATE governance.gate_result SET checks = :report"), {"report": report})
    return records


def test_drift_is_that_of_the_champions_gate(promoted: Settings) -> None:
    assert list(telemetry_gauges.drift(promoted)) == [(0.07, {"model": MODEL, "feature": "ai_score"})]


def test_only_groups_that_a_view_would_show_leave_and_only_at_the_cut_in_force(promoted: Settings) -> None:
    found = list(telemetry_gauges.impact_ratios(promoted))

    assert found == [(0.91, {"model": MODEL, "attribute": "sex", "group": "F"})]


def test_without_a_champion_there_is_no_gauge(records: Settings) -> None:
    assert list(telemetry_gauges.drift(records)) == []
    assert list(telemetry_gauges.impact_ratios(records)) == []


def test_freshness_is_since_the_last_success(records: Settings) -> None:
    with postgres.engine(records).begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO landing.sync_run (source, entity, state, started_at, finished_at) VALUES"
                " ('acme', 'Candidate', 'succeeded', now() - interval '2 h', now() - interval '1 h')"
            )
        )

    [(age_s, attributes)] = telemetry_gauges.freshness(records)

    assert age_s == pytest.approx(3_600, abs=60)
    assert attributes == {"source": "acme", "entity": "Candidate"}


def test_without_records_the_gauges_are_absent(tmp_path: Path) -> None:
    nowhere = Settings(home=tmp_path, database_url=f"postgresql://nobody@/none?host={tmp_path}")

    read = telemetry_gauges._careful(lambda: list(telemetry_gauges.freshness(nowhere)))

    assert tuple(read()) == ()
