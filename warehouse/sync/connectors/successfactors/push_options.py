"""What a source file says of the way back: which rungs of the ladder, whose orders are ours, how a score is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.sources import Source

ASSESSMENT, FIELD, COMMENT, FILE = "assessment_report", "application_field", "comment", "file"
RUNGS = (ASSESSMENT, FIELD, COMMENT, FILE)
"""The ladder, best first: a report that SAP's own screens show, a field, a comment, a file for somebody to import."""

RECOMMENDATIONS: Mapping[str, str] = {"advance": "1", "human_review": "2", "hold": "3"}
"""SAP's scale is 1 recommended, 2 with qualifications, 3 with reservations, 4 not recommended; 4 is never sent."""

COMPONENTS = (("Score", "Recommendation"), ("score", "recommendation"), ("SCORE", "RECOMMENDATION"))
"""The only spellings of components that SAP's reports understand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """The way back as the source file describes it. `score_times` brings our 0-1 score to the scale shown there."""

    source: str
    rungs: tuple[str, ...] = RUNGS
    vendor_code: str | None = None
    score_field: str | None = None
    report_status: int = 3
    status_details: str = "COMPLETED"
    report_url: str | None = None
    components: tuple[str, str] = COMPONENTS[0]
    recommendations: Mapping[str, str] = field(default_factory=lambda: RECOMMENDATIONS)
    score_times: float = 100
    ref_type: str | None = None
    folder: Path | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)

    def score(self, payload: Mapping[str, object]) -> str:
        """The score as text on the scale shown there, with at most one decimal. Raises KeyError, ValueError."""
        value = round(float(cast("float", payload["score"])) * self.score_times, 1)
        return str(int(value)) if value == int(value) else str(value)

    def recommendation(self, payload: Mapping[str, object]) -> str | None:
        """The recommendation on SAP's scale; None where it has none."""
        return self.recommendations.get(str(payload.get("recommendation")))


def push_options(source: Source) -> PushOptions:
    """The options of a source. Raises Misconfigured."""
    given = source.push
    rungs = tuple(str(one) for one in cast("list[str]", given.get("rungs", RUNGS)))
    unknown = next((one for one in rungs if one not in RUNGS), None)
    if unknown is not None:
        raise Misconfigured(f"{source.name}: push.rungs: there is no {unknown!r}; there are {', '.join(RUNGS)}")
    components = tuple(str(one) for one in cast("list[str]", given.get("components", COMPONENTS[0])))
    if components not in COMPONENTS:
        raise Misconfigured(f"{source.name}: push.components: SAP understands Score and Recommendation alone")
    folder = given.get("folder")
    plain = {name: given[name] for name in _PLAIN if name in given}
    return PushOptions(
        source=source.name,
        rungs=rungs,
        components=(components[0], components[1]),
        score_field=cast("str | None", given.get("field")),
        folder=Path(str(folder)).expanduser() if folder else None,
        recommendations=_texts(given.get("recommendations")) or RECOMMENDATIONS,
        statuses={name.strip().lower(): id_ for name, id_ in _texts(given.get("statuses")).items()},
        **plain,  # type: ignore[arg-type]  # texts and numbers as the file gives them
    )


_PLAIN = ("vendor_code", "report_status", "status_details", "report_url", "score_times", "ref_type")


def _texts(given: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
