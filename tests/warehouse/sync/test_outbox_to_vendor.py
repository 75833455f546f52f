"""The whole way of a stage move: queued, let out by a person, moved at Beisen's stand-in, confirmed row by row."""

from collections.abc import Iterator

import pytest
import yaml

from tests.standins import beisen
from tests.standins.beisen import Beisen
from tests.standins.beisen_company import Company, guid
from tests.standins.standin import running
from tests.warehouse.sync.messages import HR_ADMIN, draft, queue, rows
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.push import MessageKind


@pytest.fixture
def vendor(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beisen]:
    """Beisen with five applications; a source file of this home pushes to it."""
    monkeypatch.setenv("BEISEN_SECRET", beisen.SECRET)
    tenant = Beisen(Company.of(5))
    with running(tenant) as url:
        pull = {"base_url": url, "app_id": beisen.APP, "app_secret": "env:BEISEN_SECRET", "tenant_id": beisen.TENANT}
        push = {"mode": "live", "stages": {"offer": {"phase": "offer", "status": "open"}}}
        records.sources.mkdir(parents=True)
        content = {"source": "acme", "connector": "beisen", "pull": pull, "push": push}
        (records.sources / "acme.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        yield tenant


def _phase(vendor: Beisen, number: int) -> object:
    return vendor.company.applications[guid("apply", number)]["processPhaseId"]


def test_a_stage_moves_only_after_a_person_let_it_and_is_confirmed_by_its_own_row(
    records: Settings, vendor: Beisen
) -> None:
    vendor.locked.add(guid("apply", 2))
    moves = [{"external_id": guid("apply", number), "to": "offer"} for number in (1, 2)]
    queue(records, *(draft("acme", str(at), MessageKind.STAGE_MOVE, payload=one) for at, one in enumerate(moves)))
    before = send_due(records).tried, _phase(vendor, 1)

    for row in rows(records):
        outbox.release(records, HR_ADMIN, row.outbox_id)
        send_due(records)

    assert before[0] == 0
    assert before[1] != "offer"
    assert _phase(vendor, 1) == "offer"
    assert [(row.state, row.error_code) for row in rows(records)] == [("confirmed", None), ("dead", "lockedApplyIds")]
