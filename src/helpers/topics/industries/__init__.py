"""A share whose definition changed: level shifts, constant scope, groups."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "analysis": ["Story", "tell", "verdicts_before_outcome"],
        "charts": [
            "definitions_picture", "footings_picture", "groups_picture", "indices_picture",
            "shifts_picture",
        ],
        "groups": ["contributions", "shares_of_parts"],
        "level_shifts": ["year_table"],
        "tables": [
            "agreement_view", "before_view", "candidate_view", "contribution_view", "doubt_view",
            "figures_view", "footing_view", "growth_view", "neighbour_view", "quiet_view",
            "scope_view", "shift_view", "sister_view", "sums_view",
        ],
        "text": [
            "answer", "chain_reading", "contribution_reading", "intent_reading",
            "neighbours_reading", "parts_reading", "shift_reading",
        ],
    },
)  # fmt: skip
