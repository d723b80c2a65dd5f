"""Figures out of saved publications: read, doubted, and kept with where they stand."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "documents": ["Document", "read_document"],
        "inbox": ["Letter", "read_inbox"],
        "proposing": ["Proposed", "propose_from", "read_publication", "read_text"],
        "script": ["Reading"],
        "second_reader": ["VERDICTS", "Finding", "Review", "review"],
    },
)
