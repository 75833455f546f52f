"""What the release ledger refuses, each with what to do about it.

Errors:

  ReleaseError
    UnknownRelease      no release fits the reference, or several do
    NotGated            the run has no gate result for this very model file
    GateBlocks          the gate's verdict is `block`, which nobody can waive
    MakerIsChecker      the proposer cannot approve, send back or waive
    NotWaivable         the check passed, blocks, or is not part of the gate; or the waiver ends too early or too late
    NotPromotable       an approval or a waiver is missing or spent, or the release was sent back
    NothingEarlier      no earlier champion to roll back to
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


class NotWaivable(ReleaseError):
    """The check passed, blocks, or is not part of the gate; or the waiver ends too early or too late."""


class NotPromotable(ReleaseError):
    """An approval or a waiver is missing or spent, or the release was sent back."""


class NothingEarlier(ReleaseError):
    """No earlier champion to roll back to."""


class ReasonMissing(ReleaseError):
    """An act that needs a reason was given none."""
