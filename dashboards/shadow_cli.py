"""`hiregate retire|shadow|unshadow|shadow-report`: a release taken out for good, or scoring beside the champion."""

from typing import Annotated

import typer

from dashboards.release_cli import As, AsJson, Model, Reason, Release, follow, say


def retire(
    release: Release,
    reason: Reason,
    and_stop_serving: Annotated[
        bool, typer.Option("--and-stop-serving", help="The champion too: then nothing serves, and the API refuses.")
    ] = False,
    model: Model = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Take a release out for good; it can never be promoted or rolled back to."""
    from models import releases  # noqa: PLC0415 - heavy parts load in their commands
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    done = releases.retire(of, who, release, reason=reason, and_stop_serving=and_stop_serving, model_name=model)
    found = done.release
    follow(of, found.model_name)
    what = "is retired" if done.is_new else "was retired already"
    nothing = f"; nothing serves for {found.model_name}" if done.stopped_serving else ""
    say(
        f"{found.label} {what} by {who.id}{nothing}" if done.is_new else f"{found.label} {what}",
        as_json,
        model=found.model_name,
        version=found.version,
        by=who.id,
        stopped_serving=done.stopped_serving,
        is_new=done.is_new,
    )


def shadow(
    release: Release, reason: Reason, model: Model = None, as_json: AsJson = False, acting_as: As = None
) -> None:
    """Let a release score what the champion decides, unseen by whoever asks for scores."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    found = releases.shadow(of, who, release, reason=reason, model_name=model).release
    follow(of, found.model_name)
    say(f"{found.label} runs in shadow", as_json, model=found.model_name, version=found.version, by=who.id)


def unshadow(
    release: Release, reason: Reason, model: Model = None, as_json: AsJson = False, acting_as: As = None
) -> None:
    """End a release's shadow; its scores stay."""
    from models import releases  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    who = identity.acting(of, acting_as)
    found = releases.unshadow(of, who, release, reason=reason, model_name=model).release
    follow(of, found.model_name)
    say(f"{found.label} left the shadow", as_json, model=found.model_name, version=found.version, by=who.id)


def shadow_report(release: Release, model: Model = None, as_json: AsJson = False, acting_as: As = None) -> None:
    """Compare a shadow with the champion on the same decisions: agreement, who would flip, scores, drift."""
    from dashboards import release_text  # noqa: PLC0415
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from models.shadow_report import report  # noqa: PLC0415
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    found = report(of, identity.acting(of, acting_as), release, model_name=model)
    if as_json:
        print_json(found.as_json())
        return
    for line in release_text.shadow_lines(found, of.language):
        typer.echo(line)
