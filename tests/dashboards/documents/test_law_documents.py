"""The documents that laws ask for: true to the evidence, whole in both languages, and plain about what is missing."""

import datetime as dt
import json
import re

import pytest

from dashboards.documents import kinds
from dashboards.documents.frame import Made, Subject
from dashboards.documents.kinds import kind as kind_of
from dashboards.documents.making import as_json, handed_out, make
from dashboards.obligation_calendar import obligations
from models import stated_evidence
from models.release_errors import UnknownRelease
from models.stated_evidence import Statement
from tests.dashboards.documents import law_release
from tests.models import release_builder
from tests.models.release_builder import CHECKER, MODEL
from validation import human_parts
from validation.decision_rule import State
from validation.obligation_evidence import EvidenceKind
from validation.obligation_rules import load
from warehouse import document_parts
from warehouse.access import NOBODY, AccessDenied, Permission, Role, principal
from warehouse.lake.tables import TABLES
from warehouse.settings import Settings

KINDS = ("ll144_summary", "annex_iv", "pipl_assessment", "pipl_notice")
COMPLIANCE = principal("cleo", [Role.COMPLIANCE])
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def text_of(made: Made) -> str:
    """All that the document says."""
    return json.dumps(as_json(made), ensure_ascii=False)


def table(made: Made, caption: str, rate: str = "selection rate") -> dict[str, tuple[str, ...]]:
    """The rows of the table of this rate whose caption ends so, by the name of the row."""
    (grid,) = [
        chart.grid for section in made.document.sections for chart in section.charts
        if chart.grid.caption.startswith(f"{rate}, ") and chart.grid.caption.endswith(caption)
    ]  # fmt: skip
    return {row[0]: row[1:] for row in grid.rows}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_prints_as_a_page_and_as_pdf_in_its_language(records: Settings, kind: str, language: str) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, kind, release.label, language)

    assert handed_out(records, COMPLIANCE, made, "pdf")[0].startswith(b"%PDF-")
    assert bool(CHINESE.search(made.document.title)) is (language == "zh")
    assert all(bool(CHINESE.search(one.heading)) is (language == "zh") for one in made.document.sections)


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_that_nobody_wrote_is_listed_and_none_is_made_up(records: Settings, kind: str) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, kind, release.label, "en")

    asked = {part.name for part in human_parts.of_kind(kind)}
    assert asked <= {one.part for one in made.missing}
    assert text_of(made).count("Nobody has written this part yet") == len(asked)


@pytest.mark.parametrize("kind", KINDS)
def test_a_written_part_is_printed_and_no_longer_missing(records: Settings, kind: str) -> None:
    release = law_release.promoted(records)
    part = human_parts.of_kind(kind)[0]
    document_parts.write(
        records, COMPLIANCE, kind=kind, subject=MODEL, part=part.key, language="en", text="Written so."
    )

    made = make(records, COMPLIANCE, kind, release.label, "en")

    assert "Written so." in text_of(made)
    assert part.name not in {one.part for one in made.missing}


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_made_for_those_who_read_models_alone(records: Settings, kind: str, role: Role | None) -> None:
    release = law_release.promoted(records)
    who = NOBODY if role is None else principal("x", [role])
    needs = [Permission.READ_MODELS, *([Permission.READ_DEMOGRAPHICS] if kind == "ll144_summary" else [])]

    if all(who.may(one) for one in needs):
        assert make(records, who, kind, release.label, "en").document.sections
    else:
        with pytest.raises(AccessDenied):
            make(records, who, kind, release.label, "en")


def test_the_summary_repeats_the_ratios_that_the_rule_prints(records: Settings) -> None:
    """6 RCNY 5-301: .979 for women, and .97, .84, .85, .95, .85, .87 against the most selected race."""
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    sex, race = table(made, ": sex"), table(made, ": race/ethnicity")
    assert sex["female"][:2] == ("1,181", "555")
    assert sex["female"][4].startswith("0.979")
    printed = {"Hispanic or Latino": 0.97, "White": 1.0, "Black or African American": 0.84, "Asian": 0.95}
    assert {name: round(float(race[name][4]), 2) for name in printed} == printed


def test_the_summary_has_scoring_rates_above_the_median_beside_the_selection_rates(records: Settings) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    scored = table(made, ": sex", "scoring rate")
    assert scored["female"][:2] == ("1,181", "393")
    assert dict(made.document.facts)["Median score of everybody scored"] == "0.4100"
    assert "ll144_summary.scoring_rates" not in {one.part for one in made.missing}


def test_scoring_rates_that_an_older_gate_did_not_count_are_missing(records: Settings) -> None:
    release = law_release.promoted(records, with_median=False)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    assert "ll144_summary.scoring_rates" in {one.part for one in made.missing}


def test_a_category_below_two_percent_stays_published_and_is_no_comparator(records: Settings) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    assert table(made, ": race/ethnicity")["Native American or Alaska Native"][:2] == ("41", "18")
    assert "Below 2 % of the data" in text_of(made)
    assert "People of unknown category in this table, left out of its rates: 250." in text_of(made)


def test_people_whom_nobody_asked_are_stated_as_unknown_beside_the_table(records: Settings) -> None:
    """6 RCNY 5-301: the number of people assessed who fall within an unknown category is published."""
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    said = {one.heading: " ".join(one.paragraphs) for one in made.document.sections}
    assert (
        "A further 1,200 people who were assessed applied where this is not asked."
        in said["selection rate: race/ethnicity"]
    )
    assert "which makes 1,450" in said["scoring rate: race/ethnicity"]
    assert "not asked" not in said["selection rate: sex"]


