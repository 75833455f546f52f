"""What a number needs beside it: period, filters, definition, snapshot. Tiles show them, downloads contain them."""

from dataclasses import dataclass, replace

from dashboards.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`n` is the people behind the figures as text, `filters` a sentence; `definition` is added by each figure."""

    n: str
    period: str
    filters: str
    snapshot: str
    is_generated: bool
    definition: str = ""

    def defined(self, definition: str, *, n: str | None = None) -> "Facts":
        """The same facts for a figure with its own definition, and its own n where it has one."""
        return replace(self, definition=definition, n=self.n if n is None else n)

    def lines(self, say: Words) -> tuple[str, ...]:
        """One line a fact, as downloads begin with."""
        lines = (
            say("app.fact_n", n=self.n),
            say("app.fact_period", period=self.period),
            say("app.fact_filters", filters=self.filters),
            say("app.definition", definition=self.definition),
            self.snapshot,
        )
        return (say("app.generated"), *lines) if self.is_generated else lines

    def note(self, say: Words) -> str:
        """The same in one caption under a figure."""
        return say("app.note", n=self.n, period=self.period, definition=self.definition, snapshot=self.snapshot)
