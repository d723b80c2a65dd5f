"""What each notebook asks and says: parameters, and sentences on verdicts."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "parameters": ["Parameters"],
        "verdicts": [
            "collection", "doubts", "fan_title", "listed", "members_title", "mid_term",
            "milestones", "name_rows", "projecting", "revising", "source_line", "splicing",
            "strip_view", "target_mark", "undated", "verdict_list", "verdict_title",
        ],
    },
)  # fmt: skip
