"""A gate's report as far as its reader may see it: small groups are for who may read demographics, the rest for all."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.validation.gate_evidence_builder import counts, evidence, selection
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import evaluate, under
from validation.gate_evidence import LabelledCount
from validation.gate_judgement import Judgement
from validation.group_count import GroupCount, group_count
from validation.outcome import Figure, Text
from warehouse.access import Permission, Principal, Role
from warehouse.gate_reading import OF_GROUPS, WITHHELD, readable

ROLES = [*Role, None]
SMALL = "Kven"
"""A people of whom seven applied; no other word of a report holds the name."""

Plain = Mapping[str, Any]


def reader(role: Role | None) -> Principal:
    """Somebody with this role alone; None is nobody's."""
    return Principal(id="x", roles=frozenset({role} if role else ()))


def with_small(n: int = 2_000) -> tuple[GroupCount, ...]:
    """Large groups, and seven people of a small one, few of whom are selected."""
    return (*counts(n=n), group_count({"sex": "F", "race_ethnicity": SMALL}, n=7, selected=1))


@pytest.fixture(scope="module")
def stored() -> Plain:
    """A report in which every check on groups has a small one, as the ledger's JSON gives it back."""
    policy = policies.parse(
        """
name: low-n
version: "2026-01-01"
extends: default
title: {en: Judges from five people on, zh: 五人起判断}
checks:
  adverse_impact: {min_n: 5, min_share: 0}
  adverse_impact_champion: {min_n: 5}
  error_rates: {min_n: 5}
""",
        "low-n.yaml",
    )
    people = with_small()
    labelled = tuple(
        LabelledCount(group=one.group, is_positive=positive, is_selected=chosen, n=max(1, one.n // 4))
        for one in people
        for positive in (True, False)
        for chosen in (True, False)
    )
    funnel = dict.fromkeys(("applied", "ai_interview", "re_interview", "offer", "hire"), people)
    found = evidence(
        selection=selection(people),
        labelled=labelled,
        funnel=funnel,
        strata={"job_family": {"sales": people, "support": counts()}},
    )
    read: Plain = json.loads(json.dumps(evaluate(policy, found).as_json(), sort_keys=True))
    return read


def of_groups(report: Plain) -> list[Plain]:
    """The report's checks on groups."""
    return [check for check in report["checks"] if check["check"].startswith(OF_GROUPS)]


def test_the_stored_report_names_the_small_group(stored: Plain) -> None:
    """The guard of the tests below: each kind of check has something to leave out."""
    said = {
        check["check"].split(".")[0]: json.dumps([check["reason"], check["figures"]]) for check in of_groups(stored)
    }

    assert {kind for kind, text in said.items() if SMALL in text} == {
        check["check"].split(".")[0] for check in of_groups(stored)
    }


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_only_who_may_read_demographics_reads_of_a_small_group(stored: Plain, role: Role | None) -> None:
    who = reader(role)

    seen = readable(stored, who)

    said = json.dumps([{**check, "detail": None} for check in seen["checks"]], ensure_ascii=False)
    assert (SMALL in said) is who.may(Permission.READ_DEMOGRAPHICS)
    assert (seen == stored) is who.may(Permission.READ_DEMOGRAPHICS)


@pytest.mark.parametrize(
    "role", [role for role in ROLES if not reader(role).may(Permission.READ_DEMOGRAPHICS)], ids=str
)
def test_no_figure_of_a_small_group_and_no_whole_table_is_left(stored: Plain, role: Role | None) -> None:
    for check in of_groups(readable(stored, reader(role))):
        lines = check["detail"].get("deployed", {}).get("groups", [])

        assert check["detail"]["withheld"] == WITHHELD
        assert all(line.get("hidden") or line["n"] >= 10 for line in lines)
        assert all(figure["n"] >= 10 for figure in check["figures"])


def test_everything_but_small_groups_stays(stored: Plain) -> None:
    seen = readable(stored, reader(Role.DATA_SCIENTIST))

    for before, after in zip(stored["checks"], seen["checks"], strict=True):
        kept = ("check", "verdict", "state", "action", "role", "next_step")
        assert [before[name] for name in kept] == [after[name] for name in kept]
        assert after == before or after["check"].startswith(OF_GROUPS)
    by_sex = next(check for check in seen["checks"] if check["check"] == "adverse_impact.sex")
    assert by_sex["reason"] == next(c for c in stored["checks"] if c["check"] == "adverse_impact.sex")["reason"]
    assert by_sex["withheld"] == 0


def test_beside_a_small_group_one_more_is_left_out(stored: Plain) -> None:
    """With a known total a single hidden group is the total less the others."""
    check = next(c for c in readable(stored, reader(None))["checks"] if c["check"] == "adverse_impact.race_ethnicity")

    hidden = {line["group"]["race_ethnicity"] for line in check["detail"]["deployed"]["groups"] if line.get("hidden")}

    assert SMALL in hidden
    assert len(hidden) == 2
    assert check["detail"]["deployed"]["n"] is None
    assert not {figure["name"].split(" ", 1)[1] for figure in check["figures"] if " " in figure["name"]} & hidden


def test_what_one_check_leaves_out_no_other_gives_away(stored: Plain) -> None:
    """A group that is hidden beside the small one in the table of the selected has its n in other checks' figures."""
    seen = [check for check in of_groups(readable(stored, reader(None))) if check["check"].endswith(".race_ethnicity")]
    table = next(check for check in seen if check["check"] == "adverse_impact.race_ethnicity")["detail"]["deployed"]

    hidden = {line["group"]["race_ethnicity"] for line in table["groups"] if line.get("hidden")}

    assert len(seen) == 5
    assert (
        not {figure["name"].split(" ", 1)[1] for check in seen for figure in check["figures"] if " " in figure["name"]}
        & hidden
    )


def test_a_crossed_table_is_left_out_whole(stored: Plain) -> None:
    seen = readable(stored, reader(None))

    check = next(c for c in seen["checks"] if c["check"] == "adverse_impact.sex+race_ethnicity")

    assert all(line["hidden"] for line in check["detail"]["deployed"]["groups"])
    assert [figure["name"] for figure in check["figures"]] == ["unknown_share"]


def test_reading_twice_changes_nothing(stored: Plain) -> None:
    once = readable(stored, reader(None))

    assert readable(once, reader(None)) == once


def checked(reason: Text, *groups: tuple[str, int], check: str = "adverse_impact.sex", **figure: Any) -> Plain:
    """A report of one failing check with these groups in its table."""
    detail = {"deployed": {"n": 99, "groups": [{"group": {"sex": name}, "n": n} for name, n in groups]}}
    shown = [
        Figure(**{"name": f"impact_ratio {name}", "value": 0.5, "n": n, "definition": "x", **figure})
        for name, n in groups
    ]
    judgement = Judgement(check=check, state=State.FAIL, reason=reason, figures=tuple(shown), detail=detail)
    return {"checks": [under(policies.load(), judgement).as_json()]}


def said(report: Plain) -> Plain:
    """The sentences of its check, for nobody."""
    reason: Plain = readable(report, reader(None))["checks"][0]["reason"]
    return reason


def test_a_sentence_that_names_a_small_group_gives_way_to_what_the_state_says() -> None:
    reason = Text(
        en="The ratio is low for X (0.5, n = 7). 40 people have no score.", zh="X（0.5，n = 7）偏低。40 人没有得分。"
    )

    found = said(checked(reason, ("X", 7), ("F", 400), ("M", 500)))

    assert found["en"].startswith(
        "A group is below the line, and not by chance. 40 people have no score. Groups of fewer"
    )
    assert found["zh"].startswith("有群体低于阈值，且并非偶然。40 人没有得分。少于 10 人")


@pytest.mark.parametrize("name", ["St. X", "女", "a (b)", "X."])
def test_whatever_a_group_is_called_it_is_not_named(name: str) -> None:
    reason = Text(en=f"The ratio is low for {name} (0.5, n = 7).", zh=f"以下群体偏低：{name}（0.5，n = 7）。")

    found = said(checked(reason, (name, 7), ("F", 400), ("M", 500)))

    assert not [text for text in found.values() if name in text]


def test_a_part_of_a_longer_word_names_nobody() -> None:
    reason = Text(en="Mantel-Haenszel says nothing.", zh="M-H 无结论。")

    assert said(checked(reason, ("M", 7), ("F", 400), ("X", 500)))["en"] == reason.en


def test_a_small_number_of_people_is_not_told() -> None:
    reason = Text(en="7 people, 30 are needed; of 3 in process, 17 people remain.", zh="仅 7 人。")

    found = said(checked(reason, ("F", 400), ("M", 500)))

    assert found == {"en": "<10 people, 30 are needed; of <10 in process, 17 people remain.", "zh": "仅 <10 人。"}


def test_a_small_comparator_is_not_named_by_the_figures_of_others() -> None:
    report = checked(Text(en="x", zh="x"), ("M", 7), ("F", 400), ("X", 500), comparator="M")

    figures = readable(report, reader(None))["checks"][0]["figures"]

    assert [figure["comparator"] for figure in figures] == [None]


@pytest.mark.parametrize(
    "odd", [{}, {"checks": None}, {"checks": ["x"]}, {"checks": [{"check": "adverse_impact.sex"}]}]
)
def test_what_is_no_report_of_ours_comes_back_without_an_error(odd: Plain) -> None:
    assert set(readable(odd, reader(None))) == set(odd)


@pytest.mark.parametrize("name", ["X", "other", "其他"])
def test_a_small_group_is_left_out_by_whatever_name_a_sentence_gives_it(name: str) -> None:
    said = {"en": f"All pass. Too few to judge: {name} <10.", "zh": f"均通过。人数不足：{name} <10。"}
    small = {"name": "impact_ratio X", "n": 7}
    check = {"check": "adverse_impact.sex", "state": "pass", "reason": said, "figures": [small], "detail": {}}

    seen = readable({"checks": [check]}, reader(Role.DATA_SCIENTIST))

    reason = seen["checks"][0]["reason"]
    assert name not in reason["en"] + reason["zh"]
    assert (reason["en"].startswith("All pass."), reason["zh"].startswith("均通过。")) == (True, True)
