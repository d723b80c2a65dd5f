"""The measures of a plan: which can be judged, and what figures say of them."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "grading": ["grade_measures", "read_measures"],
        "statements": ["verdicts_of"],
        "text": [
            "answer", "changed_view", "gap_table", "gaps_answer", "grade_view", "grid_source",
            "grid_view", "language_view", "measure_table", "title",
        ],
    },
)  # fmt: skip
