"""Whatever the OpenAPI document allows, and what it forbids, is answered without a server error.

`schemathesis` makes the requests from the document; they travel through a real server. The number of examples is small
enough for every run of the tests.
"""

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from models.api import create
from tests.models import served
from tests.models.served import OPERATOR
from tests.models.webhook_sender import source
from warehouse import api_keys, identity
from warehouse.access import Role
from warehouse.settings import Settings

EXAMPLES = 10
BOUNDED = hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@contextlib.contextmanager
def _running(settings: Settings) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create(settings), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def api(records: Settings) -> Iterator[tuple[str, dict[str, str]]]:
    """An API with a promoted model and a source that anyone may use: its address, and a key that may ask for all."""
    served.promote(records)
    source(records, "open", scheme="none", secrets=[])
    key = api_keys.create(records, OPERATOR, "fuzzer")
    for role in (Role.HR_LEADER, Role.INTERVIEW_SOURCE):
        identity.grant(records, OPERATOR, "system:fuzzer", role)
    with _running(records) as url:
        yield url, {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_made_from_the_document_meets_a_server_error(
    api: tuple[str, dict[str, str]], mode: GenerationMode
) -> None:
    url, headers = api
    document = schemathesis.openapi.from_url(f"{url}/openapi.json")

    found = [fault for one in document.get_all_operations() for fault in _faults(one.ok(), url, headers, mode)]

    assert found == []


def _faults(operation: APIOperation, url: str, headers: dict[str, str], mode: GenerationMode) -> list[str]:
    """The server errors that this operation gave, each as the command that repeats it."""
    faults: list[str] = []

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        if "source" in case.path_parameters:
            case.path_parameters["source"] = "open"  # a name made up would never get past the gate
        answer = case.call(base_url=url, headers=headers)
        if answer.status_code >= 500:
            faults.append(f"{answer.status_code} {case.as_curl_command()} {answer.text[:200]}")

    with contextlib.suppress(Unsatisfiable):  # nothing about an operation without any parameter can be wrong
        send()
    return faults
