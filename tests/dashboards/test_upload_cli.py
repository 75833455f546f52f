"""`hiregate sync upload`: what an operator sees of an upload to LinkedIn."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from tests.builders import build
from tests.standins import linkedin
from tests.standins.linkedin import LinkedIn
from tests.standins.standin import running
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings

SOURCE = """
source: acme_li
connector: linkedin
push:
  mode: {mode}
  base_url: {url}
  organization: urn:li:organization:2414183
  records_of: built
  auth:
    kind: oauth2_client_credentials
    token_url: {url}/oauth/v2/accessToken
    client_id: child-app
    client_secret: env:LI_SECRET
"""


class Home:
    """A home with one applicant and a LinkedIn source."""

    def __init__(self, settings: Settings, server: LinkedIn, url: str) -> None:
        self.settings, self.server, self.url = settings, server, url
        (settings.home / "sources").mkdir(parents=True, exist_ok=True)
        self.write("live")

    def write(self, mode: str) -> None:
        text = SOURCE.format(mode=mode, url=self.url)
        (self.settings.home / "sources" / "acme_li.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The environment points at it; ivan administers the integrations."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    monkeypatch.setenv("LI_SECRET", linkedin.SECRET)
    operator = Principal(id="op", roles=frozenset({Role.OPERATOR}))
    identity.grant(records, operator, "ivan", Role.INTEGRATION_ADMIN)
    build(
        records,
        lambda make: make.application(
            make.requisition(make.department(), title="Engineer"),
            make.candidate(full_name="Ada Lovelace"),
            applied_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=30),
        ),
    )
    server = linkedin.create()
    with running(server) as url:
        yield Home(records, server, url)


def test_an_upload_tells_what_was_taken(home: Home) -> None:
    result = CliRunner().invoke(app, ["sync", "upload", "acme_li", "--as", "ivan"], catch_exceptions=False)

    assert (result.exit_code, len(home.server.candidates)) == (0, 1)
    assert "atsCandidates: 1 to send, 1 taken, refused: none" in result.output
    assert "Lovelace" not in result.output


def test_a_refused_record_is_exit_1_and_in_the_json(home: Home) -> None:
    home.server.faults.inject("403", path="atsApplications")

    result = CliRunner().invoke(app, ["sync", "upload", "acme_li", "--json", "--as", "ivan"], catch_exceptions=False)

    [candidates, applications] = json.loads(result.stdout)
    assert (result.exit_code, candidates["taken"], applications["error_code"]) == (1, 1, "forbidden")


def test_a_source_that_is_not_live_sends_nothing(home: Home) -> None:
    home.write("dry_run")

    result = CliRunner().invoke(app, ["sync", "upload", "acme_li", "--as", "ivan"], catch_exceptions=False)

    assert "dry run, nothing was sent" in result.output
    assert home.server.seen == []
