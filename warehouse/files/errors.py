"""Why a load does not happen, each in one line that names file, row, column and reason.

LoadError
  SourceRefused     the source's name cannot be used
  MappingRefused    the mapping is absent, breaks its schema, or names what does not exist
  ProhibitedInput   the mapping feeds face- or emotion-derived features
  FileRefused       the file cannot be read as what it says it is, or too many of its rows are bad
"""


class LoadError(ValueError):
    """Nothing was written; the message is one line."""

    def __init__(self, message: str) -> None:
        """`message` with its line breaks taken out."""
        super().__init__(" ".join(message.split()))


class SourceRefused(LoadError):
    """The source's name cannot be used."""


class MappingRefused(LoadError):
    """The mapping cannot be used."""


class ProhibitedInput(LoadError):
    """A face- or emotion-derived feature; no model may take it, so no load brings it in."""


class FileRefused(LoadError):
    """The file as a whole cannot be loaded; `row` and `column` say where, as far as that is known."""

    def __init__(self, file: str, reason: str, *, row: int | None = None, column: str | None = None) -> None:
        """`reason` without values of any row."""
        where = f"row {row}, " if row is not None else ""
        where += f"column {column}, " if column is not None else ""
        super().__init__(f"{file}: {where}{reason}")
        self.file, self.reason, self.row, self.column = file, reason, row, column
