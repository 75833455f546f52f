"""Which of the file's columns a mapping reads, value by value and entry by entry."""

from warehouse.files.mapping import Entry, Value
from warehouse.files.source_file import ROW_NUMBER


def columns_of_value(value: Value) -> tuple[str, ...]:
    """The file's columns that a value reads."""
    if value.column is not None:
        return (value.column,)
    if value.template is not None:
        return tuple(name for name, is_column in template_parts(value.template) if is_column and name != "melt")
    return value.first_of


def template_parts(template: str) -> list[tuple[str, bool]]:
    """A template's pieces in order, each with whether it names a column; braces are doubled to stand for themselves."""
    parts: list[tuple[str, bool]] = []
    text, position = "", 0
    while position < len(template):
        two = template[position : position + 2]
        if two in ("{{", "}}"):
            text, position = text + two[0], position + 2
        elif template[position] == "{" and "}" in template[position:]:
            end = template.index("}", position)
            parts += [(text, False)] if text else []
            parts.append((template[position + 1 : end], True))
            text, position = "", end + 1
        else:
            text, position = text + template[position], position + 1
    return [*parts, (text, False)] if text else parts


def columns_read(entry: Entry) -> tuple[str, ...]:
    """The file's columns that an entry reads, each once."""
    found = [*columns_of_value(entry.id)]
    for value in (*entry.columns.values(), *entry.skills.values()):
        found += columns_of_value(value)
    found += columns_of_value(entry.version) if entry.version else ()
    found += [item.column for item in entry.when]
    found += [column for _, column in entry.melt]
    found += [entry.skill_list.column] if entry.skill_list else []
    return tuple(dict.fromkeys(found))


def optional_columns(entry: Entry) -> frozenset[str]:
    """The columns that the file may lack: every value that reads them says so."""
    needed: set[str] = {*columns_of_value(entry.id)}
    optional: set[str] = set()
    for value in (*entry.columns.values(), *entry.skills.values(), *([entry.version] if entry.version else [])):
        (optional if value.optional else needed).update(columns_of_value(value))
    return frozenset(optional - needed - {ROW_NUMBER})
