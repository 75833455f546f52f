"""What can go wrong with the lake.

LakeError
  UnknownEngine      HIREGATE_ENGINE names an engine that cannot read the lake
  UnknownSnapshot    no such snapshot of this lake
    SnapshotErased   its files went with somebody who was erased
  LakeIsGone         the records name versions of the lake that its folder does not hold
  PurposeMissing     demographics were read without saying what for
"""


class LakeError(RuntimeError):
    """The lake cannot be used."""


class UnknownEngine(LakeError):
    """HIREGATE_ENGINE names an engine that cannot read the lake."""


class UnknownSnapshot(LakeError):
    """No such snapshot of this lake."""


class SnapshotErased(UnknownSnapshot):
    """The snapshot's files went with somebody who was erased."""


class LakeIsGone(LakeError):
    """The records name versions of the lake that its folder does not hold."""


class PurposeMissing(LakeError):
    """Demographics were read without saying what for."""
