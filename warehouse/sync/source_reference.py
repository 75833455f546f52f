"""The fields of a source file as Markdown, read from its JSON schema: `python -m warehouse.sync.source_reference`."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import cast

Schema = Mapping[str, object]

_PARTS = (("webhook", "`webhook`: how events come in"), ("pull", "`pull`: how the source is asked"))
_PUSH = ("push", "`push`: how results go back")


def reference() -> str:
    """All tables, one a part of the file and one a kind of `auth`."""
    schema = cast("Schema", json.loads((files("warehouse.sync") / "source.schema.json").read_text(encoding="utf-8")))
    parts = cast("Mapping[str, Schema]", schema["$defs"])
    lines = [*_table("The file", schema)]
    for name, title in (*_PARTS, _PUSH):
        lines += ["", *_table(title, parts[name])]
    for kind in cast("list[Schema]", parts["auth"]["oneOf"]):
        named = cast("Mapping[str, Schema]", kind["properties"])["kind"]["const"]
        lines += ["", *_table(f"`auth` of kind `{named}`", kind)]
    return "\n".join(lines) + "\n"


def _table(title: str, schema: Schema) -> list[str]:
    rows = list(_rows(schema))
    if not rows:
        return [f"### {title}", "", "Nothing more."]
    return [f"### {title}", "", "| field | needed | means |", "|---|---|---|", *rows]


def _rows(schema: Schema) -> Iterator[str]:
    needed = cast("list[str]", schema.get("required", []))
    for name, field in cast("Mapping[str, Schema]", schema["properties"]).items():
        if "const" in field:
            continue
        words = (
            f" One of {', '.join(f'`{word}`' for word in cast('list[str]', field['enum']))}." if "enum" in field else ""
        )
        yield f"| `{name}` | {'yes' if name in needed else ''} | {field.get('description', '')}{words} |"


if __name__ == "__main__":
    print(reference(), end="")
