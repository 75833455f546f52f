"""How an audit answers: one JSON document or a readable table on stdout, reports as files, one line for bad input."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from dashboards.reports.document import Document

BAD_INPUT = 2


class Language(StrEnum):
    """The language of tables and reports."""

    EN = "en"
    ZH = "zh"


JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
HtmlOption = Annotated[Path | None, typer.Option("--html", help="Write a self-contained HTML report.")]
PdfOption = Annotated[Path | None, typer.Option("--pdf", help="Write a PDF report.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="Language of tables and reports.")]


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


def write_reports(document: "Document", *, html: Path | None, pdf: Path | None) -> None:
    """Write the report where asked; a folder that does not exist or a missing font is one line and exit 2."""
    files = {}
    if html is not None:
        from dashboards.reports.html_document import html as html_of  # noqa: PLC0415 - only a report needs it

        files[html] = html_of(document).encode()
    if pdf is not None:
        from dashboards.reports.fonts import NoFont  # noqa: PLC0415 - fonts take time to import
        from dashboards.reports.pdf_document import pdf as pdf_of  # noqa: PLC0415

        try:
            files[pdf] = pdf_of(document)
        except NoFont as error:
            refuse(f"{pdf.name}: {error}")
    for path, content in files.items():
        try:
            path.write_bytes(content)
        except OSError as error:
            refuse(f"{path.name}: cannot be written ({error.strerror})")
