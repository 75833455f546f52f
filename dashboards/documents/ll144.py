"""The public summary of New York's Local Law 144 for a release: its tables, unknown people, dates and the auditor.

A model that scores and has a cut is both kinds of tool: selection rates at the cut that was released, and scoring rates
above the median, are the gate's own counts of every category whatever its size, as 6 RCNY 5-301 (b) and (c) ask. They
are the platform's monitoring; the independent audit and its date are stated by people or are missing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashboards.documents import law_evidence, terms
from dashboards.documents.frame import Draft, Missing
from dashboards.documents.law_evidence import LawEvidence
from dashboards.documents.ll144_words import WORDS
from dashboards.reports.document import Section
from dashboards.reports.ll144_report import sections as table_sections
from dashboards.reports.words import Pen
from dashboards.wording.words import Words
from validation.bias_audit_dates import earliest_use, last_allowed_day, posted_until
from validation.group_count import GroupCount
from validation.ll144 import DISCLAIMER, CategoryTable, Summary, category_table
from validation.obligation_evidence import NAMES, EvidenceKind
from validation.obligation_rules import load
from validation.outcome import Text
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.settings import Settings

KIND = "ll144_summary"
TABLES = (("sex",), ("race_ethnicity",), ("sex", "race_ethnicity"))
PLACE = "US-NYC"
_SELECTED, _SCORED = "deployed", "above_median"
"""Where the gate keeps who reaches the cut, and who scores above the median."""
_SCIENTIST = Text(en="The data scientist, then compliance", zh="数据科学家，其后合规人员")
_COMPLIANCE = Text(en="Compliance", zh="合规人员")
_DATES = (EvidenceKind.BIAS_AUDIT, EvidenceKind.SUMMARY_POSTED, EvidenceKind.CANDIDATE_NOTICE)


def ll144_summary(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The summary of a release. Needs READ_MODELS and READ_DEMOGRAPHICS; raises UnknownRelease."""
    principal.require(Permission.READ_DEMOGRAPHICS)
    found = law_evidence.of(settings, principal, subject, kind=KIND, language=language)
    pen = Pen(words=WORDS, language=language)
    tables, scoring = (_summary(found, part, language) for part in (_SELECTED, _SCORED))
    selected, scored = (_sections(found, part, one, pen) for part, one in ((_SELECTED, tables), (_SCORED, scoring)))
    return Draft(
        title=pen.say("title"),
        basis=found.basis,
        facts=tuple(_facts(found, scoring, pen)),
        sections=(
            Section(heading=pen.say("reading"), paragraphs=tuple(_reading(found, tables.tables, pen))),
            *selected,
            *scored,
            found.written.section("auditor"),
            found.written.section("data_explanation"),
        ),
        missing=(*_missing_tables(found), *_missing_rates(scoring), *_missing_dates(found), *found.written.missing),
        limits=(pen.text(DISCLAIMER), pen.say("no_advice")),
    )


def _summary(found: LawEvidence, part: str, language: str) -> Summary:
    """The tables of selection rates at the cut, or of scoring rates above the median."""
    tables = tuple(table for names in TABLES if (table := _table(found, names, part, language)) is not None)
    medians = [plain["median"] for names in TABLES if (plain := _counted(found, names, _SCORED)) is not None]
    is_scoring = part == _SCORED
    return Summary(tables=tables, is_scoring=is_scoring, median=medians[0] if is_scoring and medians else None)


def _sections(found: LawEvidence, part: str, summary: Summary, pen: Pen) -> tuple[Section, ...]:
    """The tables' sections; each says also how many people were never asked for the attribute: no rate counts them."""
    judged = [names for names in TABLES if _table(found, names, part, pen.language) is not None]
    return tuple(
        replace(section, paragraphs=(*section.paragraphs, *_not_asked(found, names, table.unknown, pen)))
        for names, table, section in zip(judged, summary.tables, table_sections(summary, pen.language), strict=True)
    )


def _not_asked(found: LawEvidence, names: tuple[str, ...], unknown: int, pen: Pen) -> Iterator[str]:
    figures = [one for check in _checks(found, names) for one in check.get("figures") or ()]
    n = sum(int(one["value"]) for one in figures if one.get("name") == "not_asked" and one.get("value"))
    if n:
        yield pen.say("not_asked").format(n=f"{n:,}", all=f"{n + unknown:,}")


def _table(found: LawEvidence, names: tuple[str, ...], part: str, language: str) -> CategoryTable | None:
    """The table of these attributes from the gate's counts; None where the gate judged no such table."""
    plain = _counted(found, names, part)
    if plain is None:
        return None
    say = Words(language)
    named = {name: say.of("attribute", name) for name in names}
    counts = [
        GroupCount(
            group=tuple((named[name], say.of("value", str(group["group"][name]))) for name in names),
            n=int(group["n"]),
            selected=int(group["selected"]),
        )
        for group in plain["groups"]
    ]
    unknown = plain["unknown"]
    nobody = GroupCount(
        group=tuple((one, None) for one in named.values()), n=unknown["n"], selected=unknown["selected"]
    )
    found_table = category_table([*counts, *([nobody] if nobody.n else [])], list(named.values()))
    return found_table if found_table.categories else None


