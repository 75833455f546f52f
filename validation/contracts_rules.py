"""The data contracts as values: what holds of each table's records, and which breaches keep a record out.

Nothing here imports Great Expectations; `validation.contracts` turns each rule into one of its expectations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from validation.outcome import Text

Kind = Literal["between", "in_set", "regex", "length", "order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One expectation of a table's rows. `words` may hold {n} (breaches) and {of} (values looked at).

    `between` and `length` use `low` and `high`; `order` says that `later` is not before `column`.
    With `rejects` a breaching row does not enter the records.
    """

    column: str
    kind: Kind
    words: Text
    rejects: bool = True
    low: float | str | None = None
    high: float | str | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""
    later: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads."""
        return (self.column,) if self.later is None else (self.column, self.later)


def _between(column: str, low: float | str, high: float | str, en: str, zh: str, *, rejects: bool = True) -> Rule:
    words = Text(
        en=f"{{n}} of {{of}} values of {column} are not {en}.", zh=f"{column} 的 {{of}} 个值中有 {{n}} 个不是{zh}。"
    )
    return Rule(column=column, kind="between", low=low, high=high, words=words, rejects=rejects)


def _length(column: str, high: int) -> Rule:
    words = Text(
        en=f"{{n}} of {{of}} values of {column} are longer than {high} characters.",
        zh=f"{column} 的 {{of}} 个值中有 {{n}} 个超过 {high} 个字符。",
    )
    return Rule(column=column, kind="length", low=1, high=high, words=words)


def _order(column: str, later: str, *, rejects: bool = True) -> Rule:
    words = Text(
        en=f"In {{n}} of {{of}} rows {later} lies before {column}.",
        zh=f"{{of}} 行中有 {{n}} 行的 {later} 早于 {column}。",
    )
    return Rule(column=column, kind="order", later=later, words=words, rejects=rejects)


def _one_of(column: str, values: tuple[str, ...]) -> Rule:
    words = Text(
        en=f"{{n}} of {{of}} values of {column} are none of {', '.join(values)}.",
        zh=f"{column} 的 {{of}} 个值中有 {{n}} 个不属于 {'、'.join(values)}。",
    )
    return Rule(column=column, kind="in_set", values=values, words=words)


def _like(column: str, pattern: str, en: str, zh: str) -> Rule:
    words = Text(
        en=f"{{n}} of {{of}} values of {column} do not look like {en}.",
        zh=f"{column} 的 {{of}} 个值中有 {{n}} 个不像{zh}。",
    )
    return Rule(column=column, kind="regex", pattern=pattern, words=words, rejects=False)


_PAST = ("2000-01-01", "2100-01-01", "a date from 2000 on", "2000 年以后的日期")
_STAGES = ("applied", "ai_interview", "re_interview", "offer", "hire")
_OUTCOMES = ("advanced", "not_advanced", "withdrawn", "pending")
_LANGUAGE = _like("language", r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", "a language tag", "语言标签")
_EMAIL = _like("email", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address", "电子邮件地址")
_PHONE = _like("phone", r"^[0-9+()\-./ x#]{5,40}$", "a telephone number", "电话号码")

RULES: Mapping[str, tuple[Rule, ...]] = {
    "department": (_length("name", 200),),
    "requisition": (
        _length("job_family", 200),
        _length("title", 400),
        _order("opened_on", "closed_on", rejects=False),
    ),
    "candidate": (
        _length("full_name", 400),
        _EMAIL,
        _PHONE,
        _LANGUAGE,
        _length("country", 60),
    ),
    "application": (
        _between("applied_at", *_PAST),
        _order("applied_at", "rejected_at"),
        _order("applied_at", "withdrawn_at"),
        _length("channel", 200),
    ),
    "stage_event": (
        _one_of("stage", _STAGES),
        _one_of("outcome", _OUTCOMES),
        _between("entered_at", *_PAST),
        _order("entered_at", "left_at"),
    ),
    "ai_interview": (
        _between("interviewed_at", *_PAST),
        _between("score", 0, 100, "between 0 and 100", "0 到 100 之间的数"),
        _between("duration_minutes", 0, 1440, "between 0 and 1440 minutes", "0 到 1440 分钟之间的数"),
        _length("vendor", 200),
        _LANGUAGE,
    ),
    "re_interview": (_between("rated_at", *_PAST), _length("rater_id", 200)),
    "offer": (
        _between("offered_at", *_PAST),
        _order("offered_at", "accepted_at"),
        _order("offered_at", "declined_at"),
    ),
    "hire": (
        _between("started_on", "1950-01-01", "2100-01-01", "a date from 1950 on", "1950 年以后的日期"),
        _order("started_on", "left_on"),
    ),
    "employee": (
        _length("full_name", 400),
        _EMAIL,
        _PHONE,
        _between("started_on", "1950-01-01", "2100-01-01", "a date from 1950 on", "1950 年以后的日期"),
        _order("started_on", "left_on"),
    ),
    "performance_review": (
        _between("reviewed_on", "1950-01-01", "2100-01-01", "a date from 1950 on", "1950 年以后的日期"),
        _between("months", 0, 720, "between 0 and 720 months", "0 到 720 个月之间的数"),
        _length("criterion", 200),
    ),
    "compensation": (
        _between("annual_base", 1, 100_000_000, "between 1 and 100 million", "1 到 1 亿之间的数"),
        _like("currency", r"^[A-Z]{3}$", "a three-letter currency code", "三字母货币代码"),
    ),
    "course": (_length("name", 400), _order("started_on", "completed_on")),
    "demographics": (
        _between("birth_year", 1900, 2100, "a birth year", "出生年份"),
        _length("sex", 100),
        _length("race_ethnicity", 200),
    ),
}
"""The contract of each table, by the rules that its rows keep."""
