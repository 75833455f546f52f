"""What a download holds beside its rows, and what is left out of it."""

import io

import pandas as pd
import pytest

from dashboards import gate_report, widgets
from dashboards.facts import Facts
from dashboards.wording.words import Words
from tests.warehouse.queries.people import COMPLIANCE, LEADER

FACTS = Facts(
    n="240",
    period="2025-01-05 to 2025-02-05",
    filters="Channel: site",
    snapshot="Lake snapshot 1",
    is_generated=True,
    definition="Went on ÷ finished",
)


def test_a_download_begins_with_what_is_needed_to_read_it() -> None:
    file = widgets.csv(pd.DataFrame({"n": [1]}), FACTS, Words("en")).decode("utf-8-sig")

    facts = [line for line in file.splitlines() if line.startswith("# ")]
    for needed in ("240", "2025-01-05 to 2025-02-05", "Channel: site", "Lake snapshot 1", "Went on", "Generated data"):
        assert any(needed in line for line in facts)


def test_a_download_reads_back_as_the_table() -> None:
    rows = pd.DataFrame({"Stage": ["Offer", "复面"], "n": [3, 4]})

    read = pd.read_csv(io.BytesIO(widgets.csv(rows, FACTS, Words("zh"))), comment="#", encoding="utf-8-sig")

    pd.testing.assert_frame_equal(read, rows, check_dtype=False)


def report(check: str, *sizes: int) -> dict[str, object]:
    """A stored gate report of one check with a figure of each size."""
    figures = [
        {"name": f"impact_ratio of {n}", "value": 0.9, "n": n, "interval": None, "period": None, "comparator": None}
        | {"definition": "A ratio."}
        for n in sizes
    ]
    one = {"check": check, "verdict": "pass", "action": "release", "role": "blocking", "figures": figures}
    return {"checks": [one | {"reason": {"en": "Because.", "zh": "因为。"}, "next_step": None}]}


@pytest.mark.parametrize(("who", "shown", "withheld"), [(LEADER, 1, 1), (COMPLIANCE, 2, 0)])
def test_figures_of_small_groups_are_left_to_those_who_read_demographics(
    who: object, shown: int, withheld: int
) -> None:
    (line,) = gate_report.checks(report("adverse_impact.sex", 9, 40), who, "en")

    assert (len(line.figures), line.withheld) == (shown, withheld)


def test_a_checks_reason_is_in_the_readers_language() -> None:
    (line,) = gate_report.checks(report("leakage", 40), LEADER, "zh")

    assert line.reason == "因为。"


def test_a_check_is_named_with_what_it_is_about() -> None:
    assert (
        gate_report.check_name(Words("en"), "adverse_impact.sex+race_ethnicity")
        == "Adverse impact: sex × race/ethnicity"
    )
    assert gate_report.check_name(Words("zh"), "drift") == "特征漂移"
