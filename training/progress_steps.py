"""How often a training reports progress, counted from its configuration before it begins."""

from training.configuration import Configuration
from training.tune_settings import Method

READING, FITTING, MEASURING, STUDYING, WEIGHING, STORING = 1, 1, 1, 1, 1, 1
BY_GROUP, PROXIES, DRAWING = 1, 1, 1


def steps(configuration: Configuration) -> int:
    """The steps that a training of `configuration` reports; fewer where time cuts its search for parameters."""
    return (
        READING
        + _tuning(configuration)
        + _alternatives(configuration)
        + FITTING
        + MEASURING
        + (DRAWING if configuration.draws else 0)
        + STUDYING
        + STORING
        + WEIGHING
    )


def _tuning(configuration: Configuration) -> int:
    searched = configuration.tuning.trials if configuration.tuning.method is Method.OPTUNA else 0
    return searched + len(configuration.candidates)


def _alternatives(configuration: Configuration) -> int:
    tried = configuration.alternatives
    return 0 if tried is None else BY_GROUP + len(tried.methods) + PROXIES
