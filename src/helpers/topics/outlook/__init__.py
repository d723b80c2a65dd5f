"""Goals after the plan's own: when they are reached, under which growth."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "goals": ["attainment_table", "second_stage"],
        "past_intervals": ["REFERENCE_HORIZON", "own_bands", "own_record", "reference_record"],
        "scenarios": ["base_readings", "readings_finding", "scenario_table", "scenario_view"],
        "text": [
            "answer", "attainment_rows", "attainment_title", "by_indicator", "fan_title",
            "goal_marks", "goal_view", "long_record", "outlook_table", "past_title",
            "scenario_title", "scenarios_of", "width_now", "yearly_view",
        ],
    },
)  # fmt: skip
