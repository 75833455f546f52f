"""`hiregate gate|propose|approve|send-back|waive|promote|rollback|history` and `hiregate audit-log verify`.

Each command acts as the identity of `--as`, else HIREGATE_PRINCIPAL, else the operating-system user.
"""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.releases import Promotion
    from warehouse.settings import Settings

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Release = Annotated[str, typer.Argument(help="Version, model@version, release id, or run id.")]
Model = Annotated[str | None, typer.Option("--model", help="The model name, where several are in the ledger.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the ledger.")]

audit_log_app = typer.Typer(help="The chained log of who did what.", no_args_is_help=True)


def gate(
    run: Annotated[str, typer.Argument(help="The run's id, or its start.")],
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help="A policy's file or shipped name; of several the strictest settings hold."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Evaluate only; write nothing into the ledger.")] = False,
    summary: Annotated[Path | None, typer.Option("--summary", help="Add the report to this file as Markdown.")] = None,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Print a GitHub annotation for each check that does not pass, on stderr.")
    ] = False,
    require_pass: Annotated[
        bool, typer.Option("--require-pass", help="Exit 1 for review and not enough evidence as well.")
    ] = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Hold a run against the release policy; exit 1 when it blocks."""
    from dashboards import gate_summary, gate_text  # noqa: PLC0415 - heavy parts load in their commands
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from training.gate_run import run_gate  # noqa: PLC0415
    from validation import policy as policies  # noqa: PLC0415
    from validation.outcome import Verdict, exit_code  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    report = run_gate(of, who, run, policy=policies.load(*(policy or ())), is_dry=dry_run)
    if as_json:
        print_json(gate_text.document(report, who))
    else:
        gate_text.show(report, who, of.language)
    if summary is not None:
        gate_summary.write(report, who, summary, of.language)
    for line in gate_summary.annotations(report, who, of.language) if annotate else ():
        typer.echo(line, err=True)
    raise typer.Exit(int(report.verdict is not Verdict.PASS) if require_pass else exit_code(report.verdict))


def propose(
    run: Annotated[str, typer.Argument(help="The run's id, or its start.")],
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Put a gated run into the ledger as the next version."""
    from models import releases  # noqa: PLC0415
    from models.release_run import proposal_of  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    release = releases.propose(of, identity.acting(of, acting_as), proposal_of(of, run))
    say(
        f"{release.label} is proposed by {release.proposed_by}; somebody else approves it",
        as_json,
        model=release.model_name,
        version=release.version,
        release_id=str(release.release_id),
        run_id=release.run_id,
        sha256=release.artifact_sha256,
        proposed_by=release.proposed_by,
    )


def approve(
    release: Release, reason: Reason, model: Model = None, as_json: AsJson = False, acting_as: As = None
) -> None:
    """Agree to a proposal that somebody else made."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    found = releases.approve(of, who, release, reason=reason, model_name=model)
    say(f"{found.label} is approved by {who.id}", as_json, model=found.model_name, version=found.version, by=who.id)


def send_back(
    release: Release, reason: Reason, model: Model = None, as_json: AsJson = False, acting_as: As = None
) -> None:
    """Refuse a proposal; it needs a new one."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    found = releases.send_back(of, who, release, reason=reason, model_name=model)
    say(f"{found.label} is sent back by {who.id}", as_json, model=found.model_name, version=found.version, by=who.id)


