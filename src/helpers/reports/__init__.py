"""Dated reports: run the notebooks, tell what changed, build the pages, publish."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "report": ["ReportResult", "make_report"],
        "store.request": ["ReportRequest", "RequestError"],
    },
)  # fmt: skip
