"""A gate report for people: the table on the terminal, and the document as far as its reader may see it."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from validation.gate import GateReport
from validation.outcome import Verdict
from warehouse.access import Principal
from warehouse.gate_reading import readable

WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PASS: ("pass", "通过"),
    Verdict.REVIEW: ("review", "需复核"),
    Verdict.BLOCK: ("BLOCK", "阻断"),
    Verdict.NOT_ENOUGH_EVIDENCE: ("not enough evidence", "证据不足"),
}
_HEADINGS = (("check", "检查"), ("role", "角色"), ("verdict", "结论"), ("reason", "原因"))
_ROLES = {"blocking": ("blocking", "阻断性"), "advisory": ("advisory", "参考性")}


def document(report: GateReport, reader: Principal) -> dict[str, object]:
    """The report as JSON. Whole tables and small groups are left to those who may read demographics."""
    return readable(report.as_json(), reader)


def show(report: GateReport, reader: Principal, language: str) -> None:
    """Prints the table as far as the reader may see it, what to do next, and the verdict."""
    at = 1 if language == "zh" else 0
    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading[at], overflow="fold")
    checks: Any = document(report, reader)["checks"]
    for check in checks:
        verdict = WORDS[Verdict(check["verdict"])][at]
        table.add_row(check["check"], _ROLES[check["role"]][at], verdict, _why(check, language))
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(_ending(report, at), soft_wrap=True)


def _why(check: Mapping[str, Any], language: str) -> str:
    reason, step = check["reason"][language], check["next_step"]
    return str(reason) if step is None else f"{reason} → {step[language]}"


def _ending(report: GateReport, at: int) -> str:
    policy = f"{report.policy} {report.policy_version} ({report.policy_sha256[:12]})"
    waive = ", ".join(report.to_waive)
    lines = (
        f"Run {report.run_id}, cut {report.cut:.4f}, {report.snapshot}, {report.period}, policy {policy}",
        f"运行 {report.run_id}，分数线 {report.cut:.4f}，{report.snapshot}，{report.period}，策略 {policy}",
    )
    asks = (f"\nNeeds a signed waiver: {waive}", f"\n需要签署豁免：{waive}") if waive else ("", "")
    verdict = WORDS[report.verdict][at]
    return f"{lines[at]}{asks[at]}\n{('Verdict', '结论')[at]}: {verdict}"
