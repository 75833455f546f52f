"""Any chart of a report as drawings."""

from dashboards.reports.bar_drawing import bar_drawings
from dashboards.reports.document import BarChart, Chart, LineChart
from dashboards.reports.drawing import Drawing
from dashboards.reports.line_drawing import density_drawing, line_drawing


def drawings(chart: Chart) -> tuple[Drawing, ...]:
    """The drawings of a chart, in their order; none where there is nothing to draw."""
    if isinstance(chart, BarChart):
        return bar_drawings(chart)
    return line_drawing(chart) if isinstance(chart, LineChart) else density_drawing(chart)
