"""How good the engine has been: on public series, and on our own."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "own_series": ["replay_domain"],
        "text": ["MODEL_WORDS", "POOL", "answer", "reliability_title", "track_record"],
    },
)  # fmt: skip
