"""The figures of the pages: what is drawn, and that colour is never the only signal."""

import math

import pytest

from dashboards import charts
from dashboards.charts import Axis, Bar, Grid, Layer, Line, Mark

PERCENT = Axis(title="share", low=0, high=100, suffix=" %", digits=1)


def test_a_bar_says_its_number_and_its_group_size() -> None:
    figure = charts.bars([Bar(label="Offer", value=61.2, low=50.0, high=70.0, note="n = 40")], axis=PERCENT)

    assert figure.layout.annotations[0].text.strip() == "61.2 %"
    assert figure.layout.yaxis.ticktext[0].startswith("Offer<br>")
    assert "n = 40" in figure.layout.yaxis.ticktext[0]


def test_whiskers_reach_to_the_ends_of_the_interval() -> None:
    figure = charts.bars([Bar(label="a", value=61.0, low=50.0, high=70.0)], axis=PERCENT)

    assert figure.data[0].error_x.array[0] == pytest.approx(9.0)
    assert figure.data[0].error_x.arrayminus[0] == pytest.approx(11.0)


def test_a_bar_without_an_interval_has_no_whisker() -> None:
    figure = charts.bars([Bar(label="a", value=61.0)], axis=PERCENT)

    assert math.isnan(figure.data[0].error_x.array[0])
    assert not figure.data[0].error_x.visible


def test_an_axis_of_a_few_whole_things_names_no_half() -> None:
    few, many = (charts.bars([Bar(label="a", value=value)], axis=Axis(title="rows")) for value in (4.0, 400.0))

    assert (few.layout.xaxis.dtick, many.layout.xaxis.dtick) == (1, None)


def test_an_undefined_bar_is_left_out() -> None:
    figure = charts.bars([Bar(label="a", value=None), Bar(label="b", value=1.0)], axis=PERCENT)

    assert len(figure.data[0].x) == 1
    assert figure.layout.yaxis.ticktext == ("b",)


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    assert charts.bars([], axis=PERCENT).data[0].x == ()
    assert charts.stacked([], [], axis=PERCENT).data == ()


def test_the_first_bar_stands_on_top() -> None:
    figure = charts.bars([Bar(label="first", value=1.0), Bar(label="last", value=2.0)], axis=PERCENT)

    bottom, top = figure.layout.yaxis.range
    assert bottom > top


def test_layers_of_different_states_differ_in_pattern_as_in_colour() -> None:
    layers = [
        Layer(name="went on", colour=charts.BLUE, pattern="", counts=[3]),
        Layer(name="did not", colour=charts.ORANGE, pattern="/", counts=[2]),
    ]

    figure = charts.stacked(["offer"], layers, axis=Axis(title="people"))

    assert len({trace.marker.color for trace in figure.data}) == 2
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 2


def test_lines_differ_in_dash_and_marker_as_in_colour() -> None:
    entries = [Line(name=str(n), x=[1, 2], y=[0.5, None], colour=charts.PALETTE[n], order=n) for n in range(3)]

    figure = charts.lines(entries, x=Axis(title="cut"), y=Axis(title="ratio"))

    assert len({(trace.line.dash, trace.marker.symbol) for trace in figure.data}) == 3


def test_a_mark_is_drawn_with_its_words() -> None:
    marks = (Mark(at=0.8, words="four-fifths"), Mark(at=70, words="cut score", is_vertical=True))

    figure = charts.lines([Line(name="a", x=[1], y=[1.0])], x=Axis(title="x"), y=Axis(title="y"), marks=marks)

    assert [note.text for note in figure.layout.annotations] == ["four-fifths", "cut score"]
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[1].x0) == (0.8, 70)


def test_a_cell_of_few_people_is_drawn_without_its_number() -> None:
    grid = Grid(x=[55.0, 60.0], y=[0.5], counts=[[3.0, 40.0]])

    figure = charts.heat(grid, x=Axis(title="x"), y=Axis(title="y"), count="people", smallest=10)

    assert list(figure.data[0].text[0]) == ["<10", "40"]
    assert figure.data[0].z[0][0] == 9.0


def test_an_empty_cell_stays_empty() -> None:
    grid = Grid(x=[55.0], y=[0.5], counts=[[None]])

    figure = charts.heat(grid, x=Axis(title="x"), y=Axis(title="y"), count="people", smallest=10)

    assert figure.data[0].z[0][0] is None


def test_groups_have_colours_of_their_own_and_unknown_is_grey() -> None:
    found = charts.colours(["F", "M", "F", "unknown"])

    assert found["F"] != found["M"]
    assert found["unknown"] == charts.GREY
