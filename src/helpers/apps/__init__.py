"""What is started: the command, the explorer, sweeps, and new figures and plans."""

from lazy_loader import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    submod_attrs={
        "cli": ["main"],
        "explorer.notebook": ["explore"],
        "given_series": ["read_series"],
        "series_files": ["project_file"],
        "sweeps.questions": ["target_sweep"],
        "sweeps.work": ["run_sweep"],
    },
)  # fmt: skip
