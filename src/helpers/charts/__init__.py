"""The few chart types of the house: a frame in, a figure out; nothing is read or kept."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "comparisons": ["comparison_chart", "contribution_chart", "index_chart"],
        "display": ["to_svg", "use_house_style"],
        "nowcasts": ["cut_chart", "factor_chart", "nowcast_error_chart"],
        "probabilities": ["specification_chart", "timeline_chart"],
        "reliability": ["hedgehog_chart", "past_bands_chart", "reliability_chart"],
        "segments": ["range_chart", "segment_chart", "stack_chart"],
        "series": ["series_chart", "stage_chart", "vintage_chart"],
        "verdicts": ["attainment_chart", "measures_chart", "verdict_strip"],
    },
)  # fmt: skip
