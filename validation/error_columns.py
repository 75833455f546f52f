"""Label and prediction columns of a file grouped into error cells."""

from collections.abc import Sequence
from pathlib import Path

from validation.column_counts import is_value, known_text, outcomes, refuse_identifiers, sums
from validation.confusion import ErrorCell
from validation.tabular import Table


def error_cells(
    path: Path,
    *,
    groups: Sequence[str],
    label: str,
    predicted: str,
    count: str | None = None,
    positive: str | None = None,
) -> tuple[tuple[ErrorCell, ...], int]:
    """The cells, and how many people lack a label or a prediction.

    `positive` names the value that is positive in the label and, where the prediction column has it too, there.
    """
    with Table(path) as table:
        cells = sums(table, [*groups, label, predicted], count)
        refuse_identifiers(table, [cell.values for cell in cells], groups)
        labels, predictions = {cell.values[-2] for cell in cells}, {cell.values[-1] for cell in cells}
        is_shared = positive is not None and any(is_value(value, positive) for value in predictions)
        truth = outcomes(table, label, labels, positive)
        guess = outcomes(table, predicted, predictions, positive if is_shared else None)
    found, missing = [], 0
    for cell in cells:
        is_positive, is_predicted = truth[cell.values[-2]], guess[cell.values[-1]]
        if is_positive is None or is_predicted is None:
            missing += cell.people
            continue
        pairs = tuple((name, known_text(value)) for name, value in zip(groups, cell.values[:-2], strict=True))
        found.append(ErrorCell(group=pairs, is_positive=is_positive, is_predicted=is_predicted, n=cell.people))
    return tuple(found), missing
