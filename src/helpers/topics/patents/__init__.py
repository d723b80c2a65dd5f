"""A count of filings: its fall, the events beside it, controls and quality."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "analysis": ["patents_table", "study_filings", "without_unverified"],
        "charts": [
            "applicants_picture", "counterpart_pictures", "cuts_picture", "error_picture",
            "factor_picture", "filings_picture", "peers_picture", "quality_picture",
        ],
        "filings": ["yearly_table"],
        "text": [
            "answer", "controls_title", "doubt_words", "rival_words", "running_words",
            "scores_view", "weights_title",
        ],
    },
)  # fmt: skip
