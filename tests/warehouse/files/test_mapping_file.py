"""Mappings: found by name or path, read without surprises, refused in one line when wrong."""

import re
from pathlib import Path

import pytest

from warehouse.files.errors import MappingRefused, ProhibitedInput, SourceRefused
from warehouse.files.mapping_file import checked, document, mapping_for, shipped_names

PLAIN = "source: acme\ntables:\n  - table: candidate\n    id: person\n"
INTERVIEW = (
    "source: acme\ntables:\n  - table: ai_interview\n    id: app\n    columns: {application_id: app,"
    " vendor: {constant: V}, interviewed_at: day}\n    skills: {%s}\n"
)


def _read(text: str) -> object:
    return checked(document(text, "acme.yaml"), "acme.yaml")


@pytest.mark.parametrize("name", shipped_names())
def test_every_mapping_that_ships_is_sound(name: str) -> None:
    source = re.search(r"^source: (\S+)$", (Path("warehouse/mappings") / f"{name}.yaml").read_text("utf-8"), re.M)
    assert source is not None

    assert mapping_for(source[1], name).tables


def test_the_example_of_the_documentation_is_sound() -> None:
    text = re.search(r"```yaml\n(source:.*?)```", Path("docs/mappings.md").read_text("utf-8"), re.S)
    assert text is not None

    _read(text[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the mapping is empty or not an object"),
        ("a: [", "line 1: not readable as YAML"),
        (PLAIN + "tables: []\n", "a key stands twice"),
        (PLAIN.replace("candidate", "person"), "tables.0.table: 'person' is not one of"),
        (PLAIN + "    columns: {nickname: n}\n", "table candidate has no column 'nickname'; it has country"),
        (PLAIN.replace("candidate", "department"), "table department needs its column 'name'"),
        (PLAIN + "    columns: {email: {melt: value}}\n", "uses melt without saying which columns"),
        (PLAIN + "    skills: {logic: points}\n", "skills belong to ai_interview, not to candidate"),
        (PLAIN + "max_rejected_share: 2\n", "max_rejected_share: 2 is greater than the maximum"),
    ],
)
def test_a_mapping_is_refused_with_its_place_and_reason(text: str, message: str) -> None:
    with pytest.raises(MappingRefused, match=re.escape(message)) as caught:
        _read(text)

    assert str(caught.value).startswith("acme.yaml: ")


@pytest.mark.parametrize(
    "skill",
    [
        "joy: {column: f1, derived_from: emotion}",
        "width: {column: f1, derived_from: face}",
        "smiled: smiles",
        "x: face_12",
        "x: avgFaceWidth",
        "x: faceWidth",
        "EyeContact: e",
        "微笑: s",
    ],
)
def test_a_skill_from_a_face_or_an_emotion_is_refused(skill: str) -> None:
    with pytest.raises(ProhibitedInput, match="no hiring model may use"):
        _read(INTERVIEW % skill)


@pytest.mark.parametrize("column", ["user_interface_design", "surface", "facets", "affected"])
def test_words_that_only_sound_like_a_face_are_read(column: str) -> None:
    assert _read(INTERVIEW % f"design: {column}")


def test_a_prohibited_column_that_is_read_is_refused() -> None:
    with pytest.raises(ProhibitedInput, match="column person: the mapping reads it and declares it prohibited"):
        _read(PLAIN + "prohibited: [{column: person, reason: no}]\n")


def test_words_stay_words() -> None:
    """YAML 1.1 would read `no` as false and a day as a date."""
    read = document("values: {no: on, 1: 2020-01-01, 007: yes}", "x")

    assert read == {"values": {"no": "on", "1": "2020-01-01", "007": "yes"}}


@pytest.mark.parametrize("source", ["", "Acme", "a b", "../etc", "-x", "a" * 64])
def test_a_source_is_a_plain_name(source: str) -> None:
    with pytest.raises(SourceRefused):
        mapping_for(source)


def test_a_source_without_a_mapping_says_how_to_give_one() -> None:
    with pytest.raises(MappingRefused, match="has no mapping of its own; give one with --mapping"):
        mapping_for("nobody")


def test_a_mapping_of_another_source_is_refused() -> None:
    with pytest.raises(MappingRefused, match="the mapping is for source 'resume_audit', the load for 'acme'"):
        mapping_for("acme", "resume_audit")
