"""What was published: the raw tables, read, validated and written back."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "files": ["list_files"],
        "raw_data": ["RAW_DIR", "RawData", "find_problems", "folders_of", "read_raw", "write_raw"],
        "schema": [
            "KEYS", "MODELS", "OBSERVATIONS", "TARGET_UNITS", "UNITS",
        ],
    },
)  # fmt: skip
