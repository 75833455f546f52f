"""The main job on a generated company, end to end: files in, lake, two models, the gate, two people, a champion.

The first model uses a skill that puts one group at a disadvantage, and the gate blocks it; it also names the month from
which on the vendor scores differently without having said so. The second does without the skill and learns only from
people scored after that month; where the gate asks for review because a group is small, the checker signs a waiver that
expires, and says why. With people enough the gate passes it, and nobody has to sign.
A company that is too small to know ends there: the gate says that there is not enough evidence, and nobody signs that.
Nor does anybody sign a block, which chance can bring to a small company's second model.
Every step can be run again: files load once, the same rows give the same model, a champion stays the champion.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from models import registry, releases
from models.release_run import proposal_of
from training import configuration, pipeline
from training.gate_run import run_gate
from validation.contracts import check_batch
from validation.gate import GateReport
from validation.outcome import Verdict
from warehouse import identity, jobs, schema
from warehouse.access import Principal, Role
from warehouse.files.load import load_file
from warehouse.generate import company
from warehouse.lake.door import opened
from warehouse.lake.refresh import refresh
from warehouse.queries.departments import departments, holds_real_records
from warehouse.queries.funnel import funnel
from warehouse.settings import Settings

MAKER, CHECKER = "demo-data-scientist", "demo-compliance"
LEADER, MANAGER, AUDITOR = "demo-hr-leader", "demo-sales-manager", "demo-auditor"
ROLES: Mapping[str, Role] = {
    MAKER: Role.DATA_SCIENTIST,
    CHECKER: Role.COMPLIANCE,
    LEADER: Role.HR_LEADER,
    AUDITOR: Role.AUDITOR,
}
SKEWED, JOB_RELATED = "demo_all_skills", "demo_after_change"
WAIVER_DAYS = 90
TOO_LITTLE = "Too few people to show it in a company of this size; looked at and accepted for now"
SIGNED: Mapping[str, str] = {
    "leakage": "The skill is scored at the interview, before any outcome; looked at and accepted for now",
}
"""What the checker writes into a waiver of a check, and of all others."""
BY_CHANCE = "In a company of this size chance can do that to a group; 20,000 applications show a release."

Tell = Callable[[str], None]
Advance = Callable[[int, int | None], None]


class DemoError(RuntimeError):
    """The demo cannot run here, or its story did not come out; the message says what to do."""


@dataclass(slots=True)
class Watch:
    """Seconds by step, told as they pass."""

    tell: Tell
    seconds: dict[str, float] = field(default_factory=dict)
    _name: str = ""
    _began: float = 0.0

    def step(self, name: str, sentence: str) -> None:
        """Ends the running step and begins the next."""
        self.end()
        self._name, self._began = name, time.monotonic()
        self.tell(sentence)

    def end(self) -> None:
        """Ends the running step."""
        if self._name:
            self.seconds[self._name] = round(self.seconds.get(self._name, 0) + time.monotonic() - self._began, 1)
            self._name = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who acts in the demo: the operator, the maker and the checker."""

    operator: Principal
    maker: Principal
    checker: Principal


def run(settings: Settings, *, applications: int, tell: Tell, advance: Advance) -> dict[str, object]:
    """Runs the whole job and answers its summary. Raises DemoError."""
    watch = Watch(tell)
    began = time.monotonic()
    watch.step("database", "Starting PostgreSQL and bringing its schema up")
    people = prepare(settings)
    load_company(settings, people.operator, applications, watch, advance)
    watch.step("refresh", "Refreshing the lake")
    snapshot = refresh(settings, progress=_counting(advance))
    meet_managers(settings, people.operator)
    watch.step("first model", "Training the first model, with every skill the vendor scores")
    first = gated(settings, people.maker, SKEWED, tell)
    tell_change(first, tell)
    watch.step("second model", "Training the second model, without the skewed skill, on people from after the change")
    second = gated(settings, people.maker, JOB_RELATED, tell)
    watch.step("release", "Proposing, approving and promoting")
    champion = release(settings, people, second, tell)
    watch.end()
    return {
        "generated": True,
        "applications": applications,
        "snapshot": snapshot.id,
        "champion": champion,
        "verdicts": [_told(SKEWED, first), _told(JOB_RELATED, second)],
        "funnel": _funnel(settings, people.operator),
        "seconds": {**watch.seconds, "total": round(time.monotonic() - began, 1)},
    }


def prepare(settings: Settings) -> People:
    """The schema, and the identities that the demo acts as. Raises DemoError where real records are kept."""
    schema.upgrade(settings)
    jobs.prepare(settings)
    operator = identity.acting(settings)
    if holds_real_records(settings, operator):
        raise DemoError(f"{settings.home} holds real records; set HIREGATE_HOME to another folder for the demo")
    for name, role in ROLES.items():
        identity.grant(settings, operator, name, role)
    identity.mark_generated(settings, operator, list(ROLES))
    registry.prepare(settings)
    return People(
        operator=operator,
        maker=identity.principal_of(settings, MAKER),
        checker=identity.principal_of(settings, CHECKER),
    )


