"""Years that are not finished: what their first months say, and how surely."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "factors": ["completed", "learn", "partial_figures"],
        "nowcast": ["bounds_from_wholes", "nowcast_year", "replay_nowcasts", "score_nowcasts"],
    },
)  # fmt: skip
