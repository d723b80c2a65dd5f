"""Words and numbers: sentences in three languages, and in English for notebooks."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "english": [
            "STATE_WORDS", "UNIT_WORDS", "amount", "axis", "counted", "day",
            "equation", "likelihood", "line", "number", "percent", "probability", "scaled",
            "unverified_points",
        ],
        "language": [
            "CHINESE", "CODES", "ENGLISH", "JAPANESE", "LANGUAGES", "Language", "family",
            "language_of",
        ],
        "markdown": ["as_html", "inert", "prose"],
        "sentences": ["news"],
        "statements": ["Statement", "statement"],
    },
)  # fmt: skip
