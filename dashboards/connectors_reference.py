"""Writes `docs/connectors.md`: how sure each connector is. `python -m dashboards.connectors_reference > …`."""

import json
from collections.abc import Mapping
from importlib.resources import files

from warehouse.files.mapping_file import document, mapping_for
from warehouse.sync.connectors.certainty import Described, described
from warehouse.sync.connectors.registry import CONNECTORS, PUSHERS
from warehouse.sync.sources import Verification, profile, profile_names

NOTE = "Generated from the code by `python -m dashboards.connectors_reference`; a test holds it to that."

SURE: Mapping[Verification, str] = {
    Verification.DOCUMENTED: "documented",
    Verification.SEEN_ELSEWHERE: "seen elsewhere",
    Verification.UNVERIFIED: "assumed",
}


def reference() -> str:
    """The whole page as Markdown."""
    parts = [
        *_head(),
        *_overview(),
        *(line for one in described() for line in _connector(one)),
        *_profiles(),
        *_not_built(),
        *_words(),
    ]
    return "\n".join(parts) + "\n"


def _head() -> list[str]:
    return [
        "# Connectors: what is documented, seen elsewhere, or assumed",
        "",
        NOTE,
        "",
        "No connector was run against a vendor's own system: each is held to a stand-in that follows what is known.",
        "`documented` is the vendor's own document, or for Beisen and i人事 a third party's copy of it;"
        " `seen elsewhere` is others' code or notes; `assumed` is ours.",
        "A source of those two is shown as `seen elsewhere`, one of a profile or of the REST engine as `unverified`,"
        " unless its file says otherwise.",
        "How to write a source file and what a run promises: [sync.md](sync.md).",
        "",
    ]


def _overview() -> list[str]:
    ways = ("pull", "push", "webhook", "file")
    lines = [
        "## At a glance",
        "",
        "| connector | pull | push | webhook | file | routes documented | seen elsewhere | assumed |",
    ]
    lines.append("|---|---|---|---|---|--:|--:|--:|")
    for one in described():
        counts = [sum(route.sure is sure for route in one.routes) for sure in SURE]
        marks = ["yes" if _does(one, way) else "–" for way in ways]
        lines.append(f"| {one.title} (`{one.name}`) | {' | '.join(marks)} | {' | '.join(map(str, counts))} |")
    return [*lines, ""]


def _does(one: Described, way: str) -> bool:
    """By the code where the code says it, else by the routes."""
    known = {"pull": CONNECTORS, "push": PUSHERS}.get(way)
    return one.name in known if known is not None else any(route.how == way for route in one.routes)


def _connector(one: Described) -> list[str]:
    lines = [
        f"## {one.title}",
        "",
        one.summary,
        one.limits,
        "",
        "| what | how | route | is | known from |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {route.what} | {route.how} | `{route.route}` | {SURE[route.sure]} | {route.source} |"
        for route in one.routes
    ]
    if one.example:
        lines += ["", "A source file:", "", "```yaml", one.example.rstrip(), "```"]
    return [*lines, ""]


def _profiles() -> list[str]:
    lines = [
        "## Profiles",
        "",
        "Defaults for vendors that publish no API, or whose interface nobody here could try. A source of one is"
        " `source: NAME` and `profile: PROFILE`; whatever else the file says goes first.",
        "Every screen and command shows `unverified` beside such a source. Names of fields are in the mapping.",
        "",
        "| profile | engine | mapping | is | about |",
        "|---|---|---|---|---|",
    ]
    for name in profile_names():
        given = profile(name)
        about = " ".join(str(given["description"]).split())
        only = " Loads carry the finding `only_successes`." if _only_successes(str(given["mapping"])) else ""
        sure = str(given["verification"]).replace("_", " ")
        lines.append(f"| `{name}` | `{given['connector']}` | `{given['mapping']}` | {sure} | {about}{only} |")
    return [*lines, ""]


NOT_BUILT = (
    (
        "Interviewing.io: reading scores out of the notes that it leaves in an applicant-tracking system",
        "What a note holds is described (interviewer, date, three ratings from 1 to 4, free text), its wording is not"
        " published, and a guess would invent scores. Load its export as a file (profile `interviewing_io`).",
    ),
    (
        "SAP SuccessFactors: `$batch`",
        "Documented (multipart, at most 180 requests, atomic change sets), and not needed for writing: `upsert` takes"
        " many rows a call and answers each by itself, while a change set ties good rows to a bad one's fate.",
    ),
    (
        "LinkedIn: telling it that a candidate was erased",
        "That `DELETE` of `atsCandidates` erases is documented; its parameters and its answer are not known here, and a"
        " guess would report erasures that did not happen. `hiregate erase` does not reach LinkedIn: erase there too.",
    ),
)
"""What a reader may look for and does not find, and why."""


def _not_built() -> list[str]:
    lines = ["## Not built", "", "| what | why, and what to do instead |", "|---|---|"]
    return [*lines, *(f"| {what} | {why} |" for what, why in NOT_BUILT), ""]


def _only_successes(mapping: str) -> bool:
    return mapping_for(mapping).only_successes


def _words() -> list[str]:
    """The words of the REST engine, from its schema."""
    text = (files("warehouse.sync.connectors") / "rest.schema.json").read_text(encoding="utf-8")
    schema = document(text, "rest.schema.json")
    lines = ["## Words of the REST engine", "", "Under `pull.entities.NAME`:", "", "| word | means |", "|---|---|"]
    properties = _of(_of(_of(schema, "$defs"), "entity"), "properties")
    for name, value in properties.items():
        lines += _word(name, value)
    return lines


def _word(name: str, value: object) -> list[str]:
    given = value if isinstance(value, dict) else {}
    inner = _of(given, "properties") if name == "incremental" else {}
    lines = [f"| `{name}` | {given['description']} |"] if "description" in given else []
    return lines + [line for key, item in inner.items() for line in _word(f"{name}.{key}", item)]


def _of(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = value[name]
    if not isinstance(found, dict):
        raise TypeError(f"rest.schema.json: {name} is no object: {json.dumps(found)[:40]}")
    return found


if __name__ == "__main__":
    print(reference(), end="")
