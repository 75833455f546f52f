"""One entry of a mapping as a DuckDB query: records with key, hash, typed columns, and the first thing wrong with each.

The query's columns are `row_no`, `n` (rows of the file that it stands for), `record_id`, `key`, `hash`,
`event_time`, the mapped columns, `skills` for AI interviews, `bad` (the position in `problems`, or NULL) and one
boolean a note.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from warehouse.files import expressions as sql
from warehouse.files.columns_read import columns_of_value, columns_read
from warehouse.files.expressions import Reading
from warehouse.files.mapping import Entry, SkillList, Value
from warehouse.files.mapping_file import FACE_OR_EMOTION
from warehouse.files.targets import NATURAL_TIME, PLANS, Column, target

_CODES = {
    "double": "not_a_number",
    "decimal": "not_a_number",
    "smallint": "not_a_whole_number",
    "boolean": "not_a_boolean",
    "date": "not_a_date",
    "timestamp": "not_a_date",
    "text": "not_in_list",
    "reference": "not_in_list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What can be wrong with a row of an entry: `columns` are the file's, `column` is the records'."""

    code: str
    column: str | None
    columns: tuple[str, ...]
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that is counted and reported and rejects nothing."""

    code: str
    column: str
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    alias: str
    name: str
    column: Column
    value: Value

    @property
    def raw(self) -> str:
        return f"r_{self.alias}"

    @property
    def listed(self) -> str:
        return f"l_{self.alias}" if self.value.values else self.raw


class EntryQuery:
    """The query of one entry; `mapped` are the target columns that it fills."""

    def __init__(self, entry: Entry, reading: Reading) -> None:
        """Works out the entry's fields, problems and notes."""
        self.entry, self.reading, self.target = entry, reading, target(entry.table)
        columns = self.target.columns
        self._fields = [
            _Field(alias=str(position), name=name, column=columns[name], value=value)
            for position, (name, value) in enumerate(sorted(entry.columns.items()))
        ]
        number = Column(name="skill", kind="double", is_nullable=True)
        self._skills = [
            _Field(alias=f"s{position}", name=name, column=number, value=value)
            for position, (name, value) in enumerate(entry.skills.items())
        ]
        self.mapped = tuple(field.name for field in self._fields if field.name != "event_time")
        if self.scores_itself:
            self.mapped = (*self.mapped, "score")
        self.has_skills = bool(entry.skills or entry.skill_list)
        self.problems = tuple(self._problems())
        self.notes = tuple(self._notes())

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns that the entry reads."""
        return columns_read(self.entry)

    @property
    def note_columns(self) -> tuple[str, ...]:
        """The query's columns that hold the notes, in the order of `notes`."""
        return tuple(f"note_{position}" for position, _ in enumerate(self.notes))

    @property
    def derives_department(self) -> bool:
        """Whether an application's department is to be its requisition's."""
        return self.entry.table == "application" and "department_id" not in self.entry.columns

    @property
    def scores_itself(self) -> bool:
        """Whether the 0-100 score is worked out from the raw score and its scale."""
        names = self.entry.columns
        return self.entry.table == "ai_interview" and "raw_score" in names and "score" not in names

    def query(self, rows: str, *, is_grouped: bool) -> str:
        """The whole query over the relation `rows`; a grouped one maps each distinct combination of columns once."""
        bad = " ".join(f"WHEN {problem.test} THEN {position}" for position, problem in enumerate(self.problems))
        notes = "".join(f", {note.test} AS note_{position}" for position, note in enumerate(self.notes))
        mapped = "".join(f", {sql.quoted(name)}" for name in self.mapped)
        version = ", record_version" if self.entry.version else ""
        return (
            f"SELECT row_no, n, record_id{version}, {self._key()} AS key, {self._hash()} AS hash,"
            f" {self._event_time()} AS event_time{mapped}{', skills' if self.has_skills else ''}{notes},"
            f" CAST(CASE {bad} END AS SMALLINT) AS bad FROM ({self._typed(rows, is_grouped)})"
        )

    def _key(self) -> str:
        table = "candidate" if self.entry.table == "demographics" else self.entry.table
        return sql.key(table, self.entry.id.source or self.reading.source, "record_id")

    def _hash(self) -> str:
        parts = [
            f"'{field.name}=' || {field.raw if field.column.kind == 'reference' else _text(field)}"
            for field in self._fields
        ]
        parts += ["'skills=' || CAST(skills AS VARCHAR)"] if self.has_skills else []
        return sql.digest(f"concat_ws(chr(31), {', '.join(parts) or repr('')})")

    def _event_time(self) -> str:
        if "event_time" in self.entry.columns:
            return "event_time"
        natural = NATURAL_TIME.get(self.entry.table)
        value = self.entry.columns.get(natural) if natural else None
        return (
            f"CAST({natural} AS TIMESTAMP)"
            if value is not None and value.assumed is None
            else "CAST(NULL AS TIMESTAMP)"
        )

    def _typed(self, rows: str, is_grouped: bool) -> str:
        typed = [f"{self._typed_field(field)} AS {sql.quoted(field.name)}" for field in self._fields]
        typed += [f"{self._typed_field(field)} AS t_{field.alias}" for field in self._skills]
        if self.entry.version is not None:
            typed.append(f"{sql.version(self.entry.version, 'r_version', self.reading)} AS record_version")
        typed += [
            f"{column.default or 'NULL'} AS {sql.quoted(name)}"
            for name, column in self.target.columns.items()
            if name not in self.entry.columns and not (name == "score" and self.scores_itself) and name != "event_time"
        ]
        inner = f"SELECT *{''.join(', ' + item for item in typed)} FROM ({self._listed(rows, is_grouped)})"
        extra = (
            "100.0 * (raw_score - scale_min) / nullif(scale_max - scale_min, 0) AS score" if self.scores_itself else ""
        )
        extra += (", " if extra and self.has_skills else "") + (
            f"{self._skills_sql()} AS skills" if self.has_skills else ""
        )
        return f"SELECT *, {extra} FROM ({inner})" if extra else inner

    def _typed_field(self, field: _Field) -> str:
        if field.column.parent is not None:
            return sql.key(field.column.parent, field.value.source or self.reading.source, field.listed)
        typed = sql.typed(field.column.kind, field.value, field.listed, self.reading)
        return (
            f"coalesce({typed}, {field.column.default})"
            if field.column.default and not (field.column.is_nullable or self.entry.merge)
            else typed
        )

    def _skills_sql(self) -> str:
        if self.entry.skill_list is not None:
            return _skill_list_sql(self.entry.skill_list, self.reading)
        pairs = ", ".join(f"{{'skill': {sql.literal(field.name)}, 'score': t_{field.alias}}}" for field in self._skills)
        return f"list_filter([{pairs}], lambda s: s.score IS NOT NULL)"

    def _listed(self, rows: str, is_grouped: bool) -> str:
        lists = [
            f"{sql.listed(field.value, field.raw)} AS {field.listed}"
            for field in (*self._fields, *self._skills)
            if field.value.values
        ]
        raw = self._raw(rows, is_grouped)
        return f"SELECT *, {', '.join(lists)} FROM ({raw})" if lists else raw

    def _raw(self, rows: str, is_grouped: bool) -> str:
        raws = "".join(
            f", {sql.raw(field.value, self.reading)} AS {field.raw}" for field in (*self._fields, *self._skills)
        )
        if self.entry.version is not None:
            raws += f", {sql.raw(self.entry.version, self.reading)} AS r_version"
        return (
            f"SELECT *, {sql.raw(self.entry.id, self.reading)} AS record_id{raws} FROM ({self._rows(rows, is_grouped)})"
        )

    def _rows(self, source: str, is_grouped: bool) -> str:
        """The rows that pass the conditions, melted, and grouped where that is asked."""
        names = dict.fromkeys(self.reading.names[name] for name in self.columns)
        plain = ", ".join(name for name in names if name.startswith("c"))
        melted, where = "", " AND ".join(sql.condition(item, self.reading) for item in self.entry.when)
        if self.entry.melt:
            labels = ", ".join(sql.literal(name) for name, _ in self.entry.melt)
            values = ", ".join(self.reading.column(column) for _, column in self.entry.melt)
            melted = f", unnest([{labels}]) AS melt_name, unnest([{values}]) AS melt_value"
        rows = f"SELECT row_no{', ' + plain if plain else ''}{melted} FROM {source}{' WHERE ' + where if where else ''}"
        rows = f"SELECT * FROM ({rows}) WHERE melt_value IS NOT NULL" if self.entry.melt else rows
        if not is_grouped:
            return f"SELECT *, 1 AS n FROM ({rows})"
        groups = ", ".join(filter(None, (plain, "melt_name, melt_value" if self.entry.melt else "")))
        grouped = f"SELECT max(row_no) AS row_no, count(*) AS n{', ' + groups if groups else ''} FROM ({rows})"
        return f"{grouped}{' GROUP BY ' + groups if groups else ''} HAVING count(*) > 0"

    def _problems(self) -> Iterator[Problem]:
        yield Problem(
            code="missing_id", column=self.target.key, columns=columns_of_value(self.entry.id), test="record_id IS NULL"
        )
        if self.entry.version is not None:
            unread, columns = "r_version IS NOT NULL AND record_version IS NULL", columns_of_value(self.entry.version)
            yield Problem(code="not_a_version", column=None, columns=columns, test=unread)
        for field in (*self._fields, *self._skills):
            yield from self._field_problems(field)
        if self.entry.skill_list is not None:
            yield from _skill_list_problems(self.entry.skill_list, self.reading)
        if not self.entry.merge:
            yield from self._record_problems()

    def _record_problems(self) -> Iterator[Problem]:
        """The database's own checks; of a record in parts they are asked once it is put together."""
        for name, check in self.target.checks.items():
            columns = tuple(
                dict.fromkeys(c for f in self._fields if f.name in check for c in columns_of_value(f.value))
            )
            first = next((field.name for field in self._fields if field.name in check), None)
            yield Problem(code=name, column=first, columns=columns, test=f"NOT ({check})")

    def _field_problems(self, field: _Field) -> Iterator[Problem]:
        typed = self._typed_name(field)
        columns = tuple(self._melted(columns_of_value(field.value), field.value))
        excuse = sql.may_be_empty(field.value, field.raw)
        code = "not_in_list" if field.value.values else _CODES[field.column.kind]
        if excuse != "true" and (field.value.values or field.column.kind not in {"text", "reference"}):
            unread = self._unread(field)
            test = f"{unread} AND NOT ({excuse})" if excuse else unread
            yield Problem(code=code, column=field.name, columns=columns, test=test)
        if not (field.column.is_nullable or self.entry.merge):
            yield Problem(code="missing_value", column=field.name, columns=columns, test=f"{typed} IS NULL")
        if field.column.kind == "timestamp":
            for kind, test in sql.unsure_moments(field.value, field.raw, self.reading):
                yield Problem(code=kind, column=field.name, columns=columns, test=test)
        if field.column.kind in {"date", "timestamp"} and not self._may_lie_ahead(field):
            test = f"{typed} > {sql.day(self.reading.as_of)} + INTERVAL 2 DAY"
            yield Problem(code="date_in_future", column=field.name, columns=columns, test=test)

    def _unread(self, field: _Field) -> str:
        typed = self._typed_name(field)
        if field.column.default and not field.column.is_nullable:
            typed = sql.typed(field.column.kind, field.value, field.listed, self.reading)
        return f"{field.raw} IS NOT NULL AND {typed} IS NULL"

    def _typed_name(self, field: _Field) -> str:
        return sql.quoted(field.name) if field in self._fields else f"t_{field.alias}"

    def _melted(self, columns: tuple[str, ...], value: Value) -> Iterator[str]:
        yield from columns
        if value.melt == "value":
            yield from (column for _, column in self.entry.melt)

    def _may_lie_ahead(self, field: _Field) -> bool:
        return field.value.future == "allow" or (field.value.future is None and field.name in PLANS)

    def _notes(self) -> Iterator[Note]:
        for field in (*self._fields, *self._skills):
            if field.value.null_words:
                yield Note(
                    code="null_word",
                    column=field.name,
                    test=f"CAST({field.raw} IS NULL AND {self._was_word(field)} AS BOOLEAN)",
                )
            if field.value.values:
                spellings = ", ".join(sql.literal(word) for word in field.value.spellings)
                test = f"coalesce({field.raw} NOT IN ({spellings}) AND {field.listed} IS NOT NULL, false)"
                if field.value.otherwise != "keep":
                    yield Note(code="respelled", column=field.name, test=test)
            if field.value.on_error == "empty" or field.value.otherwise == "empty":
                yield Note(code="emptied", column=field.name, test=f"({self._unread(field)})")
            if field.value.century == "past":
                yield Note(
                    code="century",
                    column=field.name,
                    test=sql.is_century_moved(field.value, field.listed, self.reading),
                )

    def _was_word(self, field: _Field) -> str:
        return sql.is_null_word(field.value, self.reading)


