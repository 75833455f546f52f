"""Jobs of people: who may ask, see and cancel; what a cancel, a failure and a kill leave behind."""

import datetime as dt
from importlib.resources import files

import psycopg
import pytest
import sqlalchemy as sa

from dashboards import job_desk, job_kinds, job_process, job_runner
from tests.training.company import SCIENTIST
from training.configuration import ConfigurationError
from warehouse import identity, job_rows, jobs, postgres
from warehouse.access import NOBODY, AccessDenied, Permission, Principal, Role, principal
from warehouse.job_values import BadRequest, Cancelled, JobState, TooLate, UnknownJob
from warehouse.settings import Settings

OTHER = principal("olga", [Role.DATA_SCIENTIST])
CHECKER = principal("chen", [Role.COMPLIANCE])
OWN = {
    "name": "own", "model_name": "m", "cut": {"share": 0.4}, "target": {"name": "re_interview_pass"},
    "features": [{"name": "content_logic", "source": "skill:content_logic"}],
}  # fmt: skip
PLAIN = {"configuration": "demo_job_related"}


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with the queue's tables, identities with their grants, and this process's settings."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    jobs.prepare(records)
    operator = principal("root", [Role.OPERATOR])
    identity.grant(records, operator, SCIENTIST.id, Role.DATA_SCIENTIST)
    identity.grant(records, operator, CHECKER.id, Role.COMPLIANCE)
    return records


@pytest.mark.parametrize("role", [*Role, None])
def test_only_those_who_may_train_start_a_training(home: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])

    if who.may(Permission.TRAIN):
        assert job_desk.start(home, who, "train", PLAIN)
    else:
        with pytest.raises(AccessDenied):
            job_desk.start(home, who, "train", PLAIN)


@pytest.mark.parametrize("role", [*Role, None])
def test_a_job_is_seen_by_its_asker_and_by_those_who_may_train(home: Settings, role: Role | None) -> None:
    job_desk.start(home, CHECKER, "compare", {"runs": ["a"]})
    who = NOBODY if role is None else principal("x", [role])

    assert bool(job_desk.jobs_of(home, who)) is who.may(Permission.TRAIN)
    assert job_desk.jobs_of(home, CHECKER)[0].asked_by == CHECKER.id


def test_nobody_can_ask_in_anothers_name_even_in_sql(home: Settings) -> None:
    statement = (
        "INSERT INTO app.job (job_id, kind, asked_by, arguments) VALUES (gen_random_uuid(), 'train', 'sam', '{}')"
    )

    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        postgres.unit_of_work(home, OTHER) as session,
    ):
        session.execute(sa.text(statement))


def test_nobody_can_change_what_was_asked_even_in_sql(home: Settings) -> None:
    job_desk.start(home, SCIENTIST, "train", PLAIN)

    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        postgres.unit_of_work(home, SCIENTIST) as session,
    ):
        session.execute(sa.text("UPDATE app.job SET arguments = '{}'"))


