"""The JSON of a comparison, key by key: what `training.compare.compare` answers, and pages, files and clients read.

A number that is not defined is null and its `reason` says why; it is never zero. A number without an interval
(undefined in too many draws, or the same in all) has a `reason` too. Every interval is a percentile
interval over the same draws of people, at `level`. "The first" is the first of the runs asked for; a difference is
the side's figure minus the first's on the same rows. Sides are named by run id, or `vendor_score`, `logistic`,
`unit_weighted_skills`. Names of measures: `MEASURES`.
"""

from typing import Final, Literal, NotRequired, TypedDict

MEASURES: Final = (
    "auc",
    "brier",
    "calibration_error",
    "calibration_slope",
    "calibration_intercept",
    "precision",
    "lift",
    "selection_rate",
)
"""AUC, Brier score, expected calibration error, slope and intercept of the logistic recalibration (1 and 0 are
perfect); precision, lift (precision over base rate) and selection rate at the cut in force. The first five and the
base rate are of the labelled rows, the selection rate of all scored rows."""

SLICE_MEASURES: Final = ("auc", "precision", "selection_rate")
"""What a slice shows."""

DIMENSIONS: Final = ("department", "job_family", "language", "vendor_version", "channel", "quarter")
"""What rows are sliced by; `quarter` is that of the AI interview (UTC)."""

SideVerdict = Literal["better", "worse", "not_told_apart", "differs", "undefined"]
"""`differs`: the interval excludes no change, but not that the side is as good: neither more nor less is better
(selection rate), or both may lie on either side of what is best (slope 1, intercept 0, impact ratio 1)."""


class Sentence(TypedDict):
    """A sentence in both languages."""

    en: str
    zh: str


class EstimateJson(TypedDict):
    """A figure of one side. `n`: rows (not people) it is of. `draws`: draws in which it was defined."""

    value: float | None
    ci: list[float | None]
    level: float
    draws: int
    n: int
    reason: Sentence | None


class DifferenceJson(EstimateJson):
    """A side's figure minus the first's, whether that is told apart from nothing, and one sentence that says it."""

    verdict: SideVerdict
    sentence: Sentence


class SliceDifferenceJson(DifferenceJson):
    """The difference within a slice: `p` by the bootstrap's standard error, `p_holm` over all slices of all dimensions
    of this measure and side. The verdict goes by `p_holm`."""

    p: float | None
    p_holm: float | None


class ChangeTest(TypedDict):
    """McNemar's exact test of fixes against breaks: is a flip that can be judged more often a fix? `share` is fixes
    over judged with its exact (Clopper-Pearson) interval."""

    p: float | None
    share: float | None
    ci: list[float | None]
    level: float
    verdict: SideVerdict
    sentence: Sentence
    reason: Sentence | None


class FlipCounts(TypedDict):
    """Flips over `n` rows, those that both sides scored; `judged`, `fixes`, `breaks` over the labelled.

    Null where too small to show.
    """

    n: int | None
    flipped: int | None
    newly_advanced: int | None
    no_longer_advanced: int | None
    judged: int | None
    fixes: int | None
    breaks: int | None
    test: ChangeTest | None
    reason: Sentence | None


class FamilyFlips(FlipCounts):
    """Flips within a job family."""

    job_family: str


class DepartmentFlips(FlipCounts):
    """Flips within a department that the reader may see; `department` is its name, or its id without one."""

    department: str
    department_id: str


class GroupFlips(FlipCounts):
    """Flips within a group; `unknown` is a group."""

    group: str


class AttributeFlips(TypedDict):
    """Flips by one attribute (`sex`) or several (`sex+race_ethnicity`)."""

    attribute: str
    groups: list[GroupFlips]


class FlippedApplication(TypedDict):
    """A flipped application by its pseudonymous key; absent from stored artefacts."""

    application_key: str
    first: float
    second: float
    advances: bool


