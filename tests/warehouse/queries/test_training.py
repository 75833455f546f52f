"""What training reads: rows of one snapshot with skills beside them, and the declared origin of each input."""

import pytest

from tests.builders import Builder, build
from warehouse.access import AccessDenied, Principal, Role
from warehouse.lake.door import opened
from warehouse.lake.refresh import refresh
from warehouse.queries.training import (
    COLUMNS,
    Declaration,
    MappedSource,
    declarations,
    filling,
    interviewed,
    is_fixed,
    mapped_sources,
)
from warehouse.settings import Settings

SCIENTIST = Principal(id="sam", roles=frozenset({Role.DATA_SCIENTIST}))


def _company(builder: Builder) -> None:
    """Two interviewed applications of two systems, one of them hired and rated twice, and one never interviewed."""
    opening = builder.requisition(builder.department())
    hired = builder.application(opening)
    builder.ai_interview(hired, 82.0, skills={"logic": 64.0, "Tone.of voice": 30.0})
    hire = builder.hire(hired)
    builder.performance_review(hire, 6, 2.0, criterion="High_Performer")
    builder.performance_review(hire, 12, 5.0, criterion="High_Performer")
    other = Builder(session=builder.session, source="other")
    other.ai_interview(other.application(opening), 55.0, skills={"logic": 40.0}, mapping_version=3)
    builder.application(opening)


@pytest.fixture
def lake(records: Settings) -> Settings:
    build(records, _company)
    refresh(records)
    return records


def test_rows_are_interviewed_applications_with_the_asked_skills(lake: Settings) -> None:
    with opened(lake, SCIENTIST) as of:
        read = interviewed(of, skills=["logic", "Tone.of voice"], criterion="high_performer")

    frame = read.frame.sort_values("ai_score")
    assert set(frame.columns) == {*COLUMNS, "skill:logic", "skill:Tone.of voice", "criterion", "criterion_on"}
    assert frame["skill:logic"].tolist() == [40.0, 64.0]
    assert frame["skill:Tone.of voice"].isna().tolist() == [True, False]


def test_the_latest_review_of_the_criterion_counts(lake: Settings) -> None:
    with opened(lake, SCIENTIST) as of:
        frame = interviewed(of, skills=[], criterion="high_performer").frame

    assert frame["criterion"].max() == 1.0


def test_rows_come_by_time_of_interview_and_application_then_by_score_and_skills(records: Settings) -> None:
    """Most share their moments, many their score: keys are pseudonyms, and may decide nothing that skills can."""
    scores = [(70.0, 3.0), (50.0, 9.0), (70.0, 1.0), (70.0, None), (60.0, 5.0), (70.0, 2.0)]

    def people(builder: Builder) -> None:
        opening = builder.requisition(builder.department())
        for score, logic in scores:
            skills = {"style": 0.5} | ({} if logic is None else {"logic": logic})
            builder.ai_interview(builder.application(opening), score, skills=skills)

    build(records, people)
    refresh(records)
    with opened(records, SCIENTIST) as of:
        frame = interviewed(of, skills=["logic", "style"]).frame

    assert frame[["ai_interviewed_at", "applied_at"]].drop_duplicates().shape == (1, 2)
    assert frame["ai_score"].tolist() == [50.0, 60.0, 70.0, 70.0, 70.0, 70.0]
    assert frame["skill:logic"].fillna(0).tolist() == [9.0, 5.0, 0.0, 1.0, 2.0, 3.0]


def test_systems_limit_the_rows(lake: Settings) -> None:
    with opened(lake, SCIENTIST) as of:
        frame = interviewed(of, skills=["logic"], systems=["other"]).frame

    assert frame["source"].tolist() == ["other"]


def test_nothing_that_names_or_describes_a_person_is_read(lake: Settings) -> None:
    with opened(lake, SCIENTIST) as of:
        frame = interviewed(of, skills=[]).frame

    assert not {"sex", "birth_year", "full_name", "email", "language", "country", "location"} & set(frame.columns)


def test_the_mapping_versions_behind_current_interviews_are_found(lake: Settings) -> None:
    everything = mapped_sources(lake, SCIENTIST)
    limited = mapped_sources(lake, SCIENTIST, ["other"])

    assert [one.name for one in everything] == ["built@1", "other@3"]
    assert [one.name for one in limited] == ["other@3"]


def test_origins_need_the_right_to_read_the_lake(records: Settings) -> None:
    with pytest.raises(AccessDenied):
        mapped_sources(records, Principal(id="x"))


def test_declarations_are_read_from_columns_and_skills() -> None:
    voice = {"column": "l", "fixed_before_outcome": False, "derived_from": "voice"}
    document = {
        "tables": [
            {"table": "candidate", "columns": {"score": {"column": "x", "fixed_before_outcome": True}}},
            {
                "table": "ai_interview",
                "columns": {"score": {"column": "s", "fixed_before_outcome": True}, "duration_minutes": "minutes"},
                "skills": {"logic": voice, "plain": "p"},
            },
        ]
    }

    assert declarations(document) == {
        "ai_score": Declaration(fixed_before_outcome=True),
        "ai_duration_minutes": Declaration(),
        "skill:logic": Declaration(fixed_before_outcome=False, derived_from="voice"),
        "skill:plain": Declaration(),
    }


def test_a_list_of_skills_is_declared_as_a_whole() -> None:
    document = {"tables": [{"table": "ai_interview", "skills": {"list": "skills", "fixed_before_outcome": True}}]}
    listed = MappedSource(system="s", version=1, declarations=declarations(document))

    assert filling([listed], "skill:anything") == ((listed, Declaration(fixed_before_outcome=True)),)
    assert filling([listed], "ai_score") == ()


def test_only_mappings_that_fill_an_input_speak_for_it() -> None:
    fills = MappedSource(system="fills", version=2, declarations={"skill:a": Declaration()})
    other = MappedSource(system="other", version=1, declarations={"skill:b": Declaration()})

    assert filling([fills, other], "skill:a") == ((fills, Declaration()),)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [([True, True], True), ([True, None], None), ([True, None, False], False), ([], None), ([False], False)],
)
def test_every_mapping_that_fills_an_input_must_declare_it(said: list[bool | None], verdict: bool | None) -> None:
    assert is_fixed(Declaration(fixed_before_outcome=one) for one in said) is verdict


def test_a_document_of_another_shape_declares_nothing() -> None:
    assert declarations({}) == declarations({"tables": "none"}) == {}
