"""The few chart types of the house: a frame in, a figure out; nothing is read or kept."""

from helpers.charts.house_style import to_png, to_svg, use_house_style
from helpers.charts.reliability import reliability_chart, residual_chart
from helpers.charts.series import series_chart
from helpers.charts.specifications import specification_chart
from helpers.charts.timelines import timeline_chart
from helpers.charts.verdicts import verdict_strip
from helpers.charts.vintages import vintage_chart

__all__ = [
    "reliability_chart",
    "residual_chart",
    "series_chart",
    "specification_chart",
    "timeline_chart",
    "to_png",
    "to_svg",
    "use_house_style",
    "verdict_strip",
    "vintage_chart",
]
