"""The client against a real server that fails on purpose; the clock jumps, so that no test waits."""

import logging
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.standin import StandIn, running
from warehouse.sync import secrets
from warehouse.sync.kit import errors, traffic
from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.auth import auth_from
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import JumpingClock

PERSON = "li.wei@example.com"


class Vendor:
    """A stand-in with rows that can be added, and a client that asks it."""

    def __init__(self) -> None:
        self.stand_in = StandIn("vendor")
        self.rows: list[str] = []
        self.clock = JumpingClock()
        self.stand_in.route("GET", "/rows", "A")(lambda _: JSONResponse({"rows": self.rows}))
        self.stand_in.route("POST", "/rows", "A")(self._add)
        self.stand_in.route("GET", "/codes/{code}", "A")(lambda r: JSONResponse({"code": _code(r)}))
        self.stand_in.route("GET", "/large", "A")(lambda _: Response(b"x" * 2_000))

    def _add(self, request: Request) -> Response:
        self.rows.append(request.query_params["id"])
        return JSONResponse({"added": True}, 201)

    def client(self, url: str, **options: object) -> Client:
        given = {"timeout_s": 0.5, "clock": self.clock, **options}
        return Client(source="acme", base_url=url, **given)


def _code(request: Request) -> object:
    text = request.path_params["code"]
    return int(text[1:]) if text.startswith("n") else text


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def url(vendor: Vendor) -> Iterator[str]:
    with running(vendor.stand_in) as address:
        yield address


@pytest.mark.parametrize("kind", ["429", "500", "502", "503", "timeout_after_commit"])
def test_a_read_is_tried_again(vendor: Vendor, url: str, kind: str) -> None:
    vendor.stand_in.faults.inject(kind, times=2)

    with traffic.counting() as counted:
        answer = vendor.client(url).get("rows")

    assert answer.json() == {"rows": []}
    assert (counted.requests, counted.retries) == (3, 2)


@pytest.mark.parametrize(
    ("status", "left", "longest_wait_s"), [(503, "4000", 1.0), (429, "4000", 301.0), (503, "0", 301.0)]
)
def test_the_limit_s_reset_is_waited_for_only_where_the_limit_is_reached(
    vendor: Vendor, status: int, left: str, longest_wait_s: float
) -> None:
    """Many systems send the reset with every answer; a server that fails for a moment is not left alone for it."""
    headers = {"X-RateLimit-Reset": "300", "X-RateLimit-Remaining": left}
    answers = [JSONResponse({}, status, headers=headers), JSONResponse({"rows": []})]
    vendor.stand_in.route("GET", "/limited", "A")(lambda _: answers.pop(0))

    with running(vendor.stand_in) as url:
        vendor.client(url).get("limited")

    assert longest_wait_s - 1.0 <= sum(vendor.clock.slept) <= longest_wait_s


def test_attempts_end(vendor: Vendor, url: str) -> None:
    vendor.stand_in.faults.inject("500", times=9)

    with pytest.raises(errors.Unavailable, match="acme: GET /rows: 500 unavailable"):
        vendor.client(url).get("rows")
    assert len(vendor.stand_in.seen) == 5


def test_waits_double_with_jitter_between_half_and_whole(vendor: Vendor, url: str) -> None:
    vendor.stand_in.faults.inject("500", times=3)

    vendor.client(url).get("rows")

    assert vendor.clock.slept == [0.375, 0.75, 1.5]


@pytest.mark.parametrize("text", ["7", "Thu, 01 Jan 2026 00:00:07 GMT", "1767225607"])
def test_retry_after_is_kept_as_seconds_as_a_date_and_as_a_unix_time(vendor: Vendor, url: str, text: str) -> None:
    vendor.stand_in.faults.inject("429", retry_after=text)

    vendor.client(url).get("rows")

    assert 7.0 <= vendor.clock.slept[0] <= 8.0


def test_a_wait_that_is_too_long_ends_the_run(vendor: Vendor, url: str) -> None:
    vendor.stand_in.faults.inject("429", retry_after="86400")

    with pytest.raises(errors.RateLimited) as raised:
        vendor.client(url).get("rows")
    assert raised.value.retry_after_s == 86_400
    assert vendor.clock.slept == []


