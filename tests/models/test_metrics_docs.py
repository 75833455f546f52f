"""What the documentation and the example alerts say of metrics is what there is, both ways."""

import re
from pathlib import Path

import yaml

from models.metrics_process import ProcessMetrics, exposed
from models.metrics_records import GAUGES
from warehouse.telemetry_words import METRICS, Attributes, Instrument, SpanName

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
SECTION = OPERATIONS.split("## Metrics and traces", 1)[1].split("\n## ", 1)[0]


def _there() -> dict[str, tuple[str, ...]]:
    """Each exposed metric with its labels."""
    found = {name: labels for name, _, labels, _ in GAUGES} | {"hiregate_records_reachable": ()}
    for name, metric in METRICS.items():
        if metric.instrument is Instrument.COUNTER:
            found[f"{exposed(name)}_total"] = metric.attributes
    found["hiregate_http_requests_total"] = ("method", "route", "status")
    found["hiregate_http_request_duration_seconds"] = ("method", "route")
    return found


def test_every_metric_stands_in_the_table_with_its_labels() -> None:
    rows = re.findall(r"^\| `(hiregate_\w+)` \| ([\w, ]*)\|", SECTION, flags=re.MULTILINE)

    assert {name: tuple(labels.replace(",", " ").split()) for name, labels in rows} == _there()


def test_the_list_of_this_test_is_what_a_process_exposes() -> None:
    families = {family.name for family in ProcessMetrics().registry.collect() if family.name.startswith("hiregate_")}
    gauges = {name for name, *_ in GAUGES}

    assert {name.removesuffix("_total") for name in _there()} == families | gauges | {"hiregate_records_reachable"}


def test_every_exported_metric_stands_in_the_other_table() -> None:
    rows = re.findall(r"^\| ((?:`[a-z_.]+`(?:, )?)+) \| (counter|gauge|histogram) \| ([\w, ]+) \|", SECTION, flags=re.M)
    told = {
        name: (kind, tuple(attributes.split(", ")))
        for names, kind, attributes in rows
        for name in re.findall(r"`([^`]+)`", names)
    }

    assert told == {name: (metric.instrument.value, metric.attributes) for name, metric in METRICS.items()}


def test_every_span_is_named() -> None:
    sentence = re.search(r"Traces hold (.+?)\.\s", SECTION)

    assert sentence is not None
    assert set(re.findall(r"`([^`]+)`", sentence[1])) == set(SpanName.__args__)


def test_no_metric_is_named_that_is_not_there() -> None:
    words = set(re.findall(r"\bhiregate_[a-z_]+", SECTION + (DOCS / "prometheus-alerts.yaml").read_text("utf-8")))

    assert {re.sub(r"_(bucket|count|sum)$", "", word) for word in words} <= set(_there())


def test_the_example_alerts_are_rules_over_labels_that_there_are() -> None:
    document = yaml.safe_load((DOCS / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
    rules = [rule for group in document["groups"] for rule in group["rules"]]

    labels = {label for names in _there().values() for label in names}
    used = {name for rule in rules for name in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])}
    matched = {name for rule in rules for name in re.findall(r"[{,](\w+)[!=]", rule["expr"])}
    assert used | matched <= labels
    assert all(rule["labels"]["severity"] in {"page", "ticket"} for rule in rules)


def test_no_label_is_about_a_person() -> None:
    labels = {label for names in _there().values() for label in names}

    assert labels <= {*Attributes.__annotations__, "status", "task"}