def _text(field: _Field) -> str:
    name = sql.quoted(field.name)
    if field.column.kind == "text":
        return name
    return f"CAST({f'epoch_us({name})' if field.column.kind == 'timestamp' else name} AS VARCHAR)"


def _skill_elements(item: SkillList, column: str) -> str:
    """The skills as a list of structs of texts; NULL where the column is no JSON list or object.

    A name alone is a skill without a score; an element's own `scale_max` is its scale where the mapping gives none.
    """
    listed = (
        f"list_transform(from_json({column}, '[\"JSON\"]'), lambda s: CASE json_type(s)"
        f" WHEN 'VARCHAR' THEN {{'skill': s ->> '$', 'score': NULL}}"
        f" WHEN 'OBJECT' THEN {{'skill': {_skill_name(item)}, 'score': {_skill_score(item)}}}"
        f" ELSE {{'skill': NULL, 'score': NULL}} END)"
    )
    keyed = f"list_transform(json_keys({column}), lambda k: {{'skill': k, 'score': (CAST({column} AS JSON) ->> k)}})"
    kind = f"CASE WHEN json_valid({column}) THEN json_type({column}) END"
    return f"CASE {kind} WHEN 'ARRAY' THEN {listed} WHEN 'OBJECT' THEN {keyed} END"