def test_an_insert_is_not_repeated_after_a_time_out(vendor: Vendor, url: str) -> None:
    vendor.stand_in.faults.inject("timeout_after_commit")

    with pytest.raises(errors.TimedOut) as raised:
        vendor.client(url).request("POST", "rows", params={"id": "1"})
    assert raised.value.is_ambiguous
    assert vendor.rows == ["1"]


def test_an_insert_is_looked_for_before_it_is_repeated(vendor: Vendor, url: str) -> None:
    """The first attempt took effect without an answer; the second must not happen."""
    client = vendor.client(url)
    vendor.stand_in.faults.inject("timeout_after_commit", times=1)

    def already_done() -> Answer | None:
        answer = client.get("rows")
        return answer if "1" in answer.json()["rows"] else None

    client.request("POST", "rows", params={"id": "1"}, already_done=already_done)

    assert vendor.rows == ["1"]


def test_an_insert_that_is_not_there_is_repeated(vendor: Vendor, url: str) -> None:
    client = vendor.client(url)
    vendor.stand_in.faults.inject("500")

    client.request("POST", "rows", params={"id": "1"}, already_done=lambda: None)

    assert vendor.rows == ["1"]


def test_an_insert_is_repeated_after_429(vendor: Vendor, url: str) -> None:
    """Too many requests means that nothing was done."""
    vendor.stand_in.faults.inject("429")

    vendor.client(url).request("POST", "rows", params={"id": "1"})

    assert vendor.rows == ["1"]


@pytest.mark.parametrize("code", ["200", "n200", "0", "n0"])
def test_the_body_may_say_success_as_number_or_text(vendor: Vendor, url: str, code: str) -> None:
    answer = vendor.client(url, success=Success(path="code", values=(0, "200"))).get(f"codes/{code}")

    assert answer.status == 200


def test_a_body_that_says_failure_is_one(vendor: Vendor, url: str) -> None:
    client = vendor.client(url, success=Success(path="code", values=(200,), transient=(500,)))

    with pytest.raises(errors.Refused, match="the body says 417") as raised:
        client.get("codes/417")
    assert raised.value.vendor_code == "417"
    with pytest.raises(errors.Unavailable):
        client.get("codes/500")
    assert len(vendor.stand_in.seen) == 1 + 5


def test_the_size_of_an_answer_is_bounded(vendor: Vendor, url: str) -> None:
    with pytest.raises(errors.TooLarge, match="larger than 1000 bytes"):
        vendor.client(url, largest_bytes=1_000).get("large")


def test_no_other_host_is_called(vendor: Vendor, url: str) -> None:
    with pytest.raises(errors.ConnectorError, match="another host"):
        vendor.client(url).get("https://example.com/rows")


@pytest.mark.parametrize("address", ["http://example.com", "https://u:p@example.com", "ftp://127.0.0.1", "https://"])
def test_only_safe_addresses_are_called(address: str) -> None:
    with pytest.raises(errors.Misconfigured):
        Client(source="acme", base_url=address)


def test_the_text_of_a_refusal_is_kept_without_secrets_and_people(
    vendor: Vendor, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_TOKEN", "s3cr3t-token")
    said = {"message": f"token s3cr3t-token of {PERSON} lacks the scope jobs.read"}
    vendor.stand_in.error = lambda status: JSONResponse(said, status)
    vendor.stand_in.faults.inject("403")
    auth = auth_from({"kind": "bearer", "token": "env:ACME_TOKEN"})

    with pytest.raises(errors.Forbidden, match=r"lacks the scope jobs\.read") as raised:
        vendor.client(url, auth=auth).get("rows")
    assert "s3cr3t" not in str(raised.value)
    assert PERSON not in str(raised.value)


def test_logs_hold_no_query_no_body_and_no_secret(
    vendor: Vendor, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ACME_TOKEN", "s3cr3t-token")
    caplog.set_level(logging.DEBUG)
    client = vendor.client(url, auth=auth_from({"kind": "bearer", "token": "env:ACME_TOKEN"}))

    client.request("POST", "rows", params={"id": PERSON}, json={"name": "Li Wei"})

    text = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("h", "w")))
    assert "acme: POST /rows: 201" in text
    assert not any(word in text for word in (PERSON, "li.wei", "Li Wei", "s3cr3t"))


def test_a_secret_that_was_read_is_taken_out_of_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_TOKEN", "s3cr3t/token")

    secrets.secret("env:ACME_TOKEN")

    assert secrets.hide("a s3cr3t/token b s3cr3t%2Ftoken") == "a [secret] b [secret]"
