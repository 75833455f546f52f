"""What can go wrong when records are joined to persons.

Errors:

  IdentityError
    UnknownLink         no pair of that id
    NotDecidable        the pair is in a state in which that cannot be decided
    ContradictsDecision the link would join two records that somebody said are different people
"""

import uuid


class IdentityError(RuntimeError):
    """A pair cannot be decided as asked."""


class UnknownLink(IdentityError):
    """No pair of that id."""

    def __init__(self, link_id: uuid.UUID) -> None:
        """`link_id` was asked for."""
        super().__init__(f"{link_id}: there is no such pair; `hiregate identity list` shows them")


class NotDecidable(IdentityError):
    """The pair is in a state in which that cannot be decided."""


class ContradictsDecision(IdentityError):
    """The link would join two records that somebody said are different people."""

    def __init__(self, message: str, other: uuid.UUID) -> None:
        """`other` is the pair whose decision stands in the way."""
        super().__init__(message)
        self.other = other
