"""`hiregate erase`, `hiregate hold …` and `hiregate expire`: what ends records, and what keeps them."""

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from validation.retention_rules import RetentionRule
    from warehouse.retention import Report
    from warehouse.retention_holds import Hold

hold_app = typer.Typer(help="Legal holds.", no_args_is_help=True, pretty_exceptions_show_locals=False)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go and change nothing.")]
Candidate = Annotated[str, typer.Argument(help="The candidate's key, or the id at a source.")]


def erase(
    candidate: Candidate,
    reason: Annotated[
        str, typer.Option("--reason", help="Why, without names or values; it stays.")
    ] = "request of the person",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Erase one person from records, files, lake and runs; a tombstone without a name stays."""
    from models.run_erasure import forget  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse import retention  # noqa: PLC0415

    of, principal = acting(acting_as)
    if not reason.strip():
        raise typer.BadParameter("say why; the tombstone keeps it.", param_hint="--reason")
    if dry_run:
        report = retention.preview(of, principal, candidate)
    else:
        report = retention.erase(of, principal, candidate, reason=reason, elsewhere=forget)
    _print(report, as_json=as_json)


def expire(
    jurisdiction: Annotated[
        list[str] | None,
        typer.Option("--jurisdiction", help="A place whose rules hold, such as US-CA; left out: all of the file."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Erase everybody who is past the longest keep rule; never whom a hold, a job or a rule still covers."""
    from models.run_erasure import forget  # noqa: PLC0415
    from warehouse.retention_expiry import expire as expire_found  # noqa: PLC0415
    from warehouse.retention_expiry import expired  # noqa: PLC0415

    of, principal = acting(acting_as)
    today = dt.datetime.now(dt.UTC).date()
    rule = _longest(jurisdiction, today)
    found = expired(of, principal, keep_until=rule.until, on=today)
    done = None
    if not dry_run:
        done = expire_found(of, principal, found, reason=f"past the keep rule {rule.id}", elsewhere=forget)
    kept = {"past": found.people, "held": found.held, "employed": found.employed}
    if as_json:
        typer.echo(
            json.dumps({"rule": rule.id, **kept, "dry_run": dry_run, "erased": done.as_json() if done else None})
        )
        return
    what = "would go" if dry_run else "erased"
    typer.echo(f"{found.people:,} people {what} by {rule.id} ({rule.amount} {rule.unit}, {rule.source})")
    typer.echo(f"{found.held:,} more are past it and held, {found.employed:,} are employed still")


@hold_app.command("add")
def add(
    candidate: Candidate,
    matter: Annotated[str, typer.Option("--matter", help="What it is for, such as a case's number; no names.")],
    until: Annotated[
        str | None, typer.Option("--until", help="The last day, as 2027-01-31; else until lifted.")
    ] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Keep a person's records, whatever asks for their end."""
    from warehouse import retention_holds  # noqa: PLC0415

    of, principal = acting(acting_as)
    if not matter.strip():
        raise typer.BadParameter("say what the hold is for.", param_hint="--matter")
    hold = retention_holds.add(of, principal, candidate, matter=matter, until=_day(until))
    typer.echo(json.dumps(_hold_json(hold)) if as_json else _hold_line(hold))


@hold_app.command("list")
def list_holds(
    everything: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """List the holds that stand."""
    from warehouse import retention_holds  # noqa: PLC0415

    of, principal = acting(acting_as)
    found = retention_holds.listed(of, principal, also_lifted=everything)
    if as_json:
        typer.echo(json.dumps([_hold_json(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(_hold_line(one))
    if not found:
        typer.echo("no hold stands")


@hold_app.command("lift")
def lift(
    number: Annotated[int, typer.Argument(help="The hold's number, as `hiregate hold list` shows it.")],
    acting_as: As = None,
) -> None:
    """End a hold."""
    from warehouse import retention_holds  # noqa: PLC0415

    of, principal = acting(acting_as)
    typer.echo(_hold_line(retention_holds.lift(of, principal, number)))


def _longest(jurisdictions: list[str] | None, on: dt.date) -> "RetentionRule":
    from validation.retention_rules import longest, retention_rules  # noqa: PLC0415

    rules = retention_rules()
    places = {rule.jurisdiction for rule in rules}
    unknown = sorted(set(jurisdictions or ()) - places)
    if unknown:
        known = ", ".join(sorted(places))
        raise typer.BadParameter(f"{', '.join(unknown)} is none of {known}.", param_hint="--jurisdiction")
    rule = longest(rules, jurisdictions=jurisdictions or places, on=on)
    if rule is None:
        raise typer.BadParameter("no keep rule is in force there, so nothing says when.", param_hint="--jurisdiction")
    return rule


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the day as 2027-01-31.", param_hint="--until") from None


def _print(report: "Report", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json()))
        return
    words = {"erased": "erased", "erased_before": "erased before", "dry_run": "would be erased"}
    tombstone = f", tombstone {report.erasure_id}" if report.erasure_id else ""
    typer.echo(f"{report.people} {'person' if report.people == 1 else 'people'} {words[report.state]}{tombstone}")
    for place, count in report.counts.items():
        typer.echo(f"  {place:<26} {count:>9,}")


def _hold_line(hold: "Hold") -> str:
    who = str(hold.candidate) if hold.candidate else "(erased)"
    end = f"lifted by {hold.lifted_by}" if hold.lifted_at else f"until {hold.until}" if hold.until else "until lifted"
    return f"{hold.number:>5}  {who:<36}  {end:<20}  {hold.matter}  [{hold.placed_by}]"


def _hold_json(hold: "Hold") -> dict[str, object]:
    return {
        "hold": hold.number,
        "candidate": str(hold.candidate) if hold.candidate else None,
        "matter": hold.matter,
        "until": hold.until.isoformat() if hold.until else None,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at.isoformat(),
        "lifted_by": hold.lifted_by,
        "lifted_at": hold.lifted_at.isoformat() if hold.lifted_at else None,
    }
