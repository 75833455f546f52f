"""How SuccessFactors is read: snapshots, cursors, slices of time, what a tenant does not have, and what it costs."""

import datetime as dt
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.standins.standin import running
from tests.standins.successfactors import CLIENT, COMPANY, PASSWORD, SuccessFactors
from tests.standins.successfactors_contract import source_of
from tests.standins.successfactors_rows import Tenant
from tests.standins.successfactors_tenant import employee, human_interview, job_slice, small_tenant
from warehouse.sync.connectors.successfactors.pull import SuccessFactors as Reader
from warehouse.sync.connectors.successfactors.pull import connector
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import Expired, NotLicensed, Unauthorized
from warehouse.sync.kit.records import Page, Position, Record
from warehouse.sync.kit.traffic import counting

LATER = dt.datetime(2025, 9, 1, 8, 0, tzinfo=dt.UTC)
START = dt.datetime(2025, 3, 3)  # noqa: DTZ001 - a date


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SF_PASSWORD", PASSWORD)


@pytest.fixture
def tenant() -> Iterator[SuccessFactors]:
    """A server whose address is in `url`."""
    made = SuccessFactors(small_tenant(candidates=12, requisitions=4))
    with running(made) as url:
        made.url = url
        yield made


def reader(tenant: SuccessFactors, **pull: object) -> Reader:
    return connector(source_of(tenant.url, pull), clock=JumpingClock(start=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)))


def of(pages: list[Page], entity: str) -> list[Record]:
    return [record for page in pages for record in page.records if record.entity == entity]


def last(pages: list[Page]) -> Position:
    return [page.position for page in pages if page.position is not None][-1]


def many_candidates(count: int) -> Tenant:
    tenant = small_tenant(candidates=1, requisitions=1)
    first = tenant.rows["Candidate"][0]
    tenant.rows["Candidate"] = [
        {**first, "candidateId": n, "lastModifiedDateTime": first["lastModifiedDateTime"] + dt.timedelta(seconds=n)}
        for n in range(1, count + 1)
    ]
    return tenant


def test_2500_rows_over_three_pages_with_an_edit_in_between_lose_nothing(tenant: SuccessFactors) -> None:
    """The edited row keeps its place in the snapshot, and its edit comes with the next pull."""
    tenant.tenant = many_candidates(2_500)
    read = reader(tenant, page_size=1_000)
    pages = read.pull("Candidate", None)
    first = [next(pages)]
    tenant.tenant.one("Candidate", candidateId=2_400).update(firstName="Edited", lastModifiedDateTime=LATER)
    tenant.tenant.rows["Candidate"].remove(tenant.tenant.one("Candidate", candidateId=1))

    found = first + list(pages)
    after = list(read.pull("Candidate", last(found)))

    assert [len(page.records) for page in found] == [1_000, 1_000, 500]
    assert {record.id for record in of(found, "Candidate")} == {str(n) for n in range(1, 2_501)}
    assert "Edited" in {record.body["firstName"] for record in of(after, "Candidate")}


def test_a_refused_snapshot_begins_the_sweep_again(tenant: SuccessFactors) -> None:
    tenant.tenant = many_candidates(250)
    pages = reader(tenant, page_size=100).pull("Candidate", None)
    found = [next(pages)]
    tenant.snapshots.expire()

    found += list(pages)

    assert {record.id for record in of(found, "Candidate")} == {str(n) for n in range(1, 251)}


def test_a_snapshot_that_is_refused_again_and_again_ends_as_expired(tenant: SuccessFactors) -> None:
    tenant.tenant = many_candidates(250)
    tenant.snapshots.life_s = -1

    with pytest.raises(Expired):
        list(reader(tenant, page_size=100).pull("Candidate", None))


def test_a_stopped_pull_goes_on_with_the_next_page(tenant: SuccessFactors) -> None:
    tenant.tenant = many_candidates(250)
    first = next(reader(tenant, page_size=100).pull("Candidate", None))

    rest = list(reader(tenant, page_size=100).pull("Candidate", first.position))

    assert [len(page.records) for page in rest] == [100, 50]
    assert set(last(rest)) == {"since"}


def test_one_percent_of_changed_rows_costs_a_page_and_not_the_whole(tenant: SuccessFactors) -> None:
    tenant.tenant = many_candidates(1_000)
    read = reader(tenant, page_size=100)
    position = last(list(read.pull("Candidate", None)))
    for number in range(1, 11):
        tenant.tenant.one("Candidate", candidateId=number).update(lastModifiedDateTime=LATER)

    with counting() as traffic:
        changed = of(list(read.pull("Candidate", position)), "Candidate")

    assert {record.id for record in changed} >= {str(n) for n in range(1, 11)}
    assert traffic.requests <= 4


