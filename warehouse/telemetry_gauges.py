"""The gauges of what is stored: freshness of the sources, drift and impact ratios from the gate of each champion.

They are read when metrics are exported, and never worked out for it. Ratios of groups below the smallest that a view
shows are left out, and so are figures of the cuts beside the one in force.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from warehouse import postgres, telemetry
from warehouse.access import NOBODY, SMALLEST_GROUP
from warehouse.gate_reading import readable
from warehouse.postgres import PostgresError
from warehouse.queries.service_state import deliveries
from warehouse.settings import Settings
from warehouse.tables.governance import Champion, GateResult, Release
from warehouse.telemetry import Gauge
from warehouse.telemetry_words import Attributes

LOG = logging.getLogger("hiregate.telemetry")
_DRIFT, _IMPACT = "psi ", "impact_ratio "

Report = tuple[str, Mapping[str, object]]
"""A model's name and its champion's gate report."""


def watch(settings: Settings) -> None:
    """Has the gauges read at each export; one process of a home does it, the worker."""
    telemetry.observe("pipeline.freshness.seconds", _careful(lambda: list(freshness(settings))))
    telemetry.observe("model.score.drift", _careful(lambda: list(drift(settings))))
    telemetry.observe("fairness.impact_ratio", _careful(lambda: list(impact_ratios(settings))))


def freshness(settings: Settings) -> Iterator[Gauge]:
    """Seconds since each source and entity last came in."""
    for one in deliveries(settings):
        yield one.age_s, Attributes(source=one.source, entity=one.entity)


def drift(settings: Settings) -> Iterator[Gauge]:
    """The stability index of each feature of each champion."""
    for model, report in _reports(settings):
        for _, figure in _figures(report, lambda check: check == "drift"):
            value, name = figure.get("value"), str(figure["name"])
            if isinstance(value, int | float) and name.startswith(_DRIFT):
                yield float(value), Attributes(model=model, feature=name.removeprefix(_DRIFT))


def impact_ratios(settings: Settings) -> Iterator[Gauge]:
    """The impact ratio of each group at each champion's cut in force."""
    for model, report in _reports(settings):
        for check, figure in _figures(report, _is_impact):
            value, name, n = figure.get("value"), str(figure["name"]), figure.get("n")
            is_large = isinstance(n, int) and n >= SMALLEST_GROUP
            if isinstance(value, int | float) and name.startswith(_IMPACT) and is_large and not figure.get("stratum"):
                group = name.removeprefix(_IMPACT)
                yield float(value), Attributes(model=model, attribute=check.partition(".")[2], group=group)


def _is_impact(check: str) -> bool:
    return check.startswith("adverse_impact.")


def _reports(settings: Settings) -> list[Report]:
    statement = (
        select(Champion.model_name, GateResult.checks)
        .join(Release, Release.release_id == Champion.release_id)
        .join(GateResult, GateResult.gate_result_id == Release.gate_result_id)
        .order_by(Champion.model_name)
    )
    with postgres.unit_of_work(settings, NOBODY) as session:
        return [(row.model_name, readable(row.checks, NOBODY)) for row in session.execute(statement)]


def _figures(report: Mapping[str, object], wanted: Callable[[str], bool]) -> Iterator[tuple[str, Mapping[str, object]]]:
    checks = report.get("checks")
    for check in checks if isinstance(checks, list) else []:
        if wanted(check["check"]):
            for figure in check["figures"]:
                yield check["check"], figure


def _careful(read: Callable[[], Iterable[Gauge]]) -> Callable[[], Iterable[Gauge]]:
    """A gauge that is absent while the database does not answer, so that the other metrics still go out."""

    def found() -> Iterable[Gauge]:
        try:
            return read()
        except (DBAPIError, PostgresError) as error:
            LOG.warning("a gauge cannot be read: %s", type(error).__name__)
            return ()

    return found
