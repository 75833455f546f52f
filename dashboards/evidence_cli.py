"""`hiregate evidence export VERSION OUT` and `hiregate evidence verify BUNDLE`: one file for the auditor."""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.acting import acting

app = typer.Typer(help="One file that says what a release stands on, and can be checked.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@app.callback()
def evidence() -> None:
    """One file that says what a release stands on, and can be checked."""


@app.command("export")
def export(
    release: Annotated[str, typer.Argument(help="Version, model@version, release id, or run id.")],
    out: Annotated[Path, typer.Argument(help="The bundle to write, a zip file.")],
    model: Annotated[str | None, typer.Option("--model", help="The model name, where several are there.")] = None,
    as_json: AsJson = False,
    acting_as: Annotated[str | None, typer.Option("--as", help="Act as this identity.")] = None,
) -> None:
    """Write the evidence bundle of a release; its root stands in the audit log."""
    from dashboards.audit_output import print_json  # noqa: PLC0415 - heavy parts load in their commands
    from models import evidence as bundles  # noqa: PLC0415

    of, who = acting(acting_as)
    done = bundles.export(of, who, release, out, model_name=model)
    if as_json:
        print_json(
            {"path": str(done.path), "release": done.release, "root": done.root, "files": done.files,
             "missing": list(done.missing)}
        )  # fmt: skip
        return
    typer.echo(f"{done.path}: {done.release}, {done.files} files, root {done.root}")
    if done.missing:
        typer.echo(f"missing, and listed as such: {', '.join(done.missing)}")


@app.command("verify")
def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle's zip file.")],
    root: Annotated[str | None, typer.Option("--root", help="The root that the export printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte, chain and key table of a bundle, without any database; exit 1 when something was changed."""
    from models import bundle_verifier  # noqa: PLC0415

    asked = [str(bundle), *(["--root", root] if root else []), *(["--json"] if as_json else [])]
    raise typer.Exit(bundle_verifier.main(asked))
