"""What a load found: findings as they are stored, and the shape of a data contract's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One failed or noted expectation: counts and names, never a value of any row."""

    table: str
    column: str | None
    expectation: str
    verdict: str
    n: int
    unexpected_n: int
    en: str
    zh: str

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "table": self.table,
            "column": self.column,
            "expectation": self.expectation,
            "verdict": self.verdict,
            "n": self.n,
            "unexpected_n": self.unexpected_n,
            "sentence": {"en": self.en, "zh": self.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One expectation's answer on some rows. `failing` are positions of rows; `en` and `zh` may hold `{n}` and `{of}`.

    With `rejects` the failing rows must not enter the records; without it they are only reported.
    """

    expectation: str
    column: str | None
    rejects: bool
    n: int
    failing: Sequence[int]
    unexpected_n: int
    en: str
    zh: str


class Check(Protocol):
    """The data contracts of a table, run on rows of its columns; `validation.contracts.check_batch` is one."""

    def __call__(self, table: str, rows: "pa.Table") -> Sequence[Checked]:
        """The answers on these rows, passed expectations with no failing row among them."""
        ...
