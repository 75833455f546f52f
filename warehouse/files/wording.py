"""The sentences of rejects and findings, in English and Chinese, with counts and names and never a value."""

from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str]] = {
    "missing_id": ("the record's id is empty", "记录编号为空"),
    "missing_value": ("a value that the records need is empty", "必填值为空"),
    "not_a_number": ("the value is not a number", "该值不是数字"),
    "not_a_whole_number": ("the value is not a whole number below 32768", "该值不是小于 32768 的整数"),
    "not_a_date": ("the value is not a date in any given format", "该值不符合任何给定的日期格式"),
    "not_a_boolean": ("the value is neither yes nor no", "该值既不是“是”也不是“否”"),
    "not_in_list": ("the value is not in the mapping's code list", "该值不在映射的代码表中"),
    "date_in_future": ("the date lies in the future", "日期在未来"),
    "not_a_skill_list": (
        "the skills are not a JSON list of names and numbers, each once",
        "技能不是名称与数字的 JSON 列表（每项一次）",
    ),
    "prohibited_input": (
        "a skill is derived from a face or read as an emotion, which is prohibited",
        "某项技能来自面部或情绪识别，属于禁止使用的输入",
    ),
    "unknown_reference": (
        "the record refers to one that is neither in this file nor in the records",
        "所引用的记录既不在本文件中，也不在已有记录中",
    ),
    "missing_reference": (
        "the record refers to one that has not arrived yet",
        "所引用的记录尚未到达",
    ),
    "missing_part": (
        "a part of the record that the records need has not arrived yet",
        "该记录必需的部分尚未到达",
    ),
    "still_referenced": (
        "the record is gone at the source and others still refer to it",
        "该记录在来源处已删除，但仍被其他记录引用",
    ),
    "not_a_version": ("the record's version is neither a whole number nor a time", "记录的版本既不是整数也不是时间"),
    "ambiguous_time": (
        "the clock showed this time twice when it was set back, and the offset is not given",
        "因时钟回拨，该时间出现过两次，且未给出时区偏移",
    ),
    "skipped_time": (
        "the clock never showed this time: it was set forward over it",
        "因时钟拨快，该时间从未出现",
    ),
    "erased": ("the record is of somebody who was erased", "该记录属于已被删除的人员"),
    "not_json": ("the event is not JSON", "该事件不是 JSON"),
    "nul_character": (
        "a text of the event holds a NUL character (U+0000), which no record can hold",
        "该事件的某段文本含有 NUL 字符（U+0000），无法存入任何记录",
    ),
    "not_an_object": ("the event is JSON and not one object", "该事件是 JSON，但不是单个对象"),
    "cannot_be_stored": (
        "a value cannot be stored in the records, such as a date beyond all calendars",
        "某个值无法存入记录，例如超出历法范围的日期",
    ),
    "withdrawn_after_applied": ("the withdrawal lies before the application", "撤回时间早于应聘时间"),
    "left_after_entered": ("the stage was left before it was entered", "离开阶段的时间早于进入时间"),
    "known_stage": ("the stage is not one of the five", "招聘阶段不在五个阶段之中"),
    "known_outcome": ("the outcome is not one of the four", "结果不在四种结果之中"),
    "score_on_its_scale": ("the score lies outside its scale", "得分超出其量表范围"),
    "scale_has_width": ("the scale's ends are equal or reversed", "量表两端相等或颠倒"),
    "rating_on_its_scale": ("the rating lies outside its scale", "评分超出其量表范围"),
    "accepted_or_declined": ("the offer is both accepted and declined", "录用通知既被接受又被拒绝"),
    "left_after_started": ("the person left before the start", "离职日期早于入职日期"),
    "birth_year_is_a_year": ("the birth year is not between 1900 and 2100", "出生年份不在 1900 至 2100 之间"),
    "pay_is_positive": ("the pay is not above zero", "薪酬不大于零"),
}
"""Why a row is rejected, by code."""

