"""`docs/demo-company.md` says what the generator plants: its numbers are compared with the constants."""

import re
from pathlib import Path

import pytest

from warehouse.generate import company, planted

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "demo-company.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", range(len(planted.SKILLS)), ids=planted.NAMES)
def test_the_table_of_skills_states_the_planted_worth(row):
    known, skill = planted.correlations(), planted.SKILLS[row]
    expected = (skill.vendor_weight, known.with_blind_rating[row], known.with_performance[row])

    line = " | ".join([f"| `{skill.name}`", *(f"{value:.2f}" for value in expected)])

    assert line in DOCUMENT


def test_the_overall_score_and_the_rating_are_stated():
    known = planted.correlations()
    overall = (known.overall_with_blind_rating, known.overall_with_performance)

    assert f"| overall score | | {overall[0]:.2f} | {overall[1]:.2f} |" in DOCUMENT
    assert f"A re-interview correlates {known.rating_with_performance:.2f} with performance." in DOCUMENT


def test_every_file_is_listed_with_its_source():
    listed = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \|", DOCUMENT, flags=re.MULTILINE)

    assert listed == [(entry.file, entry.source) for entry in company.FILES]


@pytest.mark.parametrize(
    "sentence",
    [
        f"women {planted.SKEWED_D:.2f} SD lower in `speech_fluency`",
        f"recommends from {planted.VENDOR_LINE:.0f}",
        f"invites from {planted.COMPANY_LINE:.0f}",
        f"a random {planted.SAMPLE_SHARE:.0%}".replace("%", " %"),
        f"{planted.BLIND_SHARE:.0%}".replace("%", " %") + " of the others are rated blind",
        f"pulled by {planted.INFORMED_PULL:.0%}".replace("%", " %"),
        f"severity by {planted.RATER_SEVERITY_SD:.2f} SD",
        f"leniency by {planted.REVIEWER_LENIENCY_SD:.2f} SD",
        f"from a rating of {planted.PASS_BAR}; in {planted.OTHER_STANDARD_DEPARTMENT} ",
        f"in {planted.OTHER_STANDARD_DEPARTMENT} from {planted.OTHER_STANDARD_BAR}",
        f"From {planted.SILENT_CHANGE_DAYS_BEFORE_END} days before the end",
        f"overall score is {planted.SILENT_SHIFT_OVERALL:.0f} points higher",
        f"each skill {planted.SILENT_SHIFT_SKILLS:.0f} point;",
        f"{-planted.CAMPUS_JOB_KNOWLEDGE} SD in `job_knowledge`",
        f"a reliability of {planted.RATING_RELIABILITY[6]}",
        f"`{planted.LEAKY_SKILL}` stands among",
    ],
)
def test_each_planted_number_is_stated(sentence):
    assert sentence in DOCUMENT
