"""The command `hiregate`: its commands, and the one place where an expected error becomes one line and exit code 2.

Modules named here import their heavy parts inside their functions, so that `--help` answers at once.
"""

import errno
import os
import sys
from collections.abc import Iterator

import typer
from typer.exceptions import TyperException

from dashboards import (
    access_cli,
    alert_cli,
    audit_cli,
    demo_cli,
    document_cli,
    evidence_cli,
    identity_cli,
    job_cli,
    lake_cli,
    load_cli,
    obligations_cli,
    outbox_cli,
    release_cli,
    retention_cli,
    services_cli,
    shadow_cli,
    sync_cli,
    train_cli,
    upload_cli,
    verify_cli,
)

PACKAGES = ("warehouse.", "validation.", "models.", "training.", "dashboards.")

_NOT_THERE = ("42P01", "42703", "3F000", "42501")
"""PostgreSQL's codes for a table, a column, a schema or a right that does not exist."""

_DISK_FULL = "53100"
"""PostgreSQL's code for a disk without room."""

app = typer.Typer(
    name="hiregate",
    help="AI interviews, re-interviews, hires and performance in one warehouse; models that people let in on evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("demo")(demo_cli.demo)
app.command("up")(services_cli.up)
app.command("down")(services_cli.down)
app.command("status")(services_cli.status)
app.command("load")(load_cli.load)
app.command("loads")(load_cli.loads)
app.command("rebuild")(load_cli.rebuild)
app.command("refresh")(lake_cli.refresh)
app.command("train")(train_cli.train)
app.command("compare")(train_cli.compare)
app.command("gate")(release_cli.gate)
app.command("propose")(release_cli.propose)
app.command("approve")(release_cli.approve)
app.command("send-back")(release_cli.send_back)
app.command("waive")(release_cli.waive)
app.command("promote")(release_cli.promote)
app.command("rollback")(release_cli.rollback)
app.command("retire")(shadow_cli.retire)
app.command("shadow")(shadow_cli.shadow)
app.command("unshadow")(shadow_cli.unshadow)
app.command("shadow-report")(shadow_cli.shadow_report)
app.command("history")(release_cli.history)
app.command("verify")(verify_cli.verify)
app.command("obligations")(obligations_cli.obligations)
app.command("attest")(obligations_cli.attest)
app.add_typer(release_cli.audit_log_app, name="audit-log")
app.add_typer(evidence_cli.app, name="evidence")
app.add_typer(document_cli.app, name="document")
sync_cli.app.command("upload")(upload_cli.upload)
app.add_typer(sync_cli.app, name="sync")
app.add_typer(outbox_cli.app, name="outbox")
app.add_typer(identity_cli.app, name="identity")
app.add_typer(alert_cli.app, name="alert")
app.add_typer(job_cli.app, name="job")
app.command("erase")(retention_cli.erase)
app.command("expire")(retention_cli.expire)
app.add_typer(retention_cli.hold_app, name="hold")
app.add_typer(audit_cli.app, name="audit")
app.add_typer(access_cli.key_app, name="key")
app.add_typer(access_cli.user_app, name="user")


def main() -> None:
    """Runs the command. An error that our packages raise on purpose, or a wrong call, is one line and exit code 2."""
    try:
        code = typer.main.get_command(app).main(prog_name="hiregate", standalone_mode=False)
    except typer.Abort:
        code = 130
    except Exception as error:
        code = _told(error)
        if code is None:
            raise
    _leave(code)


def _told(error: Exception) -> int | None:
    """Says an expected error in one line and answers the exit code; None for an error that nobody expected."""
    if type(error).__name__ == "NoArgsIsHelpError":  # the help was shown instead
        return 2
    if isinstance(error, TyperException) or type(error).__module__.startswith("typer."):
        _say(_usage(error))
        return 2
    if type(error).__module__.startswith(PACKAGES):
        _say(str(error))
        return 2
    if getattr(getattr(error, "orig", None), "sqlstate", None) in _NOT_THERE and _is_of_another_version():
        _say("The records are of another version than this command; `hiregate up` brings them up to date.")
        return 2
    if any(_is_disk_full(one) for one in _causes(error)):
        _say("The disk is full. What the command had not finished does not count: make room, and run it again.")
        return 1
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        original = getattr(error, "orig", None)
        error = original if isinstance(original, BaseException) else error.__cause__ or error.__context__


def _is_disk_full(error: BaseException) -> bool:
    """Whether PostgreSQL or the system say so, or a library that passes the system's words on."""
    says = getattr(error, "sqlstate", None) == _DISK_FULL or getattr(error, "errno", None) == errno.ENOSPC
    return says or os.strerror(errno.ENOSPC) in str(error)


def _is_of_another_version() -> bool:
    from warehouse import schema, settings  # noqa: PLC0415 - only after an error

    return not schema.is_newest(settings.load())


def _usage(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "hiregate"
    sentence = error.format_message() if isinstance(error, TyperException) else str(error)
    return f"{sentence} See `{path} --help`."


def _say(sentence: str) -> None:
    typer.echo(f"hiregate: {' '.join(sentence.split())}", err=True)


def _leave(code: object) -> None:
    """Ends with the command's exit code; a reader that closed the pipe early is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code if isinstance(code, int) else 0)
