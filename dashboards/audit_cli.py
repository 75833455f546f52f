"""The command group `hiregate audit`: statistics of any plain file, without a warehouse.

Each command lives in a module of its own (`audit_adverse_impact`, `audit_errors`, `audit_validity`, `audit_drift`),
whose function imports what it needs when it is called, so that `--help` answers at once.
"""

import typer

from dashboards.audit_adverse_impact import adverse_impact
from dashboards.audit_drift import audit_drift
from dashboards.audit_errors import errors
from dashboards.audit_validity import audit_validity

app = typer.Typer(
    name="audit",
    help="Adverse impact, error rates, validity and drift of any plain file. No warehouse needed.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def audit() -> None:
    """Adverse impact, error rates, validity and drift of any plain file. No warehouse needed."""


app.command("adverse-impact")(adverse_impact)
app.command("errors")(errors)
app.command("validity")(audit_validity)
app.command("drift")(audit_drift)
