"""Which events of a batch can be written at once: those that meet no earlier, different content of the same record.

Records that change in place need no care, for of several events in a batch the last one counts. AI interviews do, since
each content is a revision of its own; and what comes back after it was deleted. With an event that has to wait wait all
later ones of the same records.
"""

from collections.abc import Iterable

REVISED = "ai_interview"
"""The table whose every content counts."""

GONE = "gone"
"""Stands for the content of a record that the event takes away."""

_Record = tuple[str, object]


def together(records: Iterable[tuple[str, int, object, object]]) -> frozenset[int]:
    """The rows that need not wait, of (table, row, key, content hash) in any order."""
    rows: dict[int, list[tuple[_Record, object]]] = {}
    for table, row, key, content in records:
        rows.setdefault(row, []).append(((table, key), content))
    at_once: set[int] = set()
    written: dict[_Record, object] = {}
    waiting: dict[_Record, set[object]] = {}
    for row in sorted(rows):
        if any(_must_wait(record, content, written, waiting) for record, content in rows[row]):
            for record, content in rows[row]:
                waiting.setdefault(record, set()).add(content)
            continue
        at_once.add(row)
        written |= {record: content for record, content in rows[row] if record[0] == REVISED or content == GONE}
    return frozenset(at_once)


def _must_wait(
    record: _Record, content: object, written: dict[_Record, object], waiting: dict[_Record, set[object]]
) -> bool:
    return waiting.get(record, {content}) != {content} or written.get(record, content) != content
