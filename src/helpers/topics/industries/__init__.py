"""A share whose definition changed: level shifts, one definition throughout, groups."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "level_shifts": ["SPLICE_WAYS", "WAYS", "factors"],
        "share": [
            "TABLE_COLUMNS", "group_figures", "neighbour_series", "open_study", "print_slack",
        ],
        "text": [
            "answer", "closing", "contribution_reading", "definitions_title", "filtered",
            "groups_title", "indices_title", "intent_reading", "neighbours_reading",
            "parts_reading", "set_by", "shift_reading", "shifts_title", "signed", "signed_span",
            "title", "years_of",
        ],
    },
)  # fmt: skip
