"""The mapping as a value: read from YAML, checked against its schema, and named by the hash of its content."""

import hashlib
import json
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from typing import Literal, cast

Scalar = str | int | float | bool
FORMATS = ("csv", "xlsx", "parquet", "jsonl")
NULL_WORDS = ("", "na", "n/a", "null", "none", "nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Where one target column's value comes from and how it is read; exactly one of the first five is set."""

    column: str | None = None
    constant: Scalar | None = None
    template: str | None = None
    first_of: tuple[str, ...] = ()
    melt: Literal["name", "value"] | None = None
    source: str | None = None
    values: tuple[tuple[str, str | None], ...] = ()
    spellings: tuple[str, ...] = ()
    otherwise: Literal["reject", "empty", "keep"] = "reject"
    formats: tuple[str, ...] = ()
    timezone: str | None = None
    century: Literal["past"] | None = None
    future: Literal["reject", "allow"] | None = None
    extract: str | None = None
    strip: str = ""
    decimal: str = "."
    multiply: float | None = None
    add: float | None = None
    scale: tuple[float, float] | None = None
    null_words: tuple[str, ...] = ()
    on_error: Literal["reject", "empty"] = "reject"
    optional: bool = False
    assumed: str | None = None
    fixed_before_outcome: bool = False
    derived_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillList:
    """Skills that stand in one column as JSON: a list of objects, or an object of name and score."""

    column: str
    name: str | None = None
    score: str | None = None
    scale: tuple[float, float] | None = None
    fixed_before_outcome: bool = False
    derived_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold of a column for the row to feed a table."""

    column: str
    test: Literal["filled", "is", "not", "matches"]
    words: tuple[str, ...] = ()
    is_wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How rows of the file become records of one table."""

    table: str
    id: Value
    columns: Dictionary[str, Value]
    when: tuple[Condition, ...] = ()
    melt: tuple[tuple[str, str], ...] = ()
    skills: Dictionary[str, Value] = field(default_factory=dict)
    skill_list: SkillList | None = None
    version: Value | None = None
    merge: bool = False
    gone: Literal["keep", "delete"] = "keep"

    @property
    def only_deletes(self) -> bool:
        """Whether its rows bring no record and take one away."""
        return self.gone == "delete" and not (self.columns or self.skills or self.skill_list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """Something that should hold of the file's own columns; what breaks it is reported and rejects nothing."""

    kind: Literal["filled", "one_spelling", "has_one", "not_after"]
    column: str
    other: str | None = None
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the file is written; `format` and `delimiter` are None where the file's name decides.

    Where there are `encodings`, the first that fits the file's beginning counts.
    """

    format: str | None = None
    encoding: str = "utf-8"
    encodings: tuple[str, ...] = ()
    delimiter: str | None = None
    quote: str = '"'
    has_header: bool = True
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    null_words: tuple[str, ...] = NULL_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping; `document` is the YAML as read and `sha256` names its content."""

    source: str
    shape: Shape
    tables: tuple[Entry, ...]
    document: Dictionary[str, object]
    sha256: str
    timezone: str = "UTC"
    dates: tuple[str, ...] = ()
    max_rejected_share: float = 0.5
    is_generated: bool = False
    only_successes: bool = False
    prohibited: tuple[tuple[str, str], ...] = ()
    checks: tuple[RowCheck, ...] = ()


def parse(document: Dictionary[str, object]) -> Mapping:
    """The mapping of a document that meets the schema."""
    return Mapping(
        source=cast("str", document["source"]),
        shape=_shape(_dictionary(document.get("file"))),
        tables=_tables([_entry(_dictionary(entry)) for entry in _list(document["tables"])]),
        document=document,
        sha256=hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
        timezone=str(document.get("timezone", "UTC")),
        dates=_strings(document.get("dates")),
        max_rejected_share=float(cast("float", document.get("max_rejected_share", 0.5))),
        is_generated=bool(document.get("generated", False)),
        only_successes=bool(document.get("only_successes", False)),
        prohibited=tuple(
            (str(item["column"]), str(item["reason"]))
            for item in map(_dictionary, _list(document.get("prohibited", [])))
        ),
        checks=tuple(_check(_dictionary(item)) for item in _list(document.get("checks", []))),
    )


def _tables(entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries; where one of a table's puts records together from parts, all of them do."""
    merged = {entry.table for entry in entries if entry.merge}
    return tuple(replace(entry, merge=entry.table in merged) for entry in entries)


def _shape(file: Dictionary[str, object]) -> Shape:
    encodings = _strings(file.get("encoding", "utf-8"))
    return Shape(
        format=cast("str | None", file.get("format")),
        encoding=encodings[0],
        encodings=encodings,
        delimiter=cast("str | None", file.get("delimiter")),
        quote=str(file.get("quote", '"')),
        has_header=bool(file.get("header", True)),
        columns=_strings(file.get("columns")),
        sheet=cast("str | None", file.get("sheet")),
        null_words=tuple(word.lower() for word in _strings(file.get("null_words"))) or NULL_WORDS,
    )


def _entry(entry: Dictionary[str, object]) -> Entry:
    when = entry.get("when", [])
    skills = _dictionary(entry.get("skills"))
    is_list = "list" in skills
    return Entry(
        table=str(entry["table"]),
        id=value(entry["id"]),
        columns={name: value(item) for name, item in _dictionary(entry.get("columns")).items()},
        when=tuple(_condition(_dictionary(item)) for item in (when if isinstance(when, list) else [when])),
        melt=tuple((name, str(column)) for name, column in _dictionary(entry.get("melt")).items()),
        skills={} if is_list else {name: value(item) for name, item in skills.items()},
        skill_list=_skill_list(skills) if is_list else None,
        version=value(entry["version"]) if "version" in entry else None,
        merge=bool(entry.get("merge", False)),
        gone=cast("Literal['keep', 'delete']", entry.get("gone", "keep")),
    )


def _skill_list(skills: Dictionary[str, object]) -> SkillList:
    return SkillList(
        column=str(skills["list"]),
        name=cast("str | None", skills.get("name")),
        score=cast("str | None", skills.get("score")),
        scale=_scale(skills.get("scale")),
        fixed_before_outcome=bool(skills.get("fixed_before_outcome", False)),
        derived_from=cast("str | None", skills.get("derived_from")),
    )


def _condition(item: Dictionary[str, object]) -> Condition:
    test = cast("Literal['filled', 'is', 'not', 'matches']", next(name for name in item if name != "column"))
    given = item[test]
    if test == "filled":
        return Condition(column=str(item["column"]), test=test, is_wanted=bool(given))
    return Condition(column=str(item["column"]), test=test, words=_strings(given))


def value(item: object) -> Value:
    """A value from its YAML form: a bare column name, or an object."""
    if isinstance(item, str):
        return Value(column=item)
    options = dict(_dictionary(item))
    options["values"] = tuple(
        (word.strip().lower(), None if meaning is None else _word(meaning))
        for word, meaning in _dictionary(options.get("values")).items()
    )
    options["spellings"] = tuple(_dictionary(_dictionary(item).get("values")))
    options["formats"] = _strings(options.pop("format", None))
    options["first_of"] = _strings(options.get("first_of"))
    options["scale"] = _scale(options.get("scale"))
    options["null_words"] = tuple(word.lower() for word in _strings(options.get("null_words")))
    return Value(**options)  # type: ignore[arg-type]  # the schema has checked each option's type


def _check(item: Dictionary[str, object]) -> RowCheck:
    if "filled" in item:
        return RowCheck(kind="filled", column=str(item["filled"]))
    if "one_spelling" in item:
        return RowCheck(kind="one_spelling", column=str(item["one_spelling"]))
    if "each" in item:
        return RowCheck(kind="has_one", column=str(item["each"]), other=str(item["has_one"]))
    first, second = _strings(item["not_after"])
    return RowCheck(kind="not_after", column=first, other=second, formats=_strings(item.get("format")))


def _scale(item: object) -> tuple[float, float] | None:
    scale = _dictionary(item)
    return (float(cast("float", scale["min"])), float(cast("float", scale["max"]))) if scale else None


def _word(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def _strings(item: object) -> tuple[str, ...]:
    if item is None:
        return ()
    return tuple(_word(word) for word in item) if isinstance(item, list) else (_word(item),)


def _dictionary(item: object) -> Dictionary[str, object]:
    return cast("Dictionary[str, object]", item) if isinstance(item, dict) else {}


def _list(item: object) -> list[object]:
    return cast("list[object]", item) if isinstance(item, list) else []
