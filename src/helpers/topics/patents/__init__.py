"""A count of filings: its fall, the events beside it, controls and quality."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "analysis": ["patents_table", "study_filings", "without_unverified"],
        "text": [
            "METHOD_WORDS", "answer", "applicants_title", "closing", "controls_title", "cuts_title",
            "error_picture", "factor_picture", "fall_title", "peers_picture", "quality_title",
            "rival_words", "running_words", "weights_title",
        ],
    },
)  # fmt: skip
