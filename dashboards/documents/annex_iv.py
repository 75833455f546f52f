"""The technical file of Annex IV to the EU AI Act, with a map: each point, what the evidence says, where it lies.

What only the provider can write is a human part, printed under its point or listed as missing; nothing is made up for
it. Places are those of the evidence bundle, hashes those of the audit log.
"""

from collections.abc import Iterator

from dashboards.documents import law_evidence
from dashboards.documents.annex_iv_points import BUNDLE, HEADINGS, POINTS, Point
from dashboards.documents.frame import Draft
from dashboards.documents.law_evidence import NOTHING, LawEvidence
from dashboards.reports.document import Grid, Section
from dashboards.reports.words import Pen
from validation import human_parts
from validation.outcome import Text
from warehouse.access import Principal
from warehouse.settings import Settings

KIND = "annex_iv"
WORDS = {
    "title": Text(en="Technical file (EU AI Act, Annex IV)", zh="技术文件（欧盟《人工智能法》附件四）"),
    "map": Text(en="Article map", zh="条款对照表"),
    "map_lead": Text(
        en="Each point of Annex IV, whether the records answer it, whether a person has to write, and where it lies in "
        "the evidence bundle, which “hiregate evidence export” writes.",
        zh="附件四的每一点：记录是否回应、是否须由人撰写，以及在证据包（由“hiregate evidence export”导出）中的位置。",
    ),
    "map_table": Text(en="Points of Annex IV", zh="附件四各点"),
    "point": Text(en="point", zh="条款"),
    "asks": Text(en="asks for", zh="要求"),
    "state": Text(en="state", zh="状态"),
    "place": Text(en="place in the bundle", zh="证据包中的位置"),
    "hash": Text(en="sha256", zh="sha256"),
    "says": Text(en="what the records say", zh="记录内容"),
    "evidence": Text(en="in the records", zh="记录已有"),
    "written": Text(en="written", zh="已撰写"),
    "both": Text(en="in the records and written", zh="记录已有且已撰写"),
    "part_missing": Text(en="in the records; the written part is missing", zh="记录已有；缺少撰写部分"),
    "missing": Text(en="missing", zh="缺失"),
    "high_risk": Text(
        en="A system that screens or filters candidates is high-risk under Annex III, point 4(a). This file supports "
        "Article 11; it is neither the conformity assessment nor the declaration.",
        zh="用于筛选候选人的系统属于附件三第 4 点（a）项的高风险系统。本文件用于第 11 条，并非合格评定或符合性声明。",
    ),
    "keep": Text(
        en="Article 18: keep the file for ten years after the system is placed on the market or put into service.",
        zh="第 18 条：系统投放市场或投入使用后，本文件须保存十年。",
    ),
    "date": Text(
        en="The date from which Annex III duties apply stands in the obligations calendar, and is unverified there.",
        zh="附件三义务的适用日期见合规义务日历，该日期尚未核实。",
    ),
}


def annex_iv(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The technical file of a release. Needs READ_MODELS; raises UnknownRelease."""
    found = law_evidence.of(settings, principal, subject, kind=KIND, language=language)
    pen = Pen(words=WORDS, language=language)
    return Draft(
        title=pen.say("title"),
        basis=found.basis,
        sections=(_map(found, pen), *_sections(found, pen)),
        missing=found.written.missing,
        limits=(pen.say("high_risk"), pen.say("keep"), pen.say("date")),
    )


def _map(found: LawEvidence, pen: Pen) -> Section:
    rows = tuple(
        (
            point.number,
            pen.text(point.asks),
            pen.say(_state(point, found)),
            pen.say("comma").join(point.files) or NOTHING,
        )
        for point in POINTS
    )
    grid = pen.grid("map_table", ("point", "asks", "state", "place"), rows)
    return Section(heading=pen.say("map"), paragraphs=(pen.say("map_lead"),), grids=(grid,))


def _sections(found: LawEvidence, pen: Pen) -> Iterator[Section]:
    for number, heading in HEADINGS.items():
        points = [point for point in POINTS if point.number.partition("(")[0] == number]
        rows = tuple(
            (point.number, pen.text(said), _places(point, found)) for point in points for said in point.says(found)
        )
        headers = (pen.say("point"), pen.say("says"), pen.say("place"))
        grids = (Grid(caption=pen.say("says"), headers=headers, rows=rows),) if rows else ()
        yield Section(
            heading=f"{number}. {pen.text(heading)}", paragraphs=tuple(_written(points, found, pen)), grids=grids
        )


def _written(points: list[Point], found: LawEvidence, pen: Pen) -> Iterator[str]:
    for point in points:
        if point.part:
            title = pen.text(human_parts.part(KIND, point.part).title)
            yield f"{point.number} {title}"
            yield from found.written.paragraphs(point.part)


def _places(point: Point, found: LawEvidence) -> str:
    """The files of the point, with the start of the hash in the audit log; the sources have it whole."""
    return "; ".join(f"{file}{_hash(file, found)}" for file in point.files) or NOTHING


def _hash(file: str, found: LawEvidence) -> str:
    if file == "gate/policy.json":
        return f" ({found.gate.policy_sha256[:12]}…)"
    known = found.hash_of(BUNDLE.get(file, ""))
    return "" if known == NOTHING else f" ({known[:12]}…)"


def _state(point: Point, found: LawEvidence) -> str:
    is_recorded = bool(point.says(found))
    if not point.part:
        return "evidence" if is_recorded else "missing"
    is_written = any(part == point.part for part, _ in found.written.written)
    if is_written:
        return "both" if is_recorded else "written"
    return "part_missing" if is_recorded else "missing"