def _skill_name(item: SkillList) -> str:
    return f"s ->> {sql.literal(item.name)}" if item.name else "coalesce(s ->> 'name', s ->> 'skill')"


def _skill_score(item: SkillList) -> str:
    score = f"s ->> {sql.literal(item.score or 'score')}"
    if item.scale is not None:
        return score
    top = "nullif(TRY_CAST(s ->> 'scale_max' AS DOUBLE), 0)"
    return f"coalesce(CAST(100.0 * TRY_CAST({score} AS DOUBLE) / {top} AS VARCHAR), {score})"


def _skill_list_sql(item: SkillList, reading: Reading) -> str:
    elements = _skill_elements(item, reading.column(item.column))
    number = sql.typed("double", Value(column="_", scale=item.scale), "s.score", reading)
    scored = f"list_transform({elements}, lambda s: {{'skill': s.skill, 'score': {number}}})"
    return f"list_sort(list_filter({scored}, lambda s: s.score IS NOT NULL))"


def _skill_list_problems(item: SkillList, reading: Reading) -> Iterator[Problem]:
    column = reading.column(item.column)
    elements = _skill_elements(item, column)
    number = sql.typed("double", Value(column="_"), "s.score", reading)
    wrong = f"len(list_filter({elements}, lambda s: s.skill IS NULL OR (s.score IS NOT NULL AND {number} IS NULL))) > 0"
    twice = "len(list_distinct(list_transform(skills, lambda s: s.skill))) < len(skills)"
    face = sql.literal(FACE_OR_EMOTION.pattern)
    faces = f"len(list_filter(skills, lambda s: regexp_matches(s.skill, {face}))) > 0"
    broken = f"{column} IS NOT NULL AND ({elements} IS NULL OR {wrong} OR {twice})"
    yield Problem(code="not_a_skill_list", column="skills", columns=(item.column,), test=f"coalesce({broken}, false)")
    yield Problem(code="prohibited_input", column="skills", columns=(item.column,), test=f"coalesce({faces}, false)")
