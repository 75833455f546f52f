"""Parts of the comparison about people: impact ratios by group, and who is decided otherwise, where, and how well.

What is too small to show was left out before it came here; a reason stands where a figure does not.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, choices, group_words, runs, widgets
from dashboards.charts import Axis, Layer
from dashboards.views.compare_parts import Sides, dot, forest, spoken
from dashboards.wording.words import NOTHING, Words
from training.compare_shape import AttributeImpact, FlipCounts, FlipsJson

DEPARTMENT, FAMILY = "department", "job_family"


def impact(say: Words, sides: Sides) -> None:
    """Changes of the impact ratio by one attribute, with the ratios themselves in the table."""
    widgets.heading(say("compare.impact"))
    tables = {one["attribute"]: one for one in sides.found["impact"]}
    attribute = choices.pick(
        say("compare.group"), list(tables), parameter="attribute", shown=lambda name: _attribute(say, name)
    )
    table = tables[attribute]
    if table["reason"] is not None:
        st.caption(widgets.plain(spoken(say, table["reason"])))
    if table["hidden"]:
        st.caption(say("compare.hidden", n=table["hidden"]))
    bars = [
        dot(say, f"{group_words.group(say, line['group'])} · {sides.names[side]}", one)
        for line in table["groups"]
        if not line["is_comparator"]
        for side, one in line["against_first"].items()
        if one["value"] is not None
    ]
    if not bars:
        return
    definition = say("compare.impact_definition", first=sides.first, comparator=_comparator(say, table))
    widgets.chart(
        say("compare.impact_title", attribute=_attribute(say, attribute)),
        forest(say, bars, say("compare.impact_axis")),
        _ratios(say, sides, table),
        say,
        name="impact",
        facts=sides.facts(say, definition, table["known"]),
    )


def flips(say: Words, sides: Sides, *, shows_keys: bool) -> None:
    """How many flip, whether that fixes or breaks, where, and which applications by pseudonymous key."""
    widgets.heading(say("compare.flips"))
    pairs = {side: pair["flips"] for side, pair in sides.found["against_first"].items()}
    for side, one in pairs.items():
        st.markdown(f"- {widgets.plain(_told(say, sides.names[side], one))}")
    counts = list(pairs.values())
    layers = (
        Layer(name=say("compare.fixes"), colour=charts.GREEN, pattern="", counts=[one["fixes"] for one in counts]),
        Layer(name=say("compare.breaks"), colour=charts.ORANGE, pattern="/", counts=[one["breaks"] for one in counts]),
    )
    facts = sides.facts(say, say("compare.flips_definition", first=sides.first))
    labels = [sides.names[side] for side in pairs]
    behind = _counts(say, say("compare.side"), list(zip(labels, counts, strict=True)))
    figure = charts.stacked(labels, layers, axis=Axis(title=say("compare.flips_axis")))
    widgets.chart(say("compare.flips_chart"), figure, behind, say, name="flips", facts=facts)
    _where(say, sides)
    _keys(say, sides, shows_keys=shows_keys)


def _where(say: Words, sides: Sides) -> None:
    """The flips of one side by department, job family or group."""
    side = choices.pick(say("compare.side"), sides.others, parameter="side", shown=lambda name: sides.names[name])
    found = sides.found["against_first"][side]["flips"]
    groups = {one["attribute"]: one["groups"] for one in found["by_group"]}
    by = choices.pick(
        say("compare.flips_by"),
        [DEPARTMENT, FAMILY, *groups],
        parameter="flips_by",
        shown=lambda name: say(f"compare.{name}") if name in {DEPARTMENT, FAMILY} else _attribute(say, name),
    )
    rows: list[tuple[str, FlipCounts]]
    if by == DEPARTMENT:
        rows = [(say.of("value", one["department"]), one) for one in found["by_department"]]
    elif by == FAMILY:
        rows = [(say.of("value", one["job_family"]), one) for one in found["by_job_family"]]
    else:
        rows = [(group_words.group(say, one["group"]), one) for one in groups[by]]
    heading = say(f"compare.{by}") if by in {DEPARTMENT, FAMILY} else _attribute(say, by)
    facts = sides.facts(say, say("compare.flips_definition", first=sides.first))
    widgets.listing(_counts(say, heading, rows), say, name="flips-by", facts=facts)


def _keys(say: Words, sides: Sides, *, shows_keys: bool) -> None:
    listed = {side: pair["flips"]["applications"] for side, pair in sides.found["against_first"].items()}
    if not shows_keys or not any(listed.values()):
        st.caption(say("compare.keys_withheld"))
        return
    for side, applications in listed.items():
        if applications:
            with st.expander(say("compare.keys", side=sides.names[side])):
                rows = pd.DataFrame(
                    {
                        say("compare.key"): [one["application_key"] for one in applications],
                        say("compare.score_first"): [runs.rounded(one["first"]) for one in applications],
                        say("compare.score_other"): [runs.rounded(one["second"]) for one in applications],
                        say("compare.advances"): [_yes(say, is_true=one["advances"]) for one in applications],
                    }
                )
                facts = sides.facts(say, say("compare.flips_definition", first=sides.first), len(applications))
                widgets.listing(rows, say, name=f"keys-{side}", facts=facts)


def _told(say: Words, name: str, one: FlipsJson) -> str:
    counted = say(
        "compare.flips_of",
        side=name,
        n=widgets.count(one["n"]),
        flipped=widgets.count(one["flipped"]),
        up=widgets.count(one["newly_advanced"]),
        down=widgets.count(one["no_longer_advanced"]),
        judged=widgets.count(one["judged"]),
        fixes=widgets.count(one["fixes"]),
        breaks=widgets.count(one["breaks"]),
    )
    return f"{counted} {spoken(say, one['test']['sentence'])}"


def _counts(say: Words, heading: str, rows: Sequence[tuple[str, FlipCounts | FlipsJson]]) -> pd.DataFrame:
    tests = [one["test"] for _, one in rows]
    return pd.DataFrame(
        {
            heading: [name for name, _ in rows],
            "n": [one["n"] for _, one in rows],
            say("compare.flipped"): [one["flipped"] for _, one in rows],
            say("compare.newly"): [one["newly_advanced"] for _, one in rows],
            say("compare.no_longer"): [one["no_longer_advanced"] for _, one in rows],
            say("compare.judged"): [one["judged"] for _, one in rows],
            say("compare.fixes"): [one["fixes"] for _, one in rows],
            say("compare.breaks"): [one["breaks"] for _, one in rows],
            say("compare.says"): [NOTHING if one is None else spoken(say, one["sentence"]) for one in tests],
        }
    )


def _ratios(say: Words, sides: Sides, table: AttributeImpact) -> pd.DataFrame:
    found = [(line, side, one) for line in table["groups"] for side, one in line["sides"].items()]
    changes = [line["against_first"].get(side) for line, side, _ in found]
    return pd.DataFrame(
        {
            say("compare.group"): [group_words.group(say, line["group"]) for line, _, _ in found],
            "n": [line["n"] for line, _, _ in found],
            say("compare.side"): [sides.names[side] for _, side, _ in found],
            say("compare.ratio"): [runs.rounded(one["impact_ratio"]["value"]) for _, _, one in found],
            say("alternatives.ratio_low"): [runs.rounded(one["impact_ratio"]["ci"][0]) for _, _, one in found],
            say("alternatives.ratio_high"): [runs.rounded(one["impact_ratio"]["ci"][1]) for _, _, one in found],
            say("compare.change"): [None if one is None else runs.rounded(one["value"]) for one in changes],
            say("model.low"): [None if one is None else runs.rounded(one["ci"][0]) for one in changes],
            say("model.high"): [None if one is None else runs.rounded(one["ci"][1]) for one in changes],
            say("model.verdict"): [
                NOTHING if one is None else say.of("side_verdict", one["verdict"]) for one in changes
            ],
        }
    )


def _comparator(say: Words, table: AttributeImpact) -> str:
    return NOTHING if table["comparator"] is None else group_words.group(say, table["comparator"])


def _attribute(say: Words, name: str) -> str:
    return " × ".join(say.of("attribute", part) for part in name.split("+"))


def _yes(say: Words, *, is_true: bool) -> str:
    return say("alternatives.is_yes" if is_true else "alternatives.is_no")