def load_company(settings: Settings, operator: Principal, applications: int, watch: Watch, advance: Advance) -> None:
    """Writes the company's source files and loads each through the same door as any other file."""
    folder = settings.home / "demo" / str(applications)
    watch.step("generate", f"Writing the files of a generated company with {applications:,} applications")
    company.write(folder, applications=applications, progress=advance)
    for entry in company.files(applications):
        watch.step("load", f"Loading {entry.file}")
        load_file(
            settings,
            operator,
            folder / entry.file,
            source=entry.source,
            mapping=_mapping(entry.mapping),
            check=check_batch,
            progress=advance,
        )


def meet_managers(settings: Settings, operator: Principal) -> None:
    """Gives the demo's department manager the largest department."""
    found = departments(settings, operator)
    if found:
        identity.grant(
            settings, operator, MANAGER, Role.DEPARTMENT_MANAGER, department_id=uuid.UUID(found[0].department_id)
        )
        identity.mark_generated(settings, operator, [MANAGER])


def gated(settings: Settings, maker: Principal, name: str, tell: Tell) -> GateReport:
    """Trains a configuration and puts the run through the gate."""
    run = pipeline.train(settings, maker, configuration.load(name))
    report = run_gate(settings, maker, run.run_id)
    tell(f"  {report.verdict.value}: {_reason(report)}")
    return report


def tell_change(report: GateReport, tell: Tell) -> None:
    """Tells what the gate says of the vendor, where it asks about it."""
    check = report.check("vendor_change")
    if check.verdict is Verdict.REVIEW:
        tell(f"  {check.verdict.value}: {check.result.reason.en}")


def release(settings: Settings, people: People, report: GateReport, tell: Tell) -> dict[str, object] | None:
    """Proposes the run, lets the checker waive what may be waived and approve, and promotes.

    None where there are too few rows to judge a model by, whatever else the gate finds, or the gate blocks it.
    Raises DemoError.
    """
    standing = releases.champion(settings, report.model_name)
    if standing is None or standing.artifact_sha256 != report.artifact_sha256:
        if is_too_small(report):
            tell(f"  nothing is proposed. {report.check('data_sufficiency').result.reason.en}")
            return None
        if report.verdict is Verdict.BLOCK:
            tell(f"  nothing is proposed, for the gate blocks this model too. {_reason(report)} {BY_CHANCE}")
            return None
        _agree(settings, people, report, tell)
        standing = releases.champion(settings, report.model_name)
    if standing is None:
        raise DemoError("no model was promoted")
    releases.mirror(settings, report.model_name, registry)
    return {
        "model": standing.model_name,
        "version": standing.version,
        "sha256": standing.artifact_sha256,
        "snapshot": dict(standing.snapshot),
        "run": standing.run_id,
        "cut_score": standing.cut_score,
        "proposed_by": people.maker.id,
        "approved_by": people.checker.id,
        "lease_until": standing.lease_until.isoformat(),
    }


def is_too_small(report: GateReport) -> bool:
    """Whether the run has too few rows with a label for the policy."""
    return report.check("data_sufficiency").verdict is Verdict.NOT_ENOUGH_EVIDENCE


def _counting(advance: Advance) -> Callable[[str, int], None]:
    """Turns rows that were written, table by table, into one running count."""
    written = 0

    def count(_table: str, rows: int) -> None:
        nonlocal written
        written += rows
        advance(written, None)

    return count


def _agree(settings: Settings, people: People, report: GateReport, tell: Tell) -> None:
    proposed = releases.propose(settings, people.maker, proposal_of(settings, report.run_id))
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=WAIVER_DAYS)
    for check in report.checks:
        if check.name in report.to_waive:
            releases.waive(
                settings,
                people.checker,
                proposed.label,
                check.name,
                reason=SIGNED.get(check.name, TOO_LITTLE),
                owner=people.checker.id,
                expires=expires,
            )
            tell(f"  waived by {people.checker.id} until {expires:%Y-%m-%d}: {check.name}")
    releases.approve(
        settings, people.checker, proposed.label, reason="The evidence was read; the demo company is generated."
    )
    releases.promote(settings, people.maker, proposed.label)
    tell(f"  {proposed.label} proposed by {people.maker.id}, approved by {people.checker.id}, promoted")


def _reason(report: GateReport) -> str:
    gravest = [check for check in report.checks if check.counts and check.verdict is report.verdict]
    return gravest[0].result.reason.en if gravest else "no check counted"


def _told(name: str, report: GateReport) -> dict[str, object]:
    return {
        "configuration": name,
        "run": report.run_id,
        "verdict": report.verdict.value,
        "reason": _reason(report),
        "checks": {check.name: check.verdict.value for check in report.checks},
    }


def _funnel(settings: Settings, operator: Principal) -> list[dict[str, object]]:
    with opened(settings, operator) as lake:
        return [
            {
                "stage": row.stage,
                "entered": row.entered,
                "advanced": row.advanced,
                "not_advanced": row.not_advanced,
                "withdrawn": row.withdrawn,
                "in_process": row.in_process,
            }
            for row in funnel(lake).rows
        ]


def _mapping(name: str) -> Path:
    return Path(str(files("warehouse") / "mappings" / f"{name}.yaml"))