@pytest.mark.parametrize(
    ("kind", "arguments", "error"),
    [
        ("dream", {}, BadRequest),
        ("train", {}, BadRequest),
        ("train", {"configuration": "../../etc/passwd"}, BadRequest),
        ("train", {"configuration": "demo_job_related", "candidate": "x"}, BadRequest),
        ("train", {"document": {"name": "x"}}, ConfigurationError),
        ("train", {"document": {**OWN, "target": {"name": "happiness"}}}, ConfigurationError),
        ("compare", {"runs": []}, BadRequest),
        ("compare", {"runs": ["a"] * 11}, BadRequest),
        ("gate", {}, BadRequest),
        ("gate", {"run": "a", "policy": "nowhere"}, BadRequest),
    ],
    ids=str,
)
def test_bad_arguments_are_told_when_somebody_asks(
    home: Settings, kind: str, arguments: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        job_desk.start(home, SCIENTIST, kind, arguments)

    assert job_desk.jobs_of(home, SCIENTIST) == ()


def test_a_file_with_a_day_is_a_job(home: Settings) -> None:
    """The arguments are kept as JSON, which has no days."""
    plain = files("training").joinpath("configurations", "demo_after_change.yaml").read_text(encoding="utf-8")

    job_id = job_desk.start(home, SCIENTIST, "train", job_kinds.uploaded(plain))

    assert job_desk.job(home, SCIENTIST, job_id).arguments["document"]["interviewed_from"] == "2025-02-01"


def test_a_file_that_is_not_yaml_is_refused_with_the_line() -> None:
    with pytest.raises(BadRequest, match="line 2, column 6"):
        job_kinds.uploaded("name: [a\nfolds: 3\n")


def test_a_job_that_waits_is_cancelled_at_once_and_never_begins(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    assert job_desk.cancel(home, SCIENTIST, job_id) is JobState.CANCELLED

    assert job_process.perform(home, job_id) is None
    assert job_desk.job(home, SCIENTIST, job_id).started_at is None


def test_somebody_else_who_may_train_may_cancel_and_is_named(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    job_desk.cancel(home, OTHER, job_id)

    assert job_desk.job(home, SCIENTIST, job_id).cancelled_by == OTHER.id


@pytest.mark.parametrize("who", [CHECKER, NOBODY], ids=lambda one: one.id or "nobody")
def test_a_job_that_one_may_not_see_cannot_be_cancelled(home: Settings, who: Principal) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    with pytest.raises(UnknownJob):
        job_desk.cancel(home, who, job_id)

    assert job_desk.job(home, SCIENTIST, job_id).state is JobState.QUEUED


def test_cancelling_twice_changes_nothing_and_an_ended_job_is_too_late(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)
    job_process.perform(home, job_id)
    second = job_desk.start(home, SCIENTIST, "train", PLAIN)
    job_desk.cancel(home, SCIENTIST, second)

    assert job_desk.cancel(home, SCIENTIST, second) is JobState.CANCELLED
    with pytest.raises(TooLate):
        job_desk.cancel(home, SCIENTIST, job_id)


def test_a_failure_is_a_sentence_that_says_what_to_do(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    state = job_process.perform(home, job_id)

    assert state is JobState.FAILED
    assert "hiregate refresh" in (job_desk.job(home, SCIENTIST, job_id).error or "")


def test_rights_that_were_taken_away_meanwhile_stop_the_job(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)
    identity.revoke(home, principal("root", [Role.OPERATOR]), SCIENTIST.id, Role.DATA_SCIENTIST)

    job_process.perform(home, job_id)

    found = job_desk.job(home, SCIENTIST, job_id)
    assert found.state is JobState.FAILED
    assert found.error == "sam lacks the permission train"


def test_a_job_whose_process_died_is_failed_as_soon_as_somebody_looks(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)
    job_rows.claim(home, SCIENTIST, job_id)

    found = job_desk.jobs_of(home, SCIENTIST)[0]

    assert found.state is JobState.FAILED
    assert found.error == job_rows.DIED


def test_a_job_whose_process_lives_goes_on(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    with job_rows.held(home, job_id):
        job_rows.claim(home, SCIENTIST, job_id)
        assert job_desk.jobs_of(home, SCIENTIST)[0].state is JobState.RUNNING


def test_a_step_of_a_cancelled_job_ends_it(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    with job_rows.held(home, job_id):
        job_rows.claim(home, SCIENTIST, job_id)
        assert job_desk.cancel(home, SCIENTIST, job_id) is JobState.CANCELLING
        with pytest.raises(Cancelled):
            job_rows.tell(home, SCIENTIST, job_id, step=2, steps=3, line="next", is_storing=False)


def test_what_is_being_stored_can_no_longer_be_cancelled(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    with job_rows.held(home, job_id):
        job_rows.claim(home, SCIENTIST, job_id)
        job_rows.tell(home, SCIENTIST, job_id, step=3, steps=3, line="storing", is_storing=True)
        with pytest.raises(TooLate, match="storing"):
            job_desk.cancel(home, SCIENTIST, job_id)


def test_the_log_keeps_its_newest_lines(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_rows, "MOST_LINES", 3)
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)

    with job_rows.held(home, job_id):
        job_rows.claim(home, SCIENTIST, job_id)
        for step in range(1, 6):
            job_rows.tell(home, SCIENTIST, job_id, step=step, steps=5, line=f"step {step}", is_storing=False)
        found = job_desk.job(home, SCIENTIST, job_id)

    assert [line.text for line in found.log] == ["step 3", "step 4", "step 5"]
    assert found.share == 1.0


def test_a_job_that_the_queue_lost_is_brought_back(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "LOST_S", 0.0)
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)
    with psycopg.connect(postgres.address(home), options="-c search_path=jobs") as connection:
        connection.execute("DELETE FROM procrastinate_jobs")

    job_runner.watch_jobs(0)

    with psycopg.connect(postgres.address(home)) as connection:
        waiting = connection.execute("SELECT args FROM jobs.procrastinate_jobs").fetchall()
    assert waiting == [({"job_id": str(job_id)},)]


def test_ended_jobs_go_after_their_days_and_open_ones_never(home: Settings) -> None:
    kept, gone, open_ = (job_desk.start(home, SCIENTIST, "train", PLAIN) for _ in range(3))
    now = dt.datetime.now(dt.UTC)
    with postgres.engine(home).begin() as connection:
        for job_id, days in ((kept, 89), (gone, 91)):
            job_rows.claim(home, SCIENTIST, job_id)
            job_rows.end(home, SCIENTIST, job_id, JobState.DONE)
            ended = {"job": job_id, "at": now - dt.timedelta(days=days)}
            connection.execute(sa.text("UPDATE app.job SET finished_at = :at WHERE job_id = :job"), ended)
        connection.execute(
            sa.text("UPDATE app.job SET asked_at = :at WHERE job_id = :job"),
            {"job": open_, "at": now - dt.timedelta(days=400)},
        )

    count = job_rows.forget(home, now)

    assert count == 1
    assert {line.job_id for line in job_desk.jobs_of(home, SCIENTIST)} == {kept, open_}


def test_nobody_takes_away_a_job_of_today_even_in_sql(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", PLAIN)
    job_rows.claim(home, SCIENTIST, job_id)
    job_rows.end(home, SCIENTIST, job_id, JobState.DONE)

    with postgres.unit_of_work(home, SCIENTIST) as session:
        session.execute(sa.text("DELETE FROM app.job"))

    assert job_desk.jobs_of(home, SCIENTIST)[0].job_id == job_id
