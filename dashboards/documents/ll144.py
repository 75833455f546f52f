"""The public summary of New York's Local Law 144 for a release: three tables, unknown people, dates and the auditor.

The tables are the gate's own counts at the cut that was released, of every category whatever its size, as 6 RCNY 5-301
asks. They are the platform's monitoring; the independent audit and its date are stated by people or are missing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from dashboards.documents import law_evidence
from dashboards.documents.frame import Draft, Missing
from dashboards.documents.law_evidence import NOTHING, LawEvidence
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
_COMPLIANCE = Text(en="Compliance", zh="合规人员")
_DATES = (EvidenceKind.BIAS_AUDIT, EvidenceKind.SUMMARY_POSTED, EvidenceKind.CANDIDATE_NOTICE)


def ll144_summary(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The summary of a release. Needs READ_MODELS and READ_DEMOGRAPHICS; raises UnknownRelease."""
    principal.require(Permission.READ_DEMOGRAPHICS)
    found = law_evidence.of(settings, principal, subject, kind=KIND, language=language)
    pen = Pen(words=WORDS, language=language)
    tables = tuple(table for names in TABLES if (table := _table(found, names, language)) is not None)
    sections = table_sections(Summary(tables=tables, is_scoring=False), language)
    return Draft(
        title=pen.say("title"),
        basis=found.basis,
        facts=tuple(_facts(found, pen)),
        sections=(
            Section(heading=pen.say("reading"), paragraphs=tuple(_reading(found, tables, pen))),
            *sections,
            found.written.section("auditor"),
            found.written.section("data_explanation"),
        ),
        missing=(*_missing_tables(found), *_missing_dates(found), *found.written.missing),
        limits=(pen.text(DISCLAIMER), pen.say("no_advice")),
    )


def _table(found: LawEvidence, names: tuple[str, ...], language: str) -> CategoryTable | None:
    """The table of these attributes from the gate's counts; None where the gate judged no such table."""
    plain = _deployed(found, names)
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


def _deployed(found: LawEvidence, names: tuple[str, ...]) -> Mapping[str, Any] | None:
    wanted = f"adverse_impact.{'+'.join(names)}"
    for check in found.checks:
        detail = check.get("detail") or {}
        if check.get("check") == wanted and detail.get("deployed"):
            deployed: Mapping[str, Any] = detail["deployed"]
            return deployed
    return None


def _facts(found: LawEvidence, pen: Pen) -> Iterator[tuple[str, str]]:
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
    yield pen.say("period"), str(found.gate.report.get("period") or NOTHING)
    yield pen.say("unscored"), f"{_unscored(found):,}"
    yield pen.say("definition"), pen.say("selection")


def _unscored(found: LawEvidence) -> int:
    plain = [deployed for names in TABLES if (deployed := _deployed(found, names)) is not None]
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
        if _deployed(found, names) is None:
            named = {one: " × ".join(Words(one).of("attribute", name) for name in names) for one in ("en", "zh")}
            yield Missing(
                part=f"{KIND}.table.{'+'.join(names)}",
                what=Text(en=f"Table by {named['en']}", zh=f"按{named['zh']}的表"),
                answer=Text(
                    en="A gate evaluation of the run under the policy us-nyc, with people's stated categories.",
                    zh="以策略 us-nyc 评估该训练运行，且有当事人自报的类别。",
                ),
                who=Text(en="The data scientist, then compliance", zh="数据科学家，其后合规人员"),
            )


def _missing_dates(found: LawEvidence) -> Iterator[Missing]:
    for kind in _DATES:
        if found.latest(kind) is None:
            call = f"hiregate attest {kind.value} DAY --model {found.release.model_name} --note WHERE"
            yield Missing(
                part=f"{KIND}.{kind.value}",
                what=Text(en=f"Date: {NAMES[kind].en}", zh=f"日期：{NAMES[kind].zh}"),
                answer=Text(en=f"State it: {call}", zh=f"请陈述：{call}"),
                who=_COMPLIANCE,
            )


def _first(found: LawEvidence, kind: EvidenceKind) -> dt.date | None:
    days = found.stated.get(kind, ())
    return days[0] if days else None


def _earliest(notice: dt.date | None) -> dt.date | None:
    return None if notice is None else earliest_use(notice, holidays=load().holidays_of(PLACE))


def _day(day: dt.date | None, pen: Pen, *, none: str = "not_stated") -> str:
    return pen.say(none) if day is None else day.isoformat()
