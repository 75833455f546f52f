"""What a selection procedure is worth in money: Naylor-Shine, Brogden-Cronbach-Gleser, Raju-Burke-Normand, Boudreau.

`people` are those selected, `cost` is what testing all applicants costs. The comparator is the procedure in use, not
random selection: leaving `baseline_validity` at zero inflates the result and says so by its name.
"""

from collections.abc import Sequence

from scipy import stats

from validation.selection_effects import mean_z_of_selected


def naylor_shine_gain(validity: float, selection_ratio: float) -> float:
    """Mean standardised criterion of the selected over random selection: r phi(z)/SR (Naylor & Shine 1965)."""
    return validity * mean_z_of_selected(selection_ratio)


def brogden_cronbach_gleser(
    *,
    validity: float,
    selection_ratio: float,
    criterion_sd: float,
    people: float,
    years: float = 1.0,
    cost: float = 0.0,
    baseline_validity: float = 0.0,
) -> float:
    """N T (r - r baseline) SDy mean-z - cost, in the money of `criterion_sd` (a year) and `cost`."""
    gain = naylor_shine_gain(validity - baseline_validity, selection_ratio)
    return people * years * gain * criterion_sd - cost


def break_even_validity(
    *,
    selection_ratio: float,
    criterion_sd: float,
    people: float,
    years: float,
    cost: float,
    baseline_validity: float = 0.0,
) -> float | None:
    """The validity at which the gain just pays the cost; None where no validity could pay it."""
    worth = people * years * criterion_sd * mean_z_of_selected(selection_ratio)
    return baseline_validity + cost / worth if worth > 0 else None


def raju_burke_normand(*, validity: float, selection_ratio: float, rating_sd: float, value_per_point: float) -> float:
    """A r SDr mean-z (Raju, Burke & Normand 1990): `value_per_point` is A, money for a point of the rating."""
    return value_per_point * rating_sd * naylor_shine_gain(validity, selection_ratio)


def boudreau_npv(
    *,
    gain_z: float,
    criterion_sd: float,
    people_by_period: Sequence[float],
    cost_by_period: Sequence[float],
    margin: float = 1.0,
    tax: float = 0.0,
    discount: float = 0.0,
) -> float:
    """Net present value (Boudreau 1983); both flows fall at the end of a period, costs are not reduced by tax.

    `gain_z` is the mean standardised gain of those selected, `margin` the contribution margin as a share.
    """
    worth = gain_z * criterion_sd * margin * (1 - tax)
    periods = zip(people_by_period, cost_by_period, strict=True)
    return sum((people * worth - cost) / (1 + discount) ** year for year, (people, cost) in enumerate(periods, 1))


def inflation_adjusted_rate(discount: float, inflation: float) -> float:
    """(1 + discount)(1 + inflation) - 1."""
    return (1 + discount) * (1 + inflation) - 1


def chance_of_at_least(successes: int, people: int, success_ratio: float) -> float:
    """Binomial chance that at least so many of the people succeed."""
    return float(stats.binom.sf(successes - 1, people, success_ratio))
