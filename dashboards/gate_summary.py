"""A gate report for a build: Markdown for the page of a run, and one annotation a check that did not pass.

Both show the report as far as its reader may see it, and name no person.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dashboards.gate_text import WORDS, document
from validation.gate import GateReport
from validation.outcome import Verdict
from warehouse.access import Principal

_HEADINGS = ("| check | role | verdict | reason | what to do next |", "| 检查 | 角色 | 结论 | 原因 | 下一步 |")
_LEVELS = {Verdict.BLOCK: "error", Verdict.REVIEW: "warning", Verdict.NOT_ENOUGH_EVIDENCE: "warning"}


class SummaryError(OSError):
    """The summary cannot be written; the message names the file."""


def write(report: GateReport, reader: Principal, path: Path, language: str) -> None:
    """Adds the report to the file as Markdown, for a build's page gathers what several steps say."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(markdown(document(report, reader), language))
    except OSError as error:
        raise SummaryError(
            f"{path.name}: cannot be written ({error.strerror}); give a file in a folder that exists"
        ) from error


def markdown(plain: Mapping[str, Any], language: str) -> str:
    """The verdict, what needs a signature, and a table of all checks."""
    at = 1 if language == "zh" else 0
    policy = plain["policy"]
    title = ("Release gate", "发布门禁")[at]
    lines = [
        f"## {title}: {WORDS[Verdict(plain['verdict'])][at]}",
        "",
        f"`{plain['model_name']}`, run `{plain['run_id']}`, policy `{policy['name']} {policy['version']}`"
        f" (`{policy['sha256'][:12]}`), cut {plain['cut']:.4f}, {plain['snapshot']}, {plain['period']}",
        "",
    ]
    if plain["needs_waiver"]:
        asks = ("Needs a signed waiver", "需要签署豁免")[at]
        lines += [f"{asks}: {', '.join(plain['needs_waiver'])}", ""]
    lines += [_HEADINGS[at], "|---|---|---|---|---|", *(_row(check, at, language) for check in plain["checks"])]
    return "\n".join(lines) + "\n"


def annotations(report: GateReport, reader: Principal, language: str) -> Iterator[str]:
    """GitHub's workflow commands, one a check that did not pass, as far as the reader may see it; notes are notices."""
    plain: Any = document(report, reader)["checks"]
    for check, seen in zip(report.checks, plain, strict=True):
        level = _LEVELS.get(check.verdict)
        if level is None:
            continue
        sentence = str(seen["reason"][language])
        yield f"::{level if check.counts else 'notice'} title={check.name}::{_escaped(sentence)}"


def _row(check: Mapping[str, Any], at: int, language: str) -> str:
    step = check.get("next_step") or {}
    cells = (
        check["check"],
        check["role"],
        WORDS[Verdict(check["verdict"])][at],
        check["reason"][language],
        step.get(language, ""),
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _escaped(text: str) -> str:
    """As GitHub's runner wants a message: percent and line ends as codes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
