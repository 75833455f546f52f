"""Two groups' error rates against each other, in the words of other fairness libraries, to compare numbers with them.

Signs are unprivileged minus privileged. The signed average of odds lets opposite gaps cancel: read the absolute one.
"""

from dataclasses import dataclass

from validation.confusion import Confusion


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGap:
    """An unprivileged group against a privileged one; a gap with an undefined rate is undefined."""

    unprivileged: Confusion
    privileged: Confusion

    @property
    def disparate_impact(self) -> float | None:
        """Selection rate over selection rate; may exceed 1."""
        return _over(self.unprivileged.selection_rate, self.privileged.selection_rate)

    @property
    def statistical_parity_difference(self) -> float | None:
        """Selection rate minus selection rate."""
        return _minus(self.unprivileged.selection_rate, self.privileged.selection_rate)

    @property
    def equal_opportunity_difference(self) -> float | None:
        """True positive rate minus true positive rate."""
        return _minus(self.unprivileged.tpr, self.privileged.tpr)

    @property
    def false_positive_difference(self) -> float | None:
        """False positive rate minus false positive rate."""
        return _minus(self.unprivileged.fpr, self.privileged.fpr)

    @property
    def average_odds_difference(self) -> float | None:
        """Mean of both differences, signed: opposite gaps cancel."""
        gaps = (self.equal_opportunity_difference, self.false_positive_difference)
        return None if gaps[0] is None or gaps[1] is None else (gaps[0] + gaps[1]) / 2

    @property
    def average_abs_odds_difference(self) -> float | None:
        """Mean size of both differences."""
        gaps = (self.equal_opportunity_difference, self.false_positive_difference)
        return None if gaps[0] is None or gaps[1] is None else (abs(gaps[0]) + abs(gaps[1])) / 2

    @property
    def tpr_disparity(self) -> float | None:
        """True positive rate over true positive rate."""
        return _over(self.unprivileged.tpr, self.privileged.tpr)

    @property
    def fpr_disparity(self) -> float | None:
        """False positive rate over false positive rate."""
        return _over(self.unprivileged.fpr, self.privileged.fpr)

    @property
    def share_of_positives_disparity(self) -> float | None:
        """Aequitas' `ppr` over `ppr`: it grows with the group's size and is no selection-rate ratio."""
        return _over(float(self.unprivileged.predicted), float(self.privileged.predicted))


def _minus(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second


def _over(first: float | None, second: float | None) -> float | None:
    return first / second if first is not None and second else None
