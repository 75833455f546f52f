"""How an audit answers: one JSON document or a readable table on stdout, one line on stderr for bad input."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import NoReturn

import typer

BAD_INPUT = 2


class Language(StrEnum):
    """The language of tables and reports."""

    EN = "en"
    ZH = "zh"


def refuse(message: str) -> NoReturn:
    """One line on stderr, exit 2."""
    sys.stderr.write(" ".join(message.split()) + "\n")
    raise typer.Exit(BAD_INPUT)


@contextmanager
def one_line_errors(*kinds: type[Exception]) -> Iterator[None]:
    """Turn these errors of bad input into one line and exit 2."""
    try:
        yield
    except kinds as error:
        refuse(str(error))


def print_json(document: Mapping[str, object]) -> None:
    """The document alone on stdout; not-a-number cannot slip in."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
