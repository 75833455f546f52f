"""Obligations as an iCalendar file (RFC 5545): one all-day event a due day, which calendars take in by its UID.

Lines end in CRLF and are folded at 75 octets, text is escaped, and an event keeps its UID from file to file, so that
importing again changes it and adds none. An alarm rings thirty days before.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from validation.obligations import Entry, State

_OCTETS = 75
_WORDS = {
    "name": {"en": "Hiregate obligations", "zh": "Hiregate 合规义务"},
    State.OVERDUE: {"en": "Overdue", "zh": "已逾期"},
    State.DUE_SOON: {"en": "Due soon", "zh": "即将到期"},
    State.CANNOT_TELL: {"en": "Cannot be told", "zh": "无法判断"},
    State.MET: {"en": "Met", "zh": "已满足"},
    State.NOT_YET: {"en": "Not yet applicable", "zh": "尚不适用"},
}


def calendar_file(entries: Sequence[Entry], *, made_at: dt.datetime, language: str) -> bytes:
    """The file; entries without a due day are not in it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hiregate//Obligations//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(_WORDS['name'][language])}",
        *(line for entry in entries if entry.due is not None for line in _event(entry, entry.due, made_at, language)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(entry: Entry, due: dt.date, made_at: dt.datetime, language: str) -> Iterator[str]:
    obligation = entry.obligation
    whose = f" ({entry.model})" if entry.model else ""
    said = f"{_WORDS[entry.state][language]}: {obligation.law.in_language(language)}{whose}"
    parts = [obligation.asks, entry.reason, *([obligation.note] if obligation.note else [])]
    description = "\n".join(
        [
            *(part.in_language(language) for part in parts),
            obligation.article.in_language(language),
            obligation.source_url,
        ]
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{obligation.id}.{_plain(entry.model or 'company')}@obligations.hiregate"
    yield f"DTSTAMP:{made_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{due + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(said)}"
    yield f"DESCRIPTION:{_escaped(description)}"
    yield f"CATEGORIES:{_escaped(obligation.jurisdiction)}"
    yield f"URL:{obligation.source_url}"
    yield "TRANSP:TRANSPARENT"
    if entry.state is not State.MET:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(said)}", "TRIGGER:-P30D", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11: backslash, semicolon and comma behind a backslash, a line break as `\\n`."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name)


def _folded(line: str) -> Iterable[str]:
    """RFC 5545, 3.1: no part is longer than 75 octets, no letter is cut apart, later parts begin with a blank."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + width
    yield part