def waive(
    release: Release,
    check: Annotated[str, typer.Argument(help="The check's name, as the gate prints it.")],
    reason: Reason,
    owner: Annotated[str, typer.Option("--owner", help="Who follows it up.")],
    expires: Annotated[str, typer.Option("--expires", help="The last day, such as 2027-01-31.")],
    model: Model = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Sign an exception for one check that asks for review or lacks evidence."""
    from models import releases  # noqa: PLC0415
    from models.release_moment import moment  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who, until = identity.acting(of, acting_as), moment(expires, of.timezone)
    found = releases.waive(of, who, release, check, reason=reason, owner=owner, expires=until, model_name=model)
    say(
        f"{check} of {found.label} is waived by {who.id} until {until:%Y-%m-%d}",
        as_json,
        model=found.model_name,
        version=found.version,
        check=check,
        by=who.id,
        expires=until.isoformat(),
    )


def promote(release: Release, model: Model = None, as_json: AsJson = False, acting_as: As = None) -> None:
    """Make an approved release the champion."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    done = releases.promote(of, identity.acting(of, acting_as), release, model_name=model)
    _promoted(of, done, "is the champion" if done.is_new else "is already the champion", as_json)


def rollback(
    reason: Reason,
    model: Annotated[str, typer.Option("--model", help="The model name; the only one when left out.")] = "",
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Bring the previous champion back."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    done = releases.rollback(of, who, releases.only_model(of, model), reason=reason)
    _promoted(of, done, "is the champion again", as_json)


def history(
    at: Annotated[
        str | None,
        typer.Option("--at", help="A date (its end) or a time; in HIREGATE_TIMEZONE unless it has an offset."),
    ] = None,
    model: Model = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Show what was live, who approved it and on what evidence."""
    from dashboards import release_text  # noqa: PLC0415
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from models import releases  # noqa: PLC0415
    from models.release_moment import moment  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    when = None if at is None else moment(at, of.timezone)
    found = releases.history(of, identity.acting(of, acting_as), at=when, model_name=model)
    if as_json:
        print_json(found.as_json())
        return
    for line in release_text.lines(found, of.language):
        typer.echo(line)


@audit_log_app.callback()
def audit_log() -> None:
    """The chained log of who did what."""


@audit_log_app.command("verify")
def verify_audit_log(as_json: AsJson = False, acting_as: As = None) -> None:
    """Recompute the chain; exit 1 and name the first line that does not fit when it is broken."""
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from warehouse import audit_log as log  # noqa: PLC0415
    from warehouse import identity, postgres, settings  # noqa: PLC0415
    from warehouse.access import Permission  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    who.require(Permission.READ_AUDIT_LOG)
    with postgres.unit_of_work(of, who) as session:
        found = log.verify(session)
    if as_json:
        print_json({"whole": found.is_whole, "lines": found.lines, "broken_at": found.broken_at, "head": found.head,
                    "unlogged": list(found.unlogged)})  # fmt: skip
    elif found.is_whole:
        typer.echo(f"The chain is whole: {found.lines} lines, head {found.head}")
    elif found.broken_at is None:
        typer.echo(f"The chain's {found.lines} lines follow, but there is none for {', '.join(found.unlogged)}")
    else:
        typer.echo(f"The chain is broken at position {found.broken_at}; the {found.lines} lines before it are whole")
    raise typer.Exit(0 if found.is_whole else 1)


def follow(of: "Settings", model_name: str) -> None:
    """Lets MLflow's registry follow the ledger, which stands whatever the mirror does."""
    from models import releases  # noqa: PLC0415

    try:
        releases.mirror(of, model_name)
    except Exception as error:  # noqa: BLE001 - an edge: the act is committed and must be reported
        sys.stderr.write(f"hiregate: MLflow's registry lags ({type(error).__name__}); the next act mends it\n")


def _promoted(of: "Settings", done: "Promotion", what: str, as_json: bool) -> None:
    """Mirrors the champion into MLflow and says what happened."""
    label, until = done.release.label, done.lease_until
    follow(of, done.release.model_name)
    say(
        f"{label} {what}, lease until {until.astimezone(dt.UTC):%Y-%m-%d}",
        as_json,
        model=done.release.model_name,
        version=done.release.version,
        release_id=str(done.release.release_id),
        sha256=done.release.artifact_sha256,
        lease_until=until.astimezone(dt.UTC).isoformat(),
        is_new=done.is_new,
    )


def say(sentence: str, as_json: bool, **document: object) -> None:
    """One sentence, or one JSON document."""
    from dashboards.audit_output import print_json  # noqa: PLC0415

    if as_json:
        print_json(document)
    else:
        typer.echo(sentence)
