"""`hiregate document list`, `hiregate document make KIND SUBJECT`, `write` and `parts`: documents from the evidence.

`hiregate document KIND SUBJECT` is short for `make`: a kind's name is never a command's.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from dashboards.acting import acting

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from dashboards.documents.frame import Made

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
KindName = Annotated[str, typer.Argument(help="The document kind, as `hiregate document list` names it.")]
Model = Annotated[str, typer.Argument(help="The model's name.")]


class DocumentInputError(ValueError):
    """What was asked cannot be done; the message says what to write instead."""


class Kinds(TyperGroup):
    """Takes a word that is no command for a document kind."""

    def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
        """The command, else `make` with all words."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            return super().resolve_command(ctx, ["make", *args])
        return super().resolve_command(ctx, args)


app = typer.Typer(help="Documents that laws and auditors ask for, made from the evidence.", no_args_is_help=True,
                  cls=Kinds)  # fmt: skip


@app.callback()
def document() -> None:
    """Documents that laws and auditors ask for, made from the evidence; what is missing is listed, never invented."""


@app.command("list")
def list_kinds(as_json: AsJson = False) -> None:
    """List the document kinds: what each is about, what it needs and which obligations it answers."""
    from dashboards.audit_output import print_json  # noqa: PLC0415 - heavy parts load in their commands
    from dashboards.documents.kinds import KINDS  # noqa: PLC0415
    from validation import human_parts  # noqa: PLC0415

    if as_json:
        lines = [
            {
                "kind": one.name,
                "title": {"en": one.title.en, "zh": one.title.zh},
                "subject": one.subject.value,
                "needs": [permission.value for permission in one.needs],
                "obligations": list(one.obligations),
                "is_public": one.is_public,
                "human_parts": [part.key for part in human_parts.of_kind(one.name)],
            }
            for one in KINDS
        ]
        print_json({"kinds": lines})
        return
    for one in KINDS:
        typer.echo(f"{one.name} ({one.subject.value}): {one.title.en} / {one.title.zh}; {', '.join(one.obligations)}")


@app.command("make")
def make(
    kind: KindName,
    subject: Annotated[str, typer.Argument(help="A release, decision id or model name, as the kind asks.")],
    language: Annotated[str | None, typer.Option("--language", help="en or zh.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the document as one HTML file.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the document as PDF.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Make a document: HTML, PDF or JSON; without any of them, say what it would lack."""
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from dashboards.documents import making  # noqa: PLC0415

    of, who = acting(acting_as)
    made = making.make(of, who, kind, subject, _language(language or of.language))
    written = {}
    for form, path in (("html", html), ("pdf", pdf)):
        if path is not None:
            content, digest = making.handed_out(of, who, made, form)
            _save(path, content)
            written[form] = {"path": str(path), "sha256": digest}
    if as_json:
        if not written:
            making.logged(of, who, made, "json", making.json_sha256(made))
        print_json({**making.as_json(made), "files": written})
        return
    _say(made, written)


@app.command("write")
def write(
    kind: KindName,
    model: Model,
    part: Annotated[str, typer.Argument(help="The part's key, as `hiregate document parts KIND MODEL` lists it.")],
    language: Annotated[str | None, typer.Option("--language", help="en or zh.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the text from this file (UTF-8).")] = None,
    text: Annotated[str | None, typer.Option("--text", help="The text itself.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Write a part of a document that only a person can say; every version is kept."""
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from dashboards.documents import writing  # noqa: PLC0415

    of, who = acting(acting_as)
    stored = writing.write(
        of, who, kind=kind, model_name=model, key=part, language=_language(language or of.language),
        text=_content(file, text),
    )  # fmt: skip
    if as_json:
        print_json(stored.as_json())
        return
    typer.echo(f"{stored.name} of {stored.subject} ({stored.language}) stands in version {stored.version}")


@app.command("parts")
def parts(
    kind: KindName,
    model: Model,
    part: Annotated[str | None, typer.Argument(help="All versions of this part.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """List the parts that people write: what each asks for, what stands in force, or all versions of one."""
    from dashboards.audit_output import print_json  # noqa: PLC0415
    from dashboards.documents import writing  # noqa: PLC0415

    of, who = acting(acting_as)
    if part is not None:
        past = writing.history(of, who, kind=kind, model_name=model, key=part)
        if as_json:
            print_json({"kind": kind, "model": model, "part": part, "versions": [one.as_json() for one in past]})
            return
        for one in past:
            typer.echo(f"{one.language} {one.version} {one.written_at:%Y-%m-%d %H:%M} {one.author}: {one.text}")
        return
    found = writing.listed(of, who, kind=kind, model_name=model)
    if as_json:
        print_json({"kind": kind, "model": model, "parts": [one.as_json() for one in found]})
        return
    for line in found:
        stands = ", ".join(f"{one.language} v{one.version}" for one in line.written) or "missing"
        typer.echo(f"{line.part.key}: {stands}. {line.part.asks.in_language(of.language)}")


def _language(asked: str) -> str:
    if asked not in {"en", "zh"}:
        raise DocumentInputError(f"the language {asked!r} is not known; write en or zh")
    return asked


def _content(file: Path | None, text: str | None) -> str:
    if (file is None) == (text is None):
        raise DocumentInputError("give the text with --text, or a file with --file; one of them")
    if file is None:
        return text or ""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentInputError(f"{file}: the text cannot be read; give a UTF-8 file") from error


def _save(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DocumentInputError(f"{path}: the document cannot be written; choose another place") from error


def _say(made: "Made", written: "dict[str, dict[str, str]]") -> None:
    for one in written.values():
        typer.echo(f"{one['path']}: sha256 {one['sha256']}")
    language, lacking = made.document.language, _lines(made)
    typer.echo(f"{made.document.title}: {len(lacking)} parts are missing" if language == "en" else
               f"{made.document.title}：缺少 {len(lacking)} 个部分")  # fmt: skip
    for line in lacking:
        typer.echo(f"  {line}")


def _lines(made: "Made") -> Sequence[str]:
    language = made.document.language
    return [f"{one.part}: {one.what.in_language(language)} ({one.who.in_language(language)})" for one in made.missing]
