"""Goals after the plan's own: when they are reached, under which growth."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "goals": ["attain", "index_chance", "second_stage"],
        "text": [
            "GROWTHS", "TABLE_COLUMNS", "answer", "asked", "attainment_rows", "attainment_title",
            "closing", "fan_title", "goal_marks", "goal_table", "pace_finding", "past_title",
            "readings_finding", "record_finding", "year_by_year",
        ],
    },
)  # fmt: skip
