"""A mapping's values as DuckDB SQL: the text that was given, the value it becomes, and what makes it a bad one.

Each value passes three steps, each a column of a nested query: `raw` (text of the file, null words taken out),
`listed` (after the code list) and `typed` (of the target's kind). A bad value has a raw text and no typed value.
"""

import datetime as dt
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from warehouse.files.clock_changes import clock_changes
from warehouse.files.columns_read import template_parts
from warehouse.files.mapping import Condition, Value
from warehouse.keys import SEPARATOR

BOOLEANS = {"true": ("true", "yes", "y", "t", "1", "1.0"), "false": ("false", "no", "n", "f", "0", "0.0")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a value's reading depends on beside itself; `as_of` is the day of the load."""

    source: str
    as_of: dt.date
    timezone: str
    dates: tuple[str, ...]
    names: Dictionary[str, str]

    def column(self, name: str) -> str:
        """The staged column's SQL for the mapping's name of it."""
        return self.names[name]


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def given(value: Value, reading: Reading) -> str:
    """The text that stands in the file, before the value's own null words."""
    if value.column is not None:
        return reading.column(value.column)
    if value.constant is not None:
        constant = str(value.constant).lower() if isinstance(value.constant, bool) else str(value.constant)
        return literal(constant)
    if value.melt is not None:
        return f"melt_{value.melt}"
    if value.template is not None:
        pieces = [
            ("melt_name" if text == "melt" else reading.column(text)) if is_column else literal(text)
            for text, is_column in template_parts(value.template)
        ]
        return " || ".join(pieces) if pieces else "''"
    return f"coalesce({', '.join(reading.column(name) for name in value.first_of)})"


def raw(value: Value, reading: Reading) -> str:
    """The given text without the value's null words, its regular expression applied, characters stripped."""
    sql = given(value, reading)
    if value.null_words:
        sql = f"(CASE WHEN {is_null_word(value, reading)} THEN NULL ELSE {sql} END)"
    if value.extract is not None:
        sql = f"nullif(regexp_extract({sql}, {literal(value.extract)}, 1), '')"
    if value.strip:
        sql = f"nullif(trim(translate({sql}, {literal(value.strip)}, '')), '')"
    if value.decimal == ",":
        sql = f"replace({sql}, ',', '.')"
    return sql


def is_null_word(value: Value, reading: Reading) -> str:
    """Whether the given text is one of the value's own null words."""
    words = ", ".join(literal(word) for word in value.null_words)
    return f"coalesce(lower({given(value, reading)}) IN ({words}), false)"


def listed(value: Value, sql: str) -> str:
    """The code list's meaning of the text in `sql`; outside the list NULL, or the text itself where it is kept."""
    if not value.values:
        return sql
    cases = " ".join(
        f"WHEN {literal(word)} THEN {'NULL' if meaning is None else literal(meaning)}" for word, meaning in value.values
    )
    return f"CASE lower({sql}) {cases} ELSE {sql if value.otherwise == 'keep' else 'NULL'} END"


def may_be_empty(value: Value, sql: str) -> str | None:
    """A condition under which a missing value is meant: words that the list maps to nothing, or `otherwise: empty`."""
    if value.on_error == "empty":
        return "true"
    if not value.values:
        return None
    if value.otherwise == "empty":
        return f"{sql} IS NOT NULL AND lower({sql}) NOT IN ({', '.join(literal(word) for word, _ in value.values)})"
    empty = [literal(word) for word, meaning in value.values if meaning is None]
    return f"lower({sql}) IN ({', '.join(empty)})" if empty else None


def typed(kind: str, value: Value, sql: str, reading: Reading) -> str:
    """The text in `sql` as a value of `kind`, NULL where it is none."""
    if kind == "text":
        return sql
    if kind == "boolean":
        cases = " ".join(f"WHEN lower({sql}) IN {words!r} THEN {name}" for name, words in BOOLEANS.items())
        return f"CASE {cases} END"
    if kind == "timestamp":
        return _moment(value, sql, reading)
    if kind == "date" or value.formats:
        local = _local(value, sql, reading)
        return f"CAST({local} AS DATE)" if kind == "date" else f"CAST(year({local}) AS SMALLINT)"
    return _numeric(kind, value, sql)


def _numeric(kind: str, value: Value, sql: str) -> str:
    number = _number(value, sql)
    if kind == "smallint":
        return f"CASE WHEN {number} = round({number}) AND abs({number}) < 32768 THEN CAST({number} AS SMALLINT) END"
    if kind == "decimal":
        return f"TRY_CAST({number if value.multiply is not None else sql} AS DECIMAL(14,2))"
    return number


def _number(value: Value, sql: str) -> str:
    number = f"TRY_CAST({sql} AS DOUBLE)"
    number = f"CASE WHEN isfinite({number}) THEN {number} END"
    if value.multiply is not None:
        number = f"({number}) * {value.multiply!r}"
    if value.add is not None:
        number = f"({number}) + {value.add!r}"
    if value.scale is not None:
        low, high = value.scale
        number = f"100.0 * (({number}) - {low!r}) / {high - low!r}"
    return f"({number})"


def _local(value: Value, sql: str, reading: Reading) -> str:
    """The moment as written, without its zone: by the given formats, else by ISO 8601."""
    by_format = _by_format(value, sql, reading)
    iso = f"TRY_CAST({sql} AS TIMESTAMP)"
    return _in_century(value, f"coalesce({by_format}, {iso})" if by_format else iso, reading)


def _by_format(value: Value, sql: str, reading: Reading) -> str | None:
    formats = ", ".join(literal(format_) for format_ in value.formats or reading.dates)
    return f"try_strptime({sql}, [{formats}])" if formats else None


def _in_century(value: Value, moment: str, reading: Reading) -> str:
    if value.century != "past":
        return f"({moment})"
    return f"(CASE WHEN {moment} > {day(reading.as_of)} THEN {moment} - INTERVAL 100 YEAR ELSE {moment} END)"


def day(date: dt.date) -> str:
    """A day as SQL."""
    return f"DATE '{date.isoformat()}'"


def _moment(value: Value, sql: str, reading: Reading) -> str:
    """UTC: what a format reads is in the value's zone; ISO 8601 may carry an offset of its own."""
    zone = value.timezone or reading.timezone
    by_format = _by_format(value, sql, reading)
    offset = f"timezone('UTC', TRY_CAST({sql} AS TIMESTAMPTZ))"
    iso = f"CASE WHEN {_has_offset(sql)} THEN {offset} ELSE {_in_utc(f'TRY_CAST({sql} AS TIMESTAMP)', zone)} END"
    moment = f"coalesce({_in_utc(by_format, zone)}, {iso})" if by_format else iso
    return _in_century(value, moment, reading)


def _has_offset(sql: str) -> str:
    return f"strlen({sql}) > 16 AND regexp_matches(substr({sql}, 17), '([zZ]|[+-]\\d\\d(:?\\d\\d)?)$')"


def unsure_moments(value: Value, sql: str, reading: Reading) -> list[tuple[str, str]]:
    """Code and test of the times without an offset that the zone's clock showed twice, or never."""
    windows = clock_changes(value.timezone or reading.timezone, reading.as_of.year + 2)
    local = _local(value, sql, reading)
    found = []
    for code in dict.fromkeys(window.code for window in windows):
        mine = [window for window in windows if window.code == code]
        hours = ", ".join(str(hour) for hour in sorted({hour for window in mine for hour in window.hours}))
        within = " OR ".join(f"{local} >= {_at(window.start)} AND {local} < {_at(window.end)}" for window in mine)
        rare = f"month({local}) * 100 + hour({local}) IN ({hours})"
        found.append((code, f"coalesce(CASE WHEN {rare} AND NOT ({_has_offset(sql)}) THEN {within} END, false)"))
    return found


def _at(moment: dt.datetime) -> str:
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


def version(value: Value, sql: str, reading: Reading) -> str:
    """A record's version in the text in `sql`: a whole number, or a time as milliseconds; NULL where it is neither."""
    moment = f"epoch_ms({_moment(value, sql, reading)})"
    return moment if value.formats else f"coalesce(TRY_CAST({sql} AS BIGINT), {moment})"


def _in_utc(local: str, zone: str) -> str:
    return local if zone.upper() in {"UTC", "Z"} else f"timezone('UTC', timezone({literal(zone)}, {local}))"


def is_century_moved(value: Value, sql: str, reading: Reading) -> str:
    """Whether the two-digit year was taken a hundred years earlier."""
    plain = _local(Value(column="_", formats=value.formats), sql, reading)
    return f"coalesce({plain} > {day(reading.as_of)}, false)"


def key(table: str, source: str, record_id: str) -> str:
    """The SQL of `warehouse.keys.key` for the record id in the SQL `record_id`; NULL where that is NULL."""
    return digest(f"{literal(table + SEPARATOR + source + SEPARATOR)} || {record_id}")


def digest(text: str) -> str:
    """The md5 of a text as a uuid with its bytes in reverse.

    DuckDB makes it three times as fast as by way of the hexadecimal digits. Keys stay reversed inside DuckDB;
    `binary_copy` and `existing` turn them round where they meet PostgreSQL.
    """
    return f"CAST(md5_number({text}) AS UUID)"


def postgres_order(key: str) -> str:
    """What sorts keys nearly as PostgreSQL does: the first three bytes of the digest, which are the last of the uuid.

    Rows that arrive in the order of the primary key fill its pages one after the other.
    """
    low = f"CAST(CAST({key} AS UHUGEINT) & 16777215 AS UINTEGER)"
    return f"(({low} & 255) << 16 | ({low} & 65280) | ({low} >> 16))"


def condition(item: Condition, reading: Reading) -> str:
    """A row's condition as SQL that is true or false."""
    column = reading.column(item.column)
    words = ", ".join(literal(word.lower()) for word in item.words)
    if item.test == "filled":
        return f"{column} IS {'NOT ' if item.is_wanted else ''}NULL"
    if item.test == "matches":
        return f"coalesce(regexp_matches({column}, {literal(item.words[0])}), false)"
    if item.test == "is":
        return f"coalesce(lower({column}) IN ({words}), false)"
    return f"coalesce(lower({column}) NOT IN ({words}), true)"