def _counted(found: LawEvidence, names: tuple[str, ...], part: str) -> Mapping[str, Any] | None:
    for check in _checks(found, names):
        detail = check.get("detail") or {}
        if detail.get(part):
            counted: Mapping[str, Any] = detail[part]
            return counted
    return None


def _checks(found: LawEvidence, names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    wanted = f"adverse_impact.{'+'.join(names)}"
    return (check for check in found.checks if check.get("check") == wanted)


def _facts(found: LawEvidence, scoring: Summary, pen: Pen) -> Iterator[tuple[str, str]]:
    audit, notice = found.latest(EvidenceKind.BIAS_AUDIT), _first(found, EvidenceKind.CANDIDATE_NOTICE)
    posted = _first(found, EvidenceKind.SUMMARY_POSTED)
    yield pen.say("audit_date"), _day(audit, pen)
    yield pen.say("audit_until"), _day(last_allowed_day(audit) if audit else None, pen)
    yield pen.say("distribution"), _day(found.first_use, pen, none="not_used")
    yield pen.say("notice"), _day(notice, pen)
    yield pen.say("earliest"), _day(_earliest(notice), pen)
    yield pen.say("posted"), _day(posted, pen)
    if found.last_use is None:
        yield pen.say("posted_until"), pen.say("posted_while_used")
    else:
        yield pen.say("posted_until"), str(posted_until(found.last_use))
    yield pen.say("cut"), f"{found.release.cut_score:.4f}"
    yield pen.say("period"), terms.period(str(found.gate.report.get("period") or ""), pen.language)
    yield pen.say("unscored"), f"{_unscored(found):,}"
    yield pen.say("definition"), pen.say("selection")
    if scoring.median is not None:
        yield pen.say("median"), f"{scoring.median:.4f}"
        yield pen.say("definition_scoring"), pen.say("scoring")


def _unscored(found: LawEvidence) -> int:
    plain = [counted for names in TABLES if (counted := _counted(found, names, _SELECTED)) is not None]
    return max((int(one["unknown"].get("outcome_missing", 0)) for one in plain), default=0)


def _reading(found: LawEvidence, tables: tuple[CategoryTable, ...], pen: Pen) -> Iterator[str]:
    yield pen.say("counts_of")
    notice = _first(found, EvidenceKind.CANDIDATE_NOTICE)
    earliest = _earliest(notice)
    if earliest is not None and found.first_use is not None and found.first_use < earliest:
        yield pen.say("used_early").format(first=found.first_use, notice=notice, earliest=earliest)
    excluded = [line.count.label for table in tables for line in table.categories if line.is_excluded]
    if excluded:
        yield pen.say("below_share").format(groups=pen.say("semicolon").join(excluded))
    if any(line.count.n < SMALLEST_GROUP for table in tables for line in table.categories):
        yield pen.say("small").format(n=SMALLEST_GROUP)


def _missing_tables(found: LawEvidence) -> Iterator[Missing]:
    for names in TABLES:
        if _counted(found, names, _SELECTED) is None:
            named = {one: " × ".join(Words(one).of("attribute", name) for name in names) for one in ("en", "zh")}
            yield Missing(
                part=f"{KIND}.table.{'+'.join(names)}",
                what=Text(en=f"Table by {named['en']}", zh=f"按{named['zh']}的表"),
                answer=Text(
                    en="An evaluation under New York City's policy, with people's stated categories.",
                    zh="按纽约市的策略评估，且有当事人自报的类别。",
                ),
                who=_SCIENTIST,
            )


def _missing_rates(scoring: Summary) -> Iterator[Missing]:
    """Gate evaluations of earlier versions counted nobody above the median."""
    if not scoring.tables:
        yield Missing(
            part=f"{KIND}.scoring_rates",
            what=Text(en="Tables of scoring rates (6 RCNY 5-301(c))", zh="高分率表（6 RCNY 5-301(c)）"),
            answer=Text(
                en="Evaluate the run again: the gate then also counts who scores above the median.",
                zh="请重新评估该训练运行：门禁届时也会统计得分高于中位数的人数。",
            ),
            who=_SCIENTIST,
        )


def _missing_dates(found: LawEvidence) -> Iterator[Missing]:
    for kind in _DATES:
        if found.latest(kind) is None:
            yield Missing(
                part=f"{KIND}.{kind.value}",
                what=Text(en=f"Date: {NAMES[kind].en}", zh=f"日期：{NAMES[kind].zh}"),
                answer=Text(
                    en="The date, stated in the obligations calendar with where it is proven.",
                    zh="在合规义务日历中陈述该日期，并注明证明所在之处。",
                ),
                who=_COMPLIANCE,
            )


def _first(found: LawEvidence, kind: EvidenceKind) -> dt.date | None:
    days = found.stated.get(kind, ())
    return days[0] if days else None


def _earliest(notice: dt.date | None) -> dt.date | None:
    return None if notice is None else earliest_use(notice, holidays=load().holidays_of(PLACE))


def _day(day: dt.date | None, pen: Pen, *, none: str = "not_stated") -> str:
    return pen.say(none) if day is None else day.isoformat()