def test_dates_that_nobody_stated_are_missing_and_those_stated_are_counted(records: Settings) -> None:
    """Notice on Monday 16 November 2026: the tenth business day is 1 December, for 26 November is Thanksgiving."""
    release = law_release.promoted(records)
    before = make(records, COMPLIANCE, "ll144_summary", release.label, "en")
    notice = Statement(kind=EvidenceKind.CANDIDATE_NOTICE, day=dt.date(2026, 11, 16), model=MODEL)
    audit = Statement(kind=EvidenceKind.BIAS_AUDIT, day=dt.date(2026, 2, 11), model=MODEL)
    for one in (notice, audit):
        stated_evidence.state(records, CHECKER, one, note="archive")

    after = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    dates = {"ll144_summary.bias_audit", "ll144_summary.candidate_notice", "ll144_summary.summary_posted"}
    facts = dict(after.document.facts)
    assert dates <= {one.part for one in before.missing}
    assert {one.part for one in after.missing} & dates == {"ll144_summary.summary_posted"}
    assert facts["Audit allows use until"] == "2027-02-11"
    assert facts["Earliest lawful use (10 business days later)"] == "2026-12-01"


def test_a_table_that_the_gate_did_not_judge_is_missing(records: Settings) -> None:
    release = law_release.promoted(records, with_race=False)

    made = make(records, COMPLIANCE, "ll144_summary", release.label, "en")

    lacking = {one.part for one in made.missing}
    assert {"ll144_summary.table.race_ethnicity", "ll144_summary.table.sex+race_ethnicity"} <= lacking
    assert "ll144_summary.table.sex" not in lacking


def test_the_technical_file_maps_every_point_of_the_annex(records: Settings) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "annex_iv", release.label, "en")

    grid = made.document.sections[0].grids[0]
    assert [number.partition("(")[0] for number, *_ in grid.rows] == ["1"] * 2 + ["2"] * 8 + list("3456789")
    states = {row[0]: row[2] for row in grid.rows}
    assert (states["2(a)"], states["5"], states["1(a)"]) == (
        "in the records", "missing", "in the records; the written part is missing",
    )  # fmt: skip


def test_the_technical_file_says_what_the_record_says(records: Settings) -> None:
    release = law_release.promoted(records)

    said = text_of(make(records, COMPLIANCE, "annex_iv", release.label, "en"))

    assert release.artifact_sha256 in said
    assert "AUC 0.712 (95 % interval 0.660 to 0.760)" in said
    assert "approved by chen" in said
    assert "Inputs: content and logic, Assessment score." in said


def test_the_notice_holds_no_figure_of_the_model(records: Settings) -> None:
    release = law_release.promoted(records)

    made = make(records, COMPLIANCE, "pipl_notice", release.label, "en")

    printed = handed_out(records, COMPLIANCE, made, "html")[0].decode()
    assert not re.search(r"0\.\d|sha256|run-law|cleo", printed)
    assert "A person does." in printed


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "kind", [one.name for one in kinds.KINDS if one.leaves and one.subject is not Subject.DECISION]
)
def test_what_leaves_the_company_holds_nothing_of_its_inside(records: Settings, kind: str, language: str) -> None:
    """No id, no command, no path, no hash, no code and no name of who made or wrote it."""
    release = law_release.promoted(records, with_race=False, with_median=False)
    part = human_parts.of_kind(kind)[0]
    document_parts.write(
        records, COMPLIANCE, kind=kind, subject=MODEL, part=part.key, language="en", text="Written so."
    )

    made = make(records, COMPLIANCE, kind, release.label, language)

    printed = re.sub("(?s)<style>.*?</style>|<[^>]+>", " ", handed_out(records, COMPLIANCE, made, "html")[0].decode())
    assert "Written so." in printed
    inside = rf"[0-9a-f]{{12,}}|\b[0-9a-f]{{8}}-|hiregate|sha256|run-law|cleo|chen|mia|{MODEL}|@\d|\w+_\w+|\.json|/\w+/"
    assert re.findall(inside, printed) == []


def test_the_assessment_says_truly_where_names_are_held(records: Settings) -> None:
    """No table of the lake has a column of a name or contact; received files and messages do hold them."""
    release = law_release.promoted(records)

    said = text_of(make(records, COMPLIANCE, "pipl_assessment", release.label, "en"))

    columns = {name for table in TABLES for name in table.columns.names}
    assert not [name for name in columns if re.search("full_name|email|phone|first_name|last_name", name)]
    assert "the files and messages that are kept as they came" in said


def test_an_assessment_without_any_figure_of_groups_says_so(records: Settings) -> None:
    release = release_builder.proposed(records, states={"leakage": State.PASS})

    made = make(records, COMPLIANCE, "pipl_assessment", release.label, "zh")

    assert "未检验群体之间的差异" in text_of(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_release_that_is_not_there_is_refused(records: Settings, kind: str) -> None:
    with pytest.raises(UnknownRelease):
        make(records, COMPLIANCE, kind, "nobody@1", "en")


def test_a_document_that_was_handed_out_is_evidence_in_the_calendar(records: Settings) -> None:
    release = law_release.promoted(records)
    made = make(records, COMPLIANCE, "pipl_assessment", str(release.version), "en")
    handed_out(records, COMPLIANCE, made, "html")

    found = obligations(records, COMPLIANCE, places=["CN"])

    (entry,) = [one for one in found.entries if one.obligation.id == "cn_pipl_55"]
    assert entry.evidence[0][0] is EvidenceKind.PIPL_ASSESSMENT


def test_each_kind_names_obligations_that_exist() -> None:
    known = {one.id for one in load().obligations}

    assert all(set(kind_of(name).obligations) <= known for name in (*KINDS, "candidate_letter"))
