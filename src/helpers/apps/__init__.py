"""What is started: the command, the explorer, sweeps, and new figures and plans."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "cli": ["main"],
        "explorer.notebook": ["explore"],
        "series_files": ["project_file", "read_series"],
        "sweeps.questions": ["target_sweep"],
        "sweeps.work": ["run_sweep"],
    },
)  # fmt: skip
