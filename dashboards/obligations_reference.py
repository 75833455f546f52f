"""Writes `docs/obligations.md` from the data: `python -m dashboards.obligations_reference > docs/obligations.md`."""

from validation.obligation_evidence import NAMES, STATED
from validation.obligation_rules import Obligation, Recurrence, Rhythm, load

_HEAD = """# Obligations

What laws ask of hiring with AI is dated data, `policies/obligations.yaml`, held to `policies/obligations.schema.json`.
This page is generated from it by `python -m dashboards.obligations_reference`; a test holds it to that.
It is no legal advice.

- `hiregate obligations [--jurisdiction US-NYC] [--at DATE] [--model NAME] [--json] [--ics FILE]` shows what is met,
  due soon, overdue, not yet applicable, or cannot be told, and why; the page *Obligations* shows the same.
- Without `--jurisdiction` those places count whose release policies the champions passed; if none names a place, all.
- What only a person knows is stated with `hiregate attest KIND DAY --note WHERE [--model NAME]` and taken back with
  `--withdraw`; both stand in the audit log. The kinds are listed at the end.
- An obligation that names several kinds of evidence needs all of them. Business days count neither weekends nor the
  public holidays of the file.
- A date is *verified* where a public source that states it was read on {read_on}; sources were read as stored copies,
  and the addresses were not opened. What is unverified says what could not be confirmed.
- Where a law moved a date and that could not be verified, the calendar says *cannot be told* between the two."""


def reference() -> str:
    """The whole page as Markdown."""
    found = load()
    unverified: dict[str, list[str]] = {}
    for one in found.obligations:
        if not one.is_verified and one.note is not None:
            unverified.setdefault(one.note.en, []).append(f"`{one.id}`")
    kinds = sorted(STATED)
    return "\n".join(
        [
            _HEAD.format(read_on=found.read_on),
            "",
            "## Unverified",
            "",
            *(f"- {', '.join(names)}: {note}" for note, names in unverified.items()),
            "",
            "## All",
            "",
            "| id | where | law, article | applies from | asks | how often | evidence | source |",
            "|---|---|---|---|---|---|---|---|",
            *(_row(one) for one in found.obligations),
            "",
            "## Evidence that people state",
            "",
            "| kind | evidence |",
            "|---|---|",
            *(f"| `{kind.value}` | {NAMES[kind].en} |" for kind in kinds),
            "",
        ]
    )


def _row(one: Obligation) -> str:
    cells = (
        f"`{one.id}`",
        one.jurisdiction,
        f"{one.law.en}, {one.article.en}",
        _from(one),
        one.asks.en,
        _rhythm(one.recurrence),
        ", ".join(f"`{kind.value}`" for kind in one.evidence),
        f"[{one.source_title}]({one.source_url})",
    )
    return f"| {' | '.join(cells)} |"


def _from(one: Obligation) -> str:
    if one.applies_from is None:
        return "proposed"
    otherwise = f", else {one.otherwise_from}" if one.otherwise_from else ""
    return f"{one.applies_from}{otherwise}{'' if one.is_verified else ' (unverified)'}"


def _rhythm(recurrence: Recurrence) -> str:
    told = {
        Rhythm.STANDING: "standing",
        Rhythm.VALID_FOR: f"every {recurrence.months} months",
        Rhythm.BEFORE_USE: f"{recurrence.business_days} business days before use",
        Rhythm.POSTED: f"before use, until {recurrence.months} months after the last",
        Rhythm.ON_REQUEST: f"on request, {recurrence.days} days" if recurrence.days else "on request",
        Rhythm.YEARLY_ON: f"yearly by {recurrence.month:02}-{recurrence.day:02}",
    }
    return told[recurrence.rhythm]


if __name__ == "__main__":
    print(reference(), end="")
