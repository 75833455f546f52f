"""The index page of an evidence bundle: one HTML file in both languages, without script or anything from elsewhere."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2

from validation.outcome import Text
from warehouse.ledger_values import StoredAnswer, StoredEvent, StoredGate, StoredRelease, StoredWaiver

_VERDICTS = {
    "pass": ("pass", "通过"),
    "review": ("review", "需复核"),
    "block": ("block", "阻断"),
    "not_enough_evidence": ("not enough evidence", "证据不足"),
}


def page(
    *,
    release: StoredRelease,
    gate: StoredGate,
    answers: Sequence[StoredAnswer],
    waivers: Sequence[StoredWaiver],
    events: Sequence[StoredEvent],
    names: Sequence[str],
    missing: Mapping[str, str],
) -> str:
    """The page of a release and the evidence around it."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(files("models").joinpath("bundle_page.html").read_text(encoding="utf-8"))
    report: Mapping[str, Any] = gate.report
    return template.render(
        release=release,
        gate=gate,
        verdict=_conclusion(gate, answers),
        checks=report["checks"],
        tables=list(_tables(report)),
        waivers=waivers,
        events=events,
        names=names,
        missing=missing,
        snapshot=_snapshot(release),
        word=_word,
        moment=_moment,
        number=_number,
        interval=_interval,
    )


def _conclusion(gate: StoredGate, answers: Sequence[StoredAnswer]) -> Text:
    en, zh = _VERDICTS[gate.verdict]
    agreed = sorted({one.decided_by for one in answers if one.answer == "approved"})
    if not agreed:
        return Text(en=f"The gate says {en}; nobody has approved it.", zh=f"门禁结论：{zh}；尚未批准。")
    names = ", ".join(agreed)
    return Text(en=f"The gate says {en}; approved by {names}.", zh=f"门禁结论：{zh}；批准人：{names}。")


def _snapshot(release: StoredRelease) -> str:
    """Its number, and the version of each table; where the lake lies is nobody's business outside."""
    versions = release.snapshot.get("versions")
    listed = versions if isinstance(versions, dict) else {}
    number = release.snapshot.get("snapshot", release.snapshot.get("id", ""))
    return f"{number} ({', '.join(f'{table} {version}' for table, version in sorted(listed.items()))})"


def _word(verdict: str | None) -> str:
    return " ".join(_VERDICTS[verdict]) if verdict else ""


def _tables(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for check in report["checks"]:
        deployed = (check.get("detail") or {}).get("deployed")
        if isinstance(deployed, dict) and "groups" in deployed:
            yield {"check": check["check"], **deployed}


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _interval(ends: Sequence[float | None] | None) -> str:
    return "" if not ends or ends[0] is None or ends[1] is None else f"{ends[0]:.3f} – {ends[1]:.3f}"
