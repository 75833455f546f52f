"""Finds a mapping's YAML file, reads it with no surprise of YAML 1.1, and checks it before any file is opened."""

import functools
import json
import re
from collections.abc import Generator, Iterator
from importlib.resources import files
from pathlib import Path
from typing import cast

import jsonschema
import yaml

from warehouse.files.columns_read import columns_read
from warehouse.files.errors import MappingRefused, ProhibitedInput, SourceRefused
from warehouse.files.mapping import Entry, Mapping, Value, parse
from warehouse.files.targets import target

FACE_OR_EMOTION = re.compile(
    r"(?i:(?:^|[^a-z])(?:faces?|facial)(?:[^a-z]|$))|(?:^|[^A-Za-z])[Ff]ac(?:es?|ial)[A-Z]|[a-z]Fac(?:e|ial)"
    r"|(?i:smil|gaze|eye.?contact|emotion|\baffect\b|mood|\bau_?\d+|action.?unit|blink|head.?pose)"
    r"|微笑|表情|情绪|面部|人脸"
)
"""Names that say that a feature was read off a face or is an emotion."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def checked_source(source: str) -> str:
    """The source's name; raises SourceRefused when it is not a-z, 0-9, _ and - with at most 63 characters."""
    if not _SOURCE.fullmatch(source):
        raise SourceRefused(f"source {source!r}: use 1 to 63 characters of a-z, 0-9, _ and -, not starting with _ or -")
    return source


def mapping_for(source: str, given: Path | str | None = None) -> Mapping:
    """The mapping for `source`: a path, the bare name of one that ships with Hiregate, or the source's own.

    A template, such as a vendor's export has, takes the source's name; any other must be the source's own.

    Raises MappingRefused or ProhibitedInput.
    """
    path, text = mapping_text(source, given)
    content = document(text, path)
    if content.get("template") is True:
        content["source"] = source
    mapping = checked(content, path)
    if mapping.source != source:
        raise MappingRefused(f"{path}: the mapping is for source {mapping.source!r}, the load for {source!r}")
    return mapping


def mapping_text(source: str, given: Path | str | None = None) -> tuple[str, str]:
    """The name and the unread text of the mapping that `mapping_for` takes; raises MappingRefused."""
    checked_source(source)
    return _text(source, given)


def shipped_names() -> tuple[str, ...]:
    """The mappings that ship with Hiregate, by name."""
    folder = files("warehouse.mappings")
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def _text(source: str, given: Path | str | None) -> tuple[str, str]:
    path = Path(given) if given is not None else None
    if path is not None and path.is_file():
        return str(path), path.read_text(encoding="utf-8")
    name = source if given is None else str(given)
    shipped = files("warehouse.mappings") / f"{name}.yaml"
    if _SOURCE.fullmatch(name) and shipped.is_file():
        return f"{name}.yaml", shipped.read_text(encoding="utf-8")
    if given is None:
        raise MappingRefused(f"source {source!r} has no mapping of its own; give one with --mapping")
    raise MappingRefused(f"{given}: no such mapping file, and no mapping of that name ships with Hiregate")


class _PlainLoader(yaml.SafeLoader):
    """YAML where `no` is a word and 2020-01-01 text; keys are always text."""

    def construct_mapping(  # type: ignore[override]  # keys of another type
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: ARG002 - the base class passes it
    ) -> dict[str, object]:
        """A dictionary whose keys are the words as written; a repeated key is refused."""
        pairs = {str(key.value): self.construct_object(item, deep=True) for key, item in node.value}
        if len(pairs) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return pairs

    def construct_yaml_map(self, node: yaml.MappingNode) -> Generator[dict[str, object], None, None]:
        """As the safe loader does it, with these keys."""
        yield self.construct_mapping(node)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _PlainLoader.construct_yaml_map)


def document(text: str, path: str) -> dict[str, object]:
    """The YAML's content; raises MappingRefused with its line when it cannot be read."""
    try:
        read = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader with fewer guesses
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise MappingRefused(f"{path}: {line}not readable as YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(read, dict):
        raise MappingRefused(f"{path}: the mapping is empty or not an object")
    return cast("dict[str, object]", read)


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("warehouse.mappings") / "mapping.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def checked(content: dict[str, object], path: str) -> Mapping:
    """The mapping of a document that meets the schema and names only what exists; raises MappingRefused if not."""
    error = jsonschema.exceptions.best_match(_validator().iter_errors(content))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        raise MappingRefused(f"{path}: {where or 'the mapping'}: {error.message}")
    mapping = parse(content)
    for entry in mapping.tables:
        _check_entry(entry, mapping, path)
    return mapping


def _check_entry(entry: Entry, mapping: Mapping, path: str) -> None:
    described = target(entry.table)
    for name in entry.columns:
        if name not in described.columns:
            known = ", ".join(sorted(described.columns))
            raise MappingRefused(f"{path}: table {entry.table} has no column {name!r}; it has {known}")
    for name, column in described.columns.items():
        is_derived = (entry.table, name) == ("application", "department_id")
        may_lack = entry.merge or entry.only_deletes or is_derived
        if not (column.is_nullable or column.default or may_lack or name in entry.columns):
            raise MappingRefused(
                f"{path}: table {entry.table} needs its column {name!r}; map it, or say what is assumed"
            )
    if (entry.skills or entry.skill_list) and entry.table != "ai_interview":
        raise MappingRefused(f"{path}: skills belong to ai_interview, not to {entry.table}")
    if not entry.melt and any(value.melt for value in (entry.id, *entry.columns.values())):
        raise MappingRefused(f"{path}: table {entry.table} uses melt without saying which columns")
    is_swept = entry.gone == "delete" and not entry.only_deletes
    if is_swept and not any(item.column == "_entity" and item.test == "is" for item in entry.when):
        raise MappingRefused(
            f"{path}: table {entry.table} deletes what is gone without saying of which entity; "
            "name it under 'when' as {column: _entity, is: [...]}"
        )
    _refuse_faces(entry, path)
    for left_out, why in mapping.prohibited:
        if left_out in columns_read(entry):
            raise ProhibitedInput(f"{path}: column {left_out}: the mapping reads it and declares it prohibited ({why})")


def _refuse_faces(entry: Entry, path: str) -> None:
    features: list[tuple[str, str | None, str | None]] = [
        (name, value.column, value.derived_from)
        for name, value in (dict(entry.skills) | dict(_features(entry))).items()
    ]
    if entry.skill_list:
        features.append(("skills", entry.skill_list.column, entry.skill_list.derived_from))
    for name, column, origin in features:
        words = f"{name} {column or ''}"
        if origin in {"face", "emotion"} or FACE_OR_EMOTION.search(words):
            raise ProhibitedInput(
                f"{path}: column {column or name}: the skill {name!r} is derived from a face or read as an emotion, "
                "which no hiring model may use (EU AI Act Art. 5(1)(f)); "
                "name the column under 'prohibited' to leave it out"
            )


def _features(entry: Entry) -> Iterator[tuple[str, Value]]:
    if entry.table == "ai_interview":
        for name in ("raw_score", "score"):
            if name in entry.columns:
                yield name, entry.columns[name]