def test_a_server_clock_that_ran_ahead_hides_no_later_change(tenant: SuccessFactors) -> None:
    tenant.tenant.one("Candidate", candidateId=1).update(lastModifiedDateTime=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    read = reader(tenant)
    position = last(list(read.pull("Candidate", None)))
    now = dt.datetime(2026, 2, 1, 0, 5, tzinfo=dt.UTC)
    tenant.tenant.one("Candidate", candidateId=2).update(lastModifiedDateTime=now)

    found = of(list(read.pull("Candidate", position)), "Candidate")

    assert "2" in {record.id for record in found}


def test_interviews_past_the_first_thousand_are_read(tenant: SuccessFactors) -> None:
    """Without application ids the system looks at its first thousand rows only."""
    application = tenant.tenant.rows["JobApplication"][0]
    for _ in range(1_100):
        human_interview(tenant.tenant, application, None, LATER)

    found = of(list(reader(tenant).pull("JobApplicationInterview", None)), "JobApplicationInterview")

    assert len(found) == len(tenant.tenant.rows["JobApplicationInterview"])


def test_history_of_jobs_is_read_and_todays_slice_is_marked(tenant: SuccessFactors) -> None:
    employee(tenant.tenant, "u1", START, LATER)
    job_slice(tenant.tenant, "u1", START + dt.timedelta(days=100), LATER, department="D_SALES")

    found = [
        record for record in of(list(reader(tenant).pull("EmpJob", None)), "EmpJob") if record.body["userId"] == "u1"
    ]

    assert [(one.body["department"], one.body["isCurrent"]) for one in found] == [("D_IT", False), ("D_SALES", True)]


def test_an_edit_of_a_past_slice_arrives_although_todays_is_unchanged(tenant: SuccessFactors) -> None:
    employee(tenant.tenant, "u1", START, LATER - dt.timedelta(days=30))
    job_slice(tenant.tenant, "u1", START + dt.timedelta(days=100), LATER - dt.timedelta(days=30), department="D_SALES")
    read = reader(tenant)
    position = last(list(read.pull("EmpJob", None)))
    past = next(row for row in tenant.tenant.rows["EmpJob"] if row["userId"] == "u1")
    past.update(jobTitle="Corrected", lastModifiedDateTime=LATER)

    found = of(list(read.pull("EmpJob", position)), "EmpJob")

    assert (past["userId"], "Corrected") in {(record.body["userId"], record.body["jobTitle"]) for record in found}


def test_a_slice_that_begins_is_brought_again_as_current(tenant: SuccessFactors) -> None:
    """A transfer that was entered for later changes nothing on its day but the day."""
    employee(tenant.tenant, "u1", START, LATER)
    job_slice(tenant.tenant, "u1", dt.datetime(2026, 2, 3), LATER, department="D_SALES")  # noqa: DTZ001 - a date
    position = last(list(reader(tenant).pull("EmpJob", None)))
    read = connector(source_of(tenant.url), clock=JumpingClock(start=dt.datetime(2026, 2, 4, tzinfo=dt.UTC)))

    found = [record for record in of(list(read.pull("EmpJob", position)), "EmpJob") if record.body["userId"] == "u1"]

    assert {(one.body["department"], one.body["isCurrent"]) for one in found} == {("D_IT", False), ("D_SALES", True)}


def test_a_set_without_licence_is_unavailable_and_the_rest_is_read(tenant: SuccessFactors) -> None:
    tenant.unlicensed |= {"JobOffer", "FormHeader"}
    tenant.forbidden = frozenset({"EmpPayCompRecurring"})
    read = reader(tenant)

    names = {entity.name for entity in read.entities()}

    assert read.unavailable() == {
        "JobOffer": "not_licensed",
        "FormHeader": "not_licensed",
        "EmpPayCompRecurring": "forbidden",
    }
    assert names >= {"Candidate", "JobApplication", "EmpEmployment"}
    assert of(list(read.pull("JobApplication", None)), "JobApplication")


def test_an_unavailable_set_cannot_be_pulled(tenant: SuccessFactors) -> None:
    tenant.unlicensed |= {"JobOffer"}

    with pytest.raises(NotLicensed, match="JobOffer"):
        list(reader(tenant).pull("JobOffer", None))


def test_the_source_file_says_what_is_left_out(tenant: SuccessFactors) -> None:
    read = reader(tenant, entities={"JobOffer": False, "Candidate": {"leave_out": ["homePhone"]}}, demographics=False)

    found = list(read.pull("Candidate", None)) + list(read.pull("JobApplication", None))

    assert read.unavailable() == {"JobOffer": "left_out"}
    assert all("homePhone" not in record.body for record in of(found, "Candidate"))
    assert of(found, "JobApplicationDemographics") == []


def test_unrated_and_unfinished_reviews_are_no_judgements(tenant: SuccessFactors) -> None:
    for form in tenant.tenant.rows["FormHeader"][1:]:
        form.update(isRated=False)
    tenant.tenant.rows["FormHeader"][0].update(formDataStatus=1)

    assert of(list(reader(tenant).pull("FormHeader", None)), "FormHeader") == []


def test_pay_in_an_unknown_rhythm_has_no_annual_amount(tenant: SuccessFactors) -> None:
    tenant.tenant.rows["EmpPayCompRecurring"][0].update(frequency="LUNAR")

    found = of(list(reader(tenant).pull("EmpPayCompRecurring", None)), "EmpPayCompRecurring")

    assert found[0].body["annualBase"] is None


def test_a_wrong_password_is_told_with_the_systems_own_words(
    tenant: SuccessFactors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_SF_PASSWORD", "expired-password")

    with pytest.raises(Unauthorized, match="valid username and password") as error:
        reader(tenant).entities()

    assert "expired-password" not in str(error.value)


def test_a_signed_assertion_gets_a_token_and_an_expired_one_is_renewed(
    tenant: SuccessFactors, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = key_pair()
    tenant.certificate = certificate
    monkeypatch.setenv("ACME_SF_KEY", key)
    auth = {
        "kind": "saml_bearer",
        "token_url": "/oauth/token",
        "client_id": CLIENT,
        "company_id": COMPANY,
        "user": "api",
        "private_key": "env:ACME_SF_KEY",
    }
    read = connector(source_of(tenant.url, {"auth": auth}))
    tenant.faults.inject("expired_token", path="Candidate$")

    found = of(list(read.pull("Candidate", None)), "Candidate")

    assert len(found) == 12
    assert [one.path for one in tenant.seen].count("/oauth/token") == 2


def key_pair() -> tuple[str, str]:
    """A private key and its certificate as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hiregate")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), made.public_bytes(pem).decode()
