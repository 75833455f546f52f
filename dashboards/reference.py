"""Writes `docs/reference.md`: settings and commands as the code has them. `python -m dashboards.reference > …`."""

import inspect

import typer

from dashboards.cli import app
from warehouse.access import ROLES
from warehouse.settings import SETTINGS


def reference() -> str:
    """The whole page as Markdown."""
    return "\n".join(["# Settings and commands", "", _NOTE, "", *_settings(), "", *_commands(), "", *_roles(), ""])


_NOTE = "Generated from the code by `python -m dashboards.reference`; a test holds it to that."


def _settings() -> list[str]:
    rows = [f"| `{name}` | {f'`{default}`' if default else ''} | {sentence} |" for name, default, sentence in SETTINGS]
    return ["## Settings", "", "| name | default | meaning |", "|---|---|---|", *rows]


def _commands() -> list[str]:
    root = typer.main.get_command(app)
    lines = [f"| `hiregate {name}` | {sentence} |" for name, sentence in _leaves(root, "")]
    return ["## Commands", "", "Each has `--help`.", "", "| command | does |", "|---|---|", *lines]


def _leaves(command: object, prefix: str) -> list[tuple[str, str]]:
    children = getattr(command, "commands", {})
    found: list[tuple[str, str]] = []
    for name, child in children.items():
        path = f"{prefix}{name}"
        sentence = inspect.cleandoc(getattr(child, "help", "") or "").split("\n")[0]
        found += _leaves(child, f"{path} ") if getattr(child, "commands", None) else [(path, sentence)]
    return found


def _roles() -> list[str]:
    rows = [f"| `{role.value}` | {sentence} |" for role, (sentence, _) in ROLES.items()]
    return ["## Roles", "", "| role | may |", "|---|---|", *rows]


if __name__ == "__main__":
    print(reference(), end="")
