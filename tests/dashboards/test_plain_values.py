"""What a page writes where a value alone would mislead: moments with their zone, dates as numbers, what is not set."""

import datetime as dt
import json
import uuid

import pytest

from dashboards import chart_text, charts, release_figures, widgets
from dashboards.views.compare_parts import shown_value
from dashboards.wording.words import Words
from warehouse.ledger_values import StoredEvent

AXIS = charts.Axis(title="rows")
AT = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "2026-11-24 03:30 to 2026-11-24 04:30 UTC"), ("zh", "2026-11-24 03:30 至 2026-11-24 04:30 UTC")],
)
def test_a_span_of_moments_names_its_zone(language: str, shown: str) -> None:
    assert widgets.span(Words(language), AT, AT + dt.timedelta(hours=1)) == shown


def test_the_ledgers_chart_writes_dates_without_english_months() -> None:
    event = StoredEvent(
        event_id=1,
        model_name="m",
        release_id=uuid.UUID(int=1),
        version=1,
        kind="proposed",
        actor="a",
        reason=None,
        lease_until=None,
        happened_at=AT,
    )

    axis = release_figures.timeline([], [event], AT, Words("zh")).layout.xaxis

    shapes = [stop.value for stop in axis.tickformatstops]
    assert axis.tickformatstops[0].dtickrange[0] is None
    assert axis.tickformatstops[-1].dtickrange[1] is None
    assert not any(english in shape for shape in shapes for english in ("%b", "%B", "%a"))


def test_large_numbers_of_an_axis_have_no_english_letter() -> None:
    figure = charts.stacked(["a"], [charts.Layer(name="n", colour=charts.BLUE, pattern="", counts=[15_000])], axis=AXIS)

    assert json.loads(figure.to_json())["layout"]["xaxis"]["exponentformat"] == "none"


def test_a_parameter_that_a_run_does_not_set_is_said_to_be_so() -> None:
    assert [shown_value(Words("zh"), value) for value in (None, 0.1, False)] == ["未设置", "0.1", "否"]


@pytest.mark.parametrize(
    "text", ["Went on from the stage, of those who finished (%)", "从该阶段晋级者占已完成者的比例（%）"]
)
def test_a_long_title_is_wrapped_and_keeps_its_words(text: str) -> None:
    """At 390 px Plotly cut it at the edge."""
    lines = chart_text.lines(text, chart_text.TITLE).split("<br>")

    assert len(lines) == 2
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_an_address_says_is_repeated_in_short() -> None:
    assert (widgets.short("2026-13-01"), len(widgets.short("x" * 3_000))) == ("2026-13-01", 61)
