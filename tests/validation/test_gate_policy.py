"""The policy file: found, dated, fingerprinted, and refused with the place of what is wrong."""

from pathlib import Path

import pytest
import yaml

from validation import policy as policies
from validation.policy import FOLDER, PolicyError
from validation.policy_settings import Role

SHIPPED = (FOLDER / "default.yaml").read_text("utf-8")


def test_the_shipped_policy_is_valid_and_dated() -> None:
    policy = policies.load()

    assert (policy.name, policy.version[:2]) == ("default", "20")
    assert policy.role("adverse_impact.sex") is Role.BLOCKING


def test_comments_and_layout_do_not_change_the_fingerprint() -> None:
    document = yaml.safe_load(SHIPPED)

    again = policies.parse("# another comment\n" + yaml.safe_dump(document), "again.yaml")

    assert again.sha256 == policies.load().sha256


def test_a_changed_threshold_changes_the_fingerprint() -> None:
    changed = policies.parse(SHIPPED.replace("threshold: 0.8", "threshold: 0.85"), "mine.yaml")

    assert changed.sha256 != policies.load().sha256


def test_a_stored_policy_is_read_back_equal() -> None:
    policy = policies.load()

    assert policies.from_document(policy.document) == policy


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("threshold: 0.8", "threshold: 1.8", "checks.adverse_impact.threshold"),
        ("threshold: 0.8", "thresold: 0.8", "checks.adverse_impact"),
        ("    fail: block", "    fail: release_with_note", "consequences.blocking.fail"),
        ("    undefined: block", "    undefined: release", "consequences.blocking.undefined"),
        ("role: blocking", "role: optional", "checks.data_contracts.role"),
        ('version: "2026-11-23"', "version: first", "version"),
        ("lease_days: 365", "lease_days: 4000", "release.lease_days"),
        ("sources: [ugesp,", "sources: [folklore,", "checks.adverse_impact.sources"),
        ("min_share: 0.02", "min_share: .nan", "not a number"),
        ("min_n: 30", "min_n: 30\n    min_n: 1", "written twice"),
        ("name: default", "name: [", "not readable as YAML"),
    ],
)
def test_a_wrong_policy_is_refused_with_the_place(old: str, new: str, place: str) -> None:
    with pytest.raises(PolicyError, match=r"mine\.yaml") as refused:
        policies.parse(SHIPPED.replace(old, new, 1), "mine.yaml")

    assert place in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "1: 2"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        policies.parse(text, "mine.yaml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        policies.load(tmp_path / "none.yaml")


def test_the_leakage_check_cannot_be_made_advisory() -> None:
    text = SHIPPED.replace("  leakage:\n    role: blocking", "  leakage:\n    role: advisory")

    with pytest.raises(PolicyError, match=r"checks\.leakage\.role"):
        policies.parse(text, "mine.yaml")


def test_every_source_is_cited_by_a_check() -> None:
    document = yaml.safe_load(SHIPPED)

    cited = {source for check in document["checks"].values() for source in check.get("sources", ())}

    assert cited == {source["id"] for source in document["sources"]}
