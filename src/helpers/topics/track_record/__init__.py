"""How good the engine has been: on public series, and on our own."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "own_series": ["hedgehogs", "past_medians", "replay_domain"],
        "text": [
            "MODEL_WORDS", "POOL", "answer", "murphy_finding", "own_finding", "reliability_title",
            "revision_finding", "track_record",
        ],
    },
)  # fmt: skip
