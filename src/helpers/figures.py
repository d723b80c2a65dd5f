"""The few chart types of the house: a frame in, a figure out; nothing is read or kept."""

from helpers.charts.comparisons import comparison_chart, contribution_chart, index_chart
from helpers.charts.measures_grid import measures_grid
from helpers.charts.nowcasts import cut_chart, factor_chart, nowcast_error_chart
from helpers.charts.reliability import past_bands_chart, reliability_chart
from helpers.charts.segments import range_chart, segment_chart
from helpers.charts.series import scenario_chart, series_chart, stage_chart
from helpers.charts.specifications import specification_chart
from helpers.charts.stacks import stack_chart
from helpers.charts.style import to_svg, use_house_style
from helpers.charts.timelines import timeline_chart
from helpers.charts.verdicts import attainment_chart, verdict_strip
from helpers.charts.vintages import vintage_chart

__all__ = [
    "attainment_chart",
    "comparison_chart",
    "contribution_chart",
    "cut_chart",
    "factor_chart",
    "index_chart",
    "measures_grid",
    "nowcast_error_chart",
    "past_bands_chart",
    "range_chart",
    "reliability_chart",
    "scenario_chart",
    "segment_chart",
    "series_chart",
    "specification_chart",
    "stack_chart",
    "stage_chart",
    "timeline_chart",
    "to_svg",
    "use_house_style",
    "verdict_strip",
    "vintage_chart",
]
