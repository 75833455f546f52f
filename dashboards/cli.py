"""The command `hiregate`: its commands, and the one place where an expected error becomes one line and exit code 2.

Modules named here import their heavy parts inside their functions, so that `--help` answers at once.
"""

import sys

import typer

from dashboards import access_cli, audit_cli, services_cli

PACKAGES = ("warehouse.", "validation.", "models.", "training.", "dashboards.")

app = typer.Typer(
    name="hiregate",
    help="AI interviews, re-interviews, hires and performance in one warehouse; models that evidence and people let pass.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("up")(services_cli.up)
app.command("down")(services_cli.down)
app.command("status")(services_cli.status)
app.add_typer(audit_cli.app, name="audit")
app.add_typer(access_cli.key_app, name="key")
app.add_typer(access_cli.user_app, name="user")


def main() -> None:
    """Runs the command; an error that our packages raise on purpose is one line on stderr and exit code 2."""
    try:
        app()
    except Exception as error:
        if not type(error).__module__.startswith(PACKAGES):
            raise
        typer.echo(f"hiregate: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
