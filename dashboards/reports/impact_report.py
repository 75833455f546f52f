"""The adverse-impact report: rates, ratios, tests, unknown people, strata and the curve over cut scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.audit_tables import number, verdict_word
from dashboards.reports.document import Bar, BarChart, Document, Grid, LineChart, Section, Series
from dashboards.reports.impact_words import LIMITS, WORDS
from validation.adverse_impact import AdverseImpact
from validation.cut_scores import CutTable
from validation.group_impact import GroupImpact
from validation.outcome import Interval
from validation.strata import StratifiedImpact


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactReport:
    """What the report is made of; `marginals` are the tables of each attribute alone, `curve` other cut scores."""

    file: str
    outcome: str
    answer: AdverseImpact | StratifiedImpact
    made_on: date
    is_median: bool = False
    marginals: tuple[AdverseImpact, ...] = ()
    curve: tuple[CutTable, ...] = ()

    @property
    def crude(self) -> AdverseImpact:
        """The table over everybody."""
        return self.answer if isinstance(self.answer, AdverseImpact) else self.answer.crude


def impact_document(report: ImpactReport, language: str) -> Document:
    """The report in one language."""
    return _Writer(report, language).document()


class _Writer:
    """Writes one report in one language."""

    def __init__(self, report: ImpactReport, language: str) -> None:
        self.report = report
        self.language = language

    def say(self, key: str) -> str:
        return WORDS[key].in_language(self.language)

    def document(self) -> Document:
        answer = self.report.answer
        return Document(
            title=self.say("title"),
            language=self.language,
            verdict=verdict_word(answer.verdict.value, self.language),
            verdict_kind=answer.verdict.value,
            reason=answer.reason.in_language(self.language),
            facts=tuple(self.facts()),
            sections=tuple(self.sections()),
            limits=tuple(limit.in_language(self.language) for limit in LIMITS),
        )

    def facts(self) -> Iterable[tuple[str, str]]:
        crude = self.report.crude
        bar, unknown = crude.comparator, crude.unknown
        yield self.say("file"), self.report.file
        yield self.say("date"), self.report.made_on.isoformat()
        yield self.say("groups"), ", ".join(crude.attributes)
        yield self.say("outcome"), self.report.outcome
        yield self.say("definition"), crude.definition.in_language(self.language)
        yield self.say("n"), f"{crude.n:,}"
        yield self.say("unknown"), f"{unknown.n:,} ({(unknown.share or 0):.1%})"
        yield self.say("missing"), f"{unknown.outcome_missing:,}"
        if bar is not None:
            yield self.say("comparator"), f"{bar.label} ({bar.rule.in_language(self.language)})"
        if crude.cut is not None:
            yield self.say("median" if self.report.is_median else "cut"), f"{crude.cut:g}"
        yield self.say("threshold"), f"{float(crude.rule.threshold):g}"
        yield self.say("min_n"), str(crude.rule.min_n)

    def sections(self) -> Iterable[Section]:
        crude = self.report.crude
        yield Section(heading=self.say("rates"), charts=(self.rates(crude.groups),))
        yield Section(heading=self.say("ratios"), charts=(self.ratios(crude),))
        yield Section(heading=self.say("tests"), grids=(self.tests(crude),))
        if crude.unknown.n:
            yield Section(heading=self.say("bounds"), grids=(self.bounds(crude),))
        if isinstance(self.report.answer, StratifiedImpact):
            yield self.strata(self.report.answer)
        if self.report.marginals:
            yield Section(
                heading=self.say("marginals"), grids=tuple(self.tests(table) for table in self.report.marginals)
            )
        if self.report.curve:
            yield self.curve(self.report.curve, crude)

    def rates(self, lines: Sequence[GroupImpact]) -> BarChart:
        bars = tuple(
            Bar(
                label=line.count.label,
                value=line.rate or 0.0,
                low=line.rate_ci.low,
                high=line.rate_ci.high,
                note=f"{number(line.rate)}, n = {line.count.n:,}",
            )
            for line in lines
        )
        rows = (
            (
                line.count.label,
                f"{line.count.n:,}",
                f"{line.count.selected:,}",
                number(line.rate),
                _interval(line.rate_ci),
            )
            for line in lines
        )
        grid = self.grid("rates", ("group", "n", "selected", "rate", "interval"), rows)
        return BarChart(title=self.say("rates"), unit=self.say("rate"), bars=bars, grid=grid)

    def ratios(self, table: AdverseImpact) -> BarChart:
        bars = tuple(
            Bar(
                label=line.count.label,
                value=line.impact_ratio,
                low=line.impact_ratio_ci.low,
                high=line.impact_ratio_ci.high,
                note=number(line.impact_ratio),
            )
            for line in table.groups
            if line.impact_ratio is not None
        )
        rows = (
            (
                line.count.label,
                number(line.impact_ratio),
                _interval(line.impact_ratio_ci),
                line.impact_ratio_ci.method or "–",
                verdict_word(line.verdict.value, self.language),
                line.excluded.in_language(self.language) if line.excluded else "",
            )
            for line in table.groups
        )
        grid = self.grid("ratios", ("group", "ratio", "interval", "method", "verdict", "remark"), rows)
        line = float(table.rule.threshold)
        return BarChart(title=self.say("ratios"), unit=self.say("ratio"), bars=bars, grid=grid, line=line)

    def tests(self, table: AdverseImpact) -> Grid:
        keys = (
            "group", "n", "selected", "rate", "ratio", "interval", "test", "p", "p_holm", "shortfall",
            "shortfall_reference", "needed", "flips", "mde", "verdict",
        )  # fmt: skip
        caption = ", ".join(table.attributes)
        headers = tuple(self.say(key) for key in keys)
        return Grid(caption=caption, headers=headers, rows=tuple(self.tested(line) for line in table.groups))

    def tested(self, line: GroupImpact) -> tuple[str, ...]:
        pair = None if line.is_comparator else line.table
        p_value = pair.p_value if pair else None
        return (
            line.count.label,
            f"{line.count.n:,}",
            f"{line.count.selected:,}",
            number(line.rate),
            number(line.impact_ratio),
            _interval(line.impact_ratio_ci),
            pair.test if pair and p_value is not None else "–",
            _small(p_value),
            _small(line.p_holm),
            number(pair.shortfall_pooled if pair else None, 1),
            number(pair.shortfall_reference if pair else None, 1),
            "–" if pair is None else str(pair.selections_needed(line.threshold) or 0),
            "–" if pair is None or pair.flip_flops is None else self.say("yes" if pair.flip_flops else "no"),
            number(line.minimum_detectable_ratio, 2),
            verdict_word(line.verdict.value, self.language),
        )

    def bounds(self, table: AdverseImpact) -> Grid:
        rows = (
            (
                line.count.label,
                number(line.impact_ratio),
                _interval(line.bounds.proportional),
                _interval(line.bounds.worst_case),
            )
            for line in table.groups
            if line.bounds is not None
        )
        return self.grid("bounds", ("group", "ratio", "proportional", "worst"), rows)

    def strata(self, answer: StratifiedImpact) -> Section:
        return Section(
            heading=self.say("strata"),
            paragraphs=(answer.reason.in_language(self.language),),
            grids=(self.pooled(answer), self.by_stratum(answer.strata)),
        )

    def pooled(self, answer: StratifiedImpact) -> Grid:
        rows = []
        for entry in answer.pooled:
            pair, homogeneity = entry.pair, entry.pair.homogeneity
            is_told = pair.is_homogeneous is True
            rows.append(
                (
                    ", ".join(value or "unknown" for _, value in entry.group),
                    number(pair.odds_ratio),
                    number(pair.impact_ratio) if is_told else self.say("refused"),
                    _interval(pair.ratio_interval()) if is_told else "–",
                    _small(homogeneity.p_value if homogeneity else None),
                    verdict_word(entry.decision.verdict.value, self.language),
                )
            )
        return self.grid("pooled", ("group", "odds", "ratio", "interval", "homogeneity", "verdict"), rows)

    def by_stratum(self, strata: Mapping[str, AdverseImpact]) -> Grid:
        rows = [
            (
                name,
                line.count.label,
                f"{line.count.n:,}",
                number(line.rate),
                number(line.impact_ratio),
                _interval(line.impact_ratio_ci),
                verdict_word(line.verdict.value, self.language),
            )
            for name, table in strata.items()
            for line in table.groups
        ]
        return self.grid("by_stratum", ("stratum", "group", "n", "rate", "ratio", "interval", "verdict"), rows)

    def curve(self, tables: Sequence[CutTable], crude: AdverseImpact) -> Section:
        bar = crude.comparator.group if crude.comparator else None
        series, rows = [], []
        for count in [line.count for line in crude.groups]:
            if bar is None or count.group == bar:
                continue
            ratios = [(table.cut, table.pair(count.group, bar)) for table in tables]
            points = tuple((cut, pair.impact_ratio) for cut, pair in ratios if pair.impact_ratio is not None)
            series.append(Series(name=count.label, points=points))
            rows += [
                (f"{cut:g}", count.label, f"{pair.x1:,}", number(pair.x1 / pair.n1), number(pair.impact_ratio))
                for cut, pair in ratios
                if pair.n1
            ]
        grid = self.grid("curve", ("cut", "group", "selected", "rate", "ratio"), rows)
        chart = LineChart(
            title=self.say("curve"),
            x_unit=self.say("cut"),
            y_unit=self.say("ratio"),
            series=tuple(series),
            grid=grid,
            line=float(crude.rule.threshold),
            mark=crude.cut,
        )
        return Section(heading=self.say("curve"), paragraphs=(self.say("curve_note"),), charts=(chart,))

    def grid(self, caption: str, headers: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Grid:
        return Grid(caption=self.say(caption), headers=tuple(self.say(key) for key in headers), rows=tuple(rows))


def _interval(interval: Interval) -> str:
    low, high = interval.as_list()
    return "–" if low is None and high is None else f"{number(low)} – {number(high)}"


def _small(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}"
