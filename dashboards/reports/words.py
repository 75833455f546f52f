"""Words that all reports share, in English and Chinese, and the pen that writes a report's words in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dashboards.audit_tables import number, verdict_word
from dashboards.reports.document import Document, Grid, Section
from validation.group_count import Group
from validation.outcome import Interval, Text, Verdict

SHARED: Mapping[str, Text] = {
    "file": Text(en="Data file", zh="数据文件"),
    "date": Text(en="Report made on", zh="报告日期"),
    "period": Text(en="Period", zh="期间"),
    "not_in_file": Text(en="not stated by the data file", zh="数据文件未说明"),
    "definition": Text(en="Definition", zh="定义"),
    "comparator": Text(en="Comparator", zh="对照群体"),
    "intervals": Text(en="Intervals", zh="置信区间"),
    "n": Text(en="n", zh="人数"),
    "everyone": Text(en="People", zh="人数"),
    "group": Text(en="group", zh="群体"),
    "attributes": Text(en="Attributes", zh="属性"),
    "unknown": Text(en="Of unknown group", zh="群体未知"),
    "missing": Text(en="Without an outcome", zh="无结果"),
    "min_n": Text(en="Smallest group with a verdict", zh="作出结论的最小群体人数"),
    "interval": Text(en="95 % interval", zh="95% 置信区间"),
    "interval_sign": Text(en="line with ends: 95 % interval", zh="带端线段：95% 置信区间"),
    "rate": Text(en="selection rate", zh="选拔率"),
    "ratio": Text(en="impact ratio", zh="影响比"),
    "p": Text(en="p", zh="p 值"),
    "verdict": Text(en="verdict", zh="结论"),
    "reason": Text(en="reason", zh="原因"),
    "remark": Text(en="remark", zh="备注"),
    "table": Text(en="Table behind the chart", zh="图表数据"),
    "unknown_value": Text(en="unknown", zh="未知"),
    "colon": Text(en=": ", zh="："),
    "semicolon": Text(en="; ", zh="；"),
    "comma": Text(en=", ", zh="、"),
    "none": Text(en="none", zh="无"),
}


class Judged(Protocol):
    """An answer with a verdict and the reason for it."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def reason(self) -> Text: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Writes words, groups, verdicts and tables in one language; a report's own words come before the shared ones."""

    words: Mapping[str, Text]
    language: str

    def say(self, key: str) -> str:
        """The word or sentence with this key."""
        return self.text(self.words[key] if key in self.words else SHARED[key])

    def text(self, text: Text | None) -> str:
        """A sentence in the report's language; nothing for none."""
        return text.in_language(self.language) if text else ""

    def group(self, group: Group) -> str:
        """The group's values; only an unknown one is a word of ours."""
        return ", ".join(self.say("unknown_value") if value is None else value for _, value in group)

    def named(self, group: str) -> str:
        """A group's name where only its name is known."""
        return self.say("unknown_value") if group == "unknown" else group

    def verdict(self, verdict: Verdict) -> str:
        """The verdict's word."""
        return verdict_word(verdict.value, self.language)

    def document(
        self,
        answer: Judged,
        facts: Iterable[tuple[str, str]],
        sections: Iterable[Section],
        limits: Iterable[Text],
    ) -> Document:
        """The report of an answer; its title is the word `title`."""
        return Document(
            title=self.say("title"),
            language=self.language,
            verdict=self.verdict(answer.verdict),
            verdict_kind=answer.verdict.value,
            reason=self.text(answer.reason),
            facts=tuple(facts),
            sections=tuple(sections),
            limits=tuple(self.text(limit) for limit in limits),
        )

    def grid(self, caption: str, headers: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Grid:
        """A table whose caption and headers are keys."""
        return Grid(caption=self.say(caption), headers=tuple(self.say(key) for key in headers), rows=tuple(rows))


def interval_text(interval: Interval | None) -> str:
    """Both ends; a dash where the whole interval is undefined."""
    low, high = interval.as_list() if interval else (None, None)
    return "–" if low is None and high is None else f"{number(low)} – {number(high)}"


def p_text(value: float | None) -> str:
    """A p value with two digits; a dash where there is none."""
    if value is None:
        return "–"
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}"