class FlipsJson(TypedDict):
    """Who is decided otherwise than by the first."""

    n: int
    flipped: int
    newly_advanced: int
    no_longer_advanced: int
    judged: int
    fixes: int
    breaks: int
    test: ChangeTest
    by_job_family: list[FamilyFlips]
    by_department: list[DepartmentFlips]
    by_group: list[AttributeFlips]
    applications: list[FlippedApplication]


class AgainstFirst(TypedDict):
    """One side against the first. `auc_difference` is `differences["auc"]`."""

    auc_difference: DifferenceJson
    differences: dict[str, DifferenceJson]
    flips: FlipsJson


class GroupSide(TypedDict):
    """One side's selection of a group, at its own cut. `impact_ratio`: over the comparator's rate."""

    selected: int | None
    selection_rate: EstimateJson
    impact_ratio: EstimateJson


class GroupLine(TypedDict):
    """A group; `reason` says why its figures are not there (too few people, or not shown to this reader)."""

    group: str
    n: int | None
    is_comparator: bool
    reason: Sentence | None
    sides: dict[str, GroupSide]
    against_first: dict[str, DifferenceJson]


class AttributeImpact(TypedDict):
    """Impact ratios by an attribute. The comparator is the first run's highest group of at least 2 % of the known and
    `min_n` people, and is the same in all sides and draws. `hidden`: groups too small to show."""

    attribute: str
    comparator: str | None
    comparator_rule: Sentence | None
    min_n: int
    known: int | None
    unknown: int | None
    hidden: int
    reason: Sentence | None
    groups: list[GroupLine]


class SliceLine(TypedDict):
    """A slice: figures of each run by measure, and against the first. `reason` says why there is none."""

    slice: str
    n: int | None
    labelled: int | None
    reason: Sentence | None
    sides: dict[str, dict[str, EstimateJson]]
    against_first: dict[str, dict[str, SliceDifferenceJson]]


class DimensionSlices(TypedDict):
    """All slices of one of `DIMENSIONS`; runs only, baselines are left out. `hidden`: slices too small to show."""

    dimension: str
    min_n: int
    hidden: int
    reason: Sentence | None
    slices: list[SliceLine]


class RunLine(TypedDict):
    """What a run is. `name` is its configuration's."""

    run_id: str
    name: str
    model_name: str
    trained_at: str
    trained_by: str
    cut_score: float
    snapshot: int
    is_champion: bool


class Bootstrap(TypedDict):
    """How intervals were made: people were drawn again, with all rows they have."""

    draws: int
    level: float
    seed: int
    people: int
    rows: int
    method: Sentence


class Comparison(TypedDict):
    """The whole answer.

    `target`: what the runs predict. `n`: common held-out rows; `labelled` of them have a label; `left_out`: held-out
    rows of each run that are not common. `sides`: each side's figures (`training.metrics.metrics`). `parameters`:
    name → run → value, only those that differ. `snapshots`: run → snapshot. `champion`: the run in service for the
    first's model name where it is among the runs, else null. `is_whole`: whether all departments are counted.
    `shows_small_groups`: whether small groups are shown to this reader. `labels_differ`: run → common rows whose label
    in that run is not the first's (a later snapshot); the first's label is used.
    """

    target: object
    n: int
    labelled: int
    left_out: dict[str, int]
    sides: dict[str, dict[str, object]]
    against_first: dict[str, AgainstFirst]
    parameters: dict[str, dict[str, object]]
    snapshots: dict[str, object]
    first: str
    runs: list[RunLine]
    champion: str | None
    is_whole: bool
    shows_small_groups: bool
    labels_differ: dict[str, int]
    bootstrap: Bootstrap
    figures: dict[str, dict[str, EstimateJson]]
    """Side → measure → the figure with its interval over the draws."""
    impact: list[AttributeImpact]
    slices: list[DimensionSlices]
    notes: list[Sentence]
    stored_run_id: NotRequired[str]
    """The MLflow run that keeps this comparison, where it was stored."""
