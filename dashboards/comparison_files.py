"""A comparison kept for others: its JSON and its page under a run of MLflow's, as everybody may see it."""

from typing import TYPE_CHECKING

from dashboards.reports.comparison_report import comparison_document
from dashboards.reports.html_document import html
from training import compare_store
from warehouse.access import Principal
from warehouse.settings import Settings

if TYPE_CHECKING:
    from training.compare import Computed


def keep(settings: Settings, principal: Principal, made: "Computed", language: str = "en") -> str:
    """Stores `comparison.json` and `comparison.html`, and answers the id of the run that holds them.

    Raises AccessDenied without READ_MODELS and READ_ALL_DEPARTMENTS.
    """
    found = made.for_files()
    return compare_store.store(settings, principal, found, html(comparison_document(found, language)).encode())
