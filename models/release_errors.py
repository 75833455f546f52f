"""What the release ledger refuses, each with what to do about it.

Errors:

  ReleaseError
    UnknownRelease      no release fits the reference, or several do
    NotGated            the run has no gate result for this very model file
    GateBlocks          the gate's verdict is `block`, which nobody can waive
    MakerIsChecker      the proposer cannot approve, send back or waive
    NotAPerson          a system's identity checks nothing
    NotWaivable         the check passed, blocks, or is not part of the gate; or the waiver ends too early or too late
    NotPromotable       an approval or a waiver is missing or spent, or the release was sent back
    NothingEarlier      no earlier champion to roll back to
    Retired             the release was retired, which nothing undoes
    StillServing        the champion is retired only together with the end of its service
    NotShadowable       the release serves, or as many as may be are in shadow already; or it is in no shadow
    ReasonMissing       an act that needs a reason was given none
"""


class ReleaseError(RuntimeError):
    """The ledger refuses; the message names the release and what to do."""


class UnknownRelease(ReleaseError):
    """No release fits the reference, or several do."""


class NotGated(ReleaseError):
    """The run has no gate result for this very model file."""


class GateBlocks(ReleaseError):
    """The gate's verdict is `block`, which nobody can waive."""


class MakerIsChecker(ReleaseError):
    """The proposer cannot approve, send back or waive."""


class NotAPerson(ReleaseError):
    """A system's identity checks nothing: a named person has to agree."""


class NotWaivable(ReleaseError):
    """The check passed, blocks, or is not part of the gate; or the waiver ends too early or too late."""


class NotPromotable(ReleaseError):
    """An approval or a waiver is missing or spent, or the release was sent back."""


class NothingEarlier(ReleaseError):
    """No earlier champion to roll back to."""


class Retired(ReleaseError):
    """The release was retired, which nothing undoes."""


class StillServing(ReleaseError):
    """The champion is retired only together with the end of its service."""


class NotShadowable(ReleaseError):
    """The release serves, or as many as may be are in shadow already; or it is in no shadow."""


class ReasonMissing(ReleaseError):
    """An act that needs a reason was given none."""
