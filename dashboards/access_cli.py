"""`hiregate key …` and `hiregate user …`: API keys of systems and the roles of people."""

import uuid
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from warehouse.access import Role

key_app = typer.Typer(help="API keys of systems.", no_args_is_help=True, pretty_exceptions_show_locals=False)
user_app = typer.Typer(help="Identities and their roles.", no_args_is_help=True, pretty_exceptions_show_locals=False)

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]


@key_app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="The system that will use the key.")],
    role: Annotated[str, typer.Option(help="What it may do; interview_source sends results.")] = "scoring_client",
    days: Annotated[int | None, typer.Option(min=1, help="Days until the key ends.")] = None,
    acting_as: As = None,
) -> None:
    """Make a key and print it, once."""
    from warehouse import api_keys, identity, settings  # noqa: PLC0415 - heavy parts load in their commands

    of = settings.load()
    typer.echo(api_keys.create(of, identity.acting(of, acting_as), name, role=_role(role), days=days))


@key_app.command("list")
def list_keys(acting_as: As = None) -> None:
    """List keys by their first characters."""
    from warehouse import api_keys, identity, settings  # noqa: PLC0415

    of = settings.load()
    for line in api_keys.listed(of, identity.acting(of, acting_as)):
        state = "revoked" if line.revoked_at else f"until {line.expires_at:%Y-%m-%d}" if line.expires_at else "live"
        typer.echo(f"{line.prefix}  {line.name:<24} {state:<18} made {line.created_at:%Y-%m-%d}")


@key_app.command("revoke")
def revoke_key(
    prefix: Annotated[str, typer.Argument(help="The prefix that `hiregate key list` shows.")], acting_as: As = None
) -> None:
    """End a key at once."""
    from warehouse import api_keys, identity, settings  # noqa: PLC0415

    of = settings.load()
    api_keys.revoke(of, identity.acting(of, acting_as), prefix)
    typer.echo(f"{prefix} is revoked")


@user_app.command("grant")
def grant_role(
    name: Annotated[str, typer.Argument(help="The identity.")],
    role: Annotated[str, typer.Argument(help="The role; `hiregate user roles` explains them.")],
    department: Annotated[uuid.UUID | None, typer.Option(help="The department id, for a department manager.")] = None,
    acting_as: As = None,
) -> None:
    """Give an identity a role."""
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    identity.grant(of, identity.acting(of, acting_as), name, _role(role), department_id=department)
    typer.echo(f"{name} is {role}")


@user_app.command("revoke")
def revoke_role(name: str, role: str, acting_as: As = None) -> None:
    """Take a role away."""
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    ended = identity.revoke(of, identity.acting(of, acting_as), name, _role(role))
    typer.echo(f"{ended} grant{'' if ended == 1 else 's'} ended")


@user_app.command("list")
def list_grants(acting_as: As = None) -> None:
    """List identities with their roles."""
    from warehouse import identity, settings  # noqa: PLC0415

    of = settings.load()
    for name, role, department in identity.grants(of, identity.acting(of, acting_as)):
        typer.echo(f"{name:<32} {role:<20} {department or ''}")


@user_app.command("roles")
def roles() -> None:
    """Explain the roles."""
    from warehouse.access import ROLES  # noqa: PLC0415

    for role, (sentence, _) in ROLES.items():
        typer.echo(f"{role.value:<20} {sentence}")


def _role(name: str) -> "Role":
    from warehouse.access import Role  # noqa: PLC0415
    from warehouse.identity import UnknownRole  # noqa: PLC0415

    if name not in set(Role):
        raise UnknownRole(f"there is no role {name!r}; `hiregate user roles` lists them")
    return Role(name)
