"""What training may use is what a mapping declares."""

from warehouse.files.mapping_file import mapping_for
from warehouse.files.provenance import declared, is_fixed_before_outcome


def test_keyed_scales_are_declared_as_not_fixed_before_the_outcome() -> None:
    found = declared([mapping_for("siop_2020_selection").document])

    assert is_fixed_before_outcome(found, "skill:PScale1")
    assert is_fixed_before_outcome(found, "skill:latency")
    assert not is_fixed_before_outcome(found, "skill:bio_scale")
    assert not any(is_fixed_before_outcome(found, f"skill:SJ{number}.score") for number in range(1, 10))


def test_what_nobody_declared_is_not_fixed() -> None:
    assert not is_fixed_before_outcome({}, "ai_score")


def test_a_declaration_for_a_list_holds_for_every_skill() -> None:
    entry = {
        "table": "ai_interview",
        "id": "a",
        "columns": {"score": {"column": "s", "fixed_before_outcome": True}},
        "skills": {"list": "skills", "fixed_before_outcome": True},
    }

    found = declared([{"source": "v", "tables": [entry]}])

    assert is_fixed_before_outcome(found, "skill:anything")
    assert is_fixed_before_outcome(found, "ai_score")
