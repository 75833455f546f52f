"""`hiregate identity …`: which records are one person, and who said so."""

import json
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from warehouse.identity_resolution.links import LinkLine

app = typer.Typer(help="Records that are one person.", no_args_is_help=True, pretty_exceptions_show_locals=False)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Link = Annotated[uuid.UUID, typer.Argument(help="The pair's id, as `hiregate identity list` shows it.")]


@app.command("suggest")
def suggest(as_json: AsJson = False, acting_as: As = None) -> None:
    """Compare all candidates and employees: link what is certain, queue what is likely."""
    from warehouse.identity_resolution import suggest as finding  # noqa: PLC0415 - heavy parts load in their commands

    of, principal = acting(acting_as)
    done = asdict(finding.suggest(of, principal))
    typer.echo(json.dumps(done) if as_json else ", ".join(f"{count:,} {word}" for word, count in done.items()))


@app.command("list")
def list_pairs(
    state: Annotated[str, typer.Option(help="suggested, linked, rejected, unmerged or all.")] = "suggested",
    kind: Annotated[str | None, typer.Option(help="candidate or employee.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """List pairs with their score and the fields that agreed, without names."""
    from warehouse.identity_resolution import links  # noqa: PLC0415

    of, principal = acting(acting_as)
    found = links.lines(of, principal, state=None if state == "all" else state, kind=kind)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str, ensure_ascii=False))
        return
    for one in found:
        typer.echo(_as_line(one))
    if not found:
        typer.echo("no pair")


@app.command("link")
def link(
    pair: Annotated[uuid.UUID | None, typer.Argument(help="The pair's id.")] = None,
    candidate: Annotated[uuid.UUID | None, typer.Option(help="A candidate's key, for a pair nobody suggested.")] = None,
    with_candidate: Annotated[uuid.UUID | None, typer.Option(help="The other candidate's key.")] = None,
    with_employee: Annotated[uuid.UUID | None, typer.Option(help="The employee's key.")] = None,
    acting_as: As = None,
) -> None:
    """Say that two records are one person; an employee gets the hire on the application with the accepted offer."""
    from warehouse.identity_resolution import links  # noqa: PLC0415

    other = with_candidate or with_employee
    if (pair is None) == (candidate is None or other is None):
        raise typer.BadParameter("name a pair, or --candidate with --with-candidate or --with-employee")
    of, principal = acting(acting_as)
    if pair is not None:
        hires = links.link(of, principal, pair)
    elif candidate is not None and other is not None:
        hires = links.link_records(of, principal, candidate, other, "employee" if with_employee else "candidate")
    typer.echo(f"linked; {hires} hire{'' if hires == 1 else 's'} made")


@app.command("reject")
def reject(pair: Link, acting_as: As = None) -> None:
    """Say that two records are different people; they are not suggested again."""
    from warehouse.identity_resolution import links  # noqa: PLC0415

    of, principal = acting(acting_as)
    links.reject(of, principal, pair)
    typer.echo(f"{pair} is rejected")


@app.command("unmerge")
def unmerge(pair: Link, acting_as: As = None) -> None:
    """Take a link back, with the hire that it made; the pair is not suggested again."""
    from warehouse.identity_resolution import links  # noqa: PLC0415

    of, principal = acting(acting_as)
    done = links.unmerge(of, principal, pair)
    back = done.taken_back
    typer.echo(f"{pair} is taken back; hires ended: {back.hires}, events that wait again: {back.events_waiting}")
    if back.rows_of_files:
        typer.echo(f"{back.rows_of_files} reviews or pay rows came from files; load those again after the right link")
    if done.is_still_one:
        typer.echo("other links still make the two one person; `hiregate identity list --state linked` shows them")


def _as_line(one: "LinkLine") -> str:
    agreed = one.evidence.get("agreed")
    fields = ", ".join(str(name) for name in agreed) if isinstance(agreed, list) else ""
    left, right = f"{one.left_source} {one.left_record}", f"{one.right_source} {one.right_record}"
    return f"{one.link_id}  {one.score:.3f}  {one.kind:<9} {one.state:<9} {left}  =  {right}  ({fields})"
