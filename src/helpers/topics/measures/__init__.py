"""The measures of a plan: which can be judged, and what figures say of them."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "grading": ["read_measures"],
        "statements": ["verdicts_of"],
        "text": [
            "answer", "changes_reading", "grid_source", "grid_view", "lateness_reading",
            "measure_table", "title",
        ],
    },
)  # fmt: skip
