"""Is the other model better, and for whom? Two to ten runs on the same held-out people, against the first of them."""

from collections.abc import Mapping

import streamlit as st

from dashboards import choices, data, job_desk, job_kinds, links, run_data, widgets
from dashboards.runs import RunLine
from dashboards.views import compare_groups, compare_parts, leaderboard_jobs
from dashboards.views.compare_parts import Sides
from dashboards.wording.words import NOTHING, Words
from training.compare_shape import Comparison
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS
RUN, FIRST = "run", "first"
FEWEST, MOST = 2, 10


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "compare", is_generated=snapshot is not None and snapshot.is_generated)
    lines = {one.run_id: one for one in run_data.run_lines(settings, principal)[0]}
    if len(lines) < FEWEST:
        widgets.empty(say, "compare.none")
        return
    chosen = _chosen(say, lines)
    if not FEWEST <= len(chosen) <= MOST:
        st.info(say("compare.too_few" if len(chosen) < FEWEST else "compare.too_many"), icon=":material/checklist:")
        return
    found = _found(settings, principal, say, chosen)
    if found is not None:
        _draw(principal, say, found, lines)


def _chosen(say: Words, lines: Mapping[str, RunLine]) -> tuple[str, ...]:
    """The runs of the address bar, the one that the others are set against first."""

    def label(run_id: str) -> str:
        return f"{lines[run_id].label} ({lines[run_id].model_name})"

    chosen = choices.pick_several(
        say("compare.runs"), list(lines), parameter=RUN, none=say("compare.pick"), shown=label
    )
    if len(chosen) < FEWEST:
        return chosen
    first = choices.pick(say("compare.first"), chosen, parameter=FIRST, shown=label)
    return (first, *(one for one in chosen if one != first))


def _found(settings: Settings, principal: Principal, say: Words, chosen: tuple[str, ...]) -> Comparison | None:
    """Made here, or by a job where that would take long; None while there is none."""
    if not run_data.is_long(settings, principal, chosen):
        with st.spinner(say("compare.reading")):
            return run_data.comparison(settings, principal, chosen)
    kept = run_data.kept_by_a_job(settings, principal, chosen)
    if kept is not None and principal.may(Permission.READ_ALL_DEPARTMENTS):
        st.caption(say("compare.kept"))
        return run_data.kept_comparison(settings, principal, kept)
    st.info(say("compare.long"), icon=":material/hourglass:")
    if st.button(say("compare.start"), key="compare-start", type="primary"):
        job_desk.start(settings, principal, job_kinds.COMPARE, {"runs": list(chosen)})
        leaderboard_jobs.say_after(say("compare.started"))
    leaderboard_jobs.panel(settings, principal, say)
    return None


def _draw(principal: Principal, say: Words, found: Comparison, lines: Mapping[str, RunLine]) -> None:
    sides = Sides(found=found, names=_names(say, found), is_generated=any(one.is_generated for one in lines.values()))
    made = found["bootstrap"]
    counts = {"n": found["n"], "labelled": found["labelled"], "people": made["people"], "draws": made["draws"]}
    st.markdown(say("compare.of", **{name: widgets.count(count) for name, count in counts.items()}))
    if not found["is_whole"]:
        st.info(say("compare.parted"), icon=":material/lock:")
    for note in found["notes"]:
        st.caption(widgets.plain(note["zh" if say.language == "zh" else "en"]))
    for run, n in found["labels_differ"].items():
        if n:
            st.caption(say("compare.labels_differ", n=widgets.count(n), run=widgets.plain(sides.names[run])))
    compare_parts.differences(say, sides)
    compare_groups.impact(say, sides)
    compare_groups.flips(say, sides, shows_keys=principal.may(Permission.READ_ALL_DEPARTMENTS))
    compare_parts.slices(say, sides)
    compare_parts.parameters(say, sides)
    links.link("releases", say("leaderboard.propose"))


def _names(say: Words, found: Comparison) -> Mapping[str, str]:
    """What each side is called: a run by its configuration and id, a baseline by its kind."""
    runs = {one["run_id"]: one for one in found["runs"]}
    named = {}
    for side in found["sides"]:
        run = runs.get(side)
        if run is None:
            named[side] = say("leaderboard.baseline", name=say.of("attribute", side))
            continue
        label = f"{run['name'] or NOTHING} · {side[:8]}"
        named[side] = say("compare.champion", run=label) if run["is_champion"] else label
    return named
