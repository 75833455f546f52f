"""Source files: what they may say, what they may not hold, and that one broken file stops one source."""

import json
import os
from pathlib import Path

import pytest

from tests.warehouse.sync.lists import with_source
from warehouse import settings as all_settings
from warehouse.settings import Settings
from warehouse.sync import sources
from warehouse.sync.sources import SourceInvalid, UnknownSource, Verification, broken_sources, source

FULL = """source: acme
connector: greenhouse
description: Acme's applicants.
mapping: own/acme.yaml
timezone: America/New_York
owner: hr_integration
freshness_minutes: {Application: 60, "*": 1440}
webhook: {scheme: greenhouse, secrets: ["env:NEW", "file:/run/old"], entity: action, max_bytes: 1000}
pull: {base_url: "https://harvest.example.com/v3", auth: {kind: bearer, token: "env:T"}, every_minutes: 60}
push: {mode: live}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_a_file_says_all_that_there_is_to_a_source(settings: Settings) -> None:
    found = source(with_source(settings, FULL), "acme")

    assert (found.timezone, found.owner, found.every_minutes) == ("America/New_York", "hr_integration", 60)
    assert found.mapping == str(settings.home / "sources" / "own" / "acme.yaml")
    assert found.webhook is not None
    assert (found.webhook.secrets, found.webhook.tolerance_seconds) == (("env:NEW", "file:/run/old"), 300)
    assert (found.freshness_of("Application"), found.freshness_of("Job"), found.freshness_of()) == (60, 1440, 1440)


def test_a_changed_file_is_read_again(settings: Settings) -> None:
    with_source(settings, FULL)
    source(settings, "acme")
    with_source(settings, FULL.replace("hr_integration", "somebody_else"))

    assert source(settings, "acme").owner == "somebody_else"


def test_plain_interviews_need_no_file(settings: Settings) -> None:
    found = source(settings, "plain_interviews")

    assert (found.connector, found.mapping, found.webhook) == ("webhook", "plain_interviews", None)


def test_a_file_takes_the_place_of_a_built_in_source(settings: Settings) -> None:
    with_source(settings, "source: plain_interviews\nconnector: webhook\nowner: kim\n")

    assert source(settings, "plain_interviews").owner == "kim"


@pytest.mark.parametrize("name", ["nobody", "../acme", "ACME", "a" * 64, ""])
def test_a_source_that_is_not_there_is_unknown(settings: Settings, name: str) -> None:
    with pytest.raises(UnknownSource):
        source(with_source(settings, FULL), name)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ('secrets: ["hunter2-hunter2"]', "secrets"),
        ("secrets: [env:NEW, hunter2-hunter2]", "secrets"),
        ("x", "webhook"),
    ],
)
def test_a_webhooks_secret_is_never_in_the_file(settings: Settings, given: str, named: str) -> None:
    with_source(settings, f"source: acme\nconnector: webhook\nwebhook: {{scheme: static_token, {given}}}\n")

    with pytest.raises(SourceInvalid, match=named) as raised:
        source(settings, "acme")
    assert "hunter" not in str(raised.value)


@pytest.mark.parametrize(
    "auth",
    [
        "{kind: basic, user: kim, password: hunter2-hunter2}",
        "{kind: basic, user: hunter2-hunter2}",
        "{kind: bearer, token: hunter2-hunter2}",
        "{kind: header, header: APIKey, value: hunter2-hunter2}",
        "{kind: oauth2_client_credentials, token_url: /t, client_id: a, client_secret: hunter2-hunter2}",
        "{kind: saml_bearer, token_url: /t, client_id: a, company_id: b, user: c, private_key: hunter2-hunter2}",
        "{kind: oauth2_client_credentials, token_url: t, client_id: a, client_secret: 'env:A', extra: {token: hunter}}",
    ],
)
def test_no_kind_of_auth_takes_a_secret_itself(settings: Settings, auth: str) -> None:
    with_source(settings, f"source: acme\nconnector: rest\npull: {{base_url: 'https://x.example', auth: {auth}}}\n")

    with pytest.raises(SourceInvalid) as raised:
        source(settings, "acme")
    assert "hunter" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("source: acme\nconnector: fax\n", "connector"),
        ("source: acme\n", "'connector' is a required property"),
        ("source: acme\nconnector: rest\ntimezone: Mars/Base\n", "no zone 'Mars/Base'"),
        ("source: acme\nconnector: rest\nprofile: unheard_of\n", "profile 'unheard_of' does not ship"),
        ("source: acme\nconnector: rest\npull: {base_url: 'https://u:p@x.example'}\n", "base_url"),
        ("source: acme\nconnector: rest\nsourcery: 1\n", "sourcery"),
        ("source: acme\nconnector: webhook\nwebhook: {scheme: standard_webhooks}\n", "secrets"),
        ("source: acme\nconnector: [\n", "not readable as YAML"),
    ],
)
def test_a_broken_file_says_where_it_breaks(settings: Settings, content: str, reason: str) -> None:
    with_source(settings, content)

    with pytest.raises(SourceInvalid, match=reason):
        source(settings, "acme")


def test_a_file_is_named_like_its_source(settings: Settings) -> None:
    folder = with_source(settings, FULL).sources
    (folder / "beta.yaml").write_text(FULL, encoding="utf-8")

    with pytest.raises(SourceInvalid, match=r"name the file acme\.yaml"):
        source(settings, "beta")


def test_one_broken_file_stops_one_source(settings: Settings) -> None:
    with_source(settings, FULL)
    with_source(settings, "source: beta\nconnector: fax\n")

    assert list(sources.sources(settings)) == ["acme"]
    assert list(broken_sources(settings)) == ["beta"]


def test_how_sure_a_wire_format_is_follows_the_connector_unless_it_is_said(settings: Settings) -> None:
    with_source(settings, "source: rest_one\nconnector: rest\n")
    with_source(settings, "source: sure_one\nconnector: rest\nverification: documented\n")

    assert source(settings, "rest_one").verification is Verification.UNVERIFIED
    assert source(settings, "sure_one").verification is Verification.DOCUMENTED


def test_every_shipped_profile_makes_a_source(settings: Settings) -> None:
    for name in sources.profile_names():
        with_source(settings, f"source: {name.replace('-', '_')}\nprofile: {name}\n" + _secrets(sources.profile(name)))

    assert broken_sources(settings) == {}


def _secrets(profile: dict[str, object]) -> str:
    """A webhook needs the place of its secret, which no profile can know."""
    webhook = profile.get("webhook")
    return "webhook: {secrets: ['env:A']}\n" if isinstance(webhook, dict) and "secrets" not in webhook else ""


def test_the_folder_of_sources_is_a_setting() -> None:
    found = all_settings.load({"HIREGATE_HOME": "/tmp/x", "HIREGATE_SOURCES": "/etc/hiregate/sources"})  # noqa: S108

    assert found.sources == Path("/etc/hiregate/sources")
    assert all_settings.load({"HIREGATE_HOME": "/tmp/x"}).sources == Path("/tmp/x/sources")  # noqa: S108


def test_the_schema_describes_every_field() -> None:
    schema = json.loads((Path(sources.__file__).parent / "source.schema.json").read_text(encoding="utf-8"))

    parts = [schema["properties"], *(schema["$defs"][name]["properties"] for name in ("webhook", "pull", "push"))]
    assert all("description" in field for part in parts for field in part.values() if "$ref" not in field)


def test_a_directory_in_place_of_a_file_is_said(settings: Settings) -> None:
    os.makedirs(settings.sources / "acme.yaml")  # noqa: PTH103

    with pytest.raises(SourceInvalid, match="cannot be read"):
        source(settings, "acme")
