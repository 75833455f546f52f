"""A part of a document that only a person can write: what it asks for, and who can answer it."""

from dataclasses import dataclass

from validation.outcome import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanPart:
    """One text of a document kind: `key` is unique in its `kind`, `asks` says what a good answer holds.

    A part that is not `is_required` may stay empty without being listed as missing.
    """

    kind: str
    key: str
    title: Text
    asks: Text
    supplier: Text
    is_required: bool = True

    @property
    def name(self) -> str:
        """Kind and key, such as `model_card.intended_use`: policies demand parts by it."""
        return f"{self.kind}.{self.key}"
