"""The generic engine against a JSON API: what a description says is what is asked for, and nothing is lost by it."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from tests.standins.pulled import FAULTS, Pulled
from tests.standins.rest import FIRST_DAY, TOKEN, Ats
from tests.standins.standin import running
from warehouse.settings import Settings
from warehouse.sync.kit.errors import Misconfigured

INTERVIEW = {
    "path": "v1/interviews",
    "params": {"updated_after": "{incremental.start_value}"},
    "incremental": {"cursor_path": "updated_at", "initial_value": "2026-01-01", "lag": 60},
    "data_selector": "data.items",
    "paginator": {"kind": "body_cursor", "path": "data.next", "parameter": "cursor"},
    "success_when": {"path": "code", "values": [0], "transient": [503]},
    "id": "id",
    "version": "updated_at",
    "happened_at": "finished_at",
    "drop": ["recording", "candidate.email"],
    "lists": {"Answer": {"path": "answers", "id": ["interview_id", "question"], "carry": {"interview_id": "id"}}},
    "sweep": True,
}
NOTE = {"path": "v1/interviews/{parent.id}/notes", "parent": "Interview", "data_selector": "notes", "id": "note_id"}
JOB = {"path": "v1/jobs", "id": "id", "paginator": {"kind": "page_number", "rows_path": "", "first": 0}, "sweep": True}
SEARCH = {
    "path": "v1/interviews/search",
    "method": "POST",
    "json": {"from": "{incremental.start_value}", "to": "{incremental.end_value}"},
    "incremental": {"initial_value": "2026-01-01", "format": "date", "window_days": 30},
    "success_when": {"path": "code", "values": [0]},
    "data_selector": "data",
    "id": "id",
}


def content(url: str, **entities: object) -> dict[str, object]:
    pull = {"base_url": url, "auth": {"kind": "bearer", "token": "env:REST_TOKEN"}, "timeout_seconds": 0.5}
    return {"connector": "rest", "mapping": "plain_interviews", "pull": {**pull, "entities": entities}}


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Ats:
    monkeypatch.setenv("REST_TOKEN", TOKEN)
    return Ats()


@pytest.fixture
def url(vendor: Ats) -> Iterator[str]:
    with running(vendor) as address:
        yield address


@pytest.fixture
def source(records: Settings, url: str) -> Pulled:
    return Pulled(records, "acme", content(url, Interview=INTERVIEW, Note=NOTE, Job=JOB))


def counts(source: Pulled) -> dict[str, int]:
    return dict(source.rows("SELECT entity, count(*)::int FROM landing.inbox GROUP BY 1"))


def test_rows_their_lists_and_their_children_arrive(source: Pulled) -> None:
    report = source.run()

    assert report.state == "succeeded"
    assert counts(source) == {"Interview": 25, "Answer": 50, "Note": 25, "Job": 7}


def test_a_row_is_kept_without_what_is_dropped_or_a_record_of_its_own(source: Pulled) -> None:
    source.run(entities=["Interview"])

    query = "SELECT convert_from(payload, 'UTF8') FROM landing.inbox WHERE entity = '{}' ORDER BY inbox_id LIMIT 1"
    interview, answer = (json.loads(str(source.rows(query.format(name))[0][0])) for name in ("Interview", "Answer"))
    assert set(interview) == {"id", "candidate", "score", "finished_at", "updated_at"}
    assert interview["candidate"] == {"id": "C1"}
    assert answer == {"interview_id": 1, "question": "q1", "points": 3}


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind not in {"401", "expired_token"}])
def test_a_fault_in_every_list_leaves_the_same_rows(source: Pulled, vendor: Ats, kind: str) -> None:
    source.run()
    expected = source.inbox()
    source.forget_everything()
    for path in ("interviews$", "notes$", "jobs$"):
        vendor.faults.inject(kind, path, times=99 if kind in {"duplicate", "reorder"} else 1)

    report = source.run()

    assert (report.state, source.inbox()) == ("succeeded", expected)


def test_a_wrong_token_fails_and_is_said(source: Pulled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REST_TOKEN", "another-token")

    report = source.run(entities=["Interview"])

    assert (report.entities[0].state, report.entities[0].error_code) == ("failed", "unauthorized")


def test_a_second_run_asks_from_the_latest_change_and_brings_what_changed(source: Pulled, vendor: Ats) -> None:
    source.run()
    vendor.interview(3, FIRST_DAY + dt.timedelta(days=26), 99)
    vendor.seen.clear()

    second = source.run(entities=["Interview", "Note"])

    assert second.rows_new == 1
    assert [one.query.get("updated_after") for one in vendor.seen if "updated_after" in one.query] == [
        "2026-01-25T23:59:00Z",
        "2026-01-25T23:59:00Z",
    ]
    assert len(vendor.seen) == 2 + 2


def test_a_change_that_a_slow_clock_stamped_late_is_found(source: Pulled, vendor: Ats) -> None:
    """The position is what the source's own rows said, not our clock, which is months ahead here."""
    source.run(entities=["Interview"])
    vendor.interview(77, FIRST_DAY + dt.timedelta(days=25, seconds=-30), 60)

    assert source.run(entities=["Interview"]).rows_new == 3


