"""The measures of a plan: which figures cover them, and what they say."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "grading": ["read_measures"],
        "text": [
            "answer", "changes_reading", "closing", "grid_source", "grid_view", "judged",
            "lateness_reading", "measure_table", "stands", "title", "verdicts_of",
        ],
    },
)  # fmt: skip
