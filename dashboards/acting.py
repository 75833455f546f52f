"""Whom a command acts as: the home's settings, and the identity of `--as` or the one that runs the command."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.access import Principal
    from warehouse.settings import Settings


def acting(name: str | None) -> "tuple[Settings, Principal]":
    """The settings of the environment and the principal of `name`; raises UnknownIdentity."""
    from warehouse import identity, settings  # noqa: PLC0415 - heavy parts load in their commands

    of = settings.load()
    return of, identity.acting(of, name)
