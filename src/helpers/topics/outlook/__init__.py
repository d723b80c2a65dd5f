"""Goals after the plan's own: when they are reached, under which growth."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "goals": ["attain", "second_stage"],
        "past_intervals": ["REFERENCE_HORIZON", "own_bands", "reference_record"],
        "scenarios": ["base_readings", "readings_finding", "scenario_paces"],
        "text": [
            "NO_READING", "NO_SCENARIO", "NO_SCENARIO_REACHES", "NO_YEARS", "answer",
            "attainment_rows", "attainment_title", "by_indicator", "fan_title", "goal_marks",
            "goal_table", "outlook_table", "past_title", "scenario_title", "width_now",
        ],
    },
)  # fmt: skip
