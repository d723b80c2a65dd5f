"""Any annual series: projected, scored, calibrated and looked at a second time."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "backtest": [
            "HELD_OUT", "LEARNING", "LONG_HORIZON", "base_rate_brier", "coverage_table",
            "event_reliability", "event_table", "overview", "probability_paths", "run_backtest",
            "score_collections", "series_count", "summary_table", "unseen_calibrations",
        ],
        "batch": ["MIN_POINTS", "SeriesBatch", "TooFewPoints"],
        "calibration": ["CALIBRATION_TABLE", "Calibration", "shipped"],
        "diagnostics": [
            "DIFFERENCES", "annual", "determined", "difference", "from_scale", "is_exact", "nudged",
            "to_scale", "trend_scale", "why_not_fitted",
        ],
        "members": ["MEMBERS", "MemberForecast", "MemberWarning", "OwnMember"],
        "panel": ["PanelLevel", "panel_level"],
        "projection": ["HUB_LEVELS", "Projection", "project", "project_pools"],
        "scores": [
            "crps", "interval_score", "murphy_decomposition", "paired_bootstrap",
            "reliability_table", "score",
        ],
        "series": ["INTERVALS", "interval_table", "project_series"],
        "transforms": ["SCALES", "Support"],
    },
)  # fmt: skip
