"""What can be wrong with an erasure, each in one sentence without a personal value.

RetentionError
  UnknownCandidate     nobody here has this id
  AmbiguousCandidate   several people have this id at different sources
  HeldPerson           a legal hold covers the person
  ReasonNamesPerson    the reason, which stays, names the person
  UnknownHold          no such hold, or it was lifted before
"""


class RetentionError(ValueError):
    """Nothing was erased."""


class UnknownCandidate(RetentionError):
    """Nobody here has this id."""


class AmbiguousCandidate(RetentionError):
    """Several people have this id at different sources."""


class HeldPerson(RetentionError):
    """A legal hold covers the person."""


class ReasonNamesPerson(RetentionError):
    """The reason, which stays, names the person."""


class UnknownHold(RetentionError):
    """No such hold, or it was lifted before."""
