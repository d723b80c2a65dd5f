"""What was known on a day: every figure with its dates, series, breaks and peers."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "archive": ["GRADES", "Archive", "day_of", "last_day", "open_archive"],
        "breaks": ["mark_breaks", "splice"],
        "peers": ["compare", "gaps", "growth_race"],
        "revision_risk": ["revised", "risk_of"],
        "series": [
            "SeriesChoice", "best_figures", "first_prints", "known_on", "known_series", "revisions",
            "why_no_series",
        ],
    },
)  # fmt: skip