def test_a_row_with_a_date_far_ahead_hides_nothing(source: Pulled, vendor: Ats) -> None:
    vendor.interview(78, FIRST_DAY + dt.timedelta(days=30_000), 60)
    source.run(entities=["Interview"])
    source.clock.sleep(3600)
    vendor.interview(79, source.clock.now(), 60)

    assert source.run(entities=["Interview"]).rows_new == 3


def test_rows_that_show_no_time_of_change_are_followed_by_our_clock(records: Settings, vendor: Ats, url: str) -> None:
    source = Pulled(records, "acme", content(url, Interview={**INTERVIEW, "incremental": {"lag": 600}}))
    source.run()
    source.run()

    asked = [one.query["updated_after"] for one in vendor.seen if "cursor" not in one.query]
    assert asked == ["2014-12-31T16:00:00Z", "2026-05-01T08:50:00Z"]


def test_a_code_under_http_200_is_tried_again_or_refused(source: Pulled, vendor: Ats) -> None:
    vendor.code = 503
    transient = source.run(entities=["Interview"])
    vendor.code = 9
    refused = source.run(entities=["Interview"])

    assert [one.error_code for one in (*transient.entities, *refused.entities)] == ["unavailable", "refused"]
    assert transient.entities[0].requests == 5


def test_a_span_with_an_end_is_asked_for_in_windows(records: Settings, url: str) -> None:
    source = Pulled(records, "acme", content(url, Interview=SEARCH))

    report = source.run()

    assert (report.state, report.rows_new) == ("succeeded", 25)
    assert report.entities[0].requests == 5


def test_what_is_no_longer_listed_is_marked_as_gone(source: Pulled, vendor: Ats) -> None:
    source.run()
    vendor.jobs.pop()
    del vendor.interviews[1]

    report = source.run(sweep=True)

    assert {one.entity: one.rows_gone for one in report.entities if one.rows_gone} == {"Interview": 1, "Job": 1}


def test_one_object_is_one_row(records: Settings, url: str) -> None:
    described = {"path": "v1/company", "data_selector": "company", "id": "id"}
    source = Pulled(records, "acme", content(url, Company=described))

    assert source.run().rows_new == 1


def test_rows_without_an_id_are_counted_as_rejected(records: Settings, url: str) -> None:
    source = Pulled(records, "acme", content(url, Job={**JOB, "id": "missing"}))

    report = source.run()

    assert (report.entities[0].rows_new, report.entities[0].rows_rejected) == (0, 7)


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"id": "id"}, "'path' is a required property"),
        ({"path": "v1/jobs", "id": "id", "pagination": {}}, "Additional properties are not allowed"),
        ({"path": "v1/jobs", "id": "id", "paginator": {"kind": "guess"}}, "there is no kind 'guess'"),
        ({"path": "v1/jobs", "id": "id", "parent": "Nobody"}, "parent: Nobody is not described here"),
        ({"path": "v1/{incremental.start_value}", "id": "id"}, "it uses an incremental value and describes none"),
        ({"path": "v1", "id": "id", "incremental": {"initial_value": "soon"}}, "initial_value is no date"),
    ],
)
def test_a_description_that_cannot_work_is_refused_before_anything_is_asked(
    records: Settings, url: str, vendor: Ats, described: dict[str, object], said: str
) -> None:
    with pytest.raises(Misconfigured, match=said):
        Pulled(records, "acme", content(url, Job=described)).run()
    assert vendor.seen == []


def test_a_placeholder_that_the_parents_row_does_not_fill_fails_its_entity(records: Settings, url: str) -> None:
    note = {**NOTE, "path": "v1/interviews/{parent.nothing}/notes"}
    source = Pulled(records, "acme", content(url, Interview=INTERVIEW, Note=note))

    report = source.run()

    assert {one.entity: one.error_code for one in report.entities} == {"Interview": None, "Note": "misconfigured"}