NOTES: Mapping[str, tuple[str, str]] = {
    "null_word": (
        "{n} of {of} values of {column} are a word that means empty, and were left empty.",
        "{column} 的 {of} 个值中有 {n} 个是表示空的词，已留空。",
    ),
    "emptied": (
        "{n} of {of} values of {column} could not be read and were left empty, as the mapping says.",
        "{column} 的 {of} 个值中有 {n} 个无法读取，已按映射留空。",
    ),
    "century": (
        "{n} of {of} dates of {column} have two-digit years that would lie ahead; they were taken 100 years earlier.",
        "{column} 的 {of} 个日期中有 {n} 个两位年份会落在未来，已按早 100 年处理。",
    ),
    "conflicting_records": (
        "{n} of {of} records of {table} stand in the file with different contents under one id; the later row counts.",
        "{table} 的 {of} 条记录中有 {n} 条在文件中编号相同而内容不同，以后面的行为准。",
    ),
    "assumed": (
        "{column} is not in the file: {why}. A stand-in was used for {n} records.",
        "文件中没有 {column}：{why}。有 {n} 条记录使用了替代值。",
    ),
    "prohibited_column": (
        "The column {column} is a prohibited input and was left out: {why}.",
        "列 {column} 属于禁止使用的输入，已略去：{why}。",
    ),
    "respelled": (
        "{n} of {of} values of {column} are written otherwise than in the code list and were read as meant.",
        "{column} 的 {of} 个值中有 {n} 个的写法与代码表不同，已按其含义读取。",
    ),
    "trimmed": (
        "{n} of {of} values of {column} had blanks around them, which were taken off.",
        "{column} 的 {of} 个值中有 {n} 个首尾带空格，已去除。",
    ),
    "filled": (
        "{n} of {of} rows have no {column}.",
        "{of} 行中有 {n} 行没有 {column}。",
    ),
    "one_spelling": (
        "{n} of {of} values of {column} differ from the others in upper and lower case alone.",
        "{column} 的 {of} 个值中有 {n} 个仅大小写与其他值不同。",
    ),
    "has_one": (
        "{n} of {of} rows have another {other} than most of the same {column}; this concerns {keys} of its values.",
        "{of} 行中有 {n} 行的 {other} 与同一 {column} 的多数行不同，涉及 {keys} 个取值。",
    ),
    "not_after": (
        "In {n} of {of} rows {column} lies after {other}.",
        "{of} 行中有 {n} 行的 {column} 晚于 {other}。",
    ),
    "unmapped": (
        "{n} of {of} events are of a kind that no table of the mapping takes: {keys}.",
        "{of} 个事件中有 {n} 个的类型在映射中没有对应的表：{keys}。",
    ),
    "only_successes": (
        "The source gives only those who succeeded: unless its failures are loaded too, its {of} rows must stay out of"
        " pass rates, adverse impact and validity.",
        "该来源只提供成功者：除非同时导入失败者，否则其 {of} 行不得用于通过率、不利影响和效度分析。",
    ),
    "contracts_not_run": (
        "The data contracts were not run on this load; nothing is known of its rows beyond the mapping.",
        "本次导入未运行数据契约；除映射检查之外，对其数据行一无所知。",
    ),
    "rejected": (
        "{n} of {of} rows were rejected: {why}.",
        "{of} 行中有 {n} 行被拒收：{why}。",
    ),
}
"""What is noted of a load, by code."""


CONTRACT: Mapping[str, tuple[str, str]] = {
    "between": ("the value lies outside the range of the data contract", "该值超出数据契约规定的范围"),
    "in_set": ("the value is none of those that the data contract names", "该值不在数据契约列出的值之中"),
    "regex": ("the value does not have the form that the data contract asks", "该值不符合数据契约要求的格式"),
    "length": ("the text is longer than the data contract allows", "文本长度超过数据契约的限制"),
    "order": ("two dates stand in the wrong order", "两个日期的先后顺序不对"),
}
"""Why a data contract rejects a row, by the kind of its expectation."""


def reason(code: str) -> tuple[str, str]:
    """The sentence for a reject's code; `contract:` goes before the expectation of a data contract."""
    if code.startswith("contract:"):
        kind = "order" if code.startswith("contract:order") else code.removeprefix("contract:")
        return CONTRACT.get(kind, ("the row breaks the data contract", "该行违反数据契约"))
    return REASONS[code]
