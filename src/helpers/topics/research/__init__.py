"""A ratio and its two parts: what drove it, and what its levels ask for."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "denominators": [
            "denominator_figures", "early_figures", "estimates_and_finals", "footings", "reprints",
            "stated_rises",
        ],
        "parts": ["read_parts", "required_growth", "standing_still", "tidy", "weakest"],
        "text": [
            "answer", "basis_sentence", "bias_sentence", "closing", "comparison_title",
            "conflict_sentence", "contribution_title", "crossing_sentence", "estimate_title",
            "footing_title", "jump_sentence", "race_title", "reprint_sentence", "revision_sentence",
            "share_sentence", "unasked_sentence",
        ],
    },
)  # fmt: skip
