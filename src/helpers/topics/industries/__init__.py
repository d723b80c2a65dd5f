"""A share whose definition changed: level shifts, constant scope, groups."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "analysis": ["READINGS", "Story", "tell", "verdicts_before_outcome"],
        "charts": [
            "definitions_picture", "footings_picture", "groups_picture", "indices_picture",
            "shifts_picture",
        ],
        "groups": ["print_slack"],
        "level_shifts": ["WAYS", "footings", "year_table"],
        "text": [
            "answer", "chain_reading", "contribution_reading", "filtered", "intent_reading",
            "neighbours_reading", "parts_reading", "points_reading", "rows_reading",
            "shift_reading",
        ],
    },
)  # fmt: skip
