"""The projection of one indicator, laid out for reading."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "indicator": ["look_ahead"],
    },
)  # fmt: skip
