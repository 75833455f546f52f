"""The page on connectors says what the code, the stand-ins and the source files' schema say."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from dashboards.connectors_reference import reference
from tests.standins.standin import StandIn
from warehouse.sync.connectors import beisen, ihr360, registry
from warehouse.sync.connectors.certainty import LABELS, WAYS, described
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.sources import Verification, checked, profile, profile_names

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {one.name: one for one in described()}
STAND_INS = ("beisen", "greenhouse", "ihr360", "linkedin", "newrelic", "successfactors")
EXAMPLES = sorted(name for name, one in BY_NAME.items() if one.example)


def test_the_page_is_what_the_code_generates() -> None:
    """`.venv/bin/python -m dashboards.connectors_reference > docs/connectors.md` brings it up to date."""
    assert (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8") == reference()


def test_every_connector_of_a_source_file_is_described() -> None:
    assert {*registry.CONNECTORS, *registry.PUSHERS, "webhook"} == set(BY_NAME)


def stand_in(name: str) -> StandIn:
    made: StandIn = import_module(f"tests.standins.{name}").create()
    return made


@pytest.mark.parametrize("name", STAND_INS)
def test_every_route_of_a_stand_in_is_on_the_page_with_its_label(name: str) -> None:
    """A new route of a stand-in gets a line in `certainty.yaml`."""
    known = {(route.route, route.sure) for route in BY_NAME[name].routes}

    theirs = {(_written(one.method, one.path), LABELS[one.label]) for one in stand_in(name).routes}

    assert theirs - known == set()


def _written(method: str, path: str) -> str:
    return re.sub(r"/accounts/\d+/", "/accounts/{account}/", f"{method} {path}")


@pytest.mark.parametrize("name", ["beisen", "ihr360"])
def test_every_entity_is_named_on_the_page(name: str) -> None:
    native = {"beisen": beisen.NATIVE, "ihr360": (*ihr360.NATIVE, ihr360.PAY)}[name]
    said = " ".join(route.what for route in BY_NAME[name].routes)

    assert [entity.name for entity in native if entity.name not in said] == []


def test_routes_move_data_in_ways_that_the_connector_has() -> None:
    for one in described():
        assert {route.how for route in one.routes} <= set(WAYS)
        assert ("pull" in {route.how for route in one.routes}) == (one.name in registry.CONNECTORS)
        assert ("push" in {route.how for route in one.routes}) == (one.name in registry.PUSHERS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_connector_is_a_source_file_that_works(name: str, tmp_path: Path) -> None:
    content = yaml.safe_load(str(BY_NAME[name].example))

    source = checked(content, tmp_path / f"{content['source']}.yaml")

    assert [entity.name for entity in registry.connector(source).entities()]


@pytest.mark.parametrize("name", ["beisen", "ihr360"])
def test_a_format_known_from_copies_alone_is_not_called_documented(name: str, tmp_path: Path) -> None:
    content = yaml.safe_load(str(BY_NAME[name].example))

    source = checked(content, tmp_path / f"{content['source']}.yaml")

    assert source.verification is Verification.SEEN_ELSEWHERE


@pytest.mark.parametrize("name", ["beisen"])
def test_the_example_pushes_only_when_it_is_made_live(name: str, tmp_path: Path) -> None:
    content = yaml.safe_load(str(BY_NAME[name].example))

    source = checked(content, tmp_path / f"{content['source']}.yaml")

    assert source.push["mode"] == "dry_run"
    assert registry.pusher(source)


def test_profiles_are_all_on_the_page_and_none_claims_to_be_documented() -> None:
    page = reference()

    assert [name for name in profile_names() if f"| `{name}` |" not in page] == []
    assert {str(profile(name)["verification"]) for name in profile_names()} == {Verification.UNVERIFIED.value}


def test_only_the_profile_whose_failures_are_missing_says_so() -> None:
    lines = [line for line in reference().splitlines() if "`only_successes`" in line]

    assert len(lines) == 1
    assert lines[0].startswith("| `interviewing_io` |")


def test_an_ihr360_source_cannot_be_made_to_push(tmp_path: Path) -> None:
    content = yaml.safe_load(str(BY_NAME["ihr360"].example)) | {"push": {"mode": "live"}}

    with pytest.raises(Misconfigured, match="takes no messages"):
        registry.pusher(checked(content, tmp_path / "acme_ihr.yaml"))
